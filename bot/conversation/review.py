"""Review in chat: each candidate as a card with what it resembles and would change, and the buttons that decide. Of a
document of which several passages wait there is one card (documents.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation import documents
from bot.conversation.buttons import one
from bot.conversation.keeping import attempt, button, carded, give, give_text, let_in
from bot.conversation.scene import Scene
from bot.reply import Button, Reply
from bot.wording import say
from workers import client

if TYPE_CHECKING:
    from workers.client import Candidate

MOST_CARDS = 5


def show(scene: Scene) -> None:
    """`kb review`: the oldest candidates, a message each. In a channel only the keeper sees them."""
    desk, asked = client.desk(scene.office.settings), scene.office.ledger.answers.asked()
    whole, found = desk.review_cards(asked, scene.lang, MOST_CARDS)
    count, shown = desk.waiting(), sum(document.count for document in whole) + len(found)
    key = "kb_review_none" if not shown else "kb_review" if count <= shown else "kb_review_first"
    give_text(scene, say(key, scene.lang, count=count, shown=shown), "lead")
    for document in whole:
        give(scene, documents.card(scene, document), document.handle)
    for candidate in found:
        give(scene, card(scene, candidate), candidate.id)


def named(scene: Scene, name: str) -> None:
    """`kb review NAME`: a document, or one candidate with every question that would be answered otherwise."""
    if document := client.desk(scene.office.settings).document_named(name):
        documents.show(scene, document)
    else:
        show_one(scene, name.upper() if name.islower() else name)


def pressed(scene: Scene) -> None:
    """A keeper asked for a candidate that would answer a question, where nobody else reads along."""
    if let_in(scene):
        show_one(scene, scene.event.value)


def show_one(scene: Scene, id_: str) -> None:
    """The card of one candidate, or the sentence that says that it does not wait."""
    desk, asked = client.desk(scene.office.settings), scene.office.ledger.answers.asked()
    found, why = attempt(scene, lambda: desk.review_card(id_, asked, scene.lang))
    if found is None:
        give_text(scene, why, id_)
    else:
        give(scene, card(scene, found), id_)


def each(scene: Scene) -> None:
    """The passages of a document one by one, the oldest first."""
    scene.toast()
    desk, asked = client.desk(scene.office.settings), scene.office.ledger.answers.asked()
    cards = desk.document_cards(scene.event.value, asked, scene.lang, MOST_CARDS)
    for candidate in cards:
        give(scene, card(scene, candidate), candidate.id)
    if not cards:
        give_text(scene, say("kb_review_none", scene.lang), "none")


def card(scene: Scene, candidate: Candidate) -> Reply:
    """One candidate with its buttons."""
    lang = scene.lang
    rows = [[
        Button(label=say("button_kb_approve", lang), action="kb_approve", value=candidate.id),
        Button(label=say("button_kb_reject", lang), action="kb_reject", value=candidate.id),
    ]]  # fmt: skip
    if candidate.changes:
        rows[0].append(Button(label=say("button_kb_show", lang), action="kb_show", value=candidate.id))
    merges = [button("button_kb_merge", "kb_merge", f"{candidate.id}>{into}", lang, id=into)
              for into in candidate.duplicates[:2]]  # fmt: skip
    return carded(candidate.lines, rows + [row for row in merges if row], scene)


def decide(scene: Scene, action: str) -> None:
    """A decision was pressed: done, said, and one press away from undone."""
    id_, _, into = scene.event.value.partition(">")
    scene.toast()
    said, why = attempt(scene, lambda: decision(scene, action, id_, into))
    rows = one("button_undo", "kb_undo", id_, scene.lang) if said and action != "undo" else []
    give_text(scene, said or why, f"{action}:{id_}", rows)


def decision(scene: Scene, action: str, id_: str, into: str = "") -> str:
    """Carry out a decision as the person who made it and say what it came to."""
    desk, by, event = client.desk(scene.office.settings), scene.event.user, scene.event
    if action == "merge":
        desk.merge(id_, into, by)
        return say("kb_merged", scene.lang, id=id_, into=into)
    state = desk.decide(action, id_, by, event.event_id)
    return say("kb_decided", scene.lang, id=id_, state=say(f"kb_state_{state}", scene.lang))


def turned(scene: Scene) -> None:
    """Which questions would be answered otherwise, each before and after."""
    scene.toast()
    asked, desk, id_ = scene.office.ledger.answers.asked(), client.desk(scene.office.settings), scene.event.value
    found, why = attempt(scene, lambda: desk.review_card(id_, asked, scene.lang).lines)
    give_text(scene, "\n".join(found or [why]), f"show:{id_}")
