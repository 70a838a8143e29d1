"""Which earlier answers and cases a question about earlier times means: the same signs, the same machine, or what it
names. The data of one event told twice are one time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import PurePath

from pydantic import Field

from kb.contract import Filters, KnowledgeBase
from kb.passage import Observed, Passage
from kb.text import query_terms, tokens
from roles.types import Frozen, Lang
from workers.contracts import Answer
from workers.followups.recalled import Recall
from workers.followups.retelling import retold
from workers.knowledge.repeats import TAUGHT, elsewhere, observed, places, without_places
from workers.prose.levels import event_of, lang_of, ordinary_of
from workers.state.runs import kind_of

ENOUGH = 0.5  # of the sensors that showed something, of the event that has fewer: more are the same signs
ENOUGH_ZH = 0.6  # of the pairs of characters of what is named
GENERIC = re.compile(  # that something was wrong, which every one of them says
    r"\b(?:fail(?:ures?|ed|s|ing)?|faults?|problems?|issues?|troubles?|errors?|alarms?|damage[ds]?|defects?|cases?)\b"
    "|故障|问题|失效|损坏|异常|报警|毛病|情况|现象",
    re.IGNORECASE,
)
OTHER: dict[Lang, Lang] = {"en": "zh", "zh": "en"}


class Said(Frozen):
    """What the crew said of an answer. `right` are approved corrections, (id, text); `waits` counts those that are not
    and so are quoted nowhere."""

    agree: int = 0
    disagree: int = 0
    fixed: int = 0
    not_fixed: int = 0
    right: list[tuple[str, str]] = Field(default_factory=list)
    waits: int = 0


class Past(Frozen):
    """An earlier answer: what it is called ("#A12"), when it was given, what the crew said. `place` is where it may be
    read (a conversation of the ledger), `lessons` are the passages that words on it became, `corrections` those of them
    that say what was right instead, "" where none was made yet."""

    ref: str
    document: Answer
    made: datetime
    place: int = 0
    said: Said = Said()
    lessons: list[str] = Field(default_factory=list)
    corrections: list[str] = Field(default_factory=list)


def began(document: Answer) -> datetime | None:
    """When it happened, by the clock of the data; None without data."""
    event = event_of(document)
    if event is not None:
        return event.start
    return document.data.start if document.data is not None else None


def another(base: Answer | None, past: Answer) -> bool:
    """Is `past` about another time than `base`, and not about a simulated one? The same file asked about twice, or a
    longer export of the same hours, is one event; what came after it is no earlier time."""
    if past.data is None or past.data.simulated != (base is not None and _simulated(base)):
        return False
    if base is None or base.data is None:
        return True
    if base.data.sha256 and base.data.sha256 == past.data.sha256:
        return False
    then, now = began(past), began(base)
    if then is None or now is None:
        return True
    if base.data.start is not None and base.data.end is not None and base.data.start <= then <= base.data.end:
        return False
    return then < now


def _simulated(document: Answer) -> bool:
    return document.data is not None and document.data.simulated


def same_signs(then: Observed | None, now: Observed | None) -> bool:
    """Did the same sensors do the same? The strongest of each shows in the other, and most of the fewer do."""
    if then is None or now is None:
        return False
    one, other = ({(s.sensor, s.kind) for s in seen.shown} for seen in (then, now))
    first, second = ((seen.shown[0].sensor, seen.shown[0].kind) for seen in (then, now))
    shared = one & other
    return first in other and second in one and len(shared) >= ENOUGH * min(len(one), len(other))


def same_machine(base: Answer, past: Answer) -> bool:
    """Is it about the machine of `base`, by its sensors or the name of its file, and not about one with another
    number?"""
    then, now = observed(past), observed(base)
    mine, theirs = _file(base), _file(past)
    if elsewhere(str(past.question.get("text") or ""), then, str(base.question.get("text") or ""), [mine, *_of(now)]):
        return False
    same_kind = bool(mine and theirs) and kind_of(mine) == kind_of(theirs) and places(mine) == places(theirs)
    return same_kind or bool(set(_of(then)) & set(_of(now)))


def _file(document: Answer) -> str:
    return str(document.question.get("file") or "")


def _of(seen: Observed | None) -> list[str]:
    return [shown.sensor for shown in seen.shown] if seen is not None else []


def speaks_of(thing: str, texts: Sequence[str]) -> bool:
    """Do these texts name the thing: its numbered parts ("strand 2") with their number, and all its other words?"""
    told = "\n".join(texts)
    wanted, there = places(thing), places(told)
    if any(numbers.isdisjoint(there.get(word, ())) for word, numbers in wanted.items()):
        return False
    named = GENERIC.sub(" ", thing)
    terms = query_terms(without_places(named) if wanted else named)
    if not terms:
        return bool(wanted)
    known = set(tokens(told))
    latin = [term for term in terms if term.isascii()]
    han = [term for term in terms if not term.isascii()]
    return all(t in known for t in latin) and sum(t in known for t in han) >= ENOUGH_ZH * len(han)


def named_by(words: str, document: Answer) -> bool:
    """Do these words name the machine of an answer by its number, or the file that it read?"""
    file = _file(document)
    if file and PurePath(file).stem.casefold() in words.casefold():
        return True
    there = places("\n".join([str(document.question.get("text") or ""), file, *_of(observed(document))]))
    return any(not numbers.isdisjoint(there.get(word, ())) for word, numbers in places(words).items())


def texts_of(document: Answer) -> list[str]:
    """What an answer names, in both languages."""
    told = [str(document.question.get("text") or ""), _file(document), *_of(observed(document))]
    for each in (document, retold(document, OTHER[lang_of(document)])):
        told += [block.text for block in ordinary_of(each)[:1]]
        told += [cause.text for cause in each.diagnosis.causes[:1] if each.diagnosis.verdict == "fault"]
    return told


def fits(recall: Recall, base: Answer | None, past: Past) -> str:
    """How an earlier answer fits: "same" (what was named, or the same signs), "machine" (the same machine), "" not."""
    document = past.document
    if document.diagnosis.verdict not in ("fault", "unsure") or not document.events or not another(base, document):
        return ""
    if recall.thing:
        return "same" if speaks_of(recall.thing, texts_of(document)) else ""
    if base is None:
        return "machine" if recall.kind == "last" else ""
    if not same_machine(base, document):
        return ""
    return "same" if same_signs(observed(document), observed(base)) else "machine"


def cases(store: KnowledgeBase, recall: Recall, base: Answer | None) -> list[Passage]:
    """Verified cases and corrections of the same signs, or of what is named, the newest first."""
    now = observed(base)
    found = []
    for passage in (p for p in store.list(Filters(kinds=TAUGHT)) if not p.answered_by):
        if recall.thing:
            data = [passage.observed.file, *_of(passage.observed)] if passage.observed else []
            meant = speaks_of(recall.thing, [passage.title, passage.text, *data])
        else:
            question = str(base.question.get("text") or "") if base is not None else ""
            file = [_file(base), *_of(now)] if base is not None else []
            meant = same_signs(passage.observed, now) and not elsewhere(passage.title, passage.observed, question, file)
        if meant:
            found.append(passage)
    return sorted(found, key=lambda p: p.created, reverse=True)
