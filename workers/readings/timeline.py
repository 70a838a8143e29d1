"""The time axis of a frame: step, irregularity, gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.types import IntArray

GAP_STEPS = 2.5
LOOSE_GAP_STEPS = 10.0  # where steps vary anyway
LOOSE = 0.2  # share of irregular steps from which they do


@dataclass(frozen=True)
class Timeline:
    """`step_s` is the median step; `gaps` are rows (k,) behind which time is missing, with their length in seconds."""

    step_s: float
    irregular_share: float
    gaps: IntArray
    seconds: list[float]


def survey(index: IntArray, gaps_matter: bool) -> Timeline:
    """The axis `index` (n,) in microseconds. Without regular readings (`gaps_matter` False) nothing is a gap."""
    steps = np.diff(index)
    if not len(steps):
        return Timeline(0.0, 0.0, np.empty(0, np.int64), [])
    usual = float(np.median(steps))
    share = float(np.mean(np.abs(steps - usual) > 0.5 * usual))
    factor = LOOSE_GAP_STEPS if share > LOOSE else GAP_STEPS
    rows = np.flatnonzero(steps > factor * usual) if gaps_matter else np.empty(0, np.int64)
    return Timeline(usual / 1e6, share, rows, [float(steps[i]) / 1e6 for i in rows])
