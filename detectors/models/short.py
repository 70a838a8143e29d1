"""A short normal period knows its own spread badly: by how much its scores must be widened, found by trying it out.

The textbook factors for few rows (Student-t for a mean, F for T2 and Q; Tracy, Young and Mason 1992) hold for rows that
are independent and for one statistic. Here the rows follow each other and the score is the largest of several smoothed
ones, so the factor is taken from the detector itself (a parametric bootstrap): calm files are drawn that are like this
normal period as far as so few rows say, first-order autoregressions with the shrunk correlation of their innovations;
the detector learns from as many rows of each and scores what follows, where nothing happens. What it then says is what
few rows do to it. Autocorrelation is taken at the upper end of what the rows allow: too little of it would be believed.

Fails on what a short period cannot show at all: cycles longer than it, states of the plant that it does not hold, and
tails heavier than normal.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
from scipy.signal import lfilter

from detectors.errors import DetectorError
from detectors.models.base import Detector
from detectors.types import FloatArray

ROWS = 200  # a normal period of so many rows needs no widening: measured, it changes nothing there
FILES = 16  # calm files that are drawn
AFTER = 400  # rows that each goes on for
QUIET = 0.9  # share of the files that shall stay without an alarm for so long
STEADY = 0.98  # largest autocorrelation: a random walk has no level to leave
SETTLE = 200  # rows before a drawn file, so that it begins anywhere
SEED = 20


def widening(make: Callable[[], Detector], frame: pd.DataFrame, threshold: float) -> float:
    """What scores are divided by, >= 1, for QUIET of calm files like the normal rows `frame` (n, d) to stay below
    `threshold`; `make` gives the detector unfitted. 1 for n >= ROWS.
    """
    rows = len(frame)
    if rows >= ROWS:
        return 1.0
    rng = np.random.default_rng(SEED)
    own, mixing = _character(frame)
    if not len(own):
        return 1.0
    highest = []
    for _ in range(FILES):
        drawn = pd.DataFrame(_calm(rng, rows + AFTER, own, mixing))
        try:
            total = make().fit(drawn.iloc[:rows]).score(drawn).total[rows:]
        except DetectorError:  # too few rows for it: it says so itself on the real ones
            return 1.0
        highest.append(float(total.max()))
    return max(1.0, float(np.quantile(highest, QUIET)) / threshold)


def _character(frame: pd.DataFrame) -> tuple[FloatArray, FloatArray]:
    """Autocorrelation (a,) of each sensor that moves, and the mixing (a, a) of its innovations in standard units."""
    values = frame.to_numpy(dtype=np.float64)
    seen = np.isfinite(values)
    values = pd.DataFrame(values).ffill().bfill().to_numpy(dtype=np.float64)
    moves = (seen.sum(axis=0) >= 3) & (np.nan_to_num(values).std(axis=0) > 0)
    x = values[:, moves]
    if not x.shape[1]:
        return np.zeros(0), np.zeros((0, 0))
    rows = len(x)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    first = (x[1:] * x[:-1]).sum(axis=0) / np.maximum((x[:-1] ** 2).sum(axis=0), 1e-12)
    # Kendall's bias, and one standard error more.
    first = first + (1.0 + 3.0 * np.maximum(first, 0.0)) / rows
    own = np.clip(first + np.sqrt(np.maximum(1.0 - first**2, 0.0) / rows), 0.0, STEADY)
    error = x[1:] - own * x[:-1]
    error = (error - error.mean(axis=0)) / np.maximum(error.std(axis=0), 1e-12)
    weight = rows / (rows + 2.0 * x.shape[1])  # few rows for many sensors say little of their relations
    related = weight * (error.T @ error / len(error)) + (1.0 - weight) * np.eye(x.shape[1])
    return own, np.asarray(np.linalg.cholesky(related + 1e-9 * np.eye(x.shape[1])))


def _calm(rng: np.random.Generator, rows: int, own: FloatArray, mixing: FloatArray) -> FloatArray:
    """A calm file (rows, a) in standard units."""
    noise = rng.normal(size=(rows + SETTLE, len(own))) @ mixing.T
    made = [lfilter([np.sqrt(1 - a**2)], [1.0, -a], noise[:, i]) for i, a in enumerate(own)]
    return np.stack(made, axis=1)[SETTLE:]
