"""Stretches in which the file says nothing of any sensor: all readings missing, or all held at their last values.

One sensor that holds its value is stuck; when nearly all do so together, the recording stopped, or the plant did. Such
readings are no readings, and that nothing was found there is no good news.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from detectors.planned import standstill
from detectors.runs import runs
from detectors.signs.channels import LEAST_REPEATS, MARGIN
from detectors.types import BoolArray, FloatArray, Reference, Silence

MOST, LEAST_SENSORS = 0.8, 3  # share of the sensors that move; of fewer sensors each is told by itself


def silences(frame: pd.DataFrame, reference: Reference, context: pd.DataFrame | None) -> tuple[Silence, ...]:
    """The silent stretches of `frame` (n, d) outside the reference rows, in order; none where `context` names a
    standstill."""
    values = frame.to_numpy(dtype=np.float64)
    part = values[reference.start : reference.end]
    seen = np.isfinite(part)
    moving = np.where(seen, part, -np.inf).max(axis=0) > np.where(seen, part, np.inf).min(axis=0)
    if moving.sum() < LEAST_SENSORS:
        return ()
    values = values[:, moving]
    missing = np.isnan(values)
    quiet = (missing | _held(values)).mean(axis=1) > MOST
    longest = int(np.diff(runs(quiet[reference.start : reference.end]), axis=1).max(initial=0))
    stands = standstill.rows(context, reference) if context is not None else np.zeros(len(frame), dtype=bool)
    found = []
    for first, stop in runs(quiet).tolist():
        inside = first < reference.end and stop > reference.start
        if stop - first < max(LEAST_REPEATS, MARGIN * longest) or inside or stands[first:stop].mean() > MOST:
            continue
        gone = bool(missing[first:stop].mean() > MOST)
        found.append(Silence(first if gone else max(0, first - 1), stop - 1, "missing" if gone else "held"))
    return tuple(found)


def without(frame: pd.DataFrame, found: tuple[Silence, ...]) -> pd.DataFrame:
    """`frame` with the held readings of silent stretches missing."""
    held = [silence for silence in found if silence.kind == "held"]
    if not held:
        return frame
    values = frame.to_numpy(dtype=np.float64, copy=True)
    for silence in held:
        part = values[silence.start : silence.end + 1]
        still = _held(part)
        still[0] = still[1:].all(axis=0)
        part[still] = np.nan
    return pd.DataFrame(values, index=frame.index, columns=frame.columns)


def _held(values: FloatArray) -> BoolArray:
    """Where a reading (n, d) is the one before it."""
    held = np.zeros(values.shape, dtype=bool)
    held[1:] = values[1:] == values[:-1]
    return held
