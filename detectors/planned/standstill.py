"""Rows in which the file itself says that the plant does not run: a changeover, a stop, cleaning.

A sensor that is blank or holds its value only while a column of states says so is not broken. Only states that name
such a time count, and only those that the reference period does not have: an alarm's text excuses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd

from detectors.runs import bridge, runs
from detectors.signs.channels import ChannelFinding
from detectors.types import BoolArray, Reference

IDLE = re.compile(
    r"change.?over|set.?up|\bstop|\bhalt|\bidle|stand.?by|stand.?still|still.?stand|\bpaus|\boff\b|clean|\bwash|"
    r"mainten|\bbreak\b|warm.?up|start.?up|shut.?down|r(?:ü|ue)st|umbau|reinigung|wartung|"
    r"停|换产|换型|换模|待机|空闲|清洗|检修|保养|维护|调试|暂停|准备",
    re.IGNORECASE,
)
BROKEN = re.compile(r"fault|fail|alarm|error|\btrip|\bbad\b|störung|故障|报警|断线|异常", re.IGNORECASE)
FULL, MOST_STATES = 0.5, 12  # share of rows with an entry, and different entries, of a column of states
EDGE = 3  # rows by which a finding may begin before the state or outlast it


def without(
    found: Sequence[ChannelFinding], context: pd.DataFrame | None, reference: Reference
) -> tuple[ChannelFinding, ...]:
    """`found` less what is missing or held only while the states in `context` (n rows of texts) name a standstill."""
    if context is None or not any(finding.kind in ("dropout", "stuck") for finding in found):
        return tuple(found)
    spans = bridge(runs(rows(context, reference)), EDGE).tolist()
    return tuple(
        finding for finding in found if finding.kind not in ("dropout", "stuck")
        or not any(first - EDGE <= finding.start and finding.end < stop + EDGE for first, stop in spans)
    )  # fmt: skip


def rows(context: pd.DataFrame, reference: Reference) -> BoolArray:
    """Rows (n,) in which a column of states names a standstill that the reference rows do not show."""
    still = np.zeros(len(context), dtype=bool)
    for column in context.columns:
        texts = context[column].fillna("").astype(str).str.strip()
        states = [state for state in texts.unique() if state]
        if not states or len(states) > MOST_STATES or (texts != "").mean() < FULL:
            continue
        usual = set(texts.iloc[reference.start : reference.end])
        named = [s for s in states if s not in usual and IDLE.search(s) and not BROKEN.search(s)]
        still |= texts.isin(named).to_numpy()
    return still
