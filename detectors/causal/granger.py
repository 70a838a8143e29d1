"""Conditional Granger tests of every ordered pair of sensors at one time scale.

A vector autoregression of order p predicts each sensor from the p last rows of all sensors; a cause is a sensor
whose past improves the prediction of the effect (Granger 1969; Geweke 1984 for the conditional form). Each pair is
tested twice and the weaker result counts:

- given the past of all others. A mediated effect that passes within one row (i -> k -> j) looks direct here;
- given the past of all others and their present (without the cause's own). This removes the mediated effect, but a
  common effect of i and j would link them; the first test does not have that fault.

Fails when two sensors are copies of one another (each explains the other away) and when the cause is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import f as f_distribution

from detectors.types import FloatArray, IntArray

RIDGE = 1e-6  # of a unit variance: keeps collinear sensors solvable, far below any effect that counts


@dataclass(frozen=True)
class Pairs:
    """Outcome for d sensors, [cause, effect]: partial correlation `effect` (d, d) >= 0 corrected for the number of
    lags, p-value (d, d), and the lag in rows, 1..order, that carries most of it (d, d). `weights` (order, d, d) are
    those of the autoregression, [lag - 1, cause, effect]."""

    effect: FloatArray
    p_value: FloatArray
    lag: IntArray
    weights: FloatArray


def covariance(values: FloatArray, order: int) -> FloatArray:
    """Second moments of [x(t), x(t-1), ..., x(t-order)], ((order + 1) d, (order + 1) d), t = order..n-1.

    Every block is a lagged product of the whole series less a few rows at its ends, so no matrix of lags is laid
    out: memory stays at one copy of the data.
    """
    rows, sensors = values.shape
    products = [values[k:].T @ values[: rows - k] for k in range(order + 1)]
    moments = np.empty((order + 1, sensors, order + 1, sensors))
    for first in range(order + 1):
        for second in range(first, order + 1):
            k = second - first
            block = products[k].copy()
            for s in [*range(k, order - first), *range(rows - first, rows)]:
                block -= np.outer(values[s], values[s - k])
            moments[first, :, second] = block
            moments[second, :, first] = block.T
    size = (order + 1) * sensors
    return np.asarray(moments.reshape(size, size) / (rows - order) + RIDGE * np.eye(size))


def assess(values: FloatArray, order: int, rows: int | None = None) -> Pairs:
    """Test all pairs of `values` (m, d), standardised columns; `rows` of them hold readings (default all)."""
    sensors = values.shape[1]
    moments = covariance(values, order)
    degrees = (len(values) if rows is None else rows) - order - sensors * order - 1
    past, weights = _given_past(moments, sensors, order)
    present = _given_present(moments, sensors, order)
    first, second = _judge(past, order, degrees), _judge(present, order, degrees - sensors)
    lag = np.abs(weights).argmax(axis=0).astype(np.int64) + 1
    return Pairs(np.minimum(first[0], second[0]), np.maximum(first[1], second[1]), lag, weights)


def _judge(share: FloatArray, order: int, degrees: int) -> tuple[FloatArray, FloatArray]:
    """Partial R2 (d, d) -> partial correlation less what chance gives, and the p-value of the F test."""
    share = np.clip(share, 0.0, 1.0 - 1e-12)
    p_value = f_distribution.sf(share / order / ((1.0 - share) / degrees), order, degrees)
    chance = order / degrees
    effect = np.sqrt(np.clip((share - chance) / (1.0 - chance), 0.0, None))
    np.fill_diagonal(effect, 0.0)
    np.fill_diagonal(p_value, 1.0)
    return effect, np.asarray(p_value)


def least_effect(order: int, degrees: int, level: float) -> float:
    """The smallest partial correlation that is significant at `level`, with `degrees` of freedom left."""
    wall = float(f_distribution.isf(level, order, degrees)) * order
    share, chance = wall / (wall + degrees), order / degrees
    return float(np.sqrt(max(0.0, (share - chance) / (1.0 - chance)))) if chance < 1 else 1.0


def _given_past(moments: FloatArray, sensors: int, order: int) -> tuple[FloatArray, FloatArray]:
    """Partial R2 (cause, effect) of the cause's past given everybody else's, and the weights (lag, cause, effect)."""
    now, past = slice(0, sensors), slice(sensors, None)
    inverse = np.linalg.inv(moments[past, past])
    weights = inverse @ moments[past, now]
    rest = np.maximum(np.diag(moments)[:sensors] - (moments[past, now] * weights).sum(axis=0), RIDGE)
    own = np.arange(order) * sensors + np.arange(sensors)[:, None]  # (cause, lag): rows of the cause's past
    inner = np.linalg.inv(inverse[own[:, :, None], own[:, None, :]])
    carried = weights[own]  # (cause, lag, effect)
    gain = np.einsum("cle,clm,cme->ce", carried, inner, carried)
    return gain / (gain + rest), weights.reshape(order, sensors, sensors)


def _given_present(moments: FloatArray, sensors: int, order: int) -> FloatArray:
    """Partial R2 (cause, effect) of the cause's past given everybody's past and the present of the others.

    For one effect, the inverse moments of all other variables come from the joint inverse by a rank-one update;
    removing the cause's present alone, then together with its past, gives the two residual sums.
    """
    joint = np.linalg.inv(moments)
    share = np.zeros((sensors, sensors))
    own = np.arange(order + 1) * sensors + np.arange(sensors)[:, None]  # (cause, 0..order)
    for effect in range(sensors):
        column = joint[:, effect] / joint[effect, effect]
        inverse = joint - np.outer(column, joint[effect])
        causes = np.delete(np.arange(sensors), effect)
        rows = own[causes]
        weights = -column[rows]
        inner = inverse[rows[:, :, None], rows[:, None, :]]
        both = np.einsum("cl,cl->c", weights, np.linalg.solve(inner, weights[:, :, None])[:, :, 0])
        present = weights[:, 0] ** 2 / inner[:, 0, 0]
        share[causes, effect] = (both - present) / (both + 1.0 / joint[effect, effect])
    return share
