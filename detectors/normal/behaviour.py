"""What a sensor should read by what all others do: a model of normal behaviour, learnt on the reference period.

The oil of a gearbox is warmer at full load and on a hot day. Five degrees too many lie inside the range that it always
had; beside power and ambient temperature they are plain. So the level of each sensor is foretold from the others, from
their readings and from slow means of these (heat follows load late), by a ridge regression, and what it leaves over in
a block of rows is held against what it left there on rows that it was not fitted on. Condition monitoring of wind
turbines calls this a normal behaviour model (Zaher et al., Wind Energy 12, 2009).

Silent about a sensor that the others do not tell, and as far as the others lie outside what the reference period showed
of them: a line learnt in one range says little in another. What nearly repeats another column foretells it whatever
happens to both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from detectors.blocks import medians
from detectors.models.smoothing import ewma
from detectors.normal.usual import filled
from detectors.types import FloatArray, IntArray, Reference

SPANS = (1 / 16, 1 / 4, 1.0)  # of the slow means, in blocks
WARM = 2  # blocks until the slow means have forgotten their first row
MOST_SENSORS, MOST_INPUTS = 150, 24  # of a file; that one sensor is foretold from: its closest relatives
MOST_ROWS = 5_000  # of the reference period that are fitted, evenly spread
STRENGTH = 1e-4  # ridge, of standardised inputs
FOLDS = 4
LEAST_BLOCKS = 12  # of the reference period
LEAST_VALUES = 5  # different readings; a switch is foretold by nobody
TOLD = 0.95  # share of the variance of its levels that the others must tell on rows that were not fitted
SWINGS, ASIDE = (
    3,
    0.5,
)  # times that its levels cross from one side of their middle to the other in the reference period,
# by so many standard deviations: what wandered once goes with whatever else wandered once
MATTERS = 0.1  # of the spread of the sensor in the reference period, to be worth a word


@dataclass(frozen=True)
class Account:
    """Of sensor `at`, by blocks (b,): the level `foretold` by the others, what is `left` of its own level, both in its
    unit, and `ratio`, how many times the largest remainder of the reference period that is, doubts taken off."""

    at: int
    foretold: FloatArray
    left: FloatArray
    ratio: FloatArray


class Behaviour:
    """The accounts of `values` (n, d) in blocks of `size` rows, up to row `until` where that is given: from there on
    the plant may run in another way.

    Sensors that move are known by their `place` among these; `varied` are those that went through enough levels to be
    told. `told_by` gives the account of one, None where the others do not tell it.
    """

    def __init__(self, values: FloatArray, reference: Reference, size: int, until: int | None = None) -> None:
        part = slice(reference.start, reference.end)
        self.middle = np.nan_to_num(medians(values[part]))
        known = filled(values, self.middle)
        self.spread = known[part].std(axis=0)
        self.moving: IntArray = np.flatnonzero(self.spread > 1e-9 * np.abs(self.middle))
        self.blocks = len(values) // size
        self.until = self.blocks if until is None else until // size
        first = max(-(-reference.start // size), WARM)
        self.usual = slice(first, reference.end // size)
        self.usable = self.usual.stop - first >= LEAST_BLOCKS and 1 < len(self.moving) <= MOST_SENSORS
        if self.usable:
            self._learn(known, size)

    def _learn(self, known: FloatArray, size: int) -> None:
        """Block means (b, a, k) of the readings and their slow means, and what they have in common in the reference
        period. One sensor at a time: a long file has no room for all slow means by row."""
        rows = slice(self.usual.start * size, self.usual.stop * size)
        thin = max(1, (rows.stop - rows.start) // MOST_ROWS)
        means, fitted = [], []
        for at in self.moving.tolist():
            own = ((known[:, at] - self.middle[at]) / self.spread[at])[:, None]
            slow = np.hstack([own, *(ewma(own, max(1.0, span * size), own[0]) for span in SPANS)])
            means.append(slow[: self.blocks * size].reshape(self.blocks, size, -1).mean(axis=1))
            fitted.append(slow[rows][::thin])
        self.means: FloatArray = np.stack(means, axis=1)
        self.flat = self.means.reshape(self.blocks, -1)
        self.moments = _moments(np.hstack(fitted))
        self.ties = np.abs(np.nan_to_num(np.corrcoef(self.means[self.usual, :, 0].T)))
        self.varied = [
            at for at, own in enumerate(fitted)
            if len(np.unique(own[:, 0])) >= LEAST_VALUES and _crossings(self.means[self.usual, at, 0]) >= SWINGS
        ]  # fmt: skip

    def told_by(self, place: int, without: Sequence[int] = ()) -> Account | None:
        """The account of the sensor at `place` by the others, those `without` left aside."""
        order = np.argsort(-self.ties[place], kind="stable").tolist()
        others = [i for i in order if i != place and i not in without][:MOST_INPUTS]
        if not others:
            return None
        many = self.means.shape[2]
        inputs = np.add.outer(np.array(others, dtype=np.int64) * many, np.arange(many)).ravel()
        own, given = self.means[:, place, 0], self.flat[:, inputs]
        held = self._held_out(own, given, inputs, place * many)
        if 1.0 - (held**2).mean() / max(own[self.usual].var(), 1e-12) < TOLD:
            return None
        weights, constant = self._weights(0, inputs, place * many)
        foretold = given @ weights + constant
        doubt = _lately(_beyond(given, self.usual, weights, many))
        ratio = np.maximum(np.abs(own - foretold) - doubt, 0.0) / max(float(np.abs(held).max()), MATTERS)
        ratio[:WARM] = ratio[self.usual] = ratio[self.until :] = 0.0
        at = int(self.moving[place])
        scale = float(self.spread[at])
        return Account(at, foretold * scale + float(self.middle[at]), (own - foretold) * scale, ratio)

    def outside(self, place: int) -> FloatArray:
        """How far (b,) a sensor is outside its own levels in the reference period, in times their range."""
        own = self.means[:, place, 0]
        low, high = own[self.usual].min(), own[self.usual].max()
        return np.asarray(np.maximum(np.maximum(own - high, low - own), 0.0) / max(high - low, 1e-9))

    def _held_out(self, own: FloatArray, given: FloatArray, inputs: IntArray, target: int) -> FloatArray:
        """What is left over in the reference blocks, each part foretold by the weights of the other parts."""
        first, stop = self.usual.start, self.usual.stop
        edges = np.linspace(first, stop, FOLDS + 1).round().astype(int).tolist()
        parts = []
        for fold, (a, b) in enumerate(pairwise(edges), start=1):
            weights, constant = self._weights(fold, inputs, target)
            parts.append(own[a:b] - given[a:b] @ weights - constant)
        return np.concatenate(parts)

    def _weights(self, fold: int, inputs: IntArray, target: int) -> tuple[FloatArray, float]:
        """Ridge weights (i,) of `inputs` and their constant, of all reference rows (0) or without one of the parts."""
        middle, gram = self.moments[fold]
        weights = np.linalg.solve(gram[np.ix_(inputs, inputs)] + STRENGTH * np.eye(len(inputs)), gram[inputs, target])
        return weights, float(middle[target] - middle[inputs] @ weights)


def _crossings(levels: FloatArray) -> int:
    """How often `levels` (b,) go from clearly above their middle to clearly below it, or back."""
    off = levels - np.median(levels)
    side = np.sign(off)[np.abs(off) > ASIDE * levels.std()]
    return int(np.count_nonzero(side[1:] != side[:-1]))


def _moments(rows: FloatArray) -> list[tuple[FloatArray, FloatArray]]:
    """Means and covariances of `rows` (m, i): of all, then without each of FOLDS parts in turn."""
    edges = np.linspace(0, len(rows), FOLDS + 1).astype(int)
    parts = [rows[a:b] for a, b in pairwise(edges.tolist())]
    sums, squares = [part.sum(axis=0) for part in parts], [part.T @ part for part in parts]
    made = []
    for left in (None, *range(FOLDS)):
        kept = [i for i in range(FOLDS) if i != left]
        count = sum(len(parts[i]) for i in kept)
        middle = np.sum([sums[i] for i in kept], axis=0) / count
        made.append((middle, np.sum([squares[i] for i in kept], axis=0) / count - np.outer(middle, middle)))
    return made


def _beyond(given: FloatArray, usual: slice, weights: FloatArray, many: int) -> FloatArray:
    """How much of an account (b,) rests on inputs `given` (b, i), `many` of each sensor, outside their range in the
    reference period."""
    low, high = given[usual].min(axis=0), given[usual].max(axis=0)
    beyond = np.maximum(given - high, 0.0) - np.maximum(low - given, 0.0)
    by_sensor = (beyond * weights).reshape(len(given), -1, many).sum(axis=2)
    return np.asarray(np.abs(by_sensor).sum(axis=1))


def _lately(doubt: FloatArray) -> FloatArray:
    """The most of `doubt` (b,) in a block and those that its slow means remember."""
    padded = np.concatenate([np.repeat(doubt[:1], WARM), doubt])
    return np.asarray(np.lib.stride_tricks.sliding_window_view(padded, WARM + 1).max(axis=1))
