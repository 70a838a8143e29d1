"""What is odd about single columns before any diagnosis: constant, stuck, coarse, missing, words among numbers.

Everything is judged against the column itself over the whole file, without a reference period; so the rules ask for
much before they speak. The detectors look again, against the reference period.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.future.tails import STUCK_FACTOR, STUCK_ROWS, STUCK_RUNS
from detectors.runs import equal, runs
from detectors.types import FloatArray, IntArray
from workers.contracts import SensorQuality
from workers.readings.filled import Filled
from workers.readings.speech import Speech

TOGETHER = 3  # sensors that stand still at once before it is the machine that does
TOGETHER_SHARE = 1 / 3
COARSE_LEVELS = 15
COARSE_MOVES = 0.02  # share of rows on which a coarse column changes; a setpoint changes less
PROBE = 4000  # values looked at before a column is judged in full
MISSING_SHARE = 0.05
MISSING_ROWS = 30


@dataclass(frozen=True)
class Stuck:
    """The longest run of one value in a column: rows start..stop-1."""

    sensor: str
    start: int
    stop: int
    value: float


@dataclass(frozen=True)
class Standstill:
    """A stretch in which many sensors stand still at once."""

    start: int
    stop: int
    sensors: int


def examine(
    filled: Filled, index: IntArray, speech: Speech, averaged: bool
) -> tuple[list[SensorQuality], Standstill | None]:  # fmt: skip
    """Oddities of each column of `filled` at instants `index` (n,), in the order of the columns."""
    found: list[SensorQuality] = []
    stuck: dict[str, Stuck] = {}
    moving = 0
    for name, column in zip(filled.names, filled.values.T, strict=True):
        good = np.flatnonzero(~np.isnan(column))
        values = column if len(good) == len(column) else column[good]
        found += _cells(name, filled, speech)
        found += _missing(name, column, len(good), index, speech)
        if not len(values):
            continue
        if values.min() == values.max():
            text = speech.say("quality_constant", sensor=name, value=values[0])
            found.append(_quality(name, "constant", text, None, value=float(values[0])))
            continue
        moving += 1
        run = _longest_run(name, values, good)
        if run:
            stuck[name] = run
        elif not averaged:
            found += _coarse(name, values, speech)
    still = _standstill(list(stuck.values()), moving)
    for run in stuck.values():
        if still is None or run.stop <= still.start or run.start >= still.stop:
            found.append(_stuck(run, index, speech))
    order = {name: i for i, name in enumerate(filled.names)}
    return sorted(found, key=lambda q: order[q.sensor]), still


def _cells(name: str, filled: Filled, speech: Speech) -> list[SensorQuality]:
    """Words and infinite values among the numbers."""
    tally = filled.tallies[name]
    found = []
    if words := tally.text + tally.bad:
        text = speech.say("quality_text_cells", sensor=name, count=words)
        found.append(_quality(name, "text_cells", text, None, cells=float(words)))
    if tally.infinite:
        text = speech.say("quality_infinite", sensor=name, count=tally.infinite)
        found.append(_quality(name, "infinite", text, None, cells=float(tally.infinite)))
    return found


def _missing(name: str, column: FloatArray, present: int, index: IntArray, speech: Speech) -> list[SensorQuality]:
    """A column that lacks a fair share of its readings, or a long run of them."""
    absent = len(column) - present
    if not absent:
        return []
    spans = runs(np.isnan(column))
    start, stop = (int(i) for i in spans[np.argmax(spans[:, 1] - spans[:, 0])])
    share = absent / len(column)
    if share < MISSING_SHARE and stop - start < MISSING_ROWS:
        return []
    seconds = float(index[min(stop, len(index) - 1)] - index[start]) / 1e6
    percent = float(f"{100 * share:.3g}")
    text = speech.say(
        "quality_missing", sensor=name, percent=percent, length=speech.span(seconds), start=speech.moment(index[start])
    )
    return [_quality(name, "missing", text, speech.at(index[start]), share=share, percent=percent, longest_s=seconds,
                     longest_rows=float(stop - start))]  # fmt: skip


def _longest_run(name: str, values: FloatArray, good: IntArray) -> Stuck | None:
    """The longest run of one value when the column's other runs make it unusual, else None."""
    bounds = equal(values)
    lengths = np.diff(bounds)
    if len(lengths) < STUCK_RUNS:
        return None
    longest = int(np.argmax(lengths))
    usual = max(float(np.quantile(lengths, 0.99)), float(lengths.mean()))
    if lengths[longest] < max(STUCK_ROWS, STUCK_FACTOR * usual):
        return None
    value = float(values[bounds[longest]])
    at_limit = value in (values.min(), values.max())
    if at_limit and np.count_nonzero((values[bounds[:-1]] == value) & (lengths >= 10)) > 1:
        return None  # a valve that is often fully open is not stuck there
    return Stuck(name, int(good[bounds[longest]]), int(good[bounds[longest + 1] - 1]) + 1, value)


def _standstill(stuck: list[Stuck], moving: int) -> Standstill | None:
    """The stretch in which a third of the moving sensors stand still together, None when there is none."""
    most: tuple[int, Stuck] | None = None
    for run in stuck:
        middle = (run.start + run.stop) // 2
        count = sum(other.start <= middle < other.stop for other in stuck)
        if most is None or count > most[0]:
            most = count, run
    if most is None or most[0] < max(TOGETHER, TOGETHER_SHARE * moving):
        return None
    return Standstill(most[1].start, most[1].stop, most[0])


def _stuck(run: Stuck, index: IntArray, speech: Speech) -> SensorQuality:
    seconds = float(index[run.stop - 1] - index[run.start]) / 1e6
    start = speech.moment(index[run.start])
    text = speech.say("quality_stuck", sensor=run.sensor, value=run.value, length=speech.span(seconds), start=start)
    return _quality(run.sensor, "stuck", text, speech.at(index[run.start]), value=run.value, seconds=seconds,
                    rows=float(run.stop - run.start))  # fmt: skip


def _coarse(name: str, values: FloatArray, speech: Speech) -> list[SensorQuality]:
    """A column that moves often and knows few values. Two values are a switch, not a coarse reading."""
    if len(values) < 100 or len(np.unique(values[:: max(1, len(values) // PROBE)])) > COARSE_LEVELS:
        return []
    levels = np.unique(values)
    moves = np.count_nonzero(values[1:] != values[:-1]) / len(values)
    if not 3 <= len(levels) <= COARSE_LEVELS or moves < COARSE_MOVES:
        return []
    resolution = float(f"{np.diff(levels).min():.6g}")
    text = speech.say("quality_quantised", sensor=name, levels=len(levels), resolution=resolution)
    return [_quality(name, "quantised", text, None, levels=float(len(levels)), resolution=resolution)]


def _quality(name: str, issue: str, text: str, start: object, **values: float) -> SensorQuality:
    return SensorQuality(sensor=name, issue=issue, text=text, start=start, values=values)
