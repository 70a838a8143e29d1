"""What a keeper sees of a candidate before deciding: its text, what it resembles or contradicts, what would change."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from pydantic import Field

from kb import growth
from kb.contract import Change, KnowledgeBase
from kb.passage import Passage
from roles.types import Frozen
from workers.knowledge.asked import tried
from workers.prose.numbers import span
from workers.settings import Settings
from workers.wording import say

QUOTE = 120  # characters of a sentence that shows a contradiction
MOST_QUESTIONS = 200  # of the plant's own, newest first
AGREED = re.compile(r"(?P<count>\d+) agreed(?P<people>: .*)?")  # notes that kb/growth/agreement.py writes
KEEPER = re.compile(r"keeper (?P<name>.+) agreed")
OCCASION = re.compile(r"occasion \S+")  # kb/growth/candidates.py: no reason, it tells one decision from the next


class Near(Frozen):
    """A passage that a candidate resembles or contradicts, with the reason in words."""

    id: str
    title: str
    status: str
    reason: str


class Turned(Frozen):
    """A question that would be answered otherwise: (id, title) of the passage now and then, "" for no answer."""

    question: str
    before: tuple[str, str]
    after: tuple[str, str]


class Card(Frozen):
    """A candidate as a keeper decides on it. `age_s` seconds; `agreed` people who stand behind it.

    `safety`: it speaks of what keeps people unhurt, or against the passages `endangered` that do.
    """

    id: str
    title: str
    text: str
    kind: str
    source: str
    author: str
    created: str
    age_s: float
    agreed: int
    corrects: list[str]
    duplicates: list[Near]
    contradictions: list[Near]
    changed: list[Turned]
    unchanged: int
    safety: bool = False
    endangered: list[str] = Field(default_factory=list)


class Candidate(Frozen):
    """A card as chat shows it: its lines, the passages that it may be merged with, and whether answers would change."""

    id: str
    lines: list[str]
    duplicates: list[str]
    changes: bool


def candidate(card: Card, lang: str, *, whole: bool = False) -> Candidate:
    """`card` in words."""
    near = [each.id for each in card.duplicates]
    return Candidate(id=card.id, lines=told(card, lang, whole=whole), duplicates=near, changes=bool(card.changed))


def crew(settings: Settings) -> growth.Crew:
    """Whose agreement counts, by the settings: not viewers, not Andon itself."""
    keepers = growth.Keepers.parse(settings.keepers, strict=settings.mode == "production")
    outsiders = growth.listed(settings.viewers) | {"andon"}
    return growth.Crew(keepers=keepers, outsiders=outsiders, confirmations=settings.confirmations)


def cards(
    store: KnowledgeBase, waiting: Sequence[Passage], settings: Settings, questions: Sequence[str], lang: str
) -> list[Card]:
    """A card for each candidate; `questions` are those of chat, tried beside the others (asked.py)."""
    asked = tried(settings, questions)
    changes = growth.effects(store, [p.id for p in waiting], asked, settings.answer_threshold)
    votes = store.votes([p.id for p in waiting])
    now, counts = datetime.now(UTC), crew(settings)
    found = []
    for passage in waiting:
        near = growth.alike(store, passage)
        against = [*passage.corrects, *(each.id for each in near if each.kind == "contradiction")]
        endangered = growth.endangered(store, against)
        turns = [
            Turned(question=t.question, before=(t.before.id, t.before.title), after=(t.after.id, t.after.title))
            for t in changes[passage.id].changed
        ]
        found.append(Card(
            **passage.model_dump(include={"id", "title", "text", "kind", "source", "author", "created", "corrects"}),
            age_s=max(0.0, (now - datetime.fromisoformat(passage.created)).total_seconds()),
            agreed=len(growth.agreeing([v for v in votes if v.passage == passage.id], counts)),
            duplicates=[_near(each, lang) for each in near if each.kind == "duplicate"],
            contradictions=[_near(each, lang) for each in near if each.kind == "contradiction"],
            changed=turns,
            unchanged=changes[passage.id].unchanged,
            safety=bool(endangered) or growth.about_safety(passage),
            endangered=endangered,
        ))  # fmt: skip
    return found


def reason(each: growth.Alike, lang: str) -> str:
    """Why two passages are alike or contradict each other, in words."""
    values = {"mine": short(each.mine), "theirs": short(each.theirs), "my_word": each.my_word,
              "their_word": each.their_word, "percent": round(100 * each.share)}  # fmt: skip
    return say(f"kb_why_{each.why}", lang, **values)


def _near(each: growth.Alike, lang: str) -> Near:
    return Near(id=each.id, title=each.title, status=each.status, reason=reason(each, lang))


def short(text: str) -> str:
    """A text in one line of bounded length."""
    line = " ".join(text.split())
    return line if len(line) <= QUOTE else line[: QUOTE - 1] + "…"


def told(card: Card, lang: str, *, whole: bool = False) -> list[str]:
    """A card in lines for a person; `whole` shows every question that would be answered otherwise."""
    kind, age = say(f"kb_kind_{card.kind}", lang), span(round(card.age_s), lang)
    line = say("kb_card_line", lang, kind=kind, author=card.author or say("kb_history_nobody", lang), age=age)
    lines = [f"[{card.id}] {card.title}", card.text, line]
    if card.agreed:
        lines[-1] += f"; {say('kb_card_agreed', lang, count=card.agreed)}"
    if card.endangered:
        lines.insert(0, say("kb_card_endangers", lang, ids=", ".join(card.endangered)))
    elif card.safety:
        lines.insert(0, say("kb_card_safety", lang))
    if card.kind in ("web", "manual", "rule"):  # of the others the person is the source
        lines.append(say("kb_card_source", lang, source=card.source or "-"))
    if card.corrects:
        lines.append(say("kb_card_corrects", lang, ids=", ".join(card.corrects)))
    for sort, found in (("contradiction", card.contradictions), ("duplicate", card.duplicates)):
        lines += [say(f"kb_card_{sort}", lang, mine=card.id, **each.model_dump(exclude={"status"})) for each in found]
    count = len(card.changed) + card.unchanged
    key = "kb_card_changes" if card.changed else "kb_card_no_change"
    lines.append(say(key, lang, changed=len(card.changed), count=count))
    if whole:
        lines += [turn_line(turned, lang) for turned in card.changed]
    return lines


def turn_line(turned: Turned, lang: str) -> str:
    """A question that would be answered otherwise, with what answers it now and then."""
    before, after = _shown(turned.before, lang), _shown(turned.after, lang)
    return say("kb_card_turn", lang, question=turned.question, before=before, after=after)


def _shown(passage: tuple[str, str], lang: str) -> str:
    return f"[{passage[0]}] {passage[1]}" if passage[0] else say("kb_no_answer", lang)


def history_told(changes: Sequence[Change], lang: str) -> list[str]:
    """The history of a passage in lines for a person, oldest first."""
    lines = []
    for place, change in enumerate(changes, 1):
        action, by = say(f"kb_action_{change.action}", lang), change.by or say("kb_history_nobody", lang)
        said = _note(change.note, lang)
        note = f" ({said})" if said else ""
        lines.append(say("kb_history_line", lang, number=place, at=change.at, action=action, by=by, note=note))
        before = change.before.status if change.before else None
        if before != change.after.status and before is not None:
            states = {
                "before": say(f"kb_status_{before}", lang),
                "after": say(f"kb_status_{change.after.status}", lang),
            }
            lines.append(say("kb_history_status", lang, **states))
    return lines


def _note(note: str, lang: str) -> str:
    """The reason of a change in the reader's language where it is one of ours, else as it stands."""
    if note == "agree" or note.split(":")[0] == "disagree":
        return say(f"kb_note_{note.split(':')[0]}", lang)
    if found := AGREED.fullmatch(note):
        return say("kb_note_agreed", lang, count=found["count"], people=found["people"] or "")
    if found := KEEPER.fullmatch(note):
        return say("kb_note_keeper", lang, name=found["name"])
    if found := growth.TOGETHER.fullmatch(note):
        return say("kb_note_document", lang, document=found["name"])
    return "" if OCCASION.fullmatch(note) else note


def own_questions(settings: Settings) -> list[str]:
    """What the plant's people asked, newest first; none where no database is yet. Raises AndonError when it is set
    up and cannot be read."""
    if settings.database_url is None and not (settings.data_dir / "andon.sqlite").exists():
        return []
    from workers.state import Ledger, open_database

    ledger = Ledger(open_database(settings.database, beside=True, laptop=True))
    try:
        return ledger.answers.asked(MOST_QUESTIONS)
    finally:
        ledger.close()
