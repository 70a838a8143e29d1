"""Commands in chat: /andon help on Slack, /help on Telegram, or the bare word where Andon is spoken to.

One table; the help text, Telegram's menu and the checks are made from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot.access import Role
from bot.conversation import digest, documents, levels, review
from bot.conversation.keeping import attempt, may_review
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import quietly
from bot.conversation.stopping import stop
from bot.reply import Reply
from bot.wording import say
from workers import client
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import rows

Lines = list[str]
CLOCK = re.compile(r"^([01]?\d|2[0-3])[:：]([0-5]\d)$")
WORDS = {  # Chinese words for the commands
    "帮助": "help", "状态": "status", "摘要": "digest", "模型": "models", "知识库": "kb", "语言": "language",
    "级别": "level",
}  # fmt: skip


@dataclass(frozen=True)
class ChatCommand:
    """One command: its name, who may give it, and what carries it out: it gives the lines to post, or None where it has
    answered by itself."""

    name: str
    role: Role
    run: Callable[[Scene, str], Lines | None]
    takes: tuple[str, ...] = ()  # the first words that may follow when it is given without a slash


def is_command(text: str) -> bool:
    """Is a message a command in words? "status", "digest 05:50", "kb review"; not "status of strand 2 looks odd"."""
    words = text.strip().lower().lstrip("/").split()
    if not words:
        return False
    command = COMMANDS.get(WORDS.get(words[0], words[0]))
    if command is None or command.name == "stop":  # to stop is said in many ways (stopping.py)
        return False
    if len(words) == 1 or text.strip().startswith("/"):
        return True
    fits = words[1] in command.takes or ("HH:MM" in command.takes and CLOCK.match(words[1]) is not None)
    return fits and (len(words) <= 2 or command.name in ("kb", "replay"))


def run(scene: Scene, word: str, rest: str) -> None:
    """Carry out a command and answer where it was given."""
    name = WORDS.get(word.lower(), word.lower())
    command = COMMANDS.get("help" if name in ("start", "") else name)
    if command is None:
        lines: Lines | None = [say("command_unknown", scene.lang, word=word[:40]), *help_(scene, "")]
    elif scene.role < command.role:
        lines = [say("not_allowed", scene.lang)]
    else:
        lines = command.run(scene, rest.strip())
    if lines is not None:
        _answer(scene, name, rest, lines)


def _answer(scene: Scene, name: str, rest: str, lines: Lines) -> None:
    """Post what a command says, to the one person alone where not everybody in a channel should read it."""
    lang = scene.office.ledger.talk.spoken(scene.conversation) if name == "language" else None
    blocks = [Block(kind="plain", text=line) for line in lines]
    reply = Reply(kind="notice", lang="zh" if (lang or scene.lang) == "zh" else "en", blocks=blocks)
    if not scene.conversation.private and for_few(name, rest):
        # candidates and errors may come from private talks: they are not shown to a whole channel
        if scene.event.platform == "slack":
            quietly(scene, reply)
            return
        reply = reply.model_copy(update={"blocks": [Block(kind="plain", text=say("command_private", scene.lang))]})
    key = f"command:{scene.event.event_id}"[:255]
    if post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice") is None:
        quietly(scene, reply)  # Andon is no member there; the command's own way back may still be open


def for_few(name: str, rest: str) -> bool:
    """Does a command show what not everybody in a channel should read?"""
    return name in ("letters", "replay") or (name == "kb" and rest.strip().lower().startswith(("review", "history")))


def help_(scene: Scene, rest: str) -> Lines:
    """What Andon does and how to ask."""
    prefix = {"slack": "/andon ", "telegram": "/"}[scene.event.platform]
    lines = [say("help_lead", scene.lang), say(f"help_{scene.event.platform}", scene.lang)]
    lines += [f"{'' if c.name == 'stop' else prefix}{c.name}: {say(f'help_{c.name}', scene.lang)}"
              for c in COMMANDS.values() if scene.role >= c.role]  # fmt: skip
    return [*lines, say("help_follow_up", scene.lang), level_line(scene)]


def status(scene: Scene, rest: str) -> Lines:
    """What is going on."""
    office, lang = scene.office, scene.lang
    counts = office.ledger.jobs.counts()
    running = office.ledger.runs.counts()
    lines = [say("status_runs", lang, running=running), say("status_role", lang, role=scene.role.name.lower())]
    if counts.get("dead"):
        lines.append(say("status_dead", lang, count=counts["dead"]))
    latest = office.ledger.answers.latest([scene.conversation.id], limit=3)
    lines += [f"#A{answer.id} {answer.headline}" for answer in latest]
    return lines


def digest_(scene: Scene, rest: str) -> Lines:
    """The shift so far; `digest 05:50` posts it daily, `digest off` no more."""
    lang, ledger = scene.lang, scene.office.ledger.answers
    clock = CLOCK.match(rest)
    here, off = _of_channel(scene), rest.lower() in ("off", "关", "关闭")
    if (clock or off) and scene.role < Role.CREW:  # whoever only reads changes nothing for others
        return [say("not_allowed", lang)]
    if clock is not None:
        at = f"{int(clock[1]):02d}:{clock[2]}"
        ledger.subscribe(here.id, at, lang, scene.event.user, datetime.now(UTC))
        return [say("digest_on", lang, clock=at, zone=scene.office.settings.timezone)]
    if off:
        ended = [ledger.unsubscribe(id_) for id_ in {here.id, scene.conversation.id}]
        return [say("digest_off" if any(ended) else "digest_none", lang)]
    return digest.lines(scene.office, scene.conversation, lang)


def _of_channel(scene: Scene) -> rows.Conversation:
    """Where a digest belongs: on Slack the channel, whichever thread it was asked for in."""
    here = scene.conversation
    if here.platform != "slack" or not here.thread:
        return here
    talk = scene.office.ledger.talk
    return talk.conversation(here.platform, here.workspace, here.channel, "", private=here.private) or here


def models(scene: Scene, rest: str) -> Lines:
    """The model catalogue; with words behind it a question about it."""
    if rest:
        return client.desk(scene.office.settings).ask_models(rest, scene.lang)
    rows = client.desk(scene.office.settings).models()
    return [
        say("models_lead", scene.lang, count=len(rows)),
        *(f"{name} ({what}): {state}" for name, state, what in rows),
    ]


def stop_(scene: Scene, rest: str) -> None:
    """Stop what runs in this conversation."""
    stop(scene)


def kb(scene: Scene, rest: str) -> Lines | None:
    """The knowledge base: counts; `kb review [DOCUMENT]`, `kb search WORDS`, `kb approve|reject|retire|undo ID or
    DOCUMENT`, `kb history ID`."""
    desk, lang = client.desk(scene.office.settings), scene.lang
    action, _, what = rest.partition(" ")
    action = action.lower()
    if action == "review" and may_review(scene):
        review.named(scene, what.strip()) if what.strip() else review.show(scene)
        return None
    if action == "search" and what.strip():
        hits = desk.search(what.strip())
        return [f"{id_} ({confidence:.2f}) {title}: {text}" for id_, title, text, confidence in hits]
    if action in ("approve", "reject", "retire", "undo") and (document := documents.meant(scene, what)):
        said, why = attempt(scene, lambda: documents.decision(scene, action, document))
        return [said or why]
    if action in ("approve", "reject", "retire", "undo") and what.strip():
        id_ = what.strip().upper() if what.islower() else what.strip()
        said, why = attempt(scene, lambda: review.decision(scene, action, id_))
        return [said or why]
    if action == "history" and what.strip() and scene.role >= Role.KEEPER:
        return desk.history(what.strip(), lang) or [say("kb_no_history", lang, id=what.strip())]
    if action in ("review", "history"):  # what a keeper sees of it: review.py
        return [say("not_allowed", lang)]
    counts = desk.counts()
    return [say("kb_counts", lang, **counts), say("kb_usage", lang)]


def language(scene: Scene, rest: str) -> Lines:
    """The language of this conversation."""
    wanted = {"en": "en", "english": "en", "英文": "en", "英语": "en", "zh": "zh", "chinese": "zh", "中文": "zh"}
    lang = wanted.get(rest.strip().lower())
    if lang is None:
        return [say("language_which", scene.lang)]
    talk, here = scene.office.ledger.talk, scene.conversation
    if here.private:  # each message may begin a thread of its own there: the whole chat is meant
        chat = talk.conversation(here.platform, here.workspace, here.channel, "", private=True)
        here = chat or here
    talk.speak(here.id, lang)
    return [say("language_set", lang)]


def whoami(scene: Scene, rest: str) -> Lines:
    """Who somebody is to Andon: name, role, level."""
    event, lang = scene.event, scene.lang
    name = event.user_name or scene.outlet.name_of(event.user)
    return [say("whoami", lang, name=name, id=event.user, role=scene.role.name.lower()), level_line(scene)]


def level_line(scene: Scene) -> str:
    """For whom answers to this person are worded."""
    event = scene.event
    level = scene.office.ledger.talk.person(event.platform, event.workspace, event.user).level or "all"
    return say("level_is", scene.lang, level=say(f"level_{level}", scene.lang))


def level_(scene: Scene, rest: str) -> Lines:
    """For whom answers are worded: `level engineer` sets it for this person, `level off` ends that."""
    event, talk = scene.event, scene.office.ledger.talk
    wanted = levels.NAMES.get(rest.strip().lower())
    if wanted is None:
        return [level_line(scene), say("level_which", scene.lang)]
    talk.read_as(talk.person(event.platform, event.workspace, event.user).id, wanted or None)
    return [level_line(scene)]


def letters(scene: Scene, rest: str) -> Lines:
    """The dead-letter list: what could not be done, with the reference in the log."""
    dead = scene.office.ledger.jobs.dead(20)
    if not dead:
        return [say("letters_none", scene.lang)]
    return [say("letters", scene.lang, count=len(dead)), *(f"{job.key} ({job.ref}): {job.error[:160]}" for job in dead)]


def replay(scene: Scene, rest: str) -> Lines:
    """Try dead letters again: by their key, or all."""
    jobs = scene.office.ledger.jobs
    keys = [job.key for job in jobs.dead()] if rest == "all" else [rest]
    count = sum(jobs.replay(key) for key in keys)
    return [say("replayed" if count else "replay_none", scene.lang, count=count)]


COMMANDS: dict[str, ChatCommand] = {
    command.name: command
    for command in (
        ChatCommand("help", Role.VIEWER, help_),
        ChatCommand("status", Role.VIEWER, status),
        ChatCommand("digest", Role.VIEWER, digest_, ("off", "关", "关闭", "HH:MM")),
        ChatCommand("models", Role.VIEWER, models),
        ChatCommand("kb", Role.VIEWER, kb, ("review", "search", "approve", "reject", "retire", "undo", "history")),
        ChatCommand("language", Role.VIEWER, language, ("en", "zh", "english", "chinese", "中文", "英文", "英语")),
        ChatCommand("level", Role.VIEWER, level_, tuple(levels.NAMES)),
        ChatCommand("whoami", Role.VIEWER, whoami),
        ChatCommand("stop", Role.CREW, stop_),
        ChatCommand("letters", Role.ADMIN, letters),
        ChatCommand("replay", Role.ADMIN, replay, ("all",)),
    )
}
