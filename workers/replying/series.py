"""One sensor's readings as a reply needs them: its present value, the range of the normal period, stretches in time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detectors.types import FloatArray
from roles.types import Finding

if TYPE_CHECKING:
    from workers.running.run import Run

BAND = 3.0  # robust standard deviations around the median, as the pale band of the pictures
WAYS = {"drift_up": "rise", "drift_down": "fall"}
PRESENT_S, LEAST_ROWS, SHARE = 60.0, 5, 0.02  # the present value is the median of so much


@dataclass(frozen=True)
class Stretch:
    """Rows first..last, both in it."""

    first: int
    last: int


def present_rows(run: Run) -> int:
    """How many rows are the present: a minute, at least LEAST_ROWS, at most SHARE of the file."""
    assert run.reading is not None
    step, rows = run.reading.receipt.step_s or 1.0, len(run.reading.frame)
    return max(1, min(rows, max(LEAST_ROWS, min(round(PRESENT_S / step), round(SHARE * rows)))))


def steady(run: Run, sensor: str) -> FloatArray:
    """The readings of a sensor, single ones smoothed away by a running median over `present_rows`."""
    assert run.reading is not None
    window = present_rows(run)
    series = run.reading.frame[sensor].astype(float).rolling(window, min_periods=1).median()
    return np.asarray(series.ffill(), dtype=float)


def usual_range(values: FloatArray) -> tuple[float, float] | None:
    """The band of a period: BAND robust standard deviations around its median, but nothing that it did not show (no
    negative vibration, no current above that of the pump at work); None for too few readings."""
    values = values[np.isfinite(values)]
    if len(values) < 2 * LEAST_ROWS:
        return None
    low, middle, high = np.quantile(values, [0.16, 0.5, 0.84])
    least, most = float(values.min()), float(values.max())
    return max(least, float(middle - BAND * (middle - low))), min(most, float(middle + BAND * (high - middle)))


def once(found: Iterable[Finding]) -> list[Finding]:
    """Each change of a sensor once: events that overlap tell the same change, each from its own beginning."""
    kept: list[Finding] = []
    for finding in found:
        if not any(_is_again(finding, other) for other in kept):
            kept.append(finding)
    return kept


def _is_again(finding: Finding, other: Finding) -> bool:
    if finding.sensor != other.sensor or WAYS.get(finding.kind, finding.kind) != WAYS.get(other.kind, other.kind):
        return False
    if not (finding.start and finding.end and other.start and other.end):
        return False
    return finding.start <= other.end and other.start <= finding.end


def stretches(hit: pd.Series) -> list[Stretch]:
    """The runs of rows that are True."""
    edges = np.diff(np.concatenate([[0], hit.fillna(0).to_numpy(dtype=float) > 0, [0]]).astype(int))
    return [Stretch(int(a), int(b) - 1) for a, b in zip(np.where(edges == 1)[0], np.where(edges == -1)[0], strict=True)]
