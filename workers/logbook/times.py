"""The times that a question names: days, weeks, months, quarters, years, since, before, from one to another, hours of
the day. What is read is taken out of the text, so that what is left can be told as not understood."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date, timedelta

from workers.logbook.calendar import NUMERAL, Period, Scope, number_of, units
from workers.logbook.clocks import Clock, clock_of

TO = re.compile(r"\s*(?:to|until|till|through|thru|and up to|-|–|—|~|～|至|到)\s*(?:the\s+)?", re.IGNORECASE | re.ASCII)
AND = re.compile(r"\s*(?:and|&|和|与|跟)\s*(?:the\s+)?", re.IGNORECASE | re.ASCII)
BETWEEN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.IGNORECASE | re.ASCII)
BEFORE_IT = (  # what stands before a time, and what it makes of it
    ("since", re.compile(r"(?:\b(?:since|from|starting(?: in| on)?)|自从|自|从)\s*(?:the\s+)?$", re.I | re.A)),
    ("after", re.compile(r"\bafter\s*(?:the\s+)?$", re.I | re.A)),
    ("until", re.compile(r"(?:\b(?:until|till|up to)|截至|截止到?|直到)\s*(?:the\s+)?$", re.I | re.A)),
    ("before", re.compile(r"\b(?:before|prior to)\s*(?:the\s+)?$", re.I | re.A)),
)
AFTER_IT = (
    ("since", re.compile(r"\s*(?:以来|起|开始|onwards?\b|and later\b)", re.I | re.A)),
    ("after", re.compile(r"\s*(?:以后|之后)")),
    ("until", re.compile(r"\s*为止")),
    ("before", re.compile(r"\s*(?:之前|以前|前(?!\s*[\d一二两三四五六七八九十]))")),
)
AROUND = (  # "before and after November", "11月大修前后": the time before it and the time after it
    re.compile(
        r"\b(?:before and after|after and before|before (?:vs\.?|versus|against) after)(?:\s+\w+){0,3}?\s*(?:the\s+)?$",
        re.I | re.A,
    ),
    re.compile(r"\s*的?[\u4e00-\u9fff]{0,4}?(?:前后|(?:之|以)?前[和与跟、]?(?:之|以)?后)"),
)
TENTHS = re.compile(r"\s*的?(上|中|下)旬")
WEEK_OF = re.compile(rf"\s*的?第({NUMERAL})个?(?:周|星期|礼拜)")
HEAD_OF = re.compile(rf"\s*的?前({NUMERAL})个?(天|日|周|星期|礼拜)")
NTH_WEEK = re.compile(r"\b(first|second|third|fourth)\s+week\s+(?:of|in)\s*$", re.IGNORECASE | re.ASCII)
PRIOR = re.compile(
    r"\b(?:the\s+)?(?P<en>day|week|month|year) before(?: (?:that|it))?\b(?!\s+(?:last|yesterday))"
    r"|(?:再|它?的?前)一?个?(?P<zh>周|星期|月|天|年)(?!以)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True)
class Times:
    """`periods` in the order of the question, none for the whole log; `clock` the hours of the day that are meant;
    `rest` the text without them; `words` what was read."""

    periods: list[Period] = field(default_factory=list)
    clock: Clock | None = None
    rest: str = ""
    words: list[str] = field(default_factory=list)


@dataclass
class _Unit:
    start: int
    end: int
    period: Period
    joined: bool = False


def times(text: str, scope: Scope, names: Collection[str] = ()) -> Times:
    """The times of a question to a log that spans `scope`. `names`: values of the log, in small letters: "Q3" may be a
    line, and then is no quarter."""
    clock, rest = clock_of(text)
    found = [_Unit(a, b, period) for a, b, period in units(rest, scope) if rest[a:b].strip().casefold() not in names]
    found = _with_prior(sorted(found, key=lambda unit: unit.start), rest)
    for unit in found:
        _narrowed(unit, rest)
    kept = [part for unit in _joined(found, rest) for part in _around(unit, rest, scope)]
    words = [rest[unit.start : unit.end].strip() for unit in kept]
    for unit in kept:
        rest = rest[: unit.start] + " " * (unit.end - unit.start) + rest[unit.end :]
    periods = list(dict.fromkeys(unit.period for unit in kept))
    return Times(periods, clock, rest, words)


def period(text: str, first: date, last: date, today: date) -> Period | None:
    """The first period that a question names, None for the whole log from `first` to `last`."""
    return next(iter(times(text, Scope(first, last, today)).periods), None)


def _with_prior(found: list[_Unit], text: str) -> list[_Unit]:
    """ "last week vs the week before": as long as the period named ahead of it, and just before that one."""
    made = list(found)
    for match in PRIOR.finditer(text):
        if any(unit.start < match.end() and match.start() < unit.end for unit in found):
            continue
        ahead = [unit for unit in made if unit.end <= match.start()]
        if ahead:
            made.append(_Unit(match.start(), match.end(), ahead[-1].period.before()))
    return sorted(made, key=lambda unit: unit.start)


def _narrowed(unit: _Unit, text: str) -> None:
    """ "11月第二周", "11月下旬", "11月前两周", "second week of November": a part of the month."""
    first, last = unit.period.first, unit.period.last
    if first.day != 1 or not 27 <= (last - first).days <= 30:
        return
    tenth, week = TENTHS.match(text, unit.end), WEEK_OF.match(text, unit.end)
    head, ahead = HEAD_OF.match(text, unit.end), NTH_WEEK.search(text, 0, unit.start)
    if head is not None:
        days = number_of(head[1]) * (1 if head[2] in "天日" else 7)
        unit.period = Period(first, min(last, first + timedelta(days=max(days, 1) - 1)))
        unit.end = head.end()
    elif tenth is not None:
        start = {"上": 1, "中": 11, "下": 21}[tenth[1]]
        unit.period = Period(first.replace(day=start), last if start == 21 else first.replace(day=start + 9))
        unit.end = tenth.end()
    elif week is not None or ahead is not None:
        number = number_of(week[1]) if week else ("first", "second", "third", "fourth").index(ahead[1].lower()) + 1  # type: ignore[index]  # one of them is there
        start_on = first + timedelta(days=7 * (number - 1))
        if start_on <= last:
            unit.period = Period(start_on, min(last, start_on + timedelta(days=6)))
        unit.start, unit.end = (unit.start, week.end()) if week else (ahead.start(), unit.end)  # type: ignore[union-attr]


def _joined(found: list[_Unit], text: str) -> list[_Unit]:
    """ "October to December", "between the 3rd and the 9th" as one."""
    kept: list[_Unit] = []
    for unit in found:
        before = kept[-1] if kept else None
        gap = text[before.end : unit.start] if before is not None else ""
        if before is not None and not before.joined and (
            TO.fullmatch(gap) or (AND.fullmatch(gap) and BETWEEN.search(text, 0, before.start))
        ):  # fmt: skip
            before.period = before.period.until(unit.period)
            before.end, before.joined = unit.end, True
        else:
            kept.append(unit)
    return kept


def _around(unit: _Unit, text: str, scope: Scope) -> list[_Unit]:
    """What is before and what is after it, where both are spoken of; else the time itself. After a time that goes on to
    the end of the log there is nothing: then it begins with it."""
    ahead, behind = AROUND[0].search(text, 0, unit.start), AROUND[1].match(text, unit.end)
    if ahead is None and behind is None:
        _bounded(unit, text, scope)
        return [unit]
    start, end = ahead.start() if ahead else unit.start, behind.end() if behind else unit.end
    day = timedelta(days=1)
    since = unit.period.first if unit.period.last >= scope.last else unit.period.last + day
    before = Period(min(scope.first, unit.period.first - day), unit.period.first - day)
    return [_Unit(start, end, before), _Unit(start, end, Period(since, max(scope.last, since)))]


def _bounded(unit: _Unit, text: str, scope: Scope) -> None:
    """ "since October", "before the 15th", "10月以前"."""
    how: dict[str, Callable[[Period], Period]] = {
        "since": lambda p: Period(p.first, max(scope.last, p.last), p.relative),
        "after": lambda p: Period(p.last + timedelta(days=1), max(scope.last, p.last + timedelta(days=1)), p.relative),
        "until": lambda p: Period(min(scope.first, p.first), p.last, p.relative),
        "before": lambda p: Period(min(scope.first, p.first - timedelta(days=1)), p.first - timedelta(days=1),
                                   p.relative),
    }  # fmt: skip
    ahead = next(((way, m) for way, p in BEFORE_IT if (m := p.search(text, 0, unit.start))), None)
    behind = next(((way, m) for way, p in AFTER_IT if (m := p.match(text, unit.end))), None)
    if unit.joined:  # "from October to December": one of them is said already
        unit.start = ahead[1].start() if ahead else unit.start
        return
    if behind is not None:
        unit.period, unit.end = how[behind[0]](unit.period), behind[1].end()
    elif ahead is not None:
        unit.period = how[ahead[0]](unit.period)
    unit.start = ahead[1].start() if ahead else unit.start
