"""When one sensor passes a limit: the distribution of the first passage, from errors that were made on its own past.

The level is the running mean of the readings over a sixtieth of the horizon, so that a single noisy reading passes
nothing. Levels that stay, straight lines and fading ones through the last stretch forecast it; whole error paths that
they made at rolling origins are laid on today's forecasts. These are the scenarios, and the rows at which they pass are
the distribution (a bootstrap of forecast errors; Efron and Tibshirani 1993, ch. 8). Its middle is told as "about", its
outer quantiles as the 90 % interval.

Fails: when what drives the sensor changes inside the horizon, or the drift began so lately that no origin saw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from detectors.errors import DetectorError
from detectors.types import FloatArray, IntArray
from detectors.usual import filled

Side = Literal["above", "below"]
COVERAGE = 0.9
SMOOTH = 60  # the level is the mean over horizon / SMOOTH rows
HISTORY = 20  # horizons of history that are used at most
MOST_ROWS = 60_000
ORIGINS = 80
SCENARIOS = 600
SHARPNESS = 2.0  # how strongly recent errors decide which models the scenarios come from
SPREAD = 1.5  # errors of a calm past are widened: who asks sees something drift
STEADY = 0.4  # of the error of staying: so little a model leaves over where a drift goes on steadily
LEAST_ROWS = 60


@dataclass(frozen=True)
class Passing:
    """When a sensor passes a limit. Rows from now, 1 = the next row; None: not within the horizon.

    `since`: the row at which it went beyond the limit, when it is beyond it now; the rest is then None.
    `share`: of the scenarios that pass within the horizon. `level`: the mean of the last `mean_rows` readings.
    `outlook` (3, horizon): the lower end of the 90 % band, the middle and the upper end of the scenarios at each row.
    """

    level: float
    mean_rows: int
    since: int | None = None
    row: int | None = None
    earliest: int | None = None
    latest: int | None = None
    share: float = 0.0
    outlook: FloatArray | None = None


def passing(frame: pd.DataFrame, sensor: str, limit: float, side: Side, horizon: int) -> Passing | None:
    """When `sensor` passes `limit` within `horizon` rows; None with fewer than LEAST_ROWS readings.

    Raises DetectorError("failure_unknown_sensor") and ("failure_forecast_horizon").
    """
    if horizon < 1:
        raise DetectorError("failure_forecast_horizon", horizon=horizon)
    if sensor not in frame.columns:
        raise DetectorError("failure_unknown_sensor", sensor=sensor)
    values = frame[sensor].to_numpy(dtype=np.float64)
    if np.isfinite(values).sum() < LEAST_ROWS:
        return None
    kept = min(len(values), MOST_ROWS, max(HISTORY * horizon, 2000))
    series = filled(values[-kept:, None], np.array([np.nanmedian(values)]))[:, 0]
    sign = 1.0 if side == "above" else -1.0
    mean = max(1, horizon // SMOOTH)
    level = running_mean(sign * series, mean)
    bound = sign * limit
    if level[-1] >= bound:
        under = np.flatnonzero(level < bound)
        return Passing(
            sign * float(level[-1]),
            mean,
            since=len(values) - kept + (int(under[-1]) + 1 if len(under) else 0),
            share=1.0,
        )
    paths = scenarios(level, min(horizon, max(2, kept // 4)), horizon)
    return Passing(sign * float(level[-1]), mean, None, *_rows(paths, bound), outlook=_outlook(sign * paths))


def _outlook(paths: FloatArray) -> FloatArray:
    tail = (1 - COVERAGE) / 2
    return np.asarray(np.quantile(paths, [tail, 0.5, 1 - tail], axis=0))


def running_mean(values: FloatArray, rows: int) -> FloatArray:
    """The mean of the last `rows` readings at each row, (n,); of fewer at the beginning."""
    total = np.concatenate(([0.0], np.cumsum(values - values[0])))
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - rows, 0)
    return np.asarray((total[end] - total[begin]) / (end - begin) + values[0])


def _rows(paths: FloatArray, bound: float) -> tuple[int | None, int | None, int | None, float]:
    """The middle, the early and the late row of the first passages, and the share of paths that pass."""
    beyond = paths >= bound
    rows = np.where(beyond.any(axis=1), np.argmax(beyond, axis=1) + 1.0, np.inf)
    tail = (1 - COVERAGE) / 2
    early, middle, late = np.quantile(rows, [tail, 0.5, 1 - tail], method="inverted_cdf")
    told = [int(row) if np.isfinite(row) else None for row in (middle, early, late)]
    return told[0], told[1], told[2], float(np.isfinite(rows).mean())


def scenarios(level: FloatArray, checked: int, horizon: int) -> FloatArray:
    """Possible paths (s, horizon) of the level: each model's forecast with the errors that it made at each origin.

    How many a model gives goes by its errors over the last horizon, at leads of up to a quarter of it: a drift is often
    younger than a horizon, so that no whole forecast of it could be checked yet. `checked` rows ahead can be checked on
    the past; beyond them errors grow with the root of the time. Where a drift is steady by those late errors, the
    origins before it began would push all scenarios on: the middle of the errors is taken out.
    """
    last = len(level) - 1 - checked
    origins = np.unique(np.linspace(max(last // 4, 1), last, ORIGINS).astype(np.int64))
    ahead, lead = np.arange(1, checked + 1), np.arange(1, max(2, checked // 4) + 1)
    fresh = np.unique(np.linspace(last, len(level) - 1 - len(lead), 24).astype(np.int64))
    models = [Line(level, span, left) for span, left in spans(checked)]
    losses = np.array([np.abs(m.paths(fresh, lead) - level[fresh[:, None] + lead]).mean() for m in models])
    steady = losses.min() <= STEADY * losses[0]
    shares = (losses.min() / np.maximum(losses, 1e-12)) ** SHARPNESS
    shares = shares / shares.sum()
    actual, made = level[origins[:, None] + ahead[None, :]], []
    for model, share in zip(models, shares, strict=True):
        errors = actual - model.paths(origins, ahead)
        if steady:
            errors = errors - np.median(errors, axis=0)
        path = model.paths(np.array([len(level) - 1]), np.arange(1, horizon + 1))[0]
        if horizon > checked:
            grown = np.sqrt(np.arange(checked + 1, horizon + 1) / checked)
            errors = np.hstack([errors, errors[:, -1:] * grown])
        picked = np.linspace(0, len(errors) - 1, max(1, round(share * SCENARIOS))).round().astype(np.int64)
        made.append(path + SPREAD * errors[picked])
    return np.asarray(np.vstack(made))


def spans(checked: int) -> list[tuple[int, float]]:
    """(rows that a line is laid through, share of the slope left after the horizon); 0 rows: the level stays."""
    return [(0, 1.0), *((max(2, checked // part), left) for part in (4, 2, 1) for left in (0.3, 1.0))]


@dataclass(frozen=True)
class Line:
    """The slope over the last `span` rows goes on; over a horizon it fades to the share `left`."""

    level: FloatArray
    span: int
    left: float

    def paths(self, origins: IntArray, ahead: IntArray) -> FloatArray:
        """(m, k) levels at `ahead` rows after each of `origins`."""
        here = self.level[origins][:, None]
        if not self.span:
            return np.repeat(here, len(ahead), axis=1)
        back = np.maximum(origins - self.span, 0)
        slope = (self.level[origins] - self.level[back]) / np.maximum(origins - back, 1)
        gone = ahead.astype(np.float64)  # rows of full slope that the fading one amounts to
        if self.left < 1.0:
            gone = ahead[-1] * (1 - self.left ** (ahead / ahead[-1])) / -np.log(self.left)
        return np.asarray(here + slope[:, None] * gone[None, :])
