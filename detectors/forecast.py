"""Short-term forecasts of single sensors with a band that was checked on the sensor's own past.

Simple models compete at rolling origins (Tashman, Int. J. Forecasting 16, 2000): the last level or reading, a damped
trend (Gardner and McKenzie, Management Science 31, 1985) and a direct autoregressive ridge (one regression for each
horizon). The one with the smallest median error is used; a rival must beat the last level by a margin, since what
looks better on the past by little is worse on the future. A straight line through the last stretch goes on undamped
where it has lately foretold the level clearly better than staying does, and no worse at whole horizons: a steady drift
is often younger than the horizon, so that most origins know nothing of it. The band is split conformal: the 90 %
quantile of the errors that the same model made at the rolling origins, at each horizon, never narrowing with it.

Fails: when the plant is changed inside the horizon, and for periods longer than the history's quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from detectors.errors import DetectorError
from detectors.types import FloatArray, Forecast, IntArray
from detectors.usual import filled

COVERAGE = 0.9
HISTORY = 60  # horizons of history that are used at most
GRID = 12  # horizons at which the models are fitted; between them the path is interpolated
ORIGINS = 60  # rolling origins that choose the model and set the band
LEAST_ROWS = 20
MARGIN = 0.3  # a rival must beat the last level by this share over the root of the independent windows
LAGS = (1, 2, 4, 8, 16)  # in units of a smoothing window
RIDGE = 1e-2
LEAST_WINDOWS = 8  # horizons of history without which no ridge is fitted
DAMPING = 0.9
SPANS = (4, 2, 1, 0.5)  # a straight line goes through the last horizon divided by one of these
FRESH = 24  # origins of the last horizon, at leads of up to a quarter of it
STEADY = 0.6  # of the error of staying: what a straight line may leave there


def forecast(frame: pd.DataFrame, sensors: Sequence[str], horizon: int) -> list[Forecast]:
    """The next `horizon` rows of each of `sensors`. Sensors without LEAST_ROWS readings are left out.

    Raises DetectorError("failure_forecast_horizon") when `horizon` < 1 and DetectorError("failure_unknown_sensor")
    for a name that `frame` lacks.
    """
    if horizon < 1:
        raise DetectorError("failure_forecast_horizon", horizon=horizon)
    for name in sensors:
        if name not in frame.columns:
            raise DetectorError("failure_unknown_sensor", sensor=name)
    step_s = _step_s(frame)
    rows = max(HISTORY * horizon, 2000)
    found = []
    for name in sensors:
        values = frame[name].to_numpy(dtype=np.float64)[-min(rows, 60_000) :]
        if np.isfinite(values).sum() >= LEAST_ROWS:
            path, low, high = _one(filled(values[:, None], np.array([np.nanmedian(values)]))[:, 0], horizon)
            found.append(Forecast(str(name), step_s, path, low, high))
    return found


def _step_s(frame: pd.DataFrame) -> float:
    if not isinstance(frame.index, pd.DatetimeIndex) or len(frame) < 2:
        return 1.0
    seconds = np.diff(frame.index[-2000:].as_unit("ns").asi8) / 1e9
    return float(np.median(seconds))


def _one(values: FloatArray, horizon: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Path and band (horizon,) of one gap-free series."""
    count = len(values)
    ahead = np.unique(np.round(np.geomspace(1, horizon, min(GRID, horizon))).astype(np.int64))
    ahead = ahead[ahead < max(2, count // 3)]
    smooth = int(np.clip(horizon // 8, 1, max(1, count // 40)))
    past = _Past(values, smooth, ahead)
    origins = past.origins()
    actual = values[origins[:, None] + ahead[None, :]]
    best, errors = _contest(past, origins, actual)
    width = _conformal(np.abs(errors), past.independent(origins))
    steps = np.arange(1, horizon + 1, dtype=np.float64)
    # Past what the history can check: the model goes on, and errors add up.
    further = np.array([horizon]) if horizon > ahead[-1] else ahead[:0]
    path = best(np.array([count - 1]), np.concatenate([ahead, further]))[0]
    middle = np.interp(steps, np.concatenate([ahead, further]), path)
    beyond = np.maximum(steps / ahead[-1], 1.0)
    half = np.interp(steps, ahead, width) * (beyond if best in past.lines else np.sqrt(beyond))
    return middle, middle - half, middle + half


Model = Callable[[IntArray, IntArray], FloatArray]


def _contest(past: _Past, origins: IntArray, actual: FloatArray) -> tuple[Model, FloatArray]:
    """The model with the smallest error at the later half of the origins, and its errors there."""
    half = len(origins) // 2
    held: list[tuple[Model, FloatArray]] = [(m, m(origins, past.ahead) - actual) for m in (past.level, past.last)]
    best, errors = min(held, key=lambda pair: float(np.median(np.abs(pair[1][half:]))))
    margin = MARGIN / np.sqrt(float(past.independent(origins[half:])[-1]))
    least = (1 - margin) * float(np.median(np.abs(errors[half:])))
    rivals: list[tuple[Model, int]] = [(past.trend, 0)]
    ridge = past.ridge(int(origins[half]))
    if ridge is not None:
        rivals.append((ridge, half))
    for rival, first in rivals:
        tried = rival(origins[first:], past.ahead) - actual[first:]
        error = float(np.median(np.abs(tried[-(len(origins) - half) :])))
        if error < least:
            best, errors, least = rival, tried, error
    line = _steady(past, origins, actual, errors)
    return (best, errors) if line is None else line


def _steady(past: _Past, origins: IntArray, actual: FloatArray, others: FloatArray) -> tuple[Model, FloatArray] | None:
    """The straight line that lately foretold the level best, and its errors (m, k).

    None when staying does nearly as well, or when the best of the other models, whose errors are `others`, does better
    at the latest whole horizons.
    """
    fresh, leads = past.fresh()
    if not len(leads):
        return None
    level = past.mean[fresh[:, None] + leads[None, :]]  # which lags behind: so do the lines here
    losses = [float(np.abs(line.lagging(fresh, leads) - level).mean()) for line in past.lines]
    line = past.lines[int(np.argmin(losses))]
    if min(losses) > STEADY * float(np.abs(past.level(fresh, leads) - level).mean()):
        return None
    late = max(1, len(origins) // 4)
    errors = line(origins, past.ahead) - actual
    if np.median(np.abs(errors[-late:])) > np.median(np.abs(others[-late:])):
        return None
    return line, errors[len(origins) // 2 :]


def _conformal(sizes: FloatArray, independent: FloatArray) -> FloatArray:
    """Half width (k,) for each horizon from absolute errors (m, k).

    The quantile is that of `independent` (k,) errors, not of m: windows that overlap repeat one another.
    """
    ordered = np.sort(sizes, axis=0)
    few = np.minimum(independent, len(sizes))
    share = np.minimum(1.0, COVERAGE * (few + 1) / few)
    at = np.ceil(share * len(sizes)).astype(np.int64) - 1
    return np.maximum.accumulate(ordered[at, np.arange(len(share))])


class _Past:
    """One series with its causal running mean; each model maps origins (m,) and rows ahead (k,) to paths (m, k)."""

    def __init__(self, values: FloatArray, smooth: int, ahead: IntArray) -> None:
        self.values, self.smooth, self.ahead = values, smooth, ahead
        total = np.concatenate(([0.0], np.cumsum(values - values[0])))
        rows = np.arange(1, len(values) + 1)
        begin = np.maximum(rows - smooth, 0)
        self.mean = (total[rows] - total[begin]) / (rows - begin) + values[0]
        spans = sorted({max(2 * smooth, 8, int(ahead[-1] / part)) for part in SPANS})
        self.lines = [_Line(self.mean, smooth, span) for span in spans]

    def origins(self) -> IntArray:
        """Rows to forecast from, evenly over the last two thirds of what leaves room for the horizon."""
        last = len(self.values) - 1 - int(self.ahead[-1])
        return np.unique(np.linspace(last // 3, last, ORIGINS).astype(np.int64))

    def fresh(self) -> tuple[IntArray, IntArray]:
        """The latest rows to forecast from, leads (k,) of up to a quarter of the horizon; no leads in short series."""
        most = int(self.ahead[-1])
        lead = max(1, most // 4)
        leads = np.unique(np.linspace(1, lead, GRID).astype(np.int64))
        first = max(0, len(self.values) - 1 - most)
        origins = np.unique(np.linspace(first, len(self.values) - 1 - lead, FRESH).astype(np.int64))
        return origins, leads if most >= LEAST_ROWS else leads[:0]

    def independent(self, origins: IntArray) -> FloatArray:
        """How many windows of each horizon (k,) fit beside each other in the span of `origins`."""
        return np.maximum(1.0, (origins[-1] - origins[0]) / self.ahead)

    def level(self, origins: IntArray, ahead: IntArray) -> FloatArray:
        """The last running mean stays."""
        return np.repeat(self.mean[origins][:, None], len(ahead), axis=1)

    def last(self, origins: IntArray, ahead: IntArray) -> FloatArray:
        """The last reading stays."""
        return np.repeat(self.values[origins][:, None], len(ahead), axis=1)

    def trend(self, origins: IntArray, ahead: IntArray) -> FloatArray:
        """The slope over the last horizon goes on and fades: its sum is damped by DAMPING a tenth of the horizon."""
        span = int(max(self.ahead[-1], 2 * self.smooth))
        back = np.maximum(origins - span, 0)
        slope = (self.mean[origins] - self.mean[back]) / np.maximum(origins - back, 1)
        unit = max(1.0, float(self.ahead[-1]) / 10)
        faded = unit * DAMPING * (1 - DAMPING ** (ahead / unit)) / (1 - DAMPING)
        return self.mean[origins][:, None] + slope[:, None] * faded[None, :]

    def ridge(self, until: int) -> Model | None:
        """Direct autoregression fitted on targets before row `until`; None when too few rows are left."""
        lags = np.array([lag * self.smooth for lag in LAGS if lag * self.smooth < until // 4], dtype=np.int64)
        stop = until - int(self.ahead[-1])
        if not len(lags) or stop - int(lags[-1]) < max(10 * (len(lags) + 2), LEAST_WINDOWS * int(self.ahead[-1])):
            return None
        typical = float(np.median(self.values[:until]))

        def inputs(rows: IntArray) -> FloatArray:
            here = self.mean[rows]
            steps = here[:, None] - self.mean[np.maximum(rows[:, None] - lags[None, :], 0)]
            return np.column_stack([self.values[rows] - here, here - typical, steps])

        rows = np.arange(int(lags[-1]), stop)[:: max(1, stop // 4000)]
        x = inputs(rows)
        y = self.values[rows[:, None] + self.ahead[None, :]] - self.mean[rows][:, None]
        gram = x.T @ x
        gram += RIDGE * np.trace(gram) / len(gram) * np.eye(len(gram)) + 1e-12 * np.eye(len(gram))
        weights = np.linalg.solve(gram, x.T @ y)

        def model(origins: IntArray, ahead: IntArray) -> FloatArray:
            paths = self.mean[origins][:, None] + inputs(origins) @ weights
            return np.concatenate([paths, np.repeat(paths[:, -1:], len(ahead) - paths.shape[1], axis=1)], axis=1)

        return model


class _Line:
    """The slope of the running mean over the last `span` rows goes on; what the mean lags behind is made up for."""

    def __init__(self, mean: FloatArray, smooth: int, span: int) -> None:
        self.mean, self.smooth, self.span = mean, smooth, span

    def __call__(self, origins: IntArray, ahead: IntArray) -> FloatArray:
        return self.lagging(origins, ahead.astype(np.float64) + (self.smooth - 1) / 2)

    def lagging(self, origins: IntArray, ahead: IntArray | FloatArray) -> FloatArray:
        """The running mean itself, `ahead` rows on."""
        back = np.maximum(origins - self.span, 0)
        slope = (self.mean[origins] - self.mean[back]) / np.maximum(origins - back, 1)
        return np.asarray(self.mean[origins][:, None] + slope[:, None] * ahead[None, :])
