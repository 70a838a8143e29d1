"""Windows that hold for more than the operation beside which they are said: "average S8 and plot it between 14:00 and
16:00" means both. A window counts for every operation of its sentence that has none of its own, and for those of later
sentences; hours without a day are of the day that was named before them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from roles.planning.when import times
from roles.planning.when.times import Period

WHOLE = re.compile(  # said of an operation, it has a window of its own: all of the file
    r"\b(?:whole|entire|full|complete) (?:file|period|time|record(?:ing)?|data|day|week|month|shift|series)\b"
    r"|\boverall\b|\bthroughout\b|\ball (?:of )?(?:the )?(?:data|rows|readings)\b"
    r"|全程|整个(?:文件|时段|过程|期间)|全部(?:数据|时间|时段)|全文件|所有(?:数据|时间|时段)|总体"
)


@dataclass(frozen=True)
class Spoken:
    """A clause as far as its window goes. `takes`: it is an operation that a window can hold for."""

    text: str
    period: Period
    sentence: int
    takes: bool


def shared(clauses: Sequence[Spoken], first: datetime | None, last: datetime | None) -> list[Period]:
    """The period of each clause. One that looks at the surroundings of a single time holds for what follows only."""
    periods = _with_days(clauses, first, last)
    lacking = [c.takes and not p and WHOLE.search(c.text) is None for c, p in zip(clauses, periods, strict=True)]
    for i in range(len(clauses) - 2, -1, -1):
        if lacking[i] and clauses[i].sentence == clauses[i + 1].sentence and not periods[i + 1].around:
            periods[i] = replace(periods[i + 1], spans=())
    for i in range(1, len(clauses)):
        if lacking[i] and not periods[i]:
            periods[i] = replace(periods[i - 1], spans=())
    return periods


def _with_days(clauses: Sequence[Spoken], first: datetime | None, last: datetime | None) -> list[Period]:
    """The periods, those of hours on the day that the clauses before them name last, else those of the sentence."""
    found: list[Period] = []
    for i, each in enumerate(clauses):
        days: list[date] = [period.day for period in found if period.day is not None]
        days = days or [c.period.day for c in clauses[i:] if c.period.day is not None and c.sentence == each.sentence]
        again = each.period.dayless and bool(days)
        found.append(times.find(each.text, first, last, days[-1]) if again else each.period)
    return found
