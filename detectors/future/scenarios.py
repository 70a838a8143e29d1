"""The future of one series up to one lead: the model that its own past speaks for, and the errors that it made there.

Whole error paths of the winning model (`detectors/future/contest.py`), as they were and mirrored, are laid on today's
forecast: these are the scenarios (a bootstrap of forecast errors; Efron and Tibshirani 1993, ch. 8). The 90 % band is
split conformal from the same errors; where the history holds few independent ones, it is widened as far as so few ask
for, and the scenarios with it: chances then come true as often as they say. What grows errs as it grows: its errors
are enlarged by the root of how much farther it goes now than it went.

Fails: when what drives the sensor changes inside the horizon.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.future.contest import GRID, Past
from detectors.future.extrapolation import Curve, Model, Series
from detectors.types import FloatArray, IntArray

COVERAGE = 0.9
SMOOTH = 60  # the level far ahead is the mean over so small a part of the lead
HISTORY = 60  # horizons of history that are used at most
LEAST_HISTORY, MOST_HISTORY = 2000, 60_000  # rows
GROUPS = 12  # of rows ahead, over which errors are taken together
MOST_GROWN = 8.0  # times that a growth goes farther than it went
ALIKE = 0.99  # the most that neighbouring errors are held to be alike


@dataclass(frozen=True)
class Future:
    """What may come. `ahead` (k,) rows from now; `value` (k,) the forecast, `half` (k,) of its 90 % band for readings;
    `paths` (s, k) of the level, a running mean, as far apart as so few errors ask for. `independent`: errors at the end
    of the horizon. `bent`: it accelerates."""

    ahead: FloatArray
    value: FloatArray
    half: FloatArray
    paths: FloatArray
    independent: float
    bent: bool


def scenarios(values: FloatArray, horizon: int, silent: int, mean_rows: int) -> Future:
    """The scenarios of the gap-free `values` (n,) over `horizon` rows, which begin `silent` rows after the last; the
    level is the mean over `mean_rows` rows."""
    horizon += silent
    values = values[-min(max(HISTORY * horizon, LEAST_HISTORY), MOST_HISTORY) :]
    past = Past(values, horizon)
    model, origins = past.contest()
    now, checked = np.array([len(values) - 1]), len(past.ahead)
    ahead = _ahead(past.ahead, horizon)
    value, base = model(now, ahead)[0], level_ahead(past.series, model, now, ahead, mean_rows)[0]
    level = past.series.running(mean_rows)
    bent = isinstance(model, Curve) and model.shape != "line" and _accelerates(value, float(level[-1]))
    scale = _grown(model, origins, past.ahead) if bent else np.ones((len(origins), 1))
    steady = past.steady(model)
    errors = _centred(scale * past.errors(model, origins), steady)
    plain, width, few = conformal(errors, past.ahead, past.independent(origins))
    beyond = _beyond(model, ahead, checked, np.abs(value - float(level[-1])) if bent else None)
    last = np.minimum(np.arange(len(ahead)), checked - 1)
    told = level_ahead(past.series, model, origins, ahead[:checked], mean_rows)
    made = scale * (level[origins[:, None] + past.ahead[None, :]] - told)
    made = _centred(made, steady)[:, last] * beyond
    made = np.vstack([made, -made]) * np.where(plain > 0, width / np.maximum(plain, 1e-300), 1.0)[last]
    times, away = past.doubt(model, origins, _middle(ahead, mean_rows))
    away = away * _unknown(ahead, mean_rows)
    half = _farther(width[last] * beyond, made, made + times * away)
    came = ahead > silent
    return Future(
        ahead[came] - silent, value[came], half[came], (base + made + times * away)[:, came], few, bent
    )  # fmt: skip


def level_ahead(series: Series, model: Model, origins: IntArray, ahead: FloatArray, rows: int) -> FloatArray:
    """(m, k) the mean over `rows` rows that ends `ahead` rows after each of `origins`: by the model, and as far as it
    reaches back behind the origin by the readings."""
    unknown = _unknown(ahead, rows)
    back = np.maximum(rows - ahead, 0.0).astype(np.int64)
    begin = np.maximum(origins[:, None] + 1 - back[None, :], 0)
    known = (series.total[origins + 1][:, None] - series.total[begin]) / np.maximum(back, 1) + series.values[0]
    return np.asarray(unknown * model(origins, _middle(ahead, rows)) + (1 - unknown) * known)


def _unknown(ahead: FloatArray, rows: int) -> FloatArray:
    """The part (k,) of a mean over `rows` rows that lies ahead."""
    return np.minimum(ahead, rows) / rows


def _middle(ahead: FloatArray, rows: int) -> FloatArray:
    """The middle (k,) of what of such a mean lies ahead, in rows from the origin."""
    return np.asarray(ahead - (np.minimum(ahead, rows) - 1) / 2)


def _farther(half: FloatArray, paths: FloatArray, doubted: FloatArray) -> FloatArray:
    """The half width (k,) of a band as much farther as `doubted` paths (s, k) lie farther apart than `paths` do."""
    plain, more = (np.quantile(np.abs(part), COVERAGE, axis=0) for part in (paths, doubted))
    return np.maximum.accumulate(np.sqrt(half**2 + np.maximum(more**2 - plain**2, 0.0)))


def _ahead(checked: IntArray, horizon: int) -> FloatArray:
    """Rows ahead (k,), those that the history can check first."""
    ahead = checked.astype(np.float64)
    if horizon <= checked[-1]:
        return ahead
    return np.concatenate([ahead, np.unique(np.round(np.linspace(checked[-1], horizon, GRID + 1)[1:]))])


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
