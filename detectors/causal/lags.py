"""The lag of an edge in grid rows: where the effect's surprise follows the cause's surprise most.

Prewhitening before cross-correlation, as Box and Jenkins identify a transfer function: the innovations of a vector
autoregression have no memory, so their cross-correlation peaks at the delay instead of smearing over it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from detectors.types import FloatArray, IntArray

ARRIVAL = 0.8  # of the peak: a persistent cause makes a plateau, and the delay is where it begins
MOST_ROWS = 100_000  # the latest rows are enough to see a lag; spectra of more would only cost memory
CLEAR = 5.0  # a peak counts from this many standard errors on; the largest of 300 lags of noise stays below 4


def innovations(values: FloatArray, weights: FloatArray) -> FloatArray:
    """Residuals (m - order, d) of `values` (m, d) under the autoregression with `weights` (order, cause, effect)."""
    order, rows = len(weights), len(values)
    rest = values[order:].copy()
    for k in range(order):
        rest -= values[order - 1 - k : rows - 1 - k] @ weights[k]
    return rest


def peaks(
    values: FloatArray, weights: FloatArray, pairs: Sequence[tuple[int, int]], most: int
) -> tuple[IntArray, FloatArray]:
    """Lag in rows, 1..most, at which each (cause, effect) responds, and the height of its peak in standard errors.

    The effect's residual gets back what the model took out for this cause, so that short lags are seen as well.
    Cross-spectra are averaged over stretches of 4 x `most` rows: one short inverse transform for a pair.
    """
    order, values = len(weights), values[-MOST_ROWS:]
    rest = innovations(values, weights)
    stretch = min(4 * most, len(rest))
    count = len(rest) // stretch
    size = stretch + most
    now = _spectra(rest, count, stretch, size)
    level = _spectra(values[order:], count, stretch, size)
    turn = np.exp(-2j * np.pi * np.arange(size // 2 + 1) / size)
    scale = np.sqrt((rest[: count * stretch] ** 2).sum(axis=0))
    best, height = np.ones(len(pairs), dtype=np.int64), np.zeros(len(pairs))
    for at, (cause, effect) in enumerate(pairs):
        carried = sum(weights[k, cause, effect] * turn ** (k + 1) for k in range(order))
        cross = (np.conj(now[:, :, cause]) * (now[:, :, effect] + carried * level[:, :, cause])).sum(axis=0)
        strength = np.abs(np.fft.irfft(cross, size)[1 : most + 1])
        best[at] = int(np.argmax(strength >= ARRIVAL * strength.max())) + 1
        norm = scale[cause] * scale[effect]
        height[at] = strength.max() / norm * np.sqrt(count * stretch) if norm > 0 else 0.0
    return best, height


def _spectra(values: FloatArray, count: int, stretch: int, size: int) -> npt.NDArray[np.complex128]:
    return np.fft.rfft(values[: count * stretch].reshape(count, stretch, -1), size, axis=1)
