"""What a keeper sees of a whole document before deciding on it: how much waits, what it is about, what would change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import Field

from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Passage
from roles.types import Frozen
from workers.knowledge.asked import tried
from workers.knowledge.reviewing import Turned, short, turn_line
from workers.knowledge.taken import conflict_lines
from workers.prose.numbers import span
from workers.settings import Settings
from workers.wording import say

MOST_TITLES, MOST_TURNS = 6, 5
FEW = 3  # so many passages are shown with their words


class DocumentCard(Frozen):
    """A document as a keeper decides on it. `handle` is its short name for buttons; `age_s` of its oldest passage that
    waits; `safety` counts those that speak of what keeps people unhurt."""

    document: str
    handle: str
    ids: list[str]
    rules: int
    authors: list[str]
    age_s: float
    titles: list[str]
    texts: list[str]  # of a document with few passages
    safety: int
    contradictions: growth.Conflicts
    changed: list[Turned] = Field(default_factory=list)
    unchanged: int = 0


class DocumentSeen(Frozen):
    """A card as chat shows it: its lines, how many passages wait, and what the buttons call it."""

    document: str
    handle: str
    count: int
    lines: list[str]


def card(
    store: KnowledgeBase, document: str, waits: Sequence[Passage], settings: Settings, questions: Sequence[str]
) -> DocumentCard:
    """The card of a document of which `waits` wait; `questions` are those of chat, tried beside others (asked.py)."""
    asked = tried(settings, questions)
    ids = [passage.id for passage in waits]
    effect = growth.together(store, ids, asked, settings.answer_threshold)
    told = [p for p in waits if p.kind != "rule"]
    oldest = min(datetime.fromisoformat(p.created) for p in waits)
    return DocumentCard(
        document=document, handle=growth.handle(document), ids=ids, rules=len(waits) - len(told),
        authors=list(dict.fromkeys(p.author for p in waits if p.author)),
        age_s=max(0.0, (datetime.now(UTC) - oldest).total_seconds()),
        titles=list(dict.fromkeys(p.title for p in told)),
        texts=[p.text for p in told] if len(told) <= FEW else [],
        safety=sum(growth.about_safety(p) for p in told),
        contradictions=growth.conflicts(store, ids),
        changed=[Turned(question=t.question, before=(t.before.id, t.before.title), after=(t.after.id, t.after.title))
                 for t in effect.changed],
        unchanged=effect.unchanged,
    )  # fmt: skip


def named(store: KnowledgeBase, words: str, settings: Settings, questions: Sequence[str]) -> DocumentCard:
    """The card of the document with this name or handle. KnowledgeError when nothing of it waits."""
    document = growth.document_named(store, words)
    waits = growth.waiting_documents(store).get(document, [])
    if not waits:
        raise KnowledgeError("failure_kb_none_of_document", document=document or words)
    return card(store, document, waits, settings, questions)


def told(card: DocumentCard, lang: str) -> list[str]:
    """A card in lines for a person."""
    who = ", ".join(card.authors) or say("kb_history_nobody", lang)
    lines = [say("kb_document_head", lang, document=card.document, count=len(card.ids))]
    lines.append(say("kb_document_line", lang, author=who, age=span(round(card.age_s), lang), rules=card.rules))
    if card.safety:
        lines.insert(0, say("kb_document_safety", lang, count=card.safety))
    if card.texts:
        lines += [short(text) for text in card.texts]
    else:
        more = len(card.titles) - MOST_TITLES
        titles = "; ".join(card.titles[:MOST_TITLES]) + (f"; … +{more}" if more > 0 else "")
        lines.append(say("kb_document_about", lang, titles=titles))
    lines += conflict_lines(card.contradictions, lang)
    return [*lines, *change_lines(card.changed, card.unchanged, lang)]


def change_lines(changed: Sequence[Turned], unchanged: int, lang: str) -> list[str]:
    """How many known questions would be answered otherwise, and the first of them."""
    key = "kb_card_changes" if changed else "kb_card_no_change"
    head = say(key, lang, changed=len(changed), count=len(changed) + unchanged)
    return [head, *(turn_line(turned, lang) for turned in changed[:MOST_TURNS])]


def seen(card: DocumentCard, lang: str) -> DocumentSeen:
    """`card` in words."""
    return DocumentSeen(document=card.document, handle=card.handle, count=len(card.ids), lines=told(card, lang))


def outcome(action: str, made: growth.Together, lang: str) -> str:
    """What a decision on a whole document came to, in a sentence."""
    line = say(f"kb_document_{action}", lang, count=len(made.changed), document=made.document)
    if made.refused:
        line += " " + say("kb_document_refused", lang, count=len(made.refused), ids=", ".join(list(made.refused)[:5]))
    return line
