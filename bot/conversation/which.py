"""Which answer a judgement in words is about: the one that is quoted or named, else the last one to whoever says it.
Where that leaves several, the person is asked and presses one of them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal

from bot.conversation import asking, followups, subject
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene, here_of
from bot.reply import Button, Reply
from bot.wording import say
from workers import client
from workers.contracts import LOOKED, Answer, Block, Frozen

if TYPE_CHECKING:
    from workers.client import rows

DIAGNOSED = (*LOOKED, followups.VERDICT)  # "it was the trap" is about an answer that looked for a cause
MOST_BACK = 12
MOST_OFFERED = 5
QUOTED = re.compile(r"^(?:[ \t]*(?:>|&gt;)[^\n]*(?:\n|$))+")  # lines of a message quoted by hand, above one's own


class Judged(Frozen):
    """What somebody said of an answer: what is right ("": nothing), of which numbered cause (0: of the whole answer).
    `found_out`: it tells what it was in the end."""

    right: str = ""
    verdict: Literal["agree", "disagree"] = "disagree"
    point: int = 0
    found_out: bool = False


def own_words(text: str) -> str:
    """A message without the number of an answer and without the lines that it quotes."""
    return asking.CODE.sub("", QUOTED.sub("", text)).strip()


def meant(scene: Scene, *, found_out: bool, about_id: int | None = None) -> list[rows.Answer]:
    """The answers that a judgement may be about, newest first: one where it is clear. What was found out
    (`found_out`) is about a diagnosis; there is nothing to be right or wrong in a refusal."""
    ledger, event = scene.office.ledger, scene.event
    _text, about_id = asking.quoted(scene, about_id)
    replied = question_replied_to(scene)
    if about_id is not None or replied is not None:
        about = (
            ledger.answers.get(about_id) if about_id else ledger.answers.of_question(replied.id) if replied else None
        )
        return [subject.corrected(scene.office, about)] if about is not None else []
    found = _recent(scene, found_out=found_out)
    if len(found) > 1:
        documents = {id_: subject.document_or_none(scene.office, about) for id_, (about, _) in found.items()}
        for which in (_explained, lambda each: _named(event.text, each)):
            left = {id_: found[id_] for id_, document in documents.items() if id_ in found and which(document)}
            found = left or found
    mine = [about for about, people in found.values() if event.user in people]
    return mine[:1] or [about for about, _ in found.values()]


def question_replied_to(scene: Scene) -> rows.Question | None:
    """The question of the message that this one replies to: what is said below it is about its answer."""
    replied = scene.event.reply_to
    return scene.office.ledger.talk.question_at(scene.conversation.id, replied) if replied else None


def _recent(scene: Scene, *, found_out: bool) -> dict[int, tuple[rows.Answer, set[str]]]:
    """The answers here of the last hours, newest first, each with the people who asked for it or asked on about it."""
    ledger = scene.office.ledger
    since = datetime.now(UTC) - followups.WITHIN
    newest = ledger.answers.latest(here_of(scene), since, MOST_BACK, without=("failed",))
    if found_out and any(answer.verdict in DIAGNOSED for answer in newest):
        newest = [answer for answer in newest if answer.verdict in DIAGNOSED]
    found: dict[int, tuple[rows.Answer, set[str]]] = {}
    for answer in newest:
        about = subject.corrected(scene.office, answer)
        found.setdefault(about.id, (about, set()))[1].add(ledger.talk.question(answer.question_id).user)
    return found


def _explained(document: Answer | None) -> bool:
    """Did it say something that can be wrong: no plot, no statistics?"""
    return document is None or "recalled" in document.receipt or followups.suits("why", document)


def _named(text: str, document: Answer | None) -> bool:
    """Do the words name the machine of an answer or its file, or do they quote its headline?"""
    if document is None:
        return False
    quoted = QUOTED.match(text)
    lines = [line.strip(" \t>") for line in quoted[0].replace("&gt;", ">").splitlines()] if quoted else []
    return any(line and line in document.text for line in lines) or client.machine_named(text, document)


def ask(scene: Scene, found: list[rows.Answer], judged: Judged) -> None:
    """Ask which answer is meant, with a button for each; what was said of it is kept until one is pressed."""
    found = found[:MOST_OFFERED]
    lines = [say("right_of_which", scene.lang), *(f"#A{answer.id} {answer.headline}" for answer in found)]
    buttons = [Button(label=f"#A{answer.id}", action="right_of", value=str(answer.id)) for answer in found]
    reply = Reply(
        kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=line) for line in lines], rows=[buttons]
    )
    about = {"what": "which", "user": scene.event.user, "judged": judged.model_dump()}
    key = f"which:{scene.event.event_id}"[:255]
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="ask", question_id=found[0].question_id,
              about=about)  # fmt: skip
