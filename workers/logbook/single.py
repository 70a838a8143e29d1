"""Single stops of a log: the longest, the newest, those of a length; and the share of the time that equipment ran."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import pandas as pd

from workers.logbook.asking import Wish
from workers.logbook.overlaps import EQUIPMENT
from workers.logbook.telling import LONG, Told, brackets, minutes_of
from workers.wording import say

MOST_LISTED = 10
DAY_MINUTES = 1440.0


def limited(rows: pd.DataFrame, asked: Wish) -> pd.DataFrame:
    """The stops that last as long as is asked for."""
    lasted = rows["minutes"]
    if (over := asked.over) is not None:
        rows = rows[lasted > over.minutes if over.strict else lasted >= over.minutes]
    if (under := asked.under) is not None:
        rows = rows[lasted < under.minutes if under.strict else lasted <= under.minutes]
    return rows


def tell_limit(told: Told, asked: Wish) -> None:
    """Which lengths were asked for."""
    for key, limit in (("log_limit_over", asked.over), ("log_limit_under", asked.under)):
        if limit is not None:
            told.count(key.removeprefix("log_"), limit.minutes)
            told.count("seconds", 60 * limit.minutes)
            key = f"{key}_strictly" if limit.strict else key
            told.note(say(key, told.lang, amount=_lasting(limit.minutes, told.lang)))


def tell_longest(told: Told, rows: pd.DataFrame, asked: Wish) -> None:
    """The longest stops; one where no number is said."""
    found = rows[rows["minutes"].notna()].sort_values("minutes", ascending=False)
    if found.empty:
        return
    told.headline(say("log_head_longest", told.lang, stop=_stop(found.iloc[0], told.lang)))
    _list(told, found, asked.top if asked.topped else 1)


def tell_newest(told: Told, rows: pd.DataFrame, asked: Wish) -> None:
    """The newest stop, or the newest ones."""
    at = "begin" if "begin" in rows else "when"
    found = rows[rows[at].notna()].sort_values(at, ascending=False, kind="stable") if at in rows else rows.iloc[0:0]
    if found.empty:
        told.first(say("log_no_dates", told.lang))
        return
    told.headline(say("log_head_newest", told.lang, stop=_stop(found.iloc[0], told.lang)))
    _list(told, found, asked.top if asked.topped else 1)


def tell_list(told: Told, rows: pd.DataFrame) -> None:
    """The stops one by one, the longest first."""
    found = rows[rows["minutes"].notna()].sort_values("minutes", ascending=False)
    minutes = float(found["minutes"].sum())
    told.headline(say("log_head_count", told.lang, count=len(found), minutes=minutes_of(minutes),
                      span=brackets(minutes, told.lang)))  # fmt: skip
    told.count("stops", len(found))
    told.count("minutes", round(minutes, 3))
    told.count("seconds", round(60 * minutes, 1))
    _list(told, found, MOST_LISTED)


def _list(told: Told, found: pd.DataFrame, most: int) -> None:
    for rank, (_, row) in enumerate(found.head(most).iterrows(), start=1):
        minutes = float(row["minutes"]) if pd.notna(row["minutes"]) else 0.0
        tell = told.fact if most > 1 else told.found
        tell(say("log_stop_ranked", told.lang, rank=rank, stop=_stop(row, told.lang)), rank=rank,
             minutes=round(minutes, 3), seconds=round(60 * minutes, 1))  # fmt: skip
    if len(found) > most > 1:
        told.count("more_stops", len(found) - most)
        told.note(say("log_more_stops", told.lang, count=len(found) - most))


def _stop(row: pd.Series[Any], lang: str) -> str:
    """When, what, how long: "2024-08-26 21:04 to 2024-08-27 06:34, grate cooler, switch broken: 570 min (9.5 h)"."""
    said = {name: value for name, value in row.items() if pd.notna(value)}
    begin, finish = said.get("begin"), said.get("finish")
    at = f"{said['when']:%Y-%m-%d}" if "when" in said else "-"
    if begin is not None:
        at = f"{begin:%Y-%m-%d %H:%M}"
    if begin is not None and finish is not None:
        end = f"{finish:%H:%M}" if finish.date() == begin.date() else f"{finish:%Y-%m-%d %H:%M}"
        at = say("log_from_to", lang, start=at, end=end)
    what = dict.fromkeys(str(said[role]) for role in (*EQUIPMENT, "reason") if role in said)
    named = {"en": ", ", "zh": "，"}[lang].join(what) or say("log_unnamed", lang)
    lasted = _lasting(float(said["minutes"]), lang) if "minutes" in said else "-"
    return say("log_stop", lang, at=at, what=named, lasted=lasted)


def _lasting(minutes: float, lang: str) -> str:
    """Minutes, and hours or days where they are many."""
    plain = {"en": f"{minutes_of(minutes)} min", "zh": f"{minutes_of(minutes)}分钟"}[lang]
    return plain + (brackets(minutes, lang) if minutes >= LONG else "")


def tell_availability(told: Told, rows: pd.DataFrame, days: int) -> None:
    """The share of the calendar time in which each machine (or line) did not stand, worst first."""
    total = DAY_MINUTES * days
    by = next((role for role in reversed(EQUIPMENT) if role in rows and rows[role].notna().any()), None)
    parts: list[tuple[Hashable, pd.DataFrame]] = list(rows.groupby(rows[by].fillna("-"))) if by else [("", rows)]
    made = sorted((1 - float(part["minutes"].sum()) / total, str(name), part) for name, part in _ordered(parts))
    if not made or days < 1:
        return
    share, name, part = made[0]
    key = "log_head_availability" if len(made) > 1 else "log_head_availability_one"
    shown = name or say("log_all", told.lang)
    told.headline(say(key, told.lang, group=shown, share=_percent(share)))
    for share, name, part in made[:MOST_LISTED]:
        minutes = float(part["minutes"].sum())
        told.fact(say("log_availability", told.lang, group=name or say("log_all", told.lang), share=_percent(share),
                      minutes=minutes_of(minutes), count=len(part)),
                  group=name, share=round(share, 6), minutes=round(minutes, 3), count=len(part))  # fmt: skip
    told.count("days", days)
    told.count("hours", 24 * days)
    told.note(say("log_availability_how", told.lang, days=days, hours=f"{24 * days:,}"))


def _ordered(parts: list[tuple[Hashable, pd.DataFrame]]) -> list[tuple[Hashable, pd.DataFrame]]:
    return [(name, part) for name, part in parts if not part.empty]


def _percent(share: float) -> str:
    return f"{100 * max(share, 0.0):.1f}"
