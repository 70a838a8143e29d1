"""One function a data subtask: a frame in, a frame or numbers out. Nothing is filled in that nobody measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

import workers.handling.onoff as onoff

SHORT_GAP = 5  # rows: longer gaps stay open, because a straight line over them would be an invention
HAMPEL_HALF, HAMPEL_SIGMAS = 5, 6.0
STATISTICS = ("mean", "std", "min", "median", "max")
SHIFT_HOURS, FIRST_SHIFT = 8, 6  # shifts begin at 06:00, 14:00 and 22:00 of plant time


def clean(frame: pd.DataFrame, *, despike: bool = False) -> tuple[pd.DataFrame, dict[str, int]]:
    """Infinite readings become missing, short gaps are interpolated, on request single spikes are replaced.

    Returns the cleaned copy and counts: `infinite`, `spikes` and `filled` cells.
    """
    infinite = np.isinf(frame.to_numpy(dtype=float))
    cleaned = frame.mask(pd.DataFrame(infinite, index=frame.index, columns=frame.columns))
    spikes = 0
    if despike:
        cleaned, spikes = _hampel(cleaned)
    before = int(cleaned.isna().to_numpy().sum())
    filled = cleaned.interpolate(method="time", limit_area="inside")
    cleaned = filled.where(_short_gaps(cleaned) | cleaned.notna())
    after = int(cleaned.isna().to_numpy().sum())
    return cleaned, {"infinite": int(infinite.sum()), "spikes": spikes, "filled": before - after}


def _short_gaps(frame: pd.DataFrame) -> pd.DataFrame:
    """True where a missing cell belongs to a run of at most SHORT_GAP missing cells."""

    def one(column: pd.Series) -> pd.Series:
        missing = column.isna()
        run = (missing != missing.shift()).cumsum()
        return missing & (missing.groupby(run).transform("size") <= SHORT_GAP)

    return frame.apply(one)


def _hampel(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Replace single readings far from the median of their neighbours (Hampel identifier, Pearson 2002)."""
    window = frame.rolling(2 * HAMPEL_HALF + 1, center=True, min_periods=3)
    median = window.median()
    spread = 1.4826 * (frame - median).abs().rolling(2 * HAMPEL_HALF + 1, center=True, min_periods=3).median()
    spike = (frame - median).abs() > HAMPEL_SIGMAS * spread.clip(lower=1e-12)
    return frame.mask(spike, median), int(spike.to_numpy().sum())


def resample(frame: pd.DataFrame, step_s: float, how: str = "mean") -> pd.DataFrame:
    """Blocks of `step_s` seconds aligned to the full step, labelled by their start; empty blocks stay missing."""
    blocks = frame.resample(pd.Timedelta(seconds=step_s))
    return pd.DataFrame(getattr(blocks, how if how in STATISTICS else "mean")())


def label(series: pd.Series, values: Mapping[str, Any]) -> pd.Series:
    """1 where the limit is passed, 0 where not, missing where the reading is.

    `values`: {"limit", "side": "above" or "below"}, with "or_equal" where the limit itself counts, or {"low", "high",
    "side": "outside" or "inside"}, or one without a number (onoff.py).
    """
    side = values.get("side", "above")
    if onoff.is_open(values):
        hit = onoff.met(series, values)
    elif side in ("outside", "inside"):
        inside = series.between(float(values["low"]), float(values["high"]))
        hit = ~inside if side == "outside" else inside
    else:
        limit = float(values["limit"])
        hit = series > limit if side == "above" else series < limit
        hit |= (series == limit) & bool(values.get("or_equal"))
    return hit.astype(float).where(series.notna())


def combined(frame: pd.DataFrame, parts: Sequence[Mapping[str, Any]], how: str) -> pd.Series:
    """1 where all (`how` "all") or any of the limits in `parts` are passed, 0 where not.

    Missing where a missing reading leaves it open.
    """
    marks = pd.DataFrame({i: label(frame[part["sensor"]], part) for i, part in enumerate(parts)})
    decisive = 1.0 if how == "any" else 0.0  # one such mark settles it, whatever the others are
    settled = (marks == decisive).any(axis=1)
    open_ = marks.isna().any(axis=1) & ~settled
    return pd.Series(np.where(settled, decisive, 1.0 - decisive), index=frame.index).mask(open_)


def groups(index: pd.DatetimeIndex, by: str, zone: ZoneInfo) -> pd.Series:
    """The shift, hour or day of each row as it is called: "03-09 22:00" is when it begins, plant time."""
    local = index.tz_convert(zone).tz_localize(None)
    if by == "day":
        return pd.Series(local.strftime("%m-%d"), index=index)
    begin = local.floor("h")
    if by == "shift":
        begin -= pd.to_timedelta((local.hour - FIRST_SHIFT) % SHIFT_HOURS, unit="h")
    return pd.Series(begin.strftime("%m-%d %H:%M"), index=index)


def statistics(frame: pd.DataFrame, what: Sequence[str] = ()) -> dict[str, dict[str, float]]:
    """sensor -> statistic -> number, over the readings that are there."""
    wanted = [name for name in what if name in STATISTICS] or list(STATISTICS)
    columns = {name: np.asarray(getattr(frame, name)(), dtype=float) for name in wanted}
    return {
        str(sensor): {name: _rounded(float(v[i])) for name, v in columns.items() if np.isfinite(v[i])}
        for i, sensor in enumerate(frame.columns)
    }


def _rounded(value: float) -> float:
    """Six places, of small values (a vacuum of 3e-7 mbar) six digits."""
    return round(value, 6) if abs(value) >= 0.1 else float(f"{value:.6g}")
