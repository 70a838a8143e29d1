"""The four reactions and the buttons beside them, as presses and as emoji. Who did what is kept; nothing doubles."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.access import Role
from bot.conversation import (
    asking,
    code,
    details,
    documents,
    evaluating,
    followups,
    opinions,
    outcomes,
    review,
    simulating,
)
from bot.conversation.delivery import document_of
from bot.conversation.posting import edit, post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import answer_of, clicked, number_of, opened, quietly, whisper
from bot.outlet import Sent
from bot.reply import Field_, Form, Reply
from bot.wording import say
from workers import client
from workers.contracts import Block

if TYPE_CHECKING:
    from workers.client import rows

Handler = Callable[[Scene], None]


def press(scene: Scene) -> None:
    """Somebody pressed a button."""
    event = scene.event
    least, handler = HANDLERS.get(event.action, (Role.VIEWER, unknown))
    if scene.role < least:
        whisper(scene, "not_allowed")
        return
    handler(scene)


def unknown(scene: Scene) -> None:
    """A button of another version."""
    scene.toast()


def emoji(scene: Scene) -> None:
    """Thumbs up and down on an answer are agree and disagree; taking them away takes the verdict back."""
    event = scene.event
    verdict = {"+1": "agree", "-1": "disagree"}.get(event.action)
    if verdict is None or scene.role < Role.CREW:
        return
    answer = asking.answer_at(scene.office, event.channel, event.message)
    if answer is None:
        return
    if event.value == "removed":
        evaluating.withdraw(scene, answer, verdict)
    else:
        evaluating.judge(scene, answer, verdict, by_emoji=True)


def copy(scene: Scene) -> None:
    """The whole answer as plain text to take away."""
    answer = answer_of(scene)
    if answer is None:
        return
    clicked(scene, answer, "copy")
    scene.toast()
    text = document_of(scene.office, answer).text
    quietly(scene, Reply(kind="notice", lang=scene.lang, code=f"{text}\n#A{answer.id}"))


def quote(scene: Scene) -> None:
    """Ask a follow-up with this answer as context: a form where there are forms, else a reply to a message."""
    answer = answer_of(scene)
    if answer is None:
        return
    office, event = scene.office, scene.event
    clicked(scene, answer, "quote")
    label = say("quote_field", scene.lang)
    form = Form(
        title=say("quote_title", scene.lang),
        action="quote",
        value=str(answer.id),
        fields=[Field_(key="text", label=label, hint=say("quote_hint", scene.lang, id=answer.id), long=True,
                       optional=False)],
        submit=say("form_ask", scene.lang),
        cancel=say("form_cancel", scene.lang),
        lang=scene.lang,
    )  # fmt: skip
    if opened(scene, form):
        return
    text = say("quote_reply", scene.lang, headline=answer.headline, id=answer.id)
    reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)], asks=True)
    about = {"what": "quote", "answer_id": answer.id}
    key = f"quote:{answer.id}:{event.event_id}"
    post_once(office, scene.outlet, scene.place, reply, key, kind="ask", about=about)


def query(scene: Scene) -> None:
    """Look on the web for what an answer is about; until a search engine is set up it says how to set one up."""
    answer = answer_of(scene)
    if answer is None:
        return
    clicked(scene, answer, "query")
    scene.toast()
    words = " ".join([answer.headline, *answer.causes[:1]])
    blocks = [Block(kind="plain", text=line) for line in from_the_web(scene, words)]
    quietly(scene, Reply(kind="notice", lang=scene.lang, blocks=blocks))


def from_the_web(scene: Scene, words: str) -> list[str]:
    """What a search engine finds, each with its address, labelled as what it is."""
    try:
        found = client.desk(scene.office.settings).web(words, scene.lang)
    except client.MENDABLE as error:
        return [client.crew_sentence(error, scene.lang)]
    if found is None:
        return [say("query_not_configured", scene.lang, words=words)]
    if not found:
        return [say("query_nothing", scene.lang, words=words)]
    lines = [f"{title}{f' ({date})' if date else ''}\n{text}\n{url}" for title, url, text, date in found]
    return [say("query_found", scene.lang, words=words), *lines]


def stop(scene: Scene) -> None:
    """Call the question off."""
    event, answers = scene.event, scene.office.ledger.answers
    question = question_of(scene)
    if question is None:
        return
    name = event.user_name or scene.outlet.name_of(event.user)
    stopped = asking.stop(scene.office, question.id, event.user, name)
    over = not stopped and question.state != "stopped"
    scene.toast(say("stop_too_late" if over else "stopping", scene.lang))
    if not stopped and event.platform == "telegram" and answers.post_at(event.channel, event.message) is None:
        # a progress message whose birth we never heard of: its double became the answer
        reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="note", text=say("done", scene.lang))])
        edit(scene.office, scene.outlet, scene.place, Sent(channel=event.channel, message=event.message), reply)


def again(scene: Scene) -> None:
    """Ask the same once more."""
    question = question_of(scene)
    if question is None:
        return
    scene.toast()
    asking.again(scene.office, question, scene.event.event_id)


def question_of(scene: Scene) -> rows.Question | None:
    """The question that a press is about, if it may be spoken of here: what a button carries comes from an app, which
    may say anything."""
    number = number_of(scene.event.value)
    question = scene.office.ledger.talk.get_question(number) if number is not None else None
    if question is None or not asking.readable(scene, question.conversation_id):
        whisper(scene, "question_unknown")
        return None
    return question


HANDLERS: dict[str, tuple[Role, Handler]] = {
    "copy": (Role.VIEWER, copy),
    "quote": (Role.CREW, quote),
    "query": (Role.CREW, query),
    "agree": (Role.CREW, lambda scene: evaluating.pressed(scene, answer_of(scene), "agree")),
    "disagree": (Role.CREW, lambda scene: evaluating.pressed(scene, answer_of(scene), "disagree")),
    "right": (Role.CREW, lambda scene: evaluating.open_right(scene, answer_of(scene))),
    "right_of": (Role.CREW, opinions.pressed),
    "more": (Role.VIEWER, lambda scene: details.more(scene, answer_of(scene))),
    "data": (Role.VIEWER, lambda scene: details.data(scene, answer_of(scene))),
    "code": (Role.VIEWER, lambda scene: code.pressed(scene, answer_of(scene))),
    "edge_yes": (Role.CREW, lambda scene: evaluating.edge(scene, answer_of(scene), "agree")),
    "edge_no": (Role.CREW, lambda scene: evaluating.edge(scene, answer_of(scene), "disagree")),
    "undo": (Role.CREW, lambda scene: evaluating.undo(scene)),
    "fixed": (Role.CREW, lambda scene: outcomes.fixed(scene, answer_of(scene))),
    "not_fixed": (Role.CREW, lambda scene: outcomes.not_fixed(scene, answer_of(scene))),
    "not_yet": (Role.CREW, lambda scene: outcomes.not_yet(scene, answer_of(scene))),
    "kb_approve": (Role.KEEPER, lambda scene: review.decide(scene, "approve")),
    "kb_reject": (Role.KEEPER, lambda scene: review.decide(scene, "reject")),
    "kb_merge": (Role.KEEPER, lambda scene: review.decide(scene, "merge")),
    "kb_undo": (Role.KEEPER, lambda scene: review.decide(scene, "undo")),
    "kb_show": (Role.KEEPER, review.turned),
    "kb_card": (Role.KEEPER, review.pressed),
    "kb_doc": (Role.KEEPER, documents.pressed),
    "kb_doc_each": (Role.KEEPER, review.each),
    "kb_doc_yes": (Role.KEEPER, lambda scene: documents.decide(scene, "approve")),
    "kb_doc_no": (Role.KEEPER, lambda scene: documents.decide(scene, "reject")),
    "kb_doc_undo": (Role.KEEPER, lambda scene: documents.decide(scene, "undo")),
    "order": (Role.CREW, lambda scene: followups.pressed(scene, answer_of(scene))),
    "simulate_run": (Role.CREW, lambda scene: simulating.pressed(scene, go=True)),
    "simulate_off": (Role.CREW, lambda scene: simulating.pressed(scene, go=False)),
    "stop": (Role.CREW, stop),
    "again": (Role.CREW, again),
}
