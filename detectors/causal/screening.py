"""Which sensors take part in causal discovery: those that move, no copies, and no more than the rows can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.types import FloatArray

MOST_SENSORS = 60  # the cost grows with the cube; a graph of more is not read by anybody
ROWS_PER_SENSOR = 50  # two scales, two lags, five blocks for each weight
LEAST_SHARE = 0.5  # of the readings must be there
LOOK_ROWS = 4000  # blocks of rows for the screening: enough to rank, quick for 500 sensors
COPY = 0.9995  # correlation from which a sensor repeats another one


@dataclass(frozen=True)
class Chosen:
    """`names` take part, in the order of the frame; `copies` are (left out, stands for it). `usable` counts the
    sensors that move and are no copies; `cut` says that some of them were left out."""

    names: tuple[str, ...]
    copies: tuple[tuple[str, str], ...]
    usable: int
    cut: bool


def most_sensors(rows: int) -> int:
    """How many sensors `rows` readings can tell apart."""
    return min(MOST_SENSORS, rows // ROWS_PER_SENSOR)


def choose(frame: pd.DataFrame, most: int, focus: Sequence[str] = ()) -> Chosen:
    """At most `most` sensors: moving ones that are no copies, those in `focus` first, then the most connected."""
    every = max(1, len(frame) // LOOK_ROWS)
    names, columns = [], []
    for name in frame.columns:
        readings = frame[name].to_numpy(dtype=np.float64)
        known = np.isfinite(readings)
        if not len(readings) or known.mean() < LEAST_SHARE:
            continue
        coarse = _means(np.where(known, readings, np.nan), every)
        spread = coarse.std()
        if spread > 1e-9 * max(1.0, float(np.abs(coarse).max())) and not _counts(coarse):
            names.append(str(name))
            columns.append((coarse - coarse.mean()) / spread)
    if len(names) < 2:
        return Chosen(tuple(names[:most]), (), len(names), False)
    values = np.stack(columns, axis=1)
    copies = _copies(values, names)
    gone = {copy for copy, _ in copies}
    kept = [at for at, name in enumerate(names) if name not in gone]
    if len(kept) > most:
        link = _connection(values[:, kept])
        rank = {name: place for place, name in enumerate(focus)}
        wanted = sorted(range(len(kept)), key=lambda a: (rank.get(names[kept[a]], len(rank)), -link[a]))[:most]
        chosen = tuple(names[kept[a]] for a in sorted(wanted))
    else:
        chosen = tuple(names[at] for at in kept)
    return Chosen(chosen, copies, len(kept), len(kept) > len(chosen))


def _counts(values: FloatArray) -> bool:
    """Whether a column grows by the same step all the time: a clock or a row number, not a sensor."""
    steps = np.diff(values)
    return len(steps) > 2 and bool(np.ptp(steps) < 1e-3 * np.abs(steps).mean())


def _means(readings: FloatArray, every: int) -> FloatArray:
    """Means of `every` rows, NaN ignored; a block without a reading is the mean of all."""
    whole = len(readings) // every * every
    table = readings[:whole].reshape(-1, every)
    known = np.isfinite(table)
    count = known.sum(axis=1)
    means = np.where(known, table, 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, means, means[count > 0].mean() if (count > 0).any() else 0.0)


def _copies(values: FloatArray, names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Sensors that repeat an earlier one: neither could be told from the other as a cause."""
    same = np.abs(values.T @ values / len(values)) > COPY
    found: list[tuple[str, str]] = []
    gone: set[int] = set()
    for at in range(len(names)):
        twins = [int(other) for other in np.flatnonzero(same[at, :at]) if int(other) not in gone]
        if twins:
            gone.add(at)
            found.append((names[at], names[twins[0]]))
    return tuple(found)


def _connection(values: FloatArray) -> FloatArray:
    """Strongest lagged correlation (d,) of each sensor's changes with any other sensor's, in either direction."""
    change = np.diff(values, axis=0)
    change = change / np.maximum(change.std(axis=0), 1e-12)
    best = np.zeros(values.shape[1])
    for lag in (0, 1, 2):
        link = np.abs(change[lag:].T @ change[: len(change) - lag]) / len(change)
        np.fill_diagonal(link, 0.0)
        best = np.maximum(best, np.maximum(link.max(axis=0), link.max(axis=1)))
    return best
