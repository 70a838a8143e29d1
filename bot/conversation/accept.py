"""What an event means: a question, a press, a command, something that nobody meant for Andon."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot import verdict_words
from bot.access import Role, ids_of
from bot.conversation import (
    asking,
    code,
    commands,
    evaluating,
    hearing,
    levels,
    opinions,
    reactions,
    simulating,
    small_talk,
    stopping,
    which,
    wishes,
)
from bot.conversation.delivery import Deleted
from bot.conversation.outlets import outlet_for
from bot.conversation.posting import notice, post_once
from bot.conversation.scene import CHINESE, Scene, language, toast
from bot.conversation.speaking import number_of, whisper
from bot.conversation.troubles import UNREADABLE
from bot.incoming import Incoming, first_id
from bot.outlet import Place
from bot.reply import Reply
from bot.wording import say
from workers.client import Again, job_key
from workers.contracts import Block, Lang

if TYPE_CHECKING:
    from workers.client import Office, rows

AT_ONCE = timedelta(seconds=5)
REPLY_WITHIN = timedelta(minutes=30)  # how long a question of ours waits for a plain reply in its thread


def accept(office: Office, event: Incoming) -> None:
    """Do what an event asks for. Saying it again changes nothing."""
    if event.kind == "refused":
        refuse(office, event)
        return
    scene = scene_of(office, event)
    if scene is None:
        return
    try:
        act(scene)
    except Deleted as gone:
        key, values = ("answer_deleted_on", {"date": gone.on}) if gone.on else ("answer_deleted", {})
        if event.kind == "press":
            whisper(scene, key, **values)
        else:
            notice(scene, key, f"deleted:{event.event_id}", **values)


def act(scene: Scene) -> None:
    """Do what an event means in its scene."""
    event = scene.event
    if event.kind == "message":
        message(scene)
    elif event.kind == "command":
        commands.run(scene, event.action, event.text)
    elif event.kind == "edit":
        edited(scene)
    elif event.kind == "deleted":
        deleted(scene)
    elif event.kind == "press":
        reactions.press(scene)
    elif event.kind == "form":
        form(scene)
    elif event.kind == "reaction":
        reactions.emoji(scene)
    elif event.kind == "joined":
        joined(scene)


def scene_of(office: Office, event: Incoming) -> Scene | None:
    """The scene of an event; None for a message that nobody directed at Andon where it takes no part."""
    talk, default = office.ledger.talk, office.settings.lang
    talk.person(event.platform, event.workspace, event.user, event.user_name)
    touched = touched_by(office, event)
    if touched is not None:
        lang: Lang = "zh" if touched.lang == "zh" else "en"
        return Scene(office, event, talk.get_conversation(touched.conversation_id), lang)
    make = event.addressed or event.kind not in ("message", "edit", "deleted")
    conversation = talk.conversation(
        event.platform, event.workspace, event.channel, event.thread, private=event.private, make=make
    )
    if conversation is None:
        return None
    # "help" is written so by people of every language; "状态" is written by those who read Chinese.
    told = event.kind == "message" and (not commands.is_command(event.text) or CHINESE.search(event.text))
    text = event.text if told else ""
    return Scene(office, event, conversation, language(text, talk.spoken(conversation), event.lang, default))


def touched_by(office: Office, event: Incoming) -> rows.Question | None:
    """The question whose answer is pressed on or reacted to: the talk goes on in its place and language."""
    if event.kind not in ("press", "form", "reaction") or not event.message:
        return None
    post = office.ledger.answers.post_at(event.channel, event.message)
    if post is None:
        return None
    answer = office.ledger.answers.get(post.answer_id) if post.answer_id is not None else None
    question_id = answer.question_id if answer is not None else post.question_id
    return office.ledger.talk.question(question_id) if question_id is not None else None


def refuse(office: Office, event: Incoming) -> None:
    """Tell somebody who is not admitted whom to ask, once; nothing of what they wrote was kept."""
    person = office.ledger.talk.person(event.platform, event.workspace, event.user)
    key = f"refused:{person.id}"
    told = office.ledger.answers.find_post(key)
    if told is not None and told.state != "trying":
        return
    with office.ledger.jobs.alone(key) as ours:
        if not ours:
            raise Again(0.5)
        office.ledger.talk.refuse(person.id)
        tell_refused(office, event, key)


def tell_refused(office: Office, event: Incoming, key: str) -> None:
    """Tell somebody who is not admitted, once and to them alone; `key` names that notice for good."""
    settings = office.settings
    lang = language("", None, event.lang, settings.lang)
    outlet = outlet_for(event.platform, settings)
    # no conversation is noted: Andon takes no part where nobody who is admitted spoke to it
    place = Place(
        platform=event.platform, workspace=event.workspace, channel=event.channel, thread=event.thread,
        reply_to=event.message, private=event.private, user=event.user,
    )  # fmt: skip
    toast(outlet, event.ticket)
    whom = settings.contact or say("refused_admin", lang)
    ids = ", ".join(sorted(ids_of(event)))
    blocks = [Block(kind="plain", text=say("refused", lang, whom=whom, ids=ids))]
    reply = Reply(kind="notice", lang=lang, blocks=blocks)
    post_once(office, outlet, place, reply, key, kind="notice")


def message(scene: Scene) -> None:
    """A message: a stop, a reply to a question of ours, a command in words, or a question."""
    event = scene.event
    if scene.role < Role.CREW and not commands.is_command(event.text):
        if event.addressed:
            notice(scene, "not_allowed", f"viewer:{event.event_id}")
        return
    if stopping.asked(event.text) and not event.files:
        stopping.stop(scene)
        return
    waiting = asked_by_us(scene)
    if waiting is not None and taken(scene, waiting):
        return
    here = event.addressed or (event.platform == "slack" and bool(event.thread))
    if here and not event.files and commands.is_command(event.text):
        word, _, rest = event.text.strip().lstrip("/").partition(" ")
        commands.run(scene, word, rest)
        return
    if event.addressed and not event.files and (levels.declared(event.text) or levels.asks_who(event.text)):
        said = levels.declared(event.text)
        commands.run(scene, "level" if said else "whoami", said or "")
        return
    if not event.addressed and not hearing.meant(scene):
        return
    below = which.question_replied_to(scene) is not None  # the files are those of the message replied to
    if (below or not event.files) and opinions.taken(scene):
        return
    if not event.files and (wishes.taken(scene) or hearing.courtesy(scene)):
        return
    if not event.text.strip() and not event.files and not event.album:
        commands.run(scene, "help", "")
        return
    if not event.files and simulating.wanted(event.text):
        simulating.offer(scene)
        return
    if not event.files and code.wanted(event.text):
        code.said(scene)
        return
    unreadable = [file for file in event.files if file.kind in UNREADABLE]
    if unreadable and len(unreadable) == len(event.files) and not event.text.strip():
        names = ", ".join(file.name for file in unreadable)
        notice(scene, f"file_{unreadable[0].kind}", f"picture:{event.album or event.event_id}", name=names)
        return
    asking.ask(scene)


def edited(scene: Scene) -> None:
    """A message was corrected: its question changes; one that turns to Andon only now is a question from now on."""
    event, office = scene.event, scene.office
    first = first_id(event.event_id)
    if office.ledger.talk.find_question(first) is not None:
        asking.edited(scene)
        return
    said = office.ledger.answers.said_in(first)
    if said is not None:
        corrected(scene, said)
        return
    before = job_before(office, first, len(event.files))
    if before is not None and before.args.get("addressed", True) and before.state != "dead":
        if before.state == "waiting":
            raise Again(0.5)
        return  # it was dealt with as something else, a command perhaps
    if event.addressed:
        lang = language(event.text, office.ledger.talk.spoken(scene.conversation), event.lang, office.settings.lang)
        asked = event.model_copy(update={"kind": "message", "event_id": first})
        message(Scene(office, asked, scene.conversation, lang))


def deleted(scene: Scene) -> None:
    """A message was deleted: a question that is still being worked on is called off."""
    event, office = scene.event, scene.office
    question = office.ledger.talk.find_question(first_id(event.event_id))
    if question is not None and question.state in asking.OPEN:
        asking.stop(office, question.id, event.user, event.user_name or scene.outlet.name_of(event.user))


def job_before(office: Office, first: str, files: int) -> rows.Job | None:
    """The job that a message was before it was edited: it may have lost its files since."""
    keys = dict.fromkeys(job_key(first, count) for count in (files, 0))
    return next((job for key in keys if (job := office.ledger.jobs.get(key)) is not None), None)


def corrected(scene: Scene, said: rows.Feedback) -> None:
    """The reply to "what is right?" was corrected: so is what is kept of it, unless it was taken back."""
    answer = scene.office.ledger.answers.get(said.answer_id)
    if answer is not None and said.user == scene.event.user and said.verdict == "disagree":
        right = verdict_words.judgement(scene.event.text) or scene.event.text
        evaluating.correct(scene, answer, evaluating.chosen(answer, "", right), said.reason)


def asked_by_us(scene: Scene) -> rows.Post | None:
    """The question of ours that a message answers: by replying to it, or in its thread soon after."""
    event, ledger = scene.event, scene.office.ledger.answers
    if event.reply_to:
        post = ledger.post_at(event.channel, event.reply_to)
        moment = datetime.now(UTC)
        if post is None and moment - event.at < AT_ONCE and ledger.asking(moment - AT_ONCE):
            raise Again(0.2)  # a question of ours may be out, and not be noted yet
        return post if post is not None and post.kind == "ask" else None
    if event.platform != "slack" or event.addressed or event.files or event.text.rstrip().endswith(("?", "？")):
        return None
    if small_talk.agrees(event.text) or small_talk.to_others(event.text):
        return None  # said to somebody else meanwhile
    return ledger.open_ask(scene.conversation.id, event.user, event.at - REPLY_WITHIN)


def taken(scene: Scene, post: rows.Post) -> bool:
    """Take a message as the reply to a question of ours; False when the answer that it is about is not to be had."""
    event, ledger = scene.event, scene.office.ledger.answers
    answer = ledger.get(int(post.about.get("answer_id", 0)))
    if answer is None:
        return False
    if post.about.get("what") == "quote":
        if not opinions.taken(scene, answer.id):
            asking.ask(scene, about_id=answer.id)
        return True
    ledger.close_ask(post.key)
    evaluating.correct(scene, answer, evaluating.chosen(answer, "", event.text), "")
    return True


def form(scene: Scene) -> None:
    """A form came back."""
    event, office = scene.event, scene.office
    answer = office.ledger.answers.get(number_of(event.value) or 0)
    if answer is None or scene.role < Role.CREW or not asking.readable(scene, answer.conversation_id):
        return
    if event.action == "right":
        right = evaluating.chosen(answer, event.form.get("choice", ""), event.form.get("right", ""))
        evaluating.correct(scene, answer, right, event.form.get("reason", "").strip())
    elif event.action == "quote" and event.form.get("text", "").strip():
        text = event.form["text"].strip()
        who = event.user_name or scene.outlet.name_of(event.user)
        said = Reply(
            kind="notice", lang=scene.lang,
            blocks=[Block(kind="plain", text=say("quote_said", scene.lang, who=who, text=text, id=answer.id))],
        )  # fmt: skip
        post_once(office, scene.outlet, scene.place, said, f"said:{event.event_id}", kind="notice")
        lang = language(text, office.ledger.talk.spoken(scene.conversation), event.lang, office.settings.lang)
        asked = event.model_copy(update={"kind": "message", "text": text, "reply_to": ""})
        quoting = Scene(office, asked, scene.conversation, lang)
        if not opinions.taken(quoting, answer.id):
            asking.ask(quoting, about_id=answer.id)


def joined(scene: Scene) -> None:
    """Andon was added somewhere: it says what it does and how to ask."""
    if scene.event.action == "migrated":
        scene.office.ledger.talk.move(scene.event.platform, scene.event.channel, scene.event.value)
        return
    key = f"joined:{scene.event.platform}:{scene.event.channel}:{scene.event.thread}"
    notice(scene, "hello_private" if scene.event.private else "hello", key)
