"""What is asked of the stops, told in its form: causes, groups, periods beside each other, single stops, times between
them; and the Pareto chart where causes are told."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from workers.logbook.asking import Wish
from workers.logbook.calendar import Period
from workers.logbook.counting import Pareto, pareto
from workers.logbook.filtering import Filtered
from workers.logbook.grouping import (
    Group,
    groups_of,
    of_periods,
    tell_compared,
    tell_groups,
    tell_reliability,
    tell_trend,
)
from workers.logbook.request import Request
from workers.logbook.single import limited, tell_availability, tell_limit, tell_list, tell_longest, tell_newest
from workers.logbook.telling import Told, role_name, tell_causes, tell_total
from workers.wording import say

ALONE = ("reliability", "availability", "longest", "newest", "list")  # tell each machine, or each stop, themselves
FORMS = ("worst", "compare", "trend", "reliability", "availability", "longest", "newest", "list")  # told without causes


@dataclass(frozen=True, eq=False)  # tables are not compared
class Stops:
    """The stops that are spoken of; `whole` are the minutes of all stops of the period; `days` first and last."""

    rows: pd.DataFrame
    whole: float
    days: Period | None


def tell_stops(told: Told, stops: Stops, request: Request, only: Filtered) -> Pareto | None:
    """Tell what is asked of the stops; the causes where they are told, so that they can be drawn."""
    unnamed, asked = say("log_unnamed", told.lang), request.wish
    rows = limited(stops.rows, asked)
    tell_limit(told, asked)
    ranked = pareto(rows, unnamed, by_count=asked.count)
    if not ranked.rows and len(stops.rows) == 0:
        told.headline(say("log_none", told.lang))
        return None
    asked, by = _grouped(told, rows, asked, only)
    groups = _groups(rows, by, unnamed, asked, request)
    chosen = bool(only.applied) and not asked.plainly and asked.form in (None, "how_many")
    if asked.form not in FORMS:
        tell_total(told, ranked, request.text, how_many=asked.form == "how_many", always=chosen and by is None)
    _tell_form(told, rows, asked, stops)
    if asked.form == "compare" and len(groups) > 1:
        tell_compared(told, groups, by or "period")
    elif asked.form == "compare":
        told.first(say("log_nothing_compared", told.lang))
    if groups:
        tell_groups(told, groups, by or "period", asked)
    if asked.form in FORMS and not asked.plainly and told.headed:
        return None
    tell_causes(told, ranked, asked.top, by_count=asked.count,
                of_all=stops.whole if only.narrowed else None)  # fmt: skip
    return ranked


def _grouped(told: Told, rows: pd.DataFrame, asked: Wish, only: Filtered) -> tuple[Wish, str | None]:
    """By which column groups are made. Which machine is worst is no question once a single machine is named."""
    by = asked.by if asked.by in rows and asked.form not in ALONE else None
    if asked.form == "worst" and len(only.applied.get(by or "", [])) == 1:
        return replace(asked, form=None), None
    if asked.form == "compare" and asked.by != "period":
        by = next((role for role, values in only.applied.items() if len(values) > 1), by)
    if asked.by is not None and by is None and asked.by not in rows and asked.by != "period":
        named = role_name(asked.by, told.lang)
        told.first(say("log_not_grouped", told.lang, what=named))
    return asked, by


def _groups(rows: pd.DataFrame, by: str | None, unnamed: str, asked: Wish, request: Request) -> list[Group]:
    if asked.by == "period" and "when" in rows:
        return of_periods(rows, request.times.periods, unnamed)
    return groups_of(rows, by, unnamed, asked) if by is not None else []


def _tell_form(told: Told, rows: pd.DataFrame, asked: Wish, stops: Stops) -> None:
    days = stops.days
    if asked.form == "reliability":
        tell_reliability(told, rows)
    elif asked.form == "trend" and "when" in rows and days is not None:
        tell_trend(told, rows, days.first, days.last)
    elif asked.form == "availability" and days is not None:
        tell_availability(told, rows, (days.last - days.first).days + 1)
    elif asked.form == "availability":
        told.first(say("log_no_dates", told.lang))
    elif asked.form == "longest":
        tell_longest(told, rows, asked)
    elif asked.form == "newest":
        tell_newest(told, rows, asked)
    elif asked.form == "list":
        tell_list(told, rows)
