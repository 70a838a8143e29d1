"""What the crew taught of an answer, held to the data that it was said of: the same signs again, at the same place?

A case or correction keeps what its data showed (`Observed`). It is found again by that, in whatever words somebody
asks, and is no knowledge about a machine with another number.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.contract import Filters, KnowledgeBase
from kb.passage import Observed, Passage, Shown
from roles.deciding.scene import LEAST_STRENGTH, SYMPTOMS, number
from roles.types import Finding
from roles.types import Observed as KnownObserved
from roles.types import Passage as KnownPassage
from workers.prose.levels import event_of

if TYPE_CHECKING:
    from workers.contracts import Answer

TAUGHT = ("feedback", "case")
MOST_SHOWN, MOST_REPEATS = 12, 4


def observed(answer: Answer | None) -> Observed | None:
    """What the data showed in the event that an answer is about, strongest first; None without data or event."""
    event = event_of(answer) if answer is not None and answer.data is not None else None
    if answer is None or event is None:
        return None
    shown = [
        Shown(sensor=f.sensor or "", kind=f.kind, strength=number(f)) for f in _clear(answer.findings, event.event)
    ]
    if not shown:
        return None
    return Observed(file=str(answer.question.get("file") or ""), shown=shown[:MOST_SHOWN])


def _clear(findings: Iterable[Finding], event: int) -> list[Finding]:
    own = [f for f in findings if f.event == event and f.sensor and f.kind in SYMPTOMS and number(f) >= LEAST_STRENGTH]
    return sorted(own, key=lambda f: -number(f))


def repeats(store: KnowledgeBase, findings: Sequence[Finding]) -> list[Passage]:
    """Verified cases and corrections whose data showed sensors of these findings, most of them first."""
    sensors = {f.sensor for f in findings if f.sensor and f.kind in SYMPTOMS}
    if not sensors:
        return []
    taught = [p for p in store.list(Filters(kinds=TAUGHT)) if p.observed]
    shared = {p.id: len(sensors & {s.sensor for s in p.observed.shown}) for p in taught if p.observed}
    return sorted((p for p in taught if shared[p.id]), key=lambda p: -shared[p.id])[:MOST_REPEATS]


def is_elsewhere(passage: KnownPassage, question: str, files: Sequence[str]) -> bool:
    """Was it said of another machine than the question or the file names: past2 and past1, FDV-105 and FDV-106?"""
    return elsewhere(passage.title, passage.observed, question, files)


def elsewhere(asked: str, of: Observed | KnownObserved | None, question: str, files: Sequence[str]) -> bool:
    """The same of a question `asked` then and what its data showed."""
    data = [of.file, *(shown.sensor for shown in of.shown)] if of is not None else []
    then, now = places("\n".join([asked, *data])), places("\n".join([question, *files]))
    return any(then[word].isdisjoint(now[word]) for word in then.keys() & now.keys())


def places(text: str) -> dict[str, set[str]]:
    """The numbered things that a text names: word -> its numbers ("past2_night.csv" -> {"past": {"2"}})."""
    found: dict[str, set[str]] = {}
    for match in _numbered(text):
        digits = match["number"] or match["count"]
        found.setdefault(match["word"] or match["thing"], set()).add(_DIGITS.get(digits, digits.lstrip("0") or "0"))
    return found


def named(text: str) -> list[str]:
    """The numbered things that a text names, as it writes them: "past 2", "2号流"."""
    return list(dict.fromkeys(match["word"] + " " + match["number"] if match["word"] else match[0]
                              for match in _numbered(text)))  # fmt: skip


def without_places(text: str) -> str:
    """A text without the numbered things that it names."""
    line = text.casefold()
    for match in reversed(list(_numbered(line))):
        line = f"{line[: match.start()]} {line[match.end() :]}"
    return line


def _numbered(text: str) -> Iterator[re.Match[str]]:
    words = _words()
    for match in words["numbered"].finditer(text.casefold()):
        if not words["no_place"].fullmatch(match["word"] or match["thing"]):
            yield match


_DIGITS = {char: str(i) for i, char in enumerate("一二三四五六七八九", start=1)}


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "repeats.toml").read_text(encoding="utf-8"))
    return {key: re.compile(pattern, re.VERBOSE) for key, pattern in data.items()}
