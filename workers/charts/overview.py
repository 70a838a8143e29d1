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
from workers.wording import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STRIP_PX, HEAD_PX, FOOT_PX = 178, 96, 112
COLUMNS_PX = 900  # a strip is about this wide: more points than that only cost time


@dataclass(frozen=True)
class Strip:
    """One sensor's strip. `band` is low, high of the reference period, `limit` a line that someone asked for."""

    sensor: str
    label: str
    note: str = ""
    band: tuple[float, float] | None = None
    limit: float | None = None
    forecast: pd.DataFrame | None = None  # index time, columns value, low, high


@dataclass(frozen=True)
class Mark:
    """A shaded stretch of time: an event ("1"), an operating change, or the period assumed normal."""

    start: pd.Timestamp
    end: pd.Timestamp
    kind: str  # "event", "operating_change", "reference"
    label: str = ""


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
    _time_axis(axes[-1, 0], frame, zone, lang)
    _number_events(axes[0, 0], marks)
    _legend(figure, marks, any(s.band for s in strips), any(s.limit is not None for s in strips), height, lang)
    sensors = ", ".join(strip.label for strip in strips)
    caption = sensors if kind == "plot" else say("chart_caption", lang, count=len(strips))
    return canvas.save(figure, path, kind, caption)


def _draw_strip(axis: Axes, frame: pd.DataFrame, strip: Strip, marks: list[Mark]) -> None:
    times, low, high, middle = envelope(frame[strip.sensor])
    if strip.band is not None:
        axis.axhspan(*strip.band, color=GREEN, alpha=0.13, lw=0)
    axis.fill_between(times, low, high, color=BLUE, alpha=0.30, lw=0)
    axis.plot(times, middle, color=BLUE, lw=1.1)
    if strip.limit is not None:
        axis.axhline(strip.limit, color=ORANGE, lw=1.6, ls="--")
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
    _dress(axis)


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


def _dress(axis: Axes) -> None:
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


def _time_axis(axis: Axes, frame: pd.DataFrame, zone: ZoneInfo, lang: str) -> None:
    locator = AutoDateLocator(tz=zone, minticks=4, maxticks=8)
    # Figures only: month names would be English in a Chinese chart.
    formats = ["%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M", "%H:%M:%S"]
    formatter = ConciseDateFormatter(
        locator,
        tz=zone,
        formats=formats,
        zero_formats=["", "%Y", "%Y-%m", "%m-%d", "%H:%M", "%H:%M"],
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
