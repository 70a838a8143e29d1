"""Bars: one a step of time, of one sensor a strip."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

import workers.charts.canvas as canvas
from workers.charts.canvas import BLUE, INK, font, literal
from workers.charts.overview import FOOT_PX, HEAD_PX, STRIP_PX, dress, time_axis
from workers.contracts import Picture

if TYPE_CHECKING:
    from workers.charts.canvas import Axes

WIDE = 0.8  # share of a step that its bar takes
SHORT = 0.5  # of the height: bars whose differences would be less than this against zero do not begin there


def draw_bars(
    table: pd.DataFrame, labels: list[str], step_s: float, *, zone: ZoneInfo, lang: str, title: str, path: Path
) -> Picture:
    """A strip of bars for each column of `table` (index: where each step of `step_s` s begins, UTC), as a PNG."""
    height = HEAD_PX + STRIP_PX * len(labels) + FOOT_PX
    figure = canvas.new_figure(canvas.WIDTH, height)
    space = {"left": 0.105, "right": 0.975, "top": 1 - HEAD_PX / height, "bottom": FOOT_PX / height, "hspace": 0.42}
    axes = figure.subplots(len(labels), 1, sharex=True, squeeze=False, gridspec_kw=space)
    figure.text(0.025, 1 - 26 / height, literal(title), font=font(12.5), color=INK, va="top")
    begins, step = canvas.days(pd.DatetimeIndex(table.index)), step_s / 86_400
    for axis, column, label in zip(axes[:, 0], table.columns, labels, strict=True):
        values = table[column].to_numpy(dtype=float)
        axis.bar(begins, values, width=WIDE * step, align="edge", color=BLUE, lw=0)
        axis.set_title(literal(label), loc="left", font=font(10), color=INK, pad=4)
        dress(axis)
        _heights(axis, values)
    time_axis(axes[-1, 0], table, zone, lang)
    return canvas.save(figure, path, "plot", ", ".join(labels))


def _heights(axis: Axes, values: np.ndarray) -> None:
    """Bars begin at zero; where that would make all look alike, a little below the lowest, and the axis says so."""
    known = values[np.isfinite(values)]
    if not len(known) or known.min() <= 0:
        return
    low, high = float(known.min()), float(known.max())
    if low > SHORT * high and high > low:
        axis.set_ylim(low - 0.25 * (high - low), high + 0.1 * (high - low))
