"""Plots that are no curves: histograms of one sensor each, by group, and one sensor against another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

import workers.charts.canvas as canvas
from workers.charts.canvas import BLUE, GREEN, GRID, INK, MUTED, ORANGE, RED, SKY, font, literal
from workers.contracts import Picture

PANEL_PX, HEAD_PX, SCATTER_PX = 380, 90, 900
MOST_GROUPS, MOST_POINTS, MOST_BINS = 6, 20_000, 60
COLOURS = (BLUE, ORANGE, GREEN, RED, SKY, INK)


@dataclass(frozen=True)
class Panel:
    """One histogram: readings of a sensor in groups (name, readings); one group without a name is all of them."""

    label: str
    groups: list[tuple[str, np.ndarray]]


def draw_histograms(panels: list[Panel], *, title: str, caption: str, path: Path) -> Picture:
    """Histograms below each other, the share of a group's readings in each bin; groups of one sensor share the bins."""
    height = HEAD_PX + PANEL_PX * len(panels)
    figure = canvas.new_figure(canvas.WIDTH, height)
    figure.text(0.025, 1 - 26 / height, literal(title), font=font(12.5), color=INK, va="top")
    space = {"left": 0.105, "right": 0.975, "top": 1 - HEAD_PX / height, "bottom": 60 / height, "hspace": 0.42}
    axes = figure.subplots(len(panels), 1, squeeze=False, gridspec_kw=space)
    for axis, panel in zip(axes[:, 0], panels, strict=True):
        _histogram(axis, panel)
    return canvas.save(figure, path, "plot", caption)


def _histogram(axis: canvas.Axes, panel: Panel) -> None:
    groups = [(name, values[np.isfinite(values)]) for name, values in panel.groups[:MOST_GROUPS]]
    whole = np.concatenate([values for _, values in groups]) if groups else np.empty(0)
    if len(whole):
        edges = np.histogram_bin_edges(whole, bins=min(MOST_BINS, max(10, int(len(whole) ** 0.5))))
        for (name, values), colour in zip(groups, COLOURS, strict=False):
            share = np.full(len(values), 100.0 / max(len(values), 1))
            alone = len(groups) == 1
            axis.hist(
                values, edges.tolist(), weights=share, color=colour, alpha=0.75 if alone else 0.9, label=literal(name),
                histtype="bar" if alone else "step", linewidth=1.8,
            )  # fmt: skip
        if any(name for name, _ in groups):
            axis.legend(prop=font(8.5), frameon=False, labelcolor=MUTED)
    axis.set_title(literal(panel.label), loc="left", font=font(10), color=INK, pad=4)
    axis.set_ylabel("%", font=font(9), color=MUTED)
    _dress(axis)


def draw_scatter(
    x: pd.Series, y: pd.Series, colour: np.ndarray | None, *, labels: tuple[str, str, str], title: str, path: Path
) -> Picture:
    """`y` against `x`, one point a row (thinned evenly when there are very many), coloured by a number of each row."""
    figure = canvas.new_figure(canvas.WIDTH, SCATTER_PX)
    figure.text(0.025, 1 - 26 / SCATTER_PX, literal(title), font=font(12.5), color=INK, va="top")
    top = 1 - HEAD_PX / SCATTER_PX
    axis = figure.subplots(1, 1, gridspec_kw={"left": 0.115, "right": 0.96, "top": top, "bottom": 0.11})
    step = max(1, len(x) // MOST_POINTS)
    across, up = x.to_numpy(dtype=float)[::step], y.to_numpy(dtype=float)[::step]
    if colour is None:
        axis.scatter(across, up, s=9, color=BLUE, alpha=0.45, linewidths=0)
    else:
        drawn = axis.scatter(across, up, s=9, c=colour[::step], cmap="viridis", alpha=0.7, linewidths=0)
        bar = figure.colorbar(drawn, ax=axis, pad=0.02)
        bar.set_label(literal(labels[2]), font=font(9), color=MUTED)
        bar.ax.tick_params(colors=MUTED, labelsize=8)
    axis.set_xlabel(literal(labels[0]), font=font(10), color=INK)
    axis.set_ylabel(literal(labels[1]), font=font(10), color=INK)
    _dress(axis)
    axis.grid(axis="x", color=GRID, lw=0.8)
    return canvas.save(figure, path, "plot", " / ".join(label for label in labels if label))


def _dress(axis: canvas.Axes) -> None:
    axis.grid(axis="y", color=GRID, lw=0.8)
    axis.set_axisbelow(True)
    axis.tick_params(colors=MUTED, length=0, pad=3)
    for label in [*axis.get_yticklabels(), *axis.get_xticklabels()]:
        label.set_fontproperties(font(8.5))
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.spines["bottom"].set_color(GRID)
