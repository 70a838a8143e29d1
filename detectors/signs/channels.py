"""Findings about one channel by itself: stuck, moved, dropout, rounding.

A multivariate score sees these late or never: a frozen reading inside its band is the calmest sensor of all, and a
channel that was constant has no spread to measure a change with. Each rule compares the rows after the reference
period with what the same channel did inside it, so a lab value that is updated four times an hour, a switch that
rarely moves or a coarse resolution are normal where they were normal before.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from detectors.blocks import Blocks, summarise
from detectors.runs import bridge, repeats, runs
from detectors.types import BoolArray, FloatArray, IntArray, Reference, SymptomKind

LEAST_REPEATS = 20  # rows: a shorter run of one value is never called stuck
LEAST_MISSING = 10  # rows: a shorter gap of one sensor is never called a dropout
MOVED_ROWS = 3  # rows off the constant before a constant channel counts as moved
MARGIN = 3.0  # how much longer a run must be than the longest of the reference period
FLOOR_ROWS = 5  # rows at one far value before it counts as a floor
FAR = 3.0  # reference ranges beyond the reference range
ROUNDING_ROWS = 200  # rows of a block whose resolution is estimated
GRID = 12.0  # nearest values this many times farther apart than chance would have them
ROUNDING_FACTOR = 3.0  # change of resolution that is reported
VISITS = 3  # runs at the end of a range, from which readings are known to stop there: an open valve, rated power
PILE = 3.0  # so many times as often as a value of the channel is read on average


@dataclass(frozen=True)
class ChannelFinding:
    """`sensor` shows `kind` in rows start..end; `known` is the row at which a causal observer is sure of it.

    `strength` is how many times the limit was reached, at most 10.
    """

    sensor: str
    kind: SymptomKind
    start: int
    end: int
    known: int
    strength: float
    values: dict[str, float] = field(default_factory=dict)


def findings(frame: pd.DataFrame, reference: Reference) -> tuple[ChannelFinding, ...]:
    """All channel findings of `frame` outside the reference rows, by start row."""
    values = frame.to_numpy(dtype=np.float64)
    outside = np.ones(len(frame), dtype=bool)
    outside[reference.start : reference.end] = False
    gap = np.isnan(values).mean(axis=1) > 0.8 if values.size else np.zeros(len(frame), dtype=bool)
    found: list[ChannelFinding] = []
    for at, name in enumerate(frame.columns):
        channel = np.ascontiguousarray(values[:, at])
        view = Channel(str(name), channel, channel[reference.start : reference.end], outside, gap)
        if not np.isfinite(view.normal).any():
            continue  # nothing to compare with
        if view.constant is not None:
            found += _moved(view)
            continue
        for rule in RULES:
            found += rule(view)
    found += _rounding(frame, reference)
    return tuple(sorted(_without_echoes(found), key=lambda f: (f.start, f.sensor)))


@dataclass(frozen=True)
class Channel:
    """One channel: all rows, its reference rows, which rows may be judged, which rows miss every sensor."""

    name: str
    values: FloatArray
    normal: FloatArray
    judged: BoolArray
    gap: BoolArray

    @property
    def constant(self) -> float | None:
        """The one value of the reference period, None when it moved or had no reading."""
        seen = self.normal[np.isfinite(self.normal)]
        return float(seen[0]) if len(seen) and seen.min() == seen.max() else None

    @property
    def range(self) -> tuple[float, float]:
        """Lowest and highest reading of the reference period."""
        return float(np.nanmin(self.normal)), float(np.nanmax(self.normal))


def _moved(channel: Channel) -> list[ChannelFinding]:
    """A channel that was constant in the reference period takes other values."""
    level = channel.constant or 0.0
    off = channel.judged & np.isfinite(channel.values) & (channel.values != level)
    found = []
    for first, stop in bridge(runs(off), max(6 * LEAST_MISSING, len(off) // 100)).tolist():
        rows = first + np.flatnonzero(off[first:stop])
        if len(rows) >= MOVED_ROWS:
            away = channel.values[rows]
            numbers = {"before": level, "after": np.median(away), "low": away.min(), "high": away.max()}
            numbers = {key: float(number) for key, number in numbers.items()}
            known = int(rows[MOVED_ROWS - 1])
            found.append(ChannelFinding(channel.name, "moved", first, stop - 1, known, MARGIN, numbers))
    return found


def _stuck(channel: Channel) -> list[ChannelFinding]:
    """A moving channel repeats one value longer than ever in the reference period, and not where it often stops."""
    limit = max(LEAST_REPEATS, int(MARGIN * _longest(repeats(channel.normal))))
    low, high = channel.range
    margin = high - low
    found = []
    for first, stop in _judged(repeats(channel.values), channel.judged, limit):
        value = float(channel.values[first])
        if low - margin <= value <= high + margin and not _at_a_stop(channel.values[:first], value):
            found.append(
                _finding(channel, "stuck", (first, stop), limit, {"value": value, "rows": float(stop - first)})
            )
    return found


def _at_a_stop(before: FloatArray, value: float) -> bool:
    """Is `value` an end of the range of the readings `before` (n,), at which they pile up: a valve that was often fully
    open, a turbine at rated power? The end of a range that is merely coarse is its rarest value."""
    seen = before[np.isfinite(before)]
    if not len(seen) or not (value >= seen.max() or value <= seen.min()):
        return False
    there = seen == value
    return len(runs(there)) >= VISITS and there.sum() >= PILE * len(seen) / len(np.unique(seen))


def _floor(channel: Channel) -> list[ChannelFinding]:
    """The readings fall to one fixed value far outside the reference range (0, -999, the foot of 4-20 mA)."""
    low, high = channel.range
    margin = FAR * (high - low)
    limit = max(FLOOR_ROWS, int(MARGIN * _longest(repeats(channel.normal))))
    spans = repeats(channel.values)
    value = channel.values[spans[:, 0]]
    far = (spans[:, 1] - spans[:, 0] >= FLOOR_ROWS) & ((value < low - margin) | (value > high + margin))
    same = np.zeros(len(channel.values), dtype=bool)
    for first, stop in spans[far]:
        same[first:stop] = True
    found = []
    for first, stop in bridge(runs(same & channel.judged), 6 * LEAST_MISSING):
        held = channel.values[first:stop][same[first:stop]]
        if len(held) >= limit and held.min() == held.max():  # different far values are a moving signal
            numbers = {"value": float(held[0]), "rows": float(len(held))}
            found.append(_finding(channel, "dropout", (first, stop), limit, numbers))
    return found


def _missing(channel: Channel) -> list[ChannelFinding]:
    """Values of this sensor alone go missing, in one run or again and again."""
    gone = np.isnan(channel.values) & ~channel.gap
    if not gone.any():
        return []
    usual = np.isnan(channel.normal)
    limit = max(LEAST_MISSING, int(MARGIN * _longest(runs(usual))))
    width = 6 * LEAST_MISSING
    share = _trailing_share(gone, width)
    often = runs(share > max(0.2, MARGIN * float(usual.mean()) + 0.1))
    spans = [(max(0, a - int(width * share[a])), b) for a, b in often]
    spans += [(a, b) for a, b in runs(gone) if b - a >= limit]
    if not spans:
        return []
    joined = bridge(np.array(sorted(spans), dtype=np.int64), width)
    found = []
    for first, stop in joined:
        inside = np.flatnonzero(gone[first:stop] & channel.judged[first:stop])
        if len(inside) >= LEAST_MISSING:
            span = first + int(inside[0]), first + int(inside[-1]) + 1
            numbers = {"missing_percent": 100.0 * float(gone[span[0] : span[1]].mean())}
            found.append(_finding(channel, "dropout", span, LEAST_MISSING, numbers | {"rows": float(len(inside))}))
    return found


RULES: tuple[Callable[[Channel], list[ChannelFinding]], ...] = (_stuck, _floor, _missing)


def _rounding(frame: pd.DataFrame, reference: Reference) -> list[ChannelFinding]:
    """The resolution of the readings changes: fewer (or more) different values over the same range."""
    usual = reference.end - reference.start
    if usual < 3 * ROUNDING_ROWS:
        return []
    values = frame.to_numpy(dtype=np.float64)
    before = summarise(values[reference.start : reference.end], ROUNDING_ROWS)
    found: list[ChannelFinding] = []
    for offset, part in ((0, values[: reference.start]), (reference.end, values[reference.end :])):
        if len(part) < 2 * ROUNDING_ROWS:
            continue
        after = summarise(part, ROUNDING_ROWS)
        for at, coarser in _changed_resolution(before, after):
            name = str(frame.columns[at])
            if _held(values[reference.start : reference.end, at]):
                continue  # repeats by itself: too few different values to tell a resolution by
            for first, last in runs(coarser):
                if last - first < 2:
                    continue
                start = offset + int(first) * ROUNDING_ROWS
                stop = min(offset + int(last) * ROUNDING_ROWS, len(values))
                numbers = {
                    "before": float(np.nanmin(before.step[:, at])),
                    "after": float(np.nanmedian(after.step[first:last, at])),
                }
                known = min(start + 2 * ROUNDING_ROWS, stop) - 1
                found.append(ChannelFinding(name, "rounding", start, stop - 1, known, 2.0, numbers))
    return found


def _changed_resolution(before: Blocks, after: Blocks) -> list[tuple[int, BoolArray]]:
    """Sensor positions with the blocks whose resolution left what the reference blocks showed.

    The smallest difference in a block must change, also relative to the block's range (a calmer signal has smaller
    differences by itself), and the coarser of both must be a grid: m values drawn without one come as near as
    range / m^2 to each other.
    """
    usual, now = _grid(before), _grid(after)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a sensor without a reading in any block
        coarser = now.certain.copy()
        finer = np.broadcast_to(np.nanmin(np.where(usual.certain, 1, 0), axis=0) == 1, coarser.shape).copy()
        for old, new in ((usual.step, now.step), (usual.relative, now.relative)):
            coarser &= new > ROUNDING_FACTOR * np.nanmax(old, axis=0)
            finer &= new < np.nanmin(old, axis=0) / ROUNDING_FACTOR
    changed = coarser | finer
    return [(int(at), changed[:, at]) for at in np.flatnonzero(changed.any(axis=0))]


def _held(values: FloatArray) -> bool:
    """Does a channel mostly repeat its last value, as one that is sampled less often than the file?"""
    return bool(np.mean(values[1:] == values[:-1]) > 0.5)


@dataclass(frozen=True)
class Grid:
    """Smallest difference of each block and sensor, in units and relative to the range; is it surely a grid?"""

    step: FloatArray
    relative: FloatArray
    certain: BoolArray


def _grid(blocks: Blocks) -> Grid:
    full = (blocks.valid >= ROUNDING_ROWS // 2) & (blocks.distinct > 2)
    step = np.where(full, blocks.step, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = step / (blocks.high - blocks.low)
        certain = relative * blocks.valid.astype(np.float64) ** 2 > GRID
    return Grid(step, relative, certain & full)


def _finding(
    channel: Channel, kind: SymptomKind, span: tuple[int, int], limit: int, values: dict[str, float]
) -> ChannelFinding:
    first, stop = int(span[0]), int(span[1])
    strength = float(min(10.0, max(1.0, (stop - first) / limit)))
    return ChannelFinding(channel.name, kind, first, stop - 1, min(first + limit, stop) - 1, strength, values)


def _longest(spans: IntArray) -> int:
    return int((spans[:, 1] - spans[:, 0]).max()) if len(spans) else 0


def _judged(spans: IntArray, judged: BoolArray, limit: int) -> list[tuple[int, int]]:
    """Spans of at least `limit` rows after the rows that may not be judged are cut off."""
    kept = []
    for first, stop in spans[spans[:, 1] - spans[:, 0] >= limit]:
        inside = np.flatnonzero(judged[first:stop])
        if len(inside) >= limit:
            kept.append((int(first + inside[0]), int(first + inside[-1] + 1)))
    return kept


def _trailing_share(mask: BoolArray, width: int) -> FloatArray:
    """Share of True among the last `width` rows at each row."""
    total = np.concatenate(([0], np.cumsum(mask)))
    rows = np.arange(1, len(mask) + 1)
    return (total[rows] - total[np.maximum(rows - width, 0)]) / width


def _without_echoes(found: list[ChannelFinding]) -> list[ChannelFinding]:
    """A floor is also a repeated value and a coarse one: keep the most telling finding of overlapping ones."""
    order = {"dropout": 0, "stuck": 1, "moved": 2, "rounding": 3}
    kept: list[ChannelFinding] = []
    for item in sorted(found, key=lambda f: (order[f.kind], f.start)):
        echo = any(k.sensor == item.sensor and k.start <= item.end and item.start <= k.end for k in kept)
        if not echo:
            kept.append(item)
    return kept
