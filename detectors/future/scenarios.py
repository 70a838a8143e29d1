"""The future of one series: the model that its own past speaks for, and the errors that it made there.

Whole error paths of the winning model (`detectors/future/contest.py`), as they were and mirrored, are laid on today's
forecast: these are the scenarios (a bootstrap of forecast errors; Efron and Tibshirani 1993, ch. 8). The 90 % band is
split conformal from the same errors; where the history holds few independent ones, it is widened as far as so few ask
for. What grows errs as it grows: its errors are enlarged by the root of how much farther it goes now than it went.

Fails: when what drives the sensor changes inside the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.future.contest import GRID, Past
from detectors.future.extrapolation import Curve, Model
from detectors.types import FloatArray, IntArray

COVERAGE = 0.9
SMOOTH = 60  # the level is the mean over horizon / SMOOTH rows
HISTORY = 60  # horizons of history that are used at most
LEAST_HISTORY, MOST_HISTORY = 2000, 60_000  # rows
GROUPS = 12  # of rows ahead, over which errors are taken together
MOST_GROWN = 8.0  # times that a growth goes farther than it went
ALIKE = 0.99  # the most that neighbouring errors are held to be alike


@dataclass(frozen=True)
class Future:
    """What may come. `ahead` (k,) rows from now; `value` (k,) the forecast, `half` (k,) of its 90 % band for readings;
    `paths` (s, k) of the level, the mean over `mean_rows` rows, which now stands at `level`; `wide` (s, k): those so
    far apart that nine of ten hold for certain. `independent`: errors at the end of the horizon.
    `bent`: it accelerates."""

    ahead: FloatArray
    value: FloatArray
    half: FloatArray
    paths: FloatArray
    wide: FloatArray
    mean_rows: int
    level: float
    independent: float
    bent: bool


def future(values: FloatArray, horizon: int, silent: int = 0) -> Future:
    """The scenarios of the gap-free `values` (n,) over `horizon` rows, which begin `silent` rows after the last."""
    mean_rows = max(1, horizon // SMOOTH)
    horizon += silent
    values = values[-min(max(HISTORY * horizon, LEAST_HISTORY), MOST_HISTORY) :]
    past = Past(values, horizon)
    model, origins = past.contest()
    now, checked = np.array([len(values) - 1]), len(past.ahead)
    ahead, lag = _ahead(past.ahead, horizon, mean_rows)
    level = past.series.running(mean_rows)
    value, base = model(now, ahead)[0], model(now, lag)[0]
    bent = isinstance(model, Curve) and model.shape != "line" and _accelerates(value, float(level[-1]))
    scale = _grown(model, origins, past.ahead) if bent else np.ones((len(origins), 1))
    steady = past.steady(model)
    errors = _centred(scale * past.errors(model, origins), steady)
    plain, width, few = conformal(errors, past.ahead, past.independent(origins))
    beyond = _beyond(model, ahead, checked, np.abs(value - float(level[-1])) if bent else None)
    last = np.minimum(np.arange(len(ahead)), checked - 1)
    made = scale * (level[origins[:, None] + past.ahead[None, :]] - model(origins, lag[:checked]))
    made = _centred(made, steady)[:, last] * beyond
    made = np.vstack([made, -made])
    wide = made * np.where(plain > 0, width / np.maximum(plain, 1e-300), 1.0)[last]
    times, away = past.doubt(model, origins, lag)
    half = _farther(width[last] * beyond, wide, wide + times * away)
    came = ahead > silent
    return Future(
        ahead[came] - silent, value[came], half[came], (base + made + times * away)[:, came],
        (base + wide + times * away)[:, came], mean_rows, float(level[-1]), few, bent,
    )  # fmt: skip


def _farther(half: FloatArray, paths: FloatArray, doubted: FloatArray) -> FloatArray:
    """The half width (k,) of a band as much farther as `doubted` paths (s, k) lie farther apart than `paths` do."""
    plain, more = (np.quantile(np.abs(part), COVERAGE, axis=0) for part in (paths, doubted))
    return np.maximum.accumulate(np.sqrt(half**2 + np.maximum(more**2 - plain**2, 0.0)))


def _ahead(checked: IntArray, horizon: int, mean_rows: int) -> tuple[FloatArray, FloatArray]:
    """Rows ahead (k,), those that the history can check first; and where the level stands that ends there."""
    ahead = checked.astype(np.float64)
    lag = np.maximum(ahead - (mean_rows - 1) / 2, 1 - mean_rows)
    if horizon <= checked[-1]:
        return ahead, lag
    further = np.unique(np.round(np.linspace(checked[-1], horizon, GRID + 1)[1:]))
    return np.concatenate([ahead, further]), np.concatenate([lag, further])


def _centred(errors: FloatArray, steady: bool) -> FloatArray:
    """Where a drift is steady, origins before it began all erred alike: what they share will not come again."""
    return errors - np.median(errors, axis=0) if steady else errors


def _beyond(model: Model, ahead: FloatArray, checked: int, gone: FloatArray | None) -> FloatArray:
    """How errors (k,) add up past what the history can check: with the root of the time, those of a curve with the
    time, those of a growth that has `gone` (k,) so far with its way."""
    times = np.maximum(ahead / ahead[checked - 1], 1.0)
    if not isinstance(model, Curve):
        return np.asarray(np.sqrt(times))
    if gone is None:
        return np.asarray(times)
    return np.asarray(np.maximum(times, gone / max(float(gone[checked - 1]), 1e-300)))


def _grown(model: Model, origins: IntArray, ahead: IntArray) -> FloatArray:
    """(m, 1) the root of how much farther a growth goes now than it went from each of `origins`."""
    ends = np.array([0.0, float(ahead[-1])])
    then = np.ptp(model(origins, ends), axis=1)
    now = float(np.ptp(model(origins[-1:] + int(ahead[-1]), ends)))
    return np.asarray(np.sqrt(np.clip(now / np.maximum(then, 1e-300), 1.0, MOST_GROWN))[:, None])


def _accelerates(path: FloatArray, now: float) -> bool:
    """Does the second half of the way go farther than the first, and the same way?"""
    half = path[len(path) // 2] - now
    return bool(abs(path[-1] - now) > 2 * abs(half) and (path[-1] - now) * half > 0)


def conformal(errors: FloatArray, ahead: IntArray, windows: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """The plain 90 % quantile (k,) of the absolute `errors` (m, k), the half width (k,) that holds for the future, and
    how many errors at the last rows are independent.

    The width is the quantile of as many errors as are independent, not of m: windows that overlap repeat one another as
    far as neighbouring errors are alike. Of `windows` (k,) that lie side by side, all are. Neighbouring rows ahead are
    taken together.
    """
    groups = np.unique(np.searchsorted(ahead, np.geomspace(1, ahead[-1], GROUPS).round()))
    plain, width, at, few = [], [], [], 1.0
    for begin, end in zip(groups.tolist(), [*groups[1:].tolist(), len(ahead)], strict=True):
        part = errors[:, begin:end]
        alike = float((part[1:] * part[:-1]).sum() / max(float((part**2).sum()), 1e-300))
        alike = min(max(alike, 0.0), ALIKE)
        few = min(len(part), max(float(windows[begin:end].mean()), len(part) * (1 - alike) / (1 + alike)))
        plain.append(float(np.quantile(np.abs(part), COVERAGE)))
        width.append(float(np.quantile(np.abs(part), min(1.0, COVERAGE * (few + 1) / few))))
        at.append(float(ahead[begin:end].mean()))
    grows = [np.interp(ahead, at, np.maximum.accumulate(part)) for part in (plain, width)]
    return grows[0], grows[1], few
