"""Evaluate: agree, disagree with the right answer, and the same for each causal edge.

A verdict is kept at once; what it teaches becomes a knowledge candidate by a job of its own. A second one changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.conversation import following, subject
from bot.conversation.buttons import one
from bot.conversation.delivery import document_of
from bot.conversation.posting import post_once
from bot.conversation.scene import Scene
from bot.conversation.speaking import clicked, number_of, opened, whisper
from bot.incoming import first_id, said_at
from bot.reply import Choice, Field_, Form, Reply
from bot.wording import say
from workers.contracts import Block, CauseSaid, EdgeSaid

if TYPE_CHECKING:
    from datetime import datetime

    from workers.client import rows

MOST_CAUSES = 4
OTHER = "other"


def pressed(scene: Scene, answer: rows.Answer | None, verdict: str) -> None:
    """Agree or Disagree was pressed."""
    if answer is not None:
        clicked(scene, answer, verdict)
        judge(scene, answer, verdict)


def judge(scene: Scene, answer: rows.Answer, verdict: str, *, by_emoji: bool = False, in_words: bool = False) -> None:
    """Keep a verdict and thank for it; a disagreement asks what is right, in the open where no form can open."""
    pressed_on, answer = answer, subject.judged(scene.office, answer)
    said, changed = keep(scene, answer, verdict, at=told_at(scene))
    if said.verdict != verdict:
        return  # what was said later is kept already
    if verdict == "agree":
        training = subject.is_training(scene.office, answer)
        if not training:
            following.expect(scene.office, answer)
        if by_emoji:
            return
        tally = scene.office.ledger.answers.tally(answer.id)
        key = "agreed_training" if training else "agreed"
        whisper(scene, key, yes=tally.get("agree", 0), no=tally.get("disagree", 0))
        return
    if said.right and not changed and by_emoji:
        return
    answer = subject.corrected(scene.office, pressed_on)
    if by_emoji or in_words or not opened(scene, right_form(scene, answer)):
        ask_right(scene, answer)


def withdraw(scene: Scene, answer: rows.Answer, verdict: str) -> None:
    """The emoji is gone, so is the verdict."""
    answer = subject.judged(scene.office, answer)
    follow = scene.office.following()
    scene.office.ledger.answers.unjudge(
        answer.id, scene.event.user, verdict, told_at(scene),
        then=lambda session, row: follow.note(session, lesson_of(row)),
    )  # fmt: skip
    follow.tell()


def told_at(scene: Scene) -> datetime | None:
    """When an event happened, by the platform's clock; None for presses and forms, which carry no time of its."""
    return said_at(scene.event) if scene.event.kind in ("message", "edit", "reaction") else None


def keep(scene: Scene, answer: rows.Answer, verdict: str, **said: Any) -> tuple[rows.Feedback, bool]:
    """Keep what the person of this event says of an answer; a worker learns from what that changed, both or neither.
    True when it changed something."""
    follow = scene.office.following()
    kept, changed = scene.office.ledger.answers.judge(
        answer.id, scene.event.user, verdict, then=lambda session, row: follow.note(session, lesson_of(row)), **said
    )
    follow.tell()
    return kept, changed


def lesson_of(said: rows.Feedback) -> tuple[str, str, str, dict[str, Any]]:
    """The job that makes a candidate of a judgement, or takes one back."""
    return f"learn:{said.id}:{said.at.timestamp():.6f}", "kb.learn", "cpu", {"feedback_id": said.id}


def right_form(scene: Scene, answer: rows.Answer) -> Form:
    """What is right, and why: the likely causes offered, free text beside them."""
    lang = scene.lang
    causes = [Choice(value=str(i), label=text) for i, text in enumerate(answer.causes[:MOST_CAUSES])]
    fields = []
    if causes:
        choices = [*causes, Choice(value=OTHER, label=say("right_other", lang))]
        fields.append(Field_(key="choice", label=say("right_choice", lang), choices=choices))
    fields.append(Field_(key="right", label=say("right_text", lang), hint=say("right_hint", lang), long=True))
    fields.append(Field_(key="reason", label=say("right_reason", lang), long=True))
    return Form(
        title=say("right_title", lang), action="right", value=str(answer.id), fields=fields,
        submit=say("form_send", lang), cancel=say("form_cancel", lang), lang=lang,
    )  # fmt: skip


def open_right(scene: Scene, answer: rows.Answer | None) -> None:
    """The button under the visible question: the form."""
    if answer is not None and not opened(scene, right_form(scene, answer)):
        ask_right(scene, answer)


def ask_right(scene: Scene, answer: rows.Answer) -> None:
    """Ask in the open what is right: a reply to this message is taken as the answer."""
    lang, event = scene.lang, scene.event
    causes = "\n".join(f"{i}. {text}" for i, text in enumerate(answer.causes[:MOST_CAUSES], start=1))
    text = say("right_ask_causes" if causes else "right_ask", lang, headline=answer.headline, causes=causes)
    telegram = event.platform == "telegram"
    rows_ = [] if telegram else one("button_right", "right", answer.id, lang)
    reply = Reply(kind="notice", lang=lang, blocks=[Block(kind="plain", text=text)], rows=rows_, asks=telegram)
    about = {"what": "right", "answer_id": answer.id, "user": event.user, "open": True}
    key = f"right:{answer.id}:{event.user}:{event.event_id}"
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="ask", answer_id=answer.id, about=about)


def chosen(answer: rows.Answer, choice: str, text: str) -> str:
    """The right answer from a form or a reply: a cause by its number, or free words."""
    text = text.strip()
    if not text and choice.isdigit() and int(choice) < len(answer.causes):
        return answer.causes[int(choice)]
    if text.rstrip(".").isdigit() and 0 < int(text.rstrip(".")) <= min(MOST_CAUSES, len(answer.causes)):
        return answer.causes[int(text.rstrip(".")) - 1]
    return text


def correct(scene: Scene, answer: rows.Answer, right: str, reason: str, *, named: bool = False) -> None:
    """Keep what is right, say in the conversation that it waits for a keeper, and offer to take it back. `named`: say
    of which answer it is kept, for nobody pressed a button below one."""
    if not right and not reason:
        whisper(scene, "disagreed")
        return
    event = scene.event
    words_of = first_id(event.event_id) if event.kind in ("message", "edit") else None
    said, _ = keep(scene, answer, "disagree", right=right, reason=reason, at=told_at(scene), said_in=words_of)
    if right and said.right != right:
        return  # the reply was corrected since
    text = say("noted_right", scene.lang, right=right) if right else say("noted_reason", scene.lang, reason=reason)
    if right and named:
        text = say("noted_answer", scene.lang, right=right, id=answer.id)
    if subject.is_training(scene.office, answer):
        text = say("noted_training", scene.lang, said=right or reason)
    elif subject.of_nothing(scene.office, answer):
        text = say("noted_nothing", scene.lang, said=right or reason)
    rows_ = one("button_undo", "undo", said.id, scene.lang)
    reply = Reply(kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)], rows=rows_)
    key = f"noted:{said.id}:{event.event_id}"
    post_once(scene.office, scene.outlet, scene.place, reply, key, kind="notice")


def deny_point(scene: Scene, answer: rows.Answer, point: int, right: str) -> None:
    """Keep that one of the causes is wrong, and what is right instead of it; the rest of the answer stands."""
    if point > len(answer.causes):
        whisper(scene, "point_unknown", id=answer.id, count=len(answer.causes))
        return
    cause, event = answer.causes[point - 1], scene.event
    said, _ = keep(
        scene, answer, "disagree", aspect=CauseSaid(cause=cause).aspect, right=right, at=told_at(scene)
    )  # fmt: skip
    key = "noted_point_right" if right else "noted_point"
    text = say(key, scene.lang, id=answer.id, point=point, cause=cause, right=right)
    reply = Reply(
        kind="notice", lang=scene.lang, blocks=[Block(kind="plain", text=text)],
        rows=one("button_undo", "undo", said.id, scene.lang),
    )  # fmt: skip
    post_once(scene.office, scene.outlet, scene.place, reply, f"noted:{said.id}:{event.event_id}"[:255], kind="notice")


def undo(scene: Scene) -> None:
    """Take back one's own correction."""
    ledger = scene.office.ledger.answers
    number = number_of(scene.event.value)
    said = ledger.feedback(number) if number is not None else None
    answer = ledger.get(said.answer_id) if said is not None else None
    if said is None or answer is None or said.user != scene.event.user:
        whisper(scene, "undo_not_yours")
        return
    keep(scene, answer, "withdrawn", aspect=said.aspect)
    whisper(scene, "undone")


def edge(scene: Scene, answer: rows.Answer | None, verdict: str) -> None:
    """Agree or disagree with one edge of the causal graph: value "ANSWER.EDGE"."""
    if answer is None:
        return
    answer = subject.corrected(scene.office, answer)
    edges = document_of(scene.office, answer).graph.corrected
    number = scene.event.value.partition(".")[2]
    if not number.isdigit() or int(number) >= len(edges):
        whisper(scene, "answer_unknown")
        return
    which = edges[int(number)]
    aspect = EdgeSaid(cause=which.cause, effect=which.effect).aspect
    keep(scene, answer, verdict, aspect=aspect)
    key = "edge_agreed" if verdict == "agree" else "edge_disagreed"
    whisper(scene, key, cause=which.cause, effect=which.effect)
