"""Does one sensor of an event move alone, while those that it went with in the reference period do not confirm it?

A disturbance of the plant reaches more than one of the sensors that are tied together by physics; a fault of a meter
does not. So the levels of a sensor are foretold from all others, as in `cross_channel`, and the others from each other
without it. The sensor is suspect when it left what the others say about it and they still agree among themselves
(Dunia and Qin, AIChE Journal 44, 1998: the sensor whose reconstruction restores the agreement is the faulty one).

What it can't tell: a change of the plant at the place of that sensor alone, a leak between valve and flow meter for
instance. It is silent where the reference period shows no tie, and where two sensors fit the account equally.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from detectors.models.matrix import ridged_inverse
from detectors.normal.usual import filled
from detectors.types import Event, FloatArray, IntArray, Reference, Symptom

BLOCKS = 200  # of the reference period, whose mean levels are compared
LEAST_BLOCKS = 20
PIECES = 8  # blocks of an event at least, where it has as many rows
TIED = 0.9  # share of its variance that the others tell on rows they were not fitted on: it hardly moves by itself
FAR = 1.5  # times the largest misfit of the reference period: beyond it a sensor left the others
QUIET = 1.0  # the same: up to it the others agree
LATE = 0.75  # quantile of the event's blocks that is looked at: a drift is far off at the end only
STRENGTH = 0.001  # ridge: a tie may hang on the small difference of two sensors that move together
MOST_SENSORS, MOST_COMPANIONS = 60, 3
SPREADS = {"swing", "oscillation", "calm"}
BROKEN = {"stuck", "dropout", "moved", "rounding"}


def lone(
    values: FloatArray, names: Sequence[str], reference: Reference, events: Sequence[Event], signs: Sequence[Symptom]
) -> tuple[Symptom, ...]:
    """`signs` with the companions of those sensors that are alone in their event. `values` (n, d) are the readings
    without what planned operation explains, NaN where a reading is missing or condemned."""
    alone: dict[int, tuple[str, tuple[str, ...], float]] = {}
    for event in events:
        own = [sign for sign in signs if sign.event == event.number]
        if event.kind == "anomaly" and own:
            found = _suspects(values, names, reference, event, own)
            if len(found) == 1:
                alone[event.number] = found[0]
    return tuple(_marked(sign, alone) for sign in signs)


def _marked(sign: Symptom, alone: Mapping[int, tuple[str, tuple[str, ...], float]]) -> Symptom:
    sensor, companions, told = alone.get(sign.event, ("", (), 0.0))
    if sign.sensor != sensor or sign.kind in BROKEN:
        return sign
    return replace(sign, companions=companions, values={**sign.values, "told_percent": 100.0 * told})


def _suspects(
    values: FloatArray, names: Sequence[str], reference: Reference, event: Event, signs: Sequence[Symptom]
) -> list[tuple[str, tuple[str, ...], float]]:
    """Sensors of an event that left the others while these agree: name, companions, share that these told of it."""
    rows = slice(event.start, event.end + 1)
    size = max(1, min((reference.end - reference.start) // BLOCKS, (event.end + 1 - event.start) // PIECES))
    known, now = (_levels(values, part, size) for part in (slice(reference.start, reference.end), rows))
    spread = known.std(axis=0)
    usable: IntArray = np.flatnonzero((spread > 0) & np.isfinite(values[rows]).any(axis=0))
    if len(known) < LEAST_BLOCKS or not len(usable):
        return []
    known, now = ((part[:, usable] - known[:, usable].mean(axis=0)) / spread[usable] for part in (known, now))
    changed = {sign.sensor for sign in signs}
    restless = {sign.sensor for sign in signs if sign.kind in SPREADS}
    found = []
    for at in range(len(usable)):
        name = names[int(usable[at])]
        if name in changed and restless <= {name}:
            others = _others(known, at, [names[i] in changed for i in usable.tolist()])
            verdict = _alone(known[:, [at, *others]], now[:, [at, *others]])
            if verdict is not None:
                found.append((name, tuple(names[int(usable[others[i]])] for i in verdict[0]), verdict[1]))
    return found


def _levels(values: FloatArray, rows: slice, size: int) -> FloatArray:
    """Mean (b, d) of each block of `size` rows, without the rest; what is missing is the last reading before it."""
    part = values[rows]
    part = filled(part, np.nan_to_num(np.nanmedian(values, axis=0)))
    count = max(1, len(part) // size)
    return np.asarray(part[: count * size].reshape(count, -1, part.shape[1]).mean(axis=1))


def _others(known: FloatArray, at: int, changed: Sequence[bool]) -> list[int]:
    """The sensors that `at` is held against: all, of many those that changed too and its closest relatives."""
    tie = np.abs(known.T @ known[:, at]) / len(known) + np.asarray(changed)
    return [int(i) for i in np.argsort(-tie, kind="stable") if i != at][:MOST_SENSORS]


def _alone(known: FloatArray, now: FloatArray) -> tuple[list[int], float] | None:
    """Is the first column alone? Then the others that told most of it, by their place among these, and how much."""
    if known.shape[1] < 2:
        return None
    away, told = _misfit(known, now)
    if told[0] < TIED or away[0] <= FAR or (_misfit(known[:, 1:], now[:, 1:])[0] > QUIET).any():
        return None
    weight = np.abs(ridged_inverse(known, STRENGTH)[0, 1:])
    order = np.argsort(-weight, kind="stable")[:MOST_COMPANIONS]
    return [int(i) for i in order if weight[i] >= 0.3 * weight.max()], float(told[0])


def _misfit(known: FloatArray, now: FloatArray) -> tuple[FloatArray, FloatArray]:
    """How far each sensor (d,) is from what the others say in `now`, in its largest misfit on held-out reference rows;
    and the share of its variance that they tell there. What they tell nothing of is held against its own mean."""
    half = len(known) // 2
    first, second = known[:half], known[half:]
    held = np.concatenate([_left(second, first), _left(first, second)])
    alone = np.concatenate([first - second.mean(axis=0), second - first.mean(axis=0)])
    told = 1.0 - (held**2).mean(axis=0) / np.maximum((alone**2).mean(axis=0), 1e-9)
    left = np.where(told > 0, _left(known, now), now - known.mean(axis=0))
    usual = np.abs(np.where(told > 0, held, alone)).max(axis=0)
    return np.quantile(np.abs(left), LATE, axis=0) / np.maximum(usual, 1e-9), told


def _left(fitted: FloatArray, x: FloatArray) -> FloatArray:
    """What the other columns do not tell of each column of `x`, by a ridge regression on `fitted`."""
    middle = fitted.mean(axis=0)
    precision = ridged_inverse(fitted - middle, STRENGTH)
    return np.asarray((x - middle) @ (precision / np.diag(precision)))
