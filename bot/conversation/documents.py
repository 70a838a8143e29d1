"""A whole document in chat: a keeper sees what of it waits and what would change, and decides on all of it by one
button or one line; one press takes it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.conversation.keeping import attempt, button, carded, give, give_text, let_in
from bot.conversation.scene import Scene
from bot.reply import Button, Reply
from workers import client
from workers.contracts import Answer, Lang

if TYPE_CHECKING:
    from workers.client import DocumentSeen

MOST_BUTTONS = 3  # of one message, for documents and for candidates
LABEL = 24  # characters of a document's name on a button


def rows_of(document: Answer, lang: Lang) -> list[list[Button]]:
    """Below an answer that says that something waits: the way for a keeper to look at it and to decide."""
    rows = []
    for waiting in document.receipt.get("waiting_documents", [])[:MOST_BUTTONS]:
        name = str(waiting["document"])
        name = name if len(name) <= LABEL else f"{name[: LABEL - 1]}…"
        key = "button_kb_doc" if name else "button_kb_card"  # what somebody said in a sentence has no name
        rows.append(button(key, "kb_doc", str(waiting["handle"]), lang, name=name))
    for waiting in document.receipt.get("waiting", [])[:MOST_BUTTONS]:
        rows.append(button("button_kb_card", "kb_card", str(waiting["id"]), lang))
    return [row for row in rows if row]


def card(scene: Scene, seen: DocumentSeen) -> Reply:
    """A document with its buttons."""
    actions = ("kb_doc_yes", "kb_doc_no", "kb_doc_each")
    row = [b for a in actions for b in button(f"button_{a}", a, seen.handle, scene.lang, count=seen.count)]
    return carded(seen.lines, [row], scene)


def show(scene: Scene, name: str) -> None:
    """The card of one document, or the sentence that says that nothing of it waits."""
    desk, own = client.desk(scene.office.settings), scene.office.ledger.answers.asked()
    seen, why = attempt(scene, lambda: desk.document_card(name, own, scene.lang))
    if seen is None:
        give_text(scene, why, "document")
    else:
        give(scene, card(scene, seen), seen.handle)


def pressed(scene: Scene) -> None:
    """A keeper asked for a document, where nobody else reads along."""
    if let_in(scene):
        show(scene, scene.event.value)


def decide(scene: Scene, action: str) -> None:
    """A decision on all of a document was pressed: done, said with its count, and one press away from undone."""
    handle = scene.event.value
    scene.toast()
    said, why = attempt(scene, lambda: decision(scene, action, handle))
    undo = button("button_undo", "kb_doc_undo", handle, scene.lang) if said and action != "undo" else []
    give_text(scene, said or why, f"{action}:{handle}", [undo] if undo else [])


def decision(scene: Scene, action: str, name: str) -> str:
    """Carry out a decision on all of a document as the person who made it, and say what it came to."""
    desk, event = client.desk(scene.office.settings), scene.event
    return desk.decide_document(action, name, event.user, scene.lang, event.event_id)


def meant(scene: Scene, what: str) -> str:
    """The document that `kb approve ...` names; "" when it names a passage, whose id has no dot."""
    word, _, rest = what.strip().partition(" ")
    said = word.lower() in ("document", "--document", "文档")
    if not said and "." not in what:
        return ""
    name = rest if said else what
    return client.desk(scene.office.settings).document_named(name) or (name.strip() if said else "")
