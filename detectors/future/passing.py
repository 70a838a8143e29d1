"""When one sensor passes a limit: the distribution of the first passage over the scenarios of its future.

The level is a running mean of the readings (future/leads.py), so that a single noisy reading passes nothing. The rows
at which the scenarios pass are the distribution: its middle is told as "about", its outer quantiles as the 90 %
interval. The share of scenarios that pass is the chance; it is worth a number only where enough errors of the sensor's
own past are independent (`sure`).

Level and scenarios are the same for every horizon, which only says how much of the distribution is told: a longer one
never makes a passage less likely, nor moves its time.

Fails: when what drives the sensor changes inside the horizon, or the drift began so lately that no origin saw it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from detectors.errors import DetectorError
from detectors.future.leads import future, level_rows
from detectors.future.scenarios import COVERAGE
from detectors.future.tails import tail
from detectors.types import FloatArray

Side = Literal["above", "below"]
LEAST_ROWS = 60
ENOUGH = 6.0  # independent windows, below which a share is no chance
SPREAD = 1.75  # times as far apart as in the past; chosen on simulated seeds 38 to 43

__all__ = ["Passing", "Side", "passing", "running_mean"]


@dataclass(frozen=True)
class Passing:
    """When a sensor passes a limit. Rows from now, 1 = the next row; None: not within the horizon.

    `since`: the row at which it went beyond the limit, when it is beyond it now; the rest is then None.
    `share`: of the scenarios that pass within the horizon; `sure`: enough of them are independent for a chance.
    `level`: the mean of the last `mean_rows` readings. `bent`: it accelerates towards the limit. `brief`: the 90 % band
    lies on this side of the limit from `row` on: many scenarios touch it at some time, next to none stays beyond it.
    """

    level: float
    mean_rows: int
    since: int | None = None
    row: int | None = None
    earliest: int | None = None
    latest: int | None = None
    share: float = 0.0
    sure: bool = True
    bent: bool = False
    brief: bool = False


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
    end = tail(values)
    sign = 1.0 if side == "above" else -1.0
    mean = level_rows(len(end.readings))
    level, bound = running_mean(sign * end.readings, mean), sign * limit
    now = sign * float(level[-1])
    if level[-1] >= bound:
        under = np.flatnonzero(level < bound)
        return Passing(now, mean, since=int(under[-1]) + 1 if len(under) else 0, share=1.0)
    ahead = future(end.readings, horizon, end.silent)
    within = ahead.ahead <= horizon
    row, share = _middle(sign * ahead.paths, ahead.ahead, bound, horizon)
    early, late = (_until(each, horizon) for each in _outer(sign * ahead.paths, ahead.ahead, bound))
    toward = ahead.bent and sign * (ahead.value[within][-1] - now) > 0
    below = sign * ahead.value + ahead.half < bound
    brief = row is not None and bool(below[within & (ahead.ahead >= row)].all())
    return Passing(now, mean, None, row, early, late, share, ahead.independent >= ENOUGH, toward, brief)


def running_mean(values: FloatArray, rows: int) -> FloatArray:
    """The mean of the last `rows` readings at each row, (n,); of fewer at the beginning."""
    total = np.concatenate(([0.0], np.cumsum(values - values[0])))
    end = np.arange(1, len(values) + 1)
    begin = np.maximum(end - rows, 0)
    return np.asarray((total[end] - total[begin]) / (end - begin) + values[0])


def _first(paths: FloatArray, ahead: FloatArray, bound: float) -> tuple[FloatArray, FloatArray]:
    """The first rows (s,) at which paths pass, and those until which they surely had not; infinite where none does."""
    beyond = paths >= bound
    at = np.argmax(beyond, axis=1)
    before = np.concatenate(([0.0], ahead[:-1])) + 1.0
    any_ = beyond.any(axis=1)
    return np.where(any_, ahead[at], np.inf), np.where(any_, before[at], np.inf)


def _middle(paths: FloatArray, ahead: FloatArray, bound: float, horizon: int) -> tuple[int | None, float]:
    """The middle of the first passages, and the share of paths that pass within the `horizon`."""
    rows, _ = _first(paths, ahead, bound)
    return _until(_row(rows, 0.5), horizon), float((rows <= horizon).mean())


def _until(row: int | None, horizon: int) -> int | None:
    return row if row is not None and row <= horizon else None


def _outer(paths: FloatArray, ahead: FloatArray, bound: float) -> tuple[int | None, int | None]:
    """The early and the late row of the first passages, over the paths as they are and spread farther apart: what a
    fault does next is less like the past than what an ordinary day does."""
    middle, tail_ = np.median(paths, axis=0), (1 - COVERAGE) / 2
    found = [_first(each, ahead, bound) for each in (paths, middle + SPREAD * (paths - middle))]
    early = [row for _, least in found if (row := _row(least, tail_)) is not None]
    late = [_row(rows, 1 - tail_) for rows, _ in found]
    return min(early, default=None), None if None in late else max(row for row in late if row is not None)


def _row(rows: FloatArray, share: float) -> int | None:
    row = float(np.quantile(rows, share, method="inverted_cdf"))
    return int(row) if np.isfinite(row) else None
