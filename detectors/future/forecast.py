"""Short-term forecasts of single sensors with a band that was checked on the sensor's own past.

`contest.py` chooses the model, `scenarios.py` makes the band; when a limit is passed (`passing.py`) is read off the
same scenarios, so that a forecast and a passage are one account of the future.

Fails: when the plant is changed inside the horizon. A sensor that is stuck, or silent for longer than the horizon,
gets no forecast.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from detectors.errors import DetectorError
from detectors.future.leads import future
from detectors.future.tails import Tail, tail
from detectors.types import Forecast

LEAST_ROWS = 20
WHOLE = 100.0  # per cent


def forecast(
    frame: pd.DataFrame, sensors: Sequence[str], horizon: int, percent: Collection[str] = ()
) -> list[Forecast]:  # fmt: skip
    """The next `horizon` rows of each of `sensors`. Left out: those without LEAST_ROWS readings, and whose readings end
    so that nothing can be said (`ended`). What is counted in `percent` and was never outside 0 to 100 stays there.

    Raises DetectorError("failure_forecast_horizon") when `horizon` < 1 and DetectorError("failure_unknown_sensor")
    for a name that `frame` lacks.
    """
    if horizon < 1:
        raise DetectorError("failure_forecast_horizon", horizon=horizon)
    for name in sensors:
        if name not in frame.columns:
            raise DetectorError("failure_unknown_sensor", sensor=name)
    step_s = _step_s(frame)
    found = []
    for name in sensors:
        values = frame[name].to_numpy(dtype=np.float64)
        if np.isfinite(values).sum() < LEAST_ROWS:
            continue
        end = tail(values)
        if not ended(end, horizon):
            found.append(_one(str(name), end, horizon, step_s, name in percent))
    return found


def ended(end: Tail, horizon: int) -> bool:
    """Is the sensor stuck, or has it been silent for longer than is to be foretold?"""
    return end.stuck is not None or end.silent > horizon


def _step_s(frame: pd.DataFrame) -> float:
    if not isinstance(frame.index, pd.DatetimeIndex) or len(frame) < 2:
        return 1.0
    seconds = np.diff(frame.index[-2000:].as_unit("ns").asi8) / 1e9
    return float(np.median(seconds))


def _one(name: str, end: Tail, horizon: int, step_s: float, percent: bool) -> Forecast:
    ahead = future(end.readings, horizon, end.silent)
    steps = np.arange(1, horizon + 1, dtype=np.float64)
    value, half = (np.interp(steps, ahead.ahead, part) for part in (ahead.value, ahead.half))
    parts = [value, value - half, value + half]
    if percent and end.readings.min() >= 0.0 and end.readings.max() <= WHOLE:
        parts = [np.clip(part, 0.0, WHOLE) for part in parts]
    return Forecast(name, step_s, *parts)
