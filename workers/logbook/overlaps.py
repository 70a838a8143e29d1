"""Stops that overlap on the same equipment: the time in which it stood is counted once.

Two shifts write down the same stop, or a second fault is found while the first is mended. The earlier stop keeps the
time; a later one keeps what goes beyond it, and of the same reason is no stop of its own. Without a clock time, and
without a line or machine, nothing is merged.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import pandas as pd

EQUIPMENT = ("line", "asset")


@dataclass(frozen=True, eq=False)  # tables are not compared
class Merged:
    """`rows` without what overlaps; `count` stops were shortened or joined with another, by `minutes` together."""

    rows: pd.DataFrame
    count: int = 0
    minutes: float = 0.0


def merged(rows: pd.DataFrame) -> Merged:
    """Count overlapping stops of the same equipment once."""
    known = [role for role in EQUIPMENT if role in rows]
    if not known or not {"begin", "finish", "minutes"} <= set(rows.columns):
        return Merged(rows)
    timed = rows[rows["begin"].notna() & rows["finish"].notna() & rows["minutes"].notna()]
    timed = timed[timed[known].notna().any(axis=1)]  # else nobody says which equipment it was
    changes: dict[Hashable, float] = {}
    gone: list[Hashable] = []
    for _, stops in timed.groupby([timed[role].fillna("").str.casefold() for role in known]):
        _merge(stops.sort_values(["begin", "finish"], kind="stable"), changes, gone)
    added = pd.Series(changes, dtype=float).reindex(rows.index, fill_value=0.0)
    kept = rows.assign(minutes=(rows["minutes"] + added).clip(lower=0.0)).drop(index=gone)
    shorter = [label for label, minutes in changes.items() if minutes < 0]
    return Merged(kept, len({*gone, *shorter}), float(rows["minutes"].sum() - kept["minutes"].sum()))


def _merge(stops: pd.DataFrame, changes: dict[Hashable, float], gone: list[Hashable]) -> None:
    """Note by how many minutes each stop gets longer or (below 0) shorter, and which are no stops of their own."""
    reasons = dict(stops["reason"].fillna("").str.casefold().items()) if "reason" in stops else {}
    holder: Hashable = None  # the stop that the time up to `until` is counted for
    until = None
    for label, begin, finish in zip(stops.index, stops["begin"], stops["finish"], strict=True):
        if until is None or begin >= until:
            holder, until = label, finish
            continue
        beyond = (finish - until).total_seconds() / 60
        if beyond <= 0 or reasons.get(label) == reasons.get(holder):
            gone.append(label)
            changes[holder] = changes.get(holder, 0.0) + max(0.0, beyond)
        else:
            changes[label] = -(until - begin).total_seconds() / 60
            holder = label
        until = max(until, finish)
