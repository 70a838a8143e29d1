"""Sensors that lie for long far outside everything that the reference period showed, although no alarm says so.

An ensemble of innovations sees how a reading differs from what the last ones foretold: a level that sinks slowly, as
slowly as the sensor wanders by itself, stays foretold all the way down. So the slow level of each sensor (the median
of a block) and its quick spread (the median standard deviation of short windows of a block) are held against all
blocks of the reference period, and the level against what the other sensors say it should be (misfits.py). A departure
is an observation for the answer: it flags no row and scores nothing.

A level has departed when LONG blocks in a row lie beyond all reference blocks by FAR times their range, more where
the reference is the shorter part of the file: what wanders goes as far as the root of the time. Both views of the
readings must say so, as they are and with what planned operation explains taken off. Fails where the reference period
holds fewer than LEAST_BLOCKS blocks, and on what it showed itself.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.blocks import median_and_sigma, summarise
from detectors.normal.usual import detrended, filled
from detectors.planned.announced import Change, unlike
from detectors.runs import bridge, runs
from detectors.signs import symptoms
from detectors.signs.misfits import LONG, Misfit, misfits, pace
from detectors.signs.oscillations import GROWN
from detectors.signs.swinging import Swings, overlap
from detectors.types import BoolArray, Departure, Event, FloatArray, Reference, Share, Symptom

LEAST_BLOCKS = 12  # of the reference period
ENOUGH = 0.5  # share of a block's rows with a reading: with fewer it is no evidence
WIDE = 2.0  # times the widest of the reference period
BESIDE = 1 / 3  # share of the limit from which a sensor is told beside one that departed
WINDOW = 32  # rows of a window whose spread is measured
TOLD_SWING = 0.5  # share of an oscillation that events must show as one
TOLD = 0.1  # share of a departure that alarms must cover with the same sensor for it to be told by them
MOST = 6  # departures of one file


def departures(
    frame: pd.DataFrame,
    reference: Reference,
    offset: FloatArray | None,
    events: Sequence[Event],
    signs: Sequence[Symptom],
    step_s: float,
    swings: Swings | None = None,
    announced: Sequence[Change] = (),
) -> tuple[Departure, ...]:
    """What departed in `frame` (n rows, d sensors), or oscillates as `swings` say, and is not told by `events` with
    their symptoms `signs`.

    `offset` (n, d) is what planned operation explains, `announced` its changes. Departures are numbered on from
    `events`, worst first.
    """
    values = frame.to_numpy(dtype=np.float64)
    view, swings = _View(values, offset, reference), swings or Swings()
    names = [str(name) for name in frame.columns]
    away = view.found()
    found = [each for each in away if not _is_told(each, names[each.at], events, signs)]
    known = {each.at for each in away} | _shown(names, events, signs, LONG * view.size)
    until, moved = unlike(announced, reference)
    known |= {names.index(sensor) for sensor in moved if sensor in names}
    found += _misfits(view, values, offset, reference, known, until)
    found += _swinging(swings, names, events, signs)
    groups = sorted(_together(found), key=lambda group: -max(each.strength for each in group))[:MOST]
    return tuple(
        _departure(number, group, frame, reference, offset, view, step_s, swings)
        for number, group in enumerate(groups, start=len(events) + 1)
    )


@dataclass(frozen=True)
class _Found:
    """The sensor at position `at` departed in rows start..end; `strength` counts limits. `misfit`: from what the other
    sensors say of it, where not from its own levels."""

    at: int
    start: int
    end: int
    strength: float
    misfit: Misfit | None = None


class _View:
    """How far each block (b) of each sensor (d) is from what the reference blocks showed, in limits, (b, d)."""

    def __init__(self, values: FloatArray, offset: FloatArray | None, reference: Reference) -> None:
        self.rows, (self.size, self.further, _) = len(values), pace(len(values), reference)
        first, last = -(-reference.start // self.size), reference.end // self.size
        self.usable = last - first >= LEAST_BLOCKS and values.shape[1] > 0
        if not self.usable:
            return
        usual = slice(first, last)
        sigma = np.nan_to_num(median_and_sigma(values[reference.start : reference.end])[1])
        views = [values] if offset is None else [values, values - offset]
        blocks = [summarise(view, self.size) for view in views]
        level = np.min([_beyond(each.level, usual, sigma) for each in blocks], axis=0) / self.further
        step = np.where(np.isfinite(blocks[0].step[usual]), blocks[0].step[usual], np.inf).min(axis=0)
        spread = _apart(_spreads(values, self.size), usual, step) / np.log(WIDE)
        self.ratio = np.where(sigma > 0, np.maximum(level, spread), 0.0)
        self.ratio[usual] = 0.0
        self.ratio = _bridged(self.ratio, _present(values, self.size) >= ENOUGH)

    def found(self) -> list[_Found]:
        """Each stretch of each sensor that departed."""
        made: list[_Found] = []
        if not self.usable:
            return made
        for at in np.flatnonzero(_lasting(self.ratio >= 1.0).any(axis=0)):
            away = self.ratio[:, at]
            for first, stop in bridge(runs(away > BESIDE), LONG):
                if _lasting(away[first:stop, None] >= 1.0).any():
                    end = min(int(stop) * self.size, self.rows) - 1
                    made.append(_Found(int(at), int(first) * self.size, end, float(away[first:stop].max())))
        return made

    def beside(self, start: int, end: int) -> set[int]:
        """Sensors that lie clearly beyond the reference in rows start..end, if not as far."""
        if not self.usable:
            return set()
        part = self.ratio[start // self.size : end // self.size + 1]
        return set(np.flatnonzero(_lasting(part > BESIDE).any(axis=0)).tolist())


def _present(values: FloatArray, size: int) -> FloatArray:
    """Share (b, d) of the rows of each block that hold a reading."""
    present = np.isfinite(values).astype(np.float64)
    padded = np.concatenate([present, np.repeat(present[-1:], -len(values) % size, axis=0)])
    return np.asarray(padded.reshape(-1, size, values.shape[1]).mean(axis=1))


def _bridged(ratio: FloatArray, present: BoolArray) -> FloatArray:
    """`ratio` (b, d) where a block has readings; in a gap, whose held values are none, the lesser of its two sides."""
    blocks = np.arange(len(ratio))[:, None]
    before = np.maximum.accumulate(np.where(present, blocks, -1), axis=0)
    after = np.minimum.accumulate(np.where(present, blocks, len(ratio))[::-1], axis=0)[::-1]
    sides = [
        np.where((place >= 0) & (place < len(ratio)), np.take_along_axis(ratio, place.clip(0, len(ratio) - 1), 0), 0.0)
        for place in (before, after)
    ]
    return np.where(present, ratio, np.minimum(*sides))


def _spreads(values: FloatArray, size: int) -> FloatArray:
    """Median standard deviation (b, d) of the detrended windows of each block; a planned move disturbs few of them."""
    window = min(WINDOW, size)
    known = filled(values, np.nan_to_num(median_and_sigma(values)[0]))
    padded = np.concatenate([known, np.repeat(known[-1:], -len(known) % size, axis=0)])
    cube = padded.reshape(-1, size, values.shape[1])[:, : size // window * window]
    per = cube.shape[1] // window
    spread = detrended(cube.reshape(-1, window, values.shape[1])).std(axis=1)
    return np.asarray(np.median(spread.reshape(-1, per, values.shape[1]), axis=1))


def _beyond(level: FloatArray, usual: slice, sigma: FloatArray) -> FloatArray:
    """How far `level` (b, d) lies beyond all reference blocks, in their ranges (or in `sigma`, where that is more)."""
    part = level[usual]
    seen = np.isfinite(part)
    low, high = (np.where(seen, part, fill) for fill in (np.inf, -np.inf))
    low, high = low.min(axis=0), high.max(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        away = np.maximum(level - high, low - level) / np.maximum(high - low, sigma)
    return np.where(np.isfinite(away), away, 0.0)


def _apart(spread: FloatArray, usual: slice, step: FloatArray) -> FloatArray:
    """Log of how many times `spread` (b, d) is the widest of the reference blocks, or the calmest is it.

    Both count as one `step` (d,) of the resolution at least.
    """
    part, now = np.maximum(spread[usual], step), np.maximum(spread, step)
    with np.errstate(invalid="ignore", divide="ignore"):
        apart = np.maximum(np.log(now / part.max(axis=0)), np.log(part.min(axis=0) / now))
    return np.where(np.isfinite(apart), apart, 0.0)


def _lasting(beyond: BoolArray) -> BoolArray:
    """Where LONG blocks in a row are `beyond` (b, d): (b - LONG + 1, d), at the first of them."""
    if len(beyond) < LONG:
        return np.zeros((0, beyond.shape[1]), dtype=bool)
    return np.all([beyond[i : len(beyond) - LONG + 1 + i] for i in range(LONG)], axis=0)


def _is_told(found: _Found, sensor: str, events: Sequence[Event], signs: Sequence[Symptom]) -> bool:
    """Do alarms with this very sensor cover a good part of the stretch, or a planned change that recalibrated it?"""
    showing = {sign.event for sign in signs if sign.sensor == sensor}
    rows = 0
    for event in events:
        if event.number in showing:
            rows += max(0, min(event.end, found.end) - max(event.start, found.start) + 1)
    return rows >= TOLD * (found.end - found.start + 1)


def _misfits(
    view: _View,
    values: FloatArray,
    offset: FloatArray | None,
    reference: Reference,
    known: Collection[int],
    until: int | None,
) -> list[_Found]:
    """Stretches in which sensors left the others before row `until`, beside those that are `known` to be away."""
    if not view.usable:
        return []
    silent = np.flatnonzero(_lasting(_present(values, view.size) < ENOUGH).any(axis=0)).tolist()
    left = misfits(values, offset, reference, view.size, view.further, LONG, {*known, *silent}, until)
    return [_Found(each.at, each.start, each.end, each.strength, each) for each in left]


def _shown(names: list[str], events: Sequence[Event], signs: Sequence[Symptom], long: int) -> set[int]:
    """Sensors that events of `long` rows or more show."""
    lasting = {event.number for event in events if event.end - event.start >= long}
    return {names.index(sign.sensor) for sign in signs if sign.event in lasting and sign.sensor in names}


def _swinging(swings: Swings, names: list[str], events: Sequence[Event], signs: Sequence[Symptom]) -> list[_Found]:
    """Oscillations that no event shows as such for most of their rows."""
    shown = {(s.event, s.sensor) for s in signs if s.kind == "oscillation"}
    made = []
    for name, each in swings.found:
        told = max((overlap(each, e) for e in events if (e.number, name) in shown), default=0)
        if told < TOLD_SWING * (each.end - each.start + 1):
            made.append(_Found(names.index(name), each.start, each.end, each.ratio / GROWN))
    return made


def _together(found: Sequence[_Found]) -> list[list[_Found]]:
    """Stretches that overlap are one departure."""
    groups: list[list[_Found]] = []
    for each in sorted(found, key=lambda f: f.start):
        if groups and each.start <= max(other.end for other in groups[-1]):
            groups[-1].append(each)
        else:
            groups.append([each])
    return groups


def _departure(
    number: int,
    group: Sequence[_Found],
    frame: pd.DataFrame,
    reference: Reference,
    offset: FloatArray | None,
    view: _View,
    step_s: float,
    swings: Swings,
) -> Departure:
    """The event with its symptoms, those of the sensors that departed first."""
    strength = {str(frame.columns[each.at]): each.strength for each in sorted(group, key=lambda f: f.strength)}
    start, end = min(each.start for each in group), max(each.end for each in group)
    total = sum(strength.values())
    shares = tuple(Share(name, strength[name] / total) for name in reversed(strength))
    event = Event(number, start, end, start, max(strength.values()), shares, "departure")
    level = any(each.misfit is None for each in group)
    beside = {str(frame.columns[at]) for at in view.beside(start, end) if level} | set(strength)
    plain = frame[[name for name in frame.columns if str(name) in beside]]
    taken = None if offset is None else offset[:, [str(name) in beside for name in frame.columns]]
    signs = symptoms.measure(plain, reference, [event], (), taken, step_s, swings)
    begun = {str(frame.columns[each.at]): each.start for each in sorted(group, key=lambda f: -f.start)}
    apart = [_apart_from_others(number, each, frame) for each in group if each.misfit is not None]
    own = [s for s in signs if s.kind != "decoupled" and s.sensor not in {each.sensor for each in apart}]
    told = apart + [_with_range(s, begun.get(s.sensor, s.onset), frame, reference) for s in own]
    told.sort(key=lambda s: (s.sensor not in strength, -strength.get(s.sensor, 0.0), -s.strength))
    return Departure(event, tuple(told))


def _with_range(sign: Symptom, begun: int, frame: pd.DataFrame, reference: Reference) -> Symptom:
    """The symptom with the range of the sensor's readings in the reference period (all but a hundredth).

    What departs slowly is halfway there long after it `begun` to lie outside.
    """
    part = frame[sign.sensor].to_numpy(dtype=np.float64)[reference.start : reference.end]
    low, high = np.nanquantile(part, [0.005, 0.995])
    return Symptom(
        sign.sensor, sign.kind, sign.event, min(sign.onset, begun), sign.end, sign.strength,
        {**sign.values, "usual_low": float(low), "usual_high": float(high)}, sign.follows,
    )  # fmt: skip


def _apart_from_others(number: int, found: _Found, frame: pd.DataFrame) -> Symptom:
    """The symptom of a sensor that left what the others say of it: before is what they foretell."""
    misfit, sensor = found.misfit, str(frame.columns[found.at])
    assert misfit is not None
    values = {"before": misfit.foretold, "after": misfit.measured, "change": misfit.measured - misfit.foretold}
    return Symptom(
        sensor, misfit.kind, number, found.start, found.end, found.strength, {**values, "foretold": misfit.foretold}
    )
