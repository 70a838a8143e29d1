"""A message becomes a question, once; the first sign of life goes out; gathering its files is the next job."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from zlib import crc32

from bot.conversation.buttons import one, stop_rows
from bot.conversation.posting import edit, post_once, silence
from bot.conversation.scene import Scene, language, spot_of
from bot.incoming import first_id, said_at
from bot.outlet import Outlet, Sent, Unreachable, Unsure, Wait
from bot.reply import Reply
from bot.wording import say
from workers.client import Again
from workers.contracts import Block, Lang

if TYPE_CHECKING:
    from workers.client import Office, rows

CODE = re.compile(r"#A(\d{1,9})\b", re.IGNORECASE)  # how an answer is quoted from anywhere
OPEN = ("gathering", "running")


def ask(scene: Scene, *, about_id: int | None = None) -> None:
    """Note the question of a message and tell that it was heard. Saying it again changes nothing."""
    event, office = scene.event, scene.office
    text, about_id = quoted(scene, about_id)
    asked = office.ledger.talk.ask(
        event.album or event.event_id,
        [file.model_dump(mode="json") for file in event.files],
        conversation_id=scene.conversation.id,
        user=event.user,
        user_name=event.user_name,
        text=text,
        lang=scene.lang,
        message=event.message,
        about_id=about_id,
        worded=event.at,
    )
    question = asked.question
    if question.state not in OPEN:
        return
    if asked.more_files and question.state == "running":
        office.ledger.runs.restart(question.id)
    if asked.new:
        scene.outlet.working(scene.place, say("working", scene.lang))
    try:
        with office.ledger.jobs.alone(f"message:{question.id}") as ours:
            # else another part of an album is heard right now, or the answer is being shown or stands there
            if ours and office.ledger.answers.find_post(f"answer:{question.id}") is None:
                show_heard(office, question)
    finally:  # a platform that asks to wait holds up the first sign of life, not the work
        gather(office, question.id, wait=bool(event.album), insider=event.team == scene.conversation.workspace)


def quoted(scene: Scene, about_id: int | None) -> tuple[str, int | None]:
    """The words without the code of a quoted answer, and the answer that they are about."""
    event, ledger = scene.event, scene.office.ledger
    found = CODE.search(event.text)
    if found is not None:
        answer = ledger.answers.get(int(found[1]))
        if answer is not None and readable(scene, answer.conversation_id):
            return CODE.sub("", event.text).strip(), answer.id
    if about_id is None and event.reply_to:
        about = answer_at(scene.office, event.channel, event.reply_to)
        about_id = about.id if about is not None else None
    return event.text, about_id


def answer_at(office: Office, channel: str, message: str) -> rows.Answer | None:
    """The answer that a message of ours shows; also while it is not yet noted that the message became the answer, and
    for the pictures below it."""
    ledger = office.ledger.answers
    post = ledger.post_at(channel, message) or ledger.post_showing(channel, message)
    if post is None:
        return None
    if post.answer_id is not None:
        return ledger.get(post.answer_id)
    return ledger.of_question(post.question_id) if post.kind == "progress" and post.question_id is not None else None


def readable(scene: Scene, conversation_id: int) -> bool:
    """May an answer of that conversation be spoken of here? What was said where only some people read (a private chat
    or channel, a group) stays there; public channels of one workspace are open to each other."""
    if conversation_id == scene.conversation.id:
        return True
    there, here = scene.office.ledger.talk.get_conversation(conversation_id), scene.conversation
    return open_to(scene.office, scene.outlet, here, there, insider=scene.event.team == here.workspace)


def open_to(
    office: Office, outlet: Outlet, here: rows.Conversation, there: rows.Conversation, *, insider: bool
) -> bool:
    """The same of two conversations. `insider`: somebody of the workspace asks; people of another organisation read
    here alone."""
    if (there.platform, there.workspace) != (here.platform, here.workspace):
        return False
    if there.channel == here.channel:
        return True
    if there.private or not insider:
        return False
    try:
        return outlet.open_between(there.channel, None if here.private else here.channel)
    except Wait as wait:
        raise Again(wait.seconds) from wait
    except (Unreachable, Unsure) as trouble:
        raise silence(office, trouble) from trouble


def show_heard(office: Office, question: rows.Question) -> None:
    """The progress message: what was heard, with Stop."""
    spot = spot_of(office, question)
    reply = heard(office, question.id, spot.lang)
    key = f"progress:{question.id}"
    post_once(office, spot.outlet, spot.place, reply, key, kind="progress", question_id=question.id)


def heard(office: Office, question_id: int, lang: Lang) -> Reply:
    """What is said at once: the files by name, and how many questions come before."""
    names = [file.name for file in office.ledger.talk.files(question_id)]
    text = say("heard_files", lang, files=", ".join(names)) if names else say("heard", lang)
    ahead = office.ledger.talk.ahead(question_id)
    blocks = [Block(kind="plain", text=text)]
    if ahead:
        blocks.append(Block(kind="note", text=say("heard_busy", lang, count=ahead)))
    return Reply(kind="progress", lang=lang, blocks=blocks, rows=stop_rows(question_id, lang))


def gather(office: Office, question_id: int, *, wait: bool, insider: bool = False) -> None:
    """Let a chat worker fetch the files and begin; parts of an album are waited for a moment. `insider`: somebody of
    the workspace itself is known to ask."""
    count = len(office.ledger.talk.files(question_id))
    run = office.ledger.runs.of(question_id)
    words = crc32(office.ledger.talk.question(question_id).text.encode("utf-8", "replace"))
    key = f"gather:{question_id}:{count}:{run.number if run else 0}:{words:x}"
    delay = office.settings.album_wait if wait else 0.0
    office.add(key, "chat.gather", "chat", {"question_id": question_id, "insider": insider}, delay)


def edited(scene: Scene) -> None:
    """Somebody corrected a message: a question under way begins anew, an answered one offers to."""
    event, office = scene.event, scene.office
    question = office.ledger.talk.find_question(first_id(event.event_id))
    if question is None or question.user != event.user:
        return
    lang = language(event.text, office.ledger.talk.spoken(scene.conversation), event.lang, office.settings.lang)
    anew = (f"gather:{question.id}:{event.event_id}"[:255], "chat.gather", "chat", {"question_id": question.id})
    if question.text != event.text:
        follow = office.following()
        if not office.ledger.talk.edit_question(
            question.id, event.text, lang, said_at(event), anew=lambda session: follow.note(session, anew)
        ):
            return  # a later edit was told before this one
        follow.tell()
    elif question.worded != said_at(event):
        return  # nothing new
    if office.ledger.jobs.get(anew[0]) is not None:  # noted just now, or by a try of before
        return
    blocks = [Block(kind="plain", text=say("edited_after", lang))]
    reply = Reply(kind="notice", lang=lang, blocks=blocks, rows=one("button_again", "again", question.id, lang))
    post_once(office, scene.outlet, scene.place, reply, f"edited:{event.event_id}", kind="notice")


def again(office: Office, question: rows.Question, occasion: str) -> None:
    """Ask a question anew with its words and files of today: a question of its own, told apart by `occasion`. It stays
    that of the person who wrote it, whoever wants it again: what it teaches counts as that person's word."""
    talk = office.ledger.talk
    refs = [file.ref for file in talk.files(question.id)]
    asked = talk.ask(
        f"again:{question.id}:{occasion}", refs, conversation_id=question.conversation_id, user=question.user,
        user_name=question.user_name, text=question.text, lang=question.lang, message=question.message,
        about_id=question.about_id,
    )  # fmt: skip
    if asked.question.state in OPEN:
        show_heard(office, asked.question)
        gather(office, asked.question.id, wait=False)


def stop(office: Office, question_id: int, by: str, by_name: str, unsaid: str = "") -> bool:
    """Call a question off and have its progress message say so; False when it was over already. `unsaid`: the key of
    the post that is not to be made then, not even when a worker dies and another one finds nothing to stop."""
    follow, answers = office.following(), office.ledger.answers
    job = (f"stopped:{question_id}", "chat.stopped", "chat", {"question_id": question_id, "by": by_name})

    def then(session: Any) -> None:
        follow.note(session, job)
        if unsaid:
            answers.unsaid(session, unsaid)

    stopped = office.ledger.runs.stop(question_id, by, then=then)
    follow.tell()
    return stopped


def show_stopped(office: Office, question_id: int, by: str) -> None:
    """The progress message says that it was stopped, and by whom."""
    question = office.ledger.talk.question(question_id)
    post = office.ledger.answers.find_post(f"progress:{question_id}")
    spot = spot_of(office, question)
    text = say("stopped", spot.lang, who=by) if by else say("stopped_bare", spot.lang)
    reply = Reply(
        kind="notice",
        lang=spot.lang,
        blocks=[Block(kind="plain", text=text)],
        rows=one("button_again", "again", question_id, spot.lang),
    )
    if post is not None and post.state == "sent":
        with office.ledger.jobs.alone(f"message:{question_id}") as ours:
            if not ours:
                raise Again(0.3)
            edit(office, spot.outlet, spot.place, Sent(channel=post.channel, message=post.message), reply)
            return
    key = f"stopped:{question_id}"
    post_once(office, spot.outlet, spot.place, reply, key, kind="notice", question_id=question_id)
