"""What a sensor did beyond what its own past and its causes explain, learnt on reference rows.

A disturbance that enters at a sensor leaves a residual there; what it does downstream is explained by the sensor's
parents in the graph (Budhathoki et al. 2022 rank root causes by such conditional outliers; here as a test on
residuals). Fails when a parent is missing from the graph and when the reference shows too little movement.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.signs.shapes import change_points
from detectors.types import FloatArray, IntArray

SCALES = (1, 5, 20, 60, 200)  # rows: a block mean shows a drift that single rows hide
LEAST_BLOCKS = 12
OWN_LAGS = (1, 2, 3, 5)
MOST_ROWS = 10_000  # of the reference, those nearest to the event
MOST_WINDOW = 20_000
LARGEST = 50.0  # reference standard deviations; what is farther out counts as that
RIDGE = 1e-3
QUIET = 2.5  # block standard deviations: the least that counts as the largest of the reference
ONSET = 1.3  # times the largest of the reference


@dataclass(frozen=True)
class Window:
    """Rows to look at: `reference` (r,) and `event` (w,) are row numbers; both are consecutive runs."""

    reference: IntArray
    event: IntArray


def standardised(frame: pd.DataFrame, names: Sequence[str], window: Window) -> FloatArray:
    """Columns (n, d) in reference standard deviations; a missing reading repeats the last one."""
    values = np.empty((len(frame), len(names)))
    for column, name in enumerate(names):
        readings = frame[name].to_numpy(dtype=np.float64)
        known = np.isfinite(readings)
        last = np.maximum.accumulate(np.where(known, np.arange(len(readings)), 0))
        part = readings[window.reference]
        part = part[np.isfinite(part)]
        middle, spread = (part.mean(), part.std()) if len(part) else (0.0, 0.0)
        if spread <= 1e-9 * max(1.0, abs(middle)):  # constant in the reference: any move is large
            spread = float(np.nanstd(np.where(known, readings, np.nan))) if known.any() else 0.0
        values[:, column] = np.nan_to_num((readings[last] - middle) / (spread or 1.0))
    return np.clip(values, -LARGEST, LARGEST)


def residual(
    values: FloatArray, sensor: int, parents: Mapping[int, int], window: Window
) -> tuple[FloatArray, FloatArray]:
    """Residual of column `sensor` over the reference (r,) and the event (w,), in reference standard deviations.

    `parents`: column -> lag in rows. A ridge regression on the own past and the parents around their lags.
    """
    offsets = [(sensor, lag) for lag in OWN_LAGS]
    for parent, lag in parents.items():
        near = {1, 2, 3, max(1, lag // 2), max(1, lag), 2 * max(1, lag)}
        offsets += [(parent, shift) for shift in sorted(near)]

    def design(rows: IntArray) -> FloatArray:
        return np.stack([values[np.maximum(rows - lag, 0), column] for column, lag in offsets], axis=1)

    known, wanted = design(window.reference), values[window.reference, sensor]
    moments = known.T @ known + RIDGE * len(known) * np.eye(known.shape[1])
    weights = np.linalg.solve(moments, known.T @ wanted)
    usual = wanted - known @ weights
    unusual = values[window.event, sensor] - design(window.event) @ weights
    middle, spread = usual.mean(), usual.std()
    spread = spread if spread > 1e-9 else 1.0
    return (usual - middle) / spread, (unusual - middle) / spread


def departure(usual: FloatArray, unusual: FloatArray) -> tuple[float, int | None]:
    """How many times farther than ever in the reference the residual went, and the row (of w) where that began.

    Block means at several lengths, and the spread within blocks; the top quarter of the event's blocks counts, so
    that neither one blip nor a long quiet tail decides. 1 is what the reference reaches by itself.
    """
    worst, onset = 0.0, None
    for size in SCALES:
        blocks, event = len(usual) // size, len(unusual) // size
        if blocks < LEAST_BLOCKS or event < 1:
            continue
        for measure in (_level, _spread) if size >= 20 else (_level,):
            ratio = measure(usual, unusual, size)
            top = np.sort(ratio)[-max(1, event // 4) :]
            worst = max(worst, float(np.sqrt((top**2).mean())))
            beyond = np.flatnonzero(ratio > ONSET)
            if len(beyond):
                row = _changed(unusual, int(beyond[0]) * size, size)
                onset = row if onset is None else min(onset, row)
    return worst, onset


def _changed(unusual: FloatArray, first: int, size: int) -> int:
    """The row of the change within the first block that shows it, rows `first`..`first` + `size` - 1: a block that
    the change ends up in began up to a whole block before it."""
    away = np.abs(unusual[first : first + size])
    return first + int(change_points((away - away.mean())[:, None])[0])


def _cut(values: FloatArray, size: int) -> FloatArray:
    return values[: len(values) // size * size].reshape(-1, size)


def _level(usual: FloatArray, unusual: FloatArray, size: int) -> FloatArray:
    """|block mean| of the event, in multiples of about the largest of the reference."""
    means = np.abs(_cut(usual, size).mean(axis=1))
    largest = np.sort(means)[-max(1, len(means) // 100)]
    return np.abs(_cut(unusual, size).mean(axis=1)) / max(largest, QUIET * float(means.std()), 1e-9)


def _spread(usual: FloatArray, unusual: FloatArray, size: int) -> FloatArray:
    """How far the log spread within blocks left its reference mean, in multiples of the farthest there; >= 0."""
    known = np.log(_cut(usual, size).std(axis=1) + 1e-6)
    farthest = np.abs(known - known.mean()).max() + 0.1
    spread = np.log(_cut(unusual, size).std(axis=1) + 1e-6)
    return np.maximum((spread - known.mean()) / farthest, 0.0)
