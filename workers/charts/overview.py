"""Small multiples: one strip a sensor, reference band, events shaded and numbered, local time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

import workers.charts.canvas as canvas
from workers.charts.canvas import BLUE, GREEN, GRID, INK, MUTED, ORANGE, RED, SKY, font, literal
from workers.contracts import Picture
from workers.prose.numbers import figure as number
from workers.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

GAP = 3.0  # times the usual distance of points: farther apart is a gap, and drawn as one
FEW, OUT, LEAST_ROWS = 0.005, 50.0, 100  # share of readings; widths of the others that they are away; readings
TAG = 0.03  # share of the width that an event's label takes
STRIP_PX, HEAD_PX, FOOT_PX = 178, 96, 112
ONE_NIGHT = 26 * 3600  # s
COLUMNS_PX = 900  # a strip is about this wide: more points than that only cost time


@dataclass(frozen=True)
class Strip:
    """One sensor's strip. `band` is low, high of the reference period, `limit` a line that someone asked for."""

    sensor: str
    label: str
    note: str = ""
    band: tuple[float, float] | None = None
    limit: float | None = None
    more: tuple[float, ...] = ()  # further such lines
    forecast: pd.DataFrame | None = None  # index time, columns value, low, high


@dataclass(frozen=True)
class Mark:
    """A shaded stretch of time: an event ("1"), an operating change, or the period assumed normal."""

    start: pd.Timestamp
    end: pd.Timestamp
    kind: str  # "event", "operating_change", "reference"
    label: str = ""
    weight: float = 0.0  # of two whose labels would cover each other the weightier is labelled


COLOURS: dict[str, str] = {"event": RED, "operating_change": SKY, "reference": GREEN}


def draw_strips(
    frame: pd.DataFrame,
    strips: list[Strip],
    marks: list[Mark],
    *,
    zone: ZoneInfo,
    lang: str,
    title: str,
    path: Path,
    kind: str = "overview",
) -> Picture:
    """Draw `strips` of `frame` (UTC index) above each other and write a PNG of phone width to `path`."""
    height = HEAD_PX + STRIP_PX * len(strips) + FOOT_PX
    figure = canvas.new_figure(canvas.WIDTH, height)
    top, bottom = 1 - HEAD_PX / height, FOOT_PX / height
    axes = figure.subplots(
        len(strips),
        1,
        sharex=True,
        squeeze=False,
        gridspec_kw={"left": 0.105, "right": 0.975, "top": top, "bottom": bottom, "hspace": 0.42},
    )
    figure.text(0.025, 1 - 26 / height, literal(title), font=font(12.5), color=INK, va="top")
    for axis, strip in zip(axes[:, 0], strips, strict=True):
        _draw_strip(axis, frame, strip, marks)
    time_axis(axes[-1, 0], frame, zone, lang)
    _number_events(axes[0, 0], apart(marks, (frame.index[-1] - frame.index[0]).total_seconds() / 86_400))
    _legend(figure, marks, any(s.band for s in strips), any(s.limit is not None for s in strips), height, lang)
    sensors = ", ".join(strip.label for strip in strips)
    caption = sensors if kind == "plot" else say(f"chart_caption{'_one' * (len(strips) == 1)}", lang, count=len(strips))
    return canvas.save(figure, path, kind, caption)


def _draw_strip(axis: Axes, frame: pd.DataFrame, strip: Strip, marks: list[Mark]) -> None:
    times, low, high, middle = broken(*envelope(frame[strip.sensor]))
    if strip.band is not None:
        axis.axhspan(*strip.band, color=GREEN, alpha=0.13, lw=0)
    axis.fill_between(times, low, high, color=BLUE, alpha=0.30, lw=0)
    axis.plot(times, middle, color=BLUE, lw=1.1)
    lone = alone(middle)  # no line leads to or from it
    axis.plot(times[lone], middle[lone], ".", color=BLUE, ms=3)
    for limit in () if strip.limit is None else (strip.limit, *strip.more):
        axis.axhline(limit, color=ORANGE, lw=1.6, ls="--")
    if strip.forecast is not None:
        ahead = canvas.days(pd.DatetimeIndex(strip.forecast.index))
        axis.fill_between(ahead, strip.forecast["low"], strip.forecast["high"], color=ORANGE, alpha=0.25, lw=0)
        axis.plot(ahead, strip.forecast["value"], color=ORANGE, lw=1.4)
    for mark in marks:
        span = (position(mark.start), position(mark.end))
        if mark.kind == "reference":
            axis.axvspan(*span, ymin=0, ymax=0.05, color=GREEN, alpha=0.9, lw=0)
        else:
            axis.axvspan(*span, color=COLOURS[mark.kind], alpha=0.14, lw=0)
            axis.axvline(span[0], color=COLOURS[mark.kind], lw=1.1)
    axis.set_title(literal(strip.label), loc="left", font=font(10), color=INK, pad=4)
    axis.set_title(literal(strip.note), loc="right", font=font(9.5), color=RED if strip.note else MUTED, pad=4)
    dress(axis)
    _clip(axis, frame[strip.sensor])


def _clip(axis: Axes, series: pd.Series) -> None:
    """A few readings far out of everything (-9999) are named at the edge, so that the others can be seen."""
    values = series.to_numpy(dtype=float)
    bounds = inside(values)
    if bounds is None:
        return
    low, high = bounds
    axis.set_ylim(low, high)
    for far, y, mark in ((np.nanmin(values), 0.06, "▼"), (np.nanmax(values), 0.94, "▲")):
        if not low <= far <= high:
            row = int(np.flatnonzero(values == far)[0])
            x = position(pd.Timestamp(series.index[row]))
            text = literal(f"{mark} {number(far)}")
            axis.annotate(text, (x, y), xycoords=("data", "axes fraction"), xytext=(4, 0), textcoords="offset points",
                          va="center", font=font(8.5), color=RED)  # fmt: skip


def inside(values: np.ndarray) -> tuple[float, float] | None:
    """The limits of an axis that leaves out a few readings of `values` (n,); None where none is that far out.

    What is still out at the end of the file is no slip of a reading and stays.
    """
    known = values[np.isfinite(values)]
    if len(known) < LEAST_ROWS:
        return None
    low, high = np.quantile(known, [FEW, 1 - FEW])
    width = high - low
    if width <= 0 or not low - OUT * width <= known[-1] <= high + OUT * width:
        return None
    near = known[(known >= low - OUT * width) & (known <= high + OUT * width)]
    if len(near) == len(known):
        return None
    margin = 0.12 * float(near.max() - near.min())
    return float(near.min()) - margin, float(near.max()) + margin


def position(time: pd.Timestamp) -> float:
    """Where a time stands on the axis (days since 1970, UTC)."""
    return time.timestamp() / 86_400


def envelope(series: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Per pixel column: time, minimum, maximum, median. Nothing that a single row shows is lost by thinning."""
    values = series.to_numpy(dtype=float)
    times = canvas.days(pd.DatetimeIndex(series.index))
    size = max(1, len(values) // COLUMNS_PX)
    if size < 3:
        return times, values, values, values
    count = len(values) // size
    blocks = values[: count * size].reshape(count, size)
    empty = np.isnan(blocks).all(axis=1)
    filled = np.where(empty[:, None], 0.0, blocks)  # keeps numpy from warning about all-NaN columns
    low, high, middle = np.nanmin(filled, axis=1), np.nanmax(filled, axis=1), np.nanmedian(filled, axis=1)
    for side in (low, high, middle):
        side[empty] = np.nan
    return times[: count * size : size], low, high, middle


def broken(
    times: np.ndarray, low: np.ndarray, high: np.ndarray, middle: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """An envelope with a missing point in each stretch without rows, so that no line bridges it."""
    if len(times) < 3:
        return times, low, high, middle
    apart = np.diff(times)
    at = np.flatnonzero(apart > GAP * np.median(apart)) + 1
    if not len(at) or len(at) > len(times) // 4:  # readings that come irregularly have no gaps
        return times, low, high, middle
    between = (times[at - 1] + times[at]) / 2
    low, high, middle = (np.insert(side.astype(float), at, np.nan) for side in (low, high, middle))
    return np.insert(times, at, between), low, high, middle


def alone(values: np.ndarray) -> np.ndarray:
    """True for each of `values` (n,) between two that are missing."""
    there = np.isfinite(np.concatenate(([np.nan], values, [np.nan])))
    return there[1:-1] & ~there[:-2] & ~there[2:]


def apart(marks: list[Mark], days: float) -> list[Mark]:
    """The marks whose labels fit beside each other on an axis of `days`, the weightiest first."""
    kept: list[Mark] = []
    for mark in sorted((m for m in marks if m.label), key=lambda m: -m.weight):
        if all(abs(position(mark.start) - position(other.start)) >= TAG * days for other in kept):
            kept.append(mark)
    return kept


def dress(axis: Axes) -> None:
    """The look of a strip: quiet lines, no frame but the bottom."""
    axis.grid(axis="y", color=GRID, lw=0.8)
    axis.set_axisbelow(True)
    axis.locator_params(axis="y", nbins=4)
    axis.margins(x=0.004, y=0.12)
    axis.ticklabel_format(axis="y", useOffset=False, style="plain")
    axis.tick_params(colors=MUTED, length=0, pad=3)
    for label in axis.get_yticklabels():
        label.set_fontproperties(font(8.5))
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color(GRID)


def time_axis(axis: Axes, frame: pd.DataFrame, zone: ZoneInfo, lang: str) -> None:
    """Plant time below the lowest strip, with the period that `frame` covers."""
    locator = AutoDateLocator(tz=zone, minticks=4, maxticks=8)
    seconds = (frame.index[-1] - frame.index[0]).total_seconds()
    midnight = "%H:%M" if seconds <= ONE_NIGHT else "%m-%d"  # the dates stand below the axis
    # Figures only: month names would be English in a Chinese chart.
    formats = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
    formatter = ConciseDateFormatter(
        locator,
        tz=zone,
        formats=formats,
        zero_formats=["", "%Y", "%Y-%m", midnight, "%H:%M", "%H:%M"],
        show_offset=False,
    )
    axis.xaxis.set_major_locator(locator)
    axis.xaxis.set_major_formatter(formatter)
    for label in axis.get_xticklabels():
        label.set_fontproperties(font(9))
    start, end = (pd.Timestamp(frame.index[i]).tz_convert(zone) for i in (0, -1))
    until = end.strftime("%H:%M" if start.date() == end.date() else "%Y-%m-%d %H:%M")
    period = say("chart_period", lang, start=start.strftime("%Y-%m-%d %H:%M"), end=until, zone=zone.key)
    axis.set_xlabel(period, font=font(9), color=MUTED, labelpad=6)


def _number_events(axis: Axes, marks: list[Mark]) -> None:
    for mark in marks:
        if mark.label:
            axis.annotate(
                literal(mark.label),
                (position(mark.start), 1),
                xycoords=("data", "axes fraction"),
                xytext=(3, -3),
                textcoords="offset points",
                va="top",
                font=font(8.5),
                color="white",
                bbox={"boxstyle": "round,pad=0.25", "fc": COLOURS[mark.kind], "ec": "none"},
            )


def _legend(figure: canvas.Figure, marks: list[Mark], band: bool, limit: bool, height: int, lang: str) -> None:
    kinds = {mark.kind for mark in marks}
    entries: list[tuple[str, str]] = [
        (key, COLOURS[key]) for key in ("event", "operating_change", "reference") if key in kinds
    ]
    entries += [("band", GREEN)] if band else []
    entries += [("limit", ORANGE)] if limit else []
    for i, (key, colour) in enumerate(entries):
        x = 0.03 + 0.97 / max(len(entries), 3) * i
        figure.text(x, 22 / height, "■", font=font(11), color=colour, alpha=0.45 if key == "band" else 0.9)
        figure.text(x + 0.022, 22 / height, say(f"chart_legend_{key}", lang), font=font(9), color=MUTED)
