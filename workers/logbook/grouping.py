"""A log by groups and by days in words: which line is worst, two shifts beside each other, better or worse, MTBF."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from workers.logbook.asking import Wish
from workers.logbook.calendar import Period
from workers.logbook.counting import Pareto, Quality, pareto
from workers.logbook.overlaps import EQUIPMENT
from workers.logbook.telling import Told, minutes_of, percent, role_name, shown
from workers.prose.numbers import figure, span
from workers.wording import say

DATED = ("day", "weekday", "week", "month", "quarter", "year")
MOST_GROUPS, MOST_DAYS, MOST_MACHINES = 6, 14, 10
WEEKS_FROM, MONTHS_FROM = 21, 90  # days from which a trend is told by the week, by the month
CLEARLY = 0.15  # a change of the daily mean below this is none
LEAST_DAYS = 4  # with fewer nothing is said of better or worse


@dataclass(frozen=True)
class Group:
    """The stops of one line, shift, day ..."""

    name: str
    part: Pareto


def groups_of(rows: pd.DataFrame, by: str, unnamed: str, asked: Wish) -> list[Group]:
    """The groups, worst first: by minutes, or by the number of stops where that is asked for. Days in their order,
    unless the worst is asked for."""
    names = rows[by].fillna("-")
    made = [Group(str(name), pareto(part, unnamed)) for name, part in rows.groupby(names)]
    made = [group for group in made if group.part.rows]
    if by in DATED and asked.form != "worst":
        return sorted(made, key=lambda group: group.name)
    sign = 1 if asked.best else -1
    return sorted(made, key=lambda group: sign * (group.part.count if asked.count else group.part.minutes))


def of_periods(rows: pd.DataFrame, periods: Sequence[Period], unnamed: str) -> list[Group]:
    """The stops of each period that is named, in the order of the question."""
    days = rows["when"].dt.date
    parts = [(p, rows[((days >= p.first) & (days <= p.last)).fillna(False)]) for p in periods]
    return [
        Group(f"{p.first} – {p.last}" if p.first != p.last else str(p.first), pareto(part, unnamed))
        for p, part in parts
    ]


def tell_groups(told: Told, groups: list[Group], by: str, asked: Wish) -> None:
    """Minutes and stops of each group with its worst cause; the worst as the first line where that is asked."""
    whole, lang = sum(group.part.minutes for group in groups), told.lang
    most = MOST_DAYS if by in DATED else MOST_GROUPS
    if asked.form == "worst" and groups:
        first = groups[0]
        key = (
            "log_head_most"
            if by == "person" or (asked.count and not asked.best)
            else "log_head_best"
            if asked.best
            else "log_head_worst"
        )
        share = first.part.minutes / whole if whole else 0.0
        told.headline(say(key, lang, what=role_name(by, lang), group=shown(by, first.name, lang),
                          minutes=minutes_of(first.part.minutes), share=percent(share),
                          count=first.part.count))  # fmt: skip
    for group in groups[:most]:
        if not group.part.rows:
            continue  # a period without a stop; its headline says so
        part, worst = group.part, group.part.rows[0]
        share = part.minutes / whole if whole else 0.0
        text = say("log_group", lang, group=shown(by, group.name, lang), minutes=minutes_of(part.minutes),
                   count=part.count, share=percent(share), cause=worst.reason,
                   worst=minutes_of(worst.minutes))  # fmt: skip
        told.fact(text, group=group.name, minutes=round(part.minutes, 3), count=part.count, share=round(share, 6),
                  worst_cause=worst.reason, worst_minutes=round(worst.minutes, 3))  # fmt: skip
    if len(groups) > most:
        told.count("more_groups", len(groups) - most)
        told.note(say("log_more_groups", lang, count=len(groups) - most))


def tell_compared(told: Told, groups: list[Group], by: str) -> None:
    """Two groups or more beside each other, as the first line."""
    comma = {"en": "; ", "zh": "；"}[told.lang]
    said = [say("log_compared_one", told.lang, group=shown(by, g.name, told.lang), minutes=minutes_of(g.part.minutes),
                count=g.part.count) for g in groups]  # fmt: skip
    told.headline(comma.join(said))


def tell_trend(told: Told, rows: pd.DataFrame, first: date, last: date) -> None:
    """Minutes a day in the first and in the second half of the days from `first` to `last`, as the first line, then by
    the week or by the month. Days without a stop count."""
    dated = rows[rows["when"].notna()]
    days = dated.groupby(dated["when"].dt.normalize())["minutes"].sum()
    days = days.reindex(pd.date_range(first, last), fill_value=0.0)
    _tell_halves(told, [float(minutes) for minutes in days], "log_trend")
    by = "month" if len(days) >= MONTHS_FROM else "week" if len(days) >= WEEKS_FROM else None
    if by is None:
        return
    every = dict.fromkeys(pd.date_range(first, last).strftime("%Y-%m" if by == "month" else "%G-W%V"))
    for name in list(every)[-MOST_DAYS:]:
        part = dated[dated[by] == name]
        minutes = float(part["minutes"].sum())
        text = say("log_compared_one", told.lang, group=str(name), minutes=minutes_of(minutes), count=len(part))
        told.fact(text, group=str(name), minutes=round(minutes, 3), count=len(part))


def tell_quality_trend(told: Told, counted: Quality) -> None:
    """First-time quality in the first and in the second half of the days, as the first line."""
    days = sorted(counted.rows[1:], key=lambda row: row.group)
    _tell_halves(told, [100 * day.share for day in days], "log_quality_trend")


def _tell_halves(told: Told, values: list[float], key: str) -> None:
    lang, half = told.lang, len(values) // 2
    if len(values) < LEAST_DAYS:
        told.first(say("log_trend_short", lang, days=len(values), least=LEAST_DAYS))
        return
    before, after = (sum(part) / len(part) for part in (values[:half], values[-half:]))
    change = (after - before) / before if before else 0.0
    least = CLEARLY if key == "log_trend" else CLEARLY / 10  # a point and a half of quality is much
    way = "same" if abs(change) < least else "up" if change > 0 else "down"
    told.headline(say(f"{key}_{way}", lang, before=figure(before), after=figure(after), half=half))
    told.count("days", len(values))
    told.count("before", round(before, 3))
    told.count("after", round(after, 3))
    told.note(say("log_trend_proof" if len(values) < WEEKS_FROM else "log_trend_edges", lang, days=len(values)))


def tell_reliability(told: Told, rows: pd.DataFrame) -> None:
    """Mean time to repair, and mean time between stops of the same equipment, as the first line; then of each machine,
    the one that stops most often first."""
    known = rows[rows["minutes"].notna()]
    if known.empty:
        return
    lang, (repair, between) = told.lang, _times(known)
    values = _counts(repair, between, len(known))
    said = {"mttr": span(60 * repair, lang), "count": len(known)}
    if between is None:
        told.headline(say("log_mttr", lang, **said))
        told.note(say("log_mtbf_unknown", lang))
    else:
        told.headline(say("log_mtbf", lang, mtbf=span(60 * between, lang), **said))
        told.note(say("log_mtbf_how", lang))
    for name, value in values.items():
        told.count(name, value)
    by = next((role for role in reversed(EQUIPMENT) if role in known and known[role].nunique() > 1), None)
    parts = sorted(known.groupby(by), key=lambda each: -len(each[1])) if by is not None else []
    for machine, part in parts[:MOST_MACHINES]:
        repair, between = _times(part)
        key = "log_mttr_group" if between is None else "log_mtbf_group"
        told.fact(say(key, lang, group=str(machine), mttr=span(60 * repair, lang), count=len(part),
                      mtbf=span(60 * (between or 0.0), lang)),
                  group=str(machine), **_counts(repair, between, len(part)))  # fmt: skip
    if len(parts) > MOST_MACHINES:
        told.count("more_groups", len(parts) - MOST_MACHINES)
        told.note(say("log_more_groups", lang, count=len(parts) - MOST_MACHINES))


def _times(known: pd.DataFrame) -> tuple[float, float | None]:
    return float(known["minutes"].mean()), _between(known)


def _counts(repair: float, between: float | None, stops: int) -> dict[str, float]:
    values = {"mttr_minutes": round(repair, 3), "mttr_seconds": round(60 * repair, 1), "stops": float(stops)}
    if between is not None:
        values |= {"mtbf_minutes": round(between, 3), "mtbf_seconds": round(60 * between, 1)}
    return values


def _between(rows: pd.DataFrame) -> float | None:
    """Minutes from the end of a stop to the begin of the next of the same equipment, on average; None without clock
    times or with single stops only."""
    if not {"begin", "finish"} <= set(rows.columns):
        return None
    timed = rows[rows["begin"].notna() & rows["finish"].notna()]
    known = [role for role in EQUIPMENT if role in timed]
    gaps: list[float] = []
    for _, stops in timed.groupby([timed[role].fillna("") for role in known]) if known else [("", timed)]:
        stops = stops.sort_values("begin")
        waits = (stops["begin"].iloc[1:].to_numpy() - stops["finish"].iloc[:-1].to_numpy()) / pd.Timedelta(minutes=1)
        gaps += [max(0.0, float(wait)) for wait in waits]
    return sum(gaps) / len(gaps) if gaps else None
