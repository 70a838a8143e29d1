"""How far planned operation moves each sensor beyond what the reference period showed, learnt as it happens.

The level of sensor j is linear in a few regressors: for each setpoint the part of its value outside the range of the
reference period, for each new product and each recalibration a step; each of them fast and through a slow lag. Their
weights start from the reference period (the slope fitted there, with its standard error; a fixed bound where nothing
can be known) and are updated by recursive least squares (a Kalman filter with constant weights; Kalman, J. Basic
Engineering 82, 1960) from block means in a limited time after each announced change, and at no other time. Hence what
the reference period knows well cannot be talked away, a return takes the offset back, and a drift that goes on after
the time is over stays visible.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from detectors.blocks import SIGMA_PER_MAD, median_and_sigma
from detectors.normal.usual import filled
from detectors.planned.announced import Change
from detectors.types import FloatArray, Reference

REFERENCE_BLOCKS = 12, 240
BASE_ROWS = 300  # rows before a change that its levels are compared with
LEARNING_BLOCKS = 10  # of one settling time
FAST = 60  # the fast lag is the settling time over this
RANGE_MARGIN = 0.1  # of the reference range of a setpoint: moves inside it are ordinary operation
SURE = 2.0  # standard errors below which a slope is taken for chance
LEAST_LEFT = 0.2  # of the wander of levels: slopes never explain more
MISSED = 0.25  # the slope may be wrong by this share of itself where it was never tried
MOST_SIGMA, MOST_SHARE, MOST_ELASTICITY = 6.0, 0.05, 1.5  # first bounds of a response that nobody can foresee
CLIP = 2.0  # a weight stays within so many of its first standard deviations
MOST_STEPS = 6  # products and recalibrations of one file that are learnt


@dataclass(frozen=True)
class Regressor:
    """One column (n,) with the weight expected of each sensor and its standard deviation, (d,) each.

    `step`: a product or recalibration, which most sensors do not feel.
    """

    column: FloatArray
    mean: FloatArray
    deviation: FloatArray
    step: bool = False


class Usual:
    """What the reference period says about levels: `middle`, `sigma`, `wander` of block levels, slopes on setpoints.

    `settle` is the usual settling time in rows; `noise` is the deviation of means over the blocks of LEARNING_BLOCKS.
    """

    def __init__(self, frame: pd.DataFrame, sensors: Sequence[str], reference: Reference, settle: int) -> None:
        self.sensors, self.reference, self.frame, self.settle = list(sensors), reference, frame, settle
        self.values = frame[self.sensors].to_numpy(dtype=np.float64)
        normal = self.values[reference.start : reference.end]
        middle, sigma = median_and_sigma(normal)
        self.known = np.isfinite(middle)  # a sensor without a reading there follows nothing
        self.middle, self.sigma = np.nan_to_num(middle), np.nan_to_num(sigma)
        self.size = max(1, len(normal) // int(np.clip(2 * len(normal) / settle, *REFERENCE_BLOCKS)))
        known = filled(normal, self.middle)
        self.blocks = np.median(_cut(known, self.size), axis=1)
        self.wander = np.maximum(np.maximum(_deviation(self.blocks, self.middle), 0.1 * self.sigma), 1e-12)
        self.learning = min(max(2, settle // LEARNING_BLOCKS), max(1, len(normal) // 4))
        self.noise = np.maximum(_deviation(_cut(known, self.learning).mean(axis=1), self.middle), self.wander)

    def range(self, column: str) -> tuple[float, float]:
        """Lowest and highest value of a setpoint that counts as ordinary; NaN when it had no value."""
        part = self.frame[column].to_numpy(dtype=np.float64)[self.reference.start : self.reference.end]
        part = part[np.isfinite(part)]
        if not len(part):
            return np.nan, np.nan
        margin = RANGE_MARGIN * float(part.max() - part.min())
        return float(part.min()) - margin, float(part.max()) + margin

    def slopes(self, setpoints: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Slope (k, d) of the block levels on `setpoints` (n, k) in the reference period, its standard error, and the
        deviation (d,) that the slopes leave. A slope below SURE standard errors is none, the others are shrunk."""
        if not setpoints.shape[1]:
            return np.zeros((0, len(self.sigma))), np.zeros((0, len(self.sigma))), self.wander
        known = _cut(setpoints[self.reference.start : self.reference.end], self.size).mean(axis=1)
        known = known - known.mean(axis=0)
        scale = np.maximum(known.std(axis=0), 1e-12)
        inverse = np.linalg.inv((known / scale).T @ (known / scale) + 1e-3 * np.eye(known.shape[1]))
        levels = self.blocks - self.blocks.mean(axis=0)
        slope = inverse @ (known / scale).T @ levels
        left = levels - known / scale @ slope
        spread = np.maximum(left.std(axis=0), LEAST_LEFT * self.wander)
        # Levels wander: neighbouring blocks are not independent (variance of a mean under first-order correlation).
        alike = np.clip((left[1:] * left[:-1]).mean(axis=0) / spread**2, 0.0, 0.95)
        error = np.sqrt(np.diag(inverse))[:, None] * (spread * np.sqrt((1 + alike) / (1 - alike)))[None, :]
        with np.errstate(divide="ignore", invalid="ignore"):
            slope = slope * np.nan_to_num(np.maximum(0.0, 1 - (SURE * error / slope) ** 2))
        return slope / scale[:, None], error / scale[:, None], spread


def _cut(values: FloatArray, size: int) -> FloatArray:
    """Blocks (b, size, columns) of `values` (n, columns)."""
    count = max(1, len(values) // size)
    return values[: count * size].reshape(count, -1, values.shape[1])


def _deviation(levels: FloatArray, middle: FloatArray) -> FloatArray:
    """Robust standard deviation of block levels around `middle`."""
    return np.asarray(SIGMA_PER_MAD * np.median(np.abs(levels - middle), axis=0))


def regressors(usual: Usual, setpoints: Sequence[str], steps: Sequence[Change]) -> list[Regressor]:
    """Regressors of all `setpoints` that leave their range and of the `steps` (products, recalibrations)."""
    found = []
    values = held(usual.frame, setpoints)
    slopes, errors, _ = usual.slopes(values)
    for k, column in enumerate(setpoints):
        low, high = usual.range(column)
        excess = values[:, k] - np.clip(values[:, k], low, high)
        excess[: usual.reference.end] = 0.0
        if not excess.any():
            continue
        size = float(np.abs(excess).max())
        level = max(float(np.abs(values[:, k]).max()), size)
        widest = np.maximum(MOST_ELASTICITY * np.abs(usual.middle) / level, MOST_SIGMA * usual.sigma / size)
        tried = low < high
        mean = slopes[k] if tried else np.zeros_like(widest)
        deviation = np.minimum(np.hypot(errors[k], MISSED * mean), widest) if tried else widest
        found += _fast_and_slow(excess, mean, deviation, usual.settle)
    for change in steps[:MOST_STEPS]:
        step = np.zeros(len(values))
        step[change.start :] = 1.0
        deviation = np.maximum(MOST_SIGMA * usual.sigma, MOST_SHARE * np.abs(usual.middle)) / CLIP
        if change.sensors:
            deviation = np.where([sensor in change.sensors for sensor in usual.sensors], deviation, 0.0)
            found.append(Regressor(step, np.zeros_like(deviation), deviation, step=True))
        else:
            found += _fast_and_slow(step, np.zeros_like(deviation), deviation, usual.settle, step=True)
    return found


def _fast_and_slow(
    column: FloatArray, mean: FloatArray, deviation: FloatArray, settle: int, *, step: bool = False
) -> list[Regressor]:
    fast, slow = lagged(column, settle / FAST), lagged(column, float(settle))
    return [Regressor(fast, mean, deviation, step), Regressor(slow, np.zeros_like(mean), deviation / 2, step)]


def held(frame: pd.DataFrame, columns: Sequence[str]) -> FloatArray:
    """Setpoints (n, k) without gaps."""
    values = frame[list(columns)].to_numpy(dtype=np.float64)
    return filled(values, np.nan_to_num(median_and_sigma(values)[0])) if values.size else np.zeros((len(frame), 0))


def lagged(column: FloatArray, lag: float) -> FloatArray:
    """First-order lag with a time constant of `lag` rows."""
    keep = float(np.exp(-1 / lag)) if lag > 0 else 0.0
    return np.asarray(lfilter([1 - keep], [1, -keep], column))
