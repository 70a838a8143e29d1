"""The Pareto chart: minutes as bars, worst on top, and the cumulated share beside each; bars for first-time quality."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from workers.charts import canvas
from workers.charts.canvas import BLUE, INK, MUTED, RED, font, literal
from workers.contracts import Picture
from workers.errors import AndonError
from workers.logbook.counting import CauseRow, QualityRow
from workers.logbook.telling import Told
from workers.prose.numbers import figure
from workers.wording import say

log = logging.getLogger(__name__)

MOST_BARS, BAR_PX, HEAD_PX, FOOT_PX = 10, 64, 96, 70
MOST_NAME = 26  # characters; Chinese ones are as wide as two


def drawn(draw: Callable[[], Picture], told: Told) -> list[Picture]:
    """A picture that fails costs itself alone."""
    try:
        return [draw()]
    except Exception:  # an edge: whatever a picture stumbles over must not take the figures with it
        ref = secrets.token_hex(3)
        log.exception("a picture of a log failed, ref %s", ref)
        told.note(say("answer_picture_failed", told.lang, ref=ref))
        return []


def folder(out: Path) -> None:
    """Make the folder of the pictures. AndonError: it cannot be written to."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AndonError("failure_out_folder", folder=out, why=error.strerror) from error


def draw_pareto(rows: list[CauseRow], top: int, lang: str, title: str, path: Path) -> Picture:
    """Horizontal bars: names are read without turning the phone."""
    shown = rows[:MOST_BARS]
    labels = [say("log_bar", lang, minutes=figure(row.minutes), share=f"{row.cumulated:.0%}") for row in shown]
    names, colours = [row.reason for row in shown], [RED if i < top else MUTED for i in range(len(shown))]
    bars = _bars([row.minutes for row in shown], names, labels, colours, say("log_axis_minutes", lang), title)
    return canvas.save(bars, path, "pareto", say("log_caption_pareto", lang, count=len(shown)))


def draw_quality(rows: list[QualityRow], lang: str, title: str, path: Path) -> Picture:
    """First-time quality of each group as a bar, with its counts."""
    shown = rows[:MOST_BARS]
    labels = [f"{100 * row.share:.1f} % · {figure(row.good, 6)}/{figure(row.total, 6)}" for row in shown]
    names = [row.group or say("log_all", lang) for row in shown]
    shares, colours = [100 * row.share for row in shown], [BLUE] * len(shown)
    bars = _bars(shares, names, labels, colours, say("log_axis_share", lang), title)
    return canvas.save(bars, path, "plot", say("log_caption_quality", lang, count=len(shown)))


def draw_counts(rows: list[tuple[str, int]], lang: str, title: str, caption: str, path: Path) -> Picture:
    """How often, a bar for each of `rows` in their order."""
    shown, names = [count for _, count in rows], [name for name, _ in rows]
    bars = _bars([float(n) for n in shown], names, [f"{n:,}" for n in shown], [BLUE] * len(rows),
                 say("log_axis_times", lang), title)  # fmt: skip
    return canvas.save(bars, path, "plot", caption)


def _bars(
    values: list[float], names: list[str], labels: list[str], colours: list[str], unit: str, title: str
) -> canvas.Figure:
    height = HEAD_PX + BAR_PX * max(len(values), 2) + FOOT_PX
    figure_ = canvas.new_figure(canvas.WIDTH, height)
    axis = figure_.add_axes((0.30, FOOT_PX / height, 0.66, 1 - (HEAD_PX + FOOT_PX) / height))
    places = list(range(len(values)))[::-1]
    axis.barh(places, values, color=colours, height=0.62)
    for place, value, label in zip(places, values, labels, strict=True):
        axis.text(value, place, f" {label}", va="center", ha="left", fontproperties=font(8.5), color=INK)
    axis.set_yticks(places, [literal(_short(name)) for name in names])
    axis.set_xlim(0, max([*values, 1e-9]) * 1.45)
    axis.set_xlabel(unit, fontproperties=font(8.5), color=MUTED)
    for label_ in [*axis.get_yticklabels(), *axis.get_xticklabels()]:
        label_.set_fontproperties(font(9))
    for side in ("top", "right", "left"):
        axis.spines[side].set_visible(False)
    axis.tick_params(left=False)
    figure_.text(0.025, 1 - 26 / height, literal(title), font=font(12.5), color=INK, va="top")
    return figure_


def _short(name: str) -> str:
    width, kept = 0, ""
    for letter in name:
        width += 1 if letter.isascii() else 2
        if width > MOST_NAME:
            return f"{kept.rstrip()}…"
        kept += letter
    return kept
