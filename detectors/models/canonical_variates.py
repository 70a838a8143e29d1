"""Canonical variates: the directions in which the recent past says most about the near future."""

from __future__ import annotations

import numpy as np

from detectors.models.matrix import MatrixDetector
from detectors.models.var_residual import INPUTS, lagged
from detectors.types import BoolArray, FloatArray

REGULAR = 0.05


class CanonicalVariates(MatrixDetector):
    """T2 of the state and of the residual of canonical variate analysis on lagged rows.

    Strong on processes with feedback and a long, settled reference (Russell, Chiang and Braatz 2000); alarms falsely
    where levels wander. Rows before the window is full repeat the first one.
    """

    name = "canonical_variates"

    def __init__(self, lags: int = 5, states: float = 0.4) -> None:
        self.lags, self.states = lags, states

    def learn(self, x: FloatArray) -> None:
        """Find the state: the part of the past rows that says most of the next ones. Lags are cut until
        the past has at most INPUTS columns, and n / 3, for normal rows `x` (n, a)."""
        self.order = int(np.clip(min(INPUTS, len(x) // 3) // x.shape[1], 1, self.lags))
        self.middle = x.mean(axis=0)
        centred = x - self.middle
        past = lagged(centred, self.order)[self.order :]
        past = past[: len(past) - self.order + 1]
        future = np.hstack([centred[self.order + k :][: len(past)] for k in range(self.order)])
        whiten, whiten_future = _inverse_root(past), _inverse_root(future)
        _, _, axes = np.linalg.svd(whiten_future @ (future.T @ past / len(past)) @ whiten)
        kept = max(1, int(self.states * len(axes)))
        self.state = axes[:kept] @ whiten
        self.rest = whiten - axes[:kept].T @ self.state  # (I - V V') in whitened coordinates
        self.noise = max(float(((past @ self.rest.T) ** 2).sum(axis=1).mean()), 1e-6)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """T2 of the state plus energy of the rest (n,), each about 1 on normal rows; parts (n, a), summed over lags."""
        window = np.hstack([x, lagged(x, self.order)])[:, : self.order * x.shape[1]] - np.tile(self.middle, self.order)
        state, rest = window @ self.state.T, window @ self.rest.T
        total = (state**2).sum(axis=1) / len(self.state) + (rest**2).sum(axis=1) / self.noise
        pull = state @ self.state / len(self.state) + rest @ self.rest / self.noise
        parts = np.maximum(window * pull, 0.0)
        return total, parts.reshape(len(x), self.order, -1).sum(axis=1)


def _inverse_root(rows: FloatArray) -> FloatArray:
    """Inverse square root of the ridged covariance of `rows` (n, p)."""
    covariance = rows.T @ rows / len(rows)
    covariance.flat[:: len(covariance) + 1] += REGULAR + 0.1 * rows.shape[1] / len(rows)
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors / np.sqrt(values) @ vectors.T)
