"""What is said when a task failed for good: one sentence with the reference of the log, to whoever waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.accept import scene_of
from bot.conversation.hearing import meant
from bot.conversation.outlets import outlet_for
from bot.conversation.posting import post_once
from bot.conversation.scene import place_of, spot_of
from bot.conversation.speaking import quietly
from bot.incoming import Incoming
from bot.reply import Reply
from bot.wording import say
from workers.client import internal_sentence
from workers.contracts import Block, Lang

if TYPE_CHECKING:
    from workers.client import Office

TO_ONE = ("press", "reaction", "form")  # seen by the person alone


def of_event(office: Office, event: Incoming, ref: str) -> None:
    """An event could not be dealt with. Nobody waits for what Andon says of itself, or what was not meant for it."""
    if event.kind in ("refused", "joined"):
        return
    scene = scene_of(office, event)
    if scene is None or not (event.addressed or meant(scene) or event.kind in TO_ONE):
        return
    reply = _sentence(ref, scene.lang)
    if event.kind in TO_ONE:
        quietly(scene, reply)
    else:
        post_once(office, scene.outlet, scene.place, reply, f"sorry:{event.event_id}"[:255], kind="notice")


def of_question(office: Office, question_id: int, ref: str) -> None:
    """What belongs to a question could not be done."""
    spot = spot_of(office, office.ledger.talk.question(question_id))
    key = f"sorry:{question_id}:{ref}"
    post_once(office, spot.outlet, spot.place, _sentence(ref, spot.lang), key, kind="notice", question_id=question_id)


def paused(office: Office, question_id: int, why: str) -> None:
    """Work on a question cannot go on just now, and will by itself."""
    question = office.ledger.talk.question(question_id)
    if question.state not in ("gathering", "running"):
        return
    spot = spot_of(office, question)
    blocks = [Block(kind="plain", text=say(f"paused_{why}", spot.lang))]
    reply = Reply(kind="notice", lang=spot.lang, blocks=blocks)
    key = f"paused:{question_id}:{why}"
    post_once(office, spot.outlet, spot.place, reply, key, kind="notice", question_id=question_id)


def of_run(office: Office, run_id: int, ref: str) -> None:
    """The answer of a run could not be shown: its question is over."""
    run = office.ledger.runs.get(run_id)
    if run is not None:
        of_question(office, run.question_id, ref)
        office.ledger.talk.settle(run.question_id, "failed", unless=("stopped", "answered"))


def of_answer(office: Office, answer_id: int, ref: str) -> None:
    """What belongs to an answer could not be shown."""
    answer = office.ledger.answers.get(answer_id)
    if answer is not None:
        of_question(office, answer.question_id, ref)


def of_digest(office: Office, subscription_id: int, due: str, ref: str) -> None:
    """A digest could not be made."""
    wanted = next((s for s in office.ledger.answers.subscriptions() if s.id == subscription_id), None)
    if wanted is None:
        return
    conversation = office.ledger.talk.get_conversation(wanted.conversation_id)
    lang: Lang = "zh" if wanted.lang == "zh" else "en"
    outlet = outlet_for(conversation.platform, office.settings)
    key = f"sorry:digest:{subscription_id}:{due}"
    post_once(office, outlet, place_of(conversation), _sentence(ref, lang), key, kind="notice")


def _sentence(ref: str, lang: Lang) -> Reply:
    return Reply(kind="notice", lang=lang, blocks=[Block(kind="plain", text=internal_sentence(ref, lang))])
