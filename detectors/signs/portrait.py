"""What a sensor does over a whole file, in a handful of numbers: level, spread, trend, steps, period, gaps.

For a reader who has no picture (a language model). It compares nothing with a reference period; what is abnormal is
for `detect` to say. Fails where a file holds only a few rows: then there is a level and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from detectors.blocks import SIGMA_PER_MAD
from detectors.normal.usual import detrended, filled, periodogram
from detectors.signs.shapes import is_gradual, slope
from detectors.types import FloatArray

PIECES = 96  # a file is cut into so many pieces to see its shape
LEAST_ROWS = 48
CLEAR = 4.0  # times the pieces' own scatter: a trend or a step that is worth a word
WIDER, NARROWER = 1.5, 0.67
DOMINANT, LEAST_CYCLES, LONGEST = 0.3, 5, 8192


@dataclass(frozen=True)
class Step:
    """The level went from `before` to `after` at `row`."""

    row: int
    before: float
    after: float


@dataclass(frozen=True)
class Portrait:
    """One sensor, in its own unit. None: nothing of the kind shows. `spread` is the robust standard deviation of the
    readings around their local level; `wider` how it grew from the first third to the last; `eventful` only compares.
    """

    sensor: str
    median: float
    spread: float
    slope_per_h: float | None = None
    step: Step | None = None
    wider: float | None = None
    period_s: float | None = None
    missing_share: float = 0.0
    constant: bool = False
    eventful: float = 0.0


def portray(frame: pd.DataFrame, step_s: float = 1.0) -> list[Portrait]:
    """A portrait of each column, the most eventful first. `step_s` is the time step of the rows in s."""
    values = frame.to_numpy(dtype=np.float64)
    missing = 1.0 - np.isfinite(values).mean(axis=0) if len(values) else np.ones(frame.shape[1])
    held = values[:, missing < 1.0]
    middle = np.nanmedian(held, axis=0) if held.size else np.empty(0)
    held = filled(held, middle)
    names = [str(name) for name, share in zip(frame.columns, missing, strict=True) if share < 1.0]
    shares = missing[missing < 1.0]
    if len(held) < LEAST_ROWS:
        return [
            Portrait(n, float(m), 0.0, missing_share=float(s)) for n, m, s in zip(names, middle, shares, strict=True)
        ]
    view = _View(held, step_s)
    made = [view.portrait(i, name, float(shares[i])) for i, name in enumerate(names)]
    return sorted(made, key=lambda p: -p.eventful)


class _View:
    """All columns at once, cut into pieces."""

    def __init__(self, values: FloatArray, step_s: float) -> None:
        self.values, self.step_s = values, step_s
        self.bounds = np.linspace(0, len(values), min(PIECES, len(values) // 4) + 1).astype(int)
        cuts = list(pairwise(self.bounds.tolist()))
        self.levels = np.stack([np.median(values[a:b], axis=0) for a, b in cuts])
        self.spreads = np.stack([values[a:b].std(axis=0) for a, b in cuts])
        self.periods = self._periods()

    def portrait(self, i: int, name: str, missing: float) -> Portrait:
        """The portrait of column `i`; `missing` is the share of its readings that are, 0..1."""
        levels, column = self.levels[:, i], self.values[:, i]
        constant = bool(np.ptp(column) == 0.0)
        scatter = SIGMA_PER_MAD * float(np.median(np.abs(np.diff(levels)))) + 1e-12 + 1e-9 * abs(float(levels[0]))
        if constant:
            return Portrait(name, float(column[0]), 0.0, missing_share=missing, constant=True)
        step, slope_per_h, eventful = self._shape(levels, scatter)
        third = max(1, len(levels) // 3)
        early, late = (float(np.median(part)) for part in (self.spreads[:third, i], self.spreads[-third:, i]))
        ratio = late / early if early > 0 else None
        wider = ratio if ratio is not None and (ratio >= WIDER or ratio <= NARROWER) else None
        eventful += abs(float(np.log(wider))) * CLEAR if wider else 0.0
        return Portrait(
            name, float(np.median(column)), float(np.median(self.spreads[:, i])), slope_per_h, step, wider,
            self.periods[i], missing, False, eventful,
        )  # fmt: skip

    def _shape(self, levels: FloatArray, scatter: float) -> tuple[Step | None, float | None, float]:
        """A step or a trend, whichever fits, when it stands out of the pieces' scatter; and by how much."""
        total = np.cumsum(levels - levels.mean())
        at = int(np.argmax(np.abs(total[:-1]))) + 1
        before, after = float(np.median(levels[:at])), float(np.median(levels[at:]))
        strength = abs(after - before) / scatter
        if strength < CLEAR:
            return None, None, strength / CLEAR
        if is_gradual(levels):
            hours = (self.bounds[1] - self.bounds[0]) * self.step_s / 3600.0
            return None, slope(levels) / hours, strength
        return Step(int(self.bounds[at]), before, after), None, strength

    def _periods(self) -> Sequence[float | None]:
        """The dominant period of each column in s, None where no line of the spectrum holds a good part of it."""
        every = max(1, len(self.values) // LONGEST)
        length = len(self.values) // every
        thinned = self.values[: length * every].reshape(length, every, -1).mean(axis=1)
        power = periodogram(detrended(thinned[None])).mean(axis=0)
        power[:LEAST_CYCLES] = 0.0
        lines = power[:-2] + power[1:-1] + power[2:]
        at = np.argmax(lines, axis=0)
        share = lines[at, np.arange(lines.shape[1])] / np.maximum(power.sum(axis=0), 1e-24)
        return [
            length * every * self.step_s / (a + 1) if s >= DOMINANT else None for a, s in zip(at, share, strict=True)
        ]
