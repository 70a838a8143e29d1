"""The figures: causes by their minutes, first-time quality by its counts. Nothing is guessed for a missing cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

import pandas as pd

from workers.logbook.calendar import Period
from workers.logbook.clocks import Clock
from workers.logbook.log import Log


@dataclass(frozen=True)
class CauseRow:
    """One cause: minutes of downtime, how often, share of all counted minutes, share of it and those above."""

    reason: str
    minutes: float
    count: int
    share: float
    cumulated: float


@dataclass(frozen=True)
class Pareto:
    """All causes, worst first. Left out: rows without a duration, without a reason (counted under none)."""

    rows: list[CauseRow]
    minutes: float
    count: int
    without_minutes: int
    without_reason: int


@dataclass(frozen=True)
class QualityRow:
    """First-time quality of a group ("" for all): pieces good the first time, all pieces, the rest."""

    group: str
    good: float
    total: float
    rework: float | None
    scrap: float | None

    @property
    def share(self) -> float:
        """Good first time / all, 0..1."""
        return self.good / self.total if self.total else 0.0


@dataclass(frozen=True)
class Quality:
    """First-time quality of all rows, then of each group, worst first. `how` says how good and all were come by:
    "given", "sum" (all = good + rework + scrap), "rest" (good = all - rework - scrap), "reworked" (the log's good
    pieces hold the reworked ones, which are taken off)."""

    rows: list[QualityRow]
    how: str
    left_out: int


def days_of(log: Log) -> tuple[date, date] | None:
    """First and last day of the log; None when its rows carry no dates."""
    if not log.has("when") or log.frame["when"].isna().all():
        return None
    when = log.frame["when"].dropna()
    return when.min().date(), when.max().date()


def within(log: Log, periods: Sequence[Period], clock: Clock | None = None) -> tuple[pd.DataFrame, int]:
    """The rows of any of the periods and of the hours of the day, and how many rows were left out because they carry
    no date. Hours are left alone where the log has no times of day."""
    rows, undated = log.frame, 0
    if periods and log.has("when"):
        days = log.frame["when"].dt.date
        inside = pd.Series(False, index=log.frame.index)
        for period in periods:
            inside |= ((days >= period.first) & (days <= period.last)).fillna(False)
        rows, undated = log.frame[inside], int(log.frame["when"].isna().sum())
    if clock is not None and log.has("begin"):
        rows = rows[clock.holds(rows["begin"])]
    return rows, undated


def pareto(rows: pd.DataFrame, unnamed: str, *, by_count: bool = False) -> Pareto:
    """Causes by their minutes, or by how often they came. The same words in other letters are one cause; `unnamed` is
    the cause of rows without one."""
    known = rows[rows["minutes"].notna()]
    reasons = known["reason"].fillna(unnamed)
    key = reasons.str.casefold()
    shown = reasons.groupby(key).agg(lambda same: same.value_counts().index[0])
    sums = known["minutes"].groupby(key).agg(["sum", "count"])
    sums = sums.sort_values(["count", "sum"] if by_count else ["sum", "count"], ascending=False)
    total, so_far, made = float(known["minutes"].sum()), 0.0, []
    for name, minutes, count in zip(sums.index, sums["sum"], sums["count"], strict=True):
        so_far += float(minutes)
        share = float(minutes) / total if total else 0.0
        made.append(CauseRow(str(shown[name]), float(minutes), int(count), share, so_far / total if total else 0.0))
    without = int(known["reason"].isna().sum())
    return Pareto(made, total, len(known), len(rows) - len(known), without)


def quality(rows: pd.DataFrame, by: str | None) -> Quality | None:
    """First-time quality, whole and by a column; None when the counts do not allow it."""
    counted = _counts(rows)
    if counted is None:
        return None
    table, how = counted
    table = table[table["total"].notna() & table["good"].notna() & (table["total"] > 0)]
    whole = [_row("", table)]
    groups = []
    if by is not None and by in rows:
        names = rows.loc[table.index, by].fillna("-")
        groups = [_row(str(name), part) for name, part in table.groupby(names)]
        groups.sort(key=lambda row: (row.share, row.group))
    return Quality(whole + groups, how, len(rows) - len(table))


def _row(group: str, part: pd.DataFrame) -> QualityRow:
    def total(name: str) -> float | None:
        return float(part[name].sum()) if name in part else None

    return QualityRow(group, cast(float, total("good")), cast(float, total("total")), total("rework"), total("scrap"))


def _counts(rows: pd.DataFrame) -> tuple[pd.DataFrame, str] | None:
    """good and total of each row, and how they were come by."""
    have = {name: rows[name] for name in ("good", "total", "rework", "scrap") if name in rows}
    lost = [have[name].fillna(0.0) for name in ("rework", "scrap") if name in have]
    if "good" in have and "total" in have:
        if len(lost) == 2 and _same(have["good"] + lost[1], have["total"]) and float(lost[0].sum()) > 0:
            return pd.DataFrame({**have, "good": have["good"] - lost[0]}), "reworked"
        return pd.DataFrame(have), "given"
    if "good" in have and lost:
        return pd.DataFrame({**have, "total": have["good"] + sum(lost)}), "sum"
    if "total" in have and lost:
        return pd.DataFrame({**have, "good": have["total"] - sum(lost)}), "rest"
    return None


def _same(a: pd.Series, b: pd.Series) -> bool:
    both = a.notna() & b.notna()
    return bool(both.any()) and bool(((a - b).abs()[both] < 1e-6).mean() > 0.9)
