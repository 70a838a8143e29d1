"""One look for every picture: size, colours, fonts with Chinese glyphs, saving.

Figures are made without pyplot, so that two answers may be drawn in two threads.
"""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager

from detectors.types import FloatArray
from workers.contracts import Picture

__all__ = ["Axes", "Figure"]

DPI = 160
WIDTH = 1080  # px: the width of a phone's screen, so that a photo is read without zooming

# Okabe & Ito (2008): told apart by colour-blind readers too.
INK, MUTED, GRID = "#1f2933", "#6b7785", "#e3e7ec"
BLUE, GREEN, RED, ORANGE, SKY = "#0072B2", "#009E73", "#C1440E", "#E69F00", "#56B4E9"


@cache
def font_family() -> list[str]:
    """Families to try in order; the font that zhplot ships has Latin and Chinese glyphs."""
    spec = importlib.util.find_spec("zhplot")  # located, not imported: its import would set up pyplot
    if spec is None or spec.origin is None:
        return ["DejaVu Sans"]
    path = Path(spec.origin).parent / "fonts" / "NotoSansSC-Regular.ttf"
    if not path.is_file():
        return ["DejaVu Sans"]
    fontManager.addfont(path)
    return [FontProperties(fname=path).get_name(), "DejaVu Sans"]


def font(size: float) -> FontProperties:
    """A font of `size` points. One weight: the Chinese font comes in regular only, so size and ink tell rank."""
    return FontProperties(family=font_family(), size=size)


def days(index: pd.DatetimeIndex) -> FloatArray:
    """Times as matplotlib counts them (days since 1970, UTC); a hundred times faster than date2num on an index."""
    return index.as_unit("ns").asi8 / 86_400e9


def new_figure(width: int, height: int) -> Figure:
    """An empty white figure of width x height pixels."""
    figure = Figure(figsize=(width / DPI, height / DPI), dpi=DPI, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Figure, path: Path, kind: str, caption: str) -> Picture:
    """Write the PNG and say what it is."""
    figure.savefig(path, dpi=DPI, facecolor="white", metadata={"Software": "Andon"})
    width, height = (round(side * DPI) for side in figure.get_size_inches())
    return Picture(file=path.name, kind=kind, caption=caption, width=width, height=height)


def literal(text: str) -> str:
    """Text as it is written: matplotlib would read $...$ in a sensor's name as mathematics."""
    return text.replace("$", r"\$")
