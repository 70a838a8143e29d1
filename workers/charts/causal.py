"""The causal graph in portrait: Graphviz dot lays it out, matplotlib draws it with our fonts.

Three kinds of edges are told apart by colour, dash and label: found by the algorithm and kept, added or turned
round by knowledge, removed by knowledge.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pygraphviz
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.path import Path as Outline

import workers.charts.canvas as canvas
from roles.types import Edge, Graph
from workers.charts.canvas import BLUE, INK, MUTED, RED, font, literal
from workers.contracts import Picture
from workers.wording import say

MAX_NODES, MAX_ARROWS = 11, 16  # more cannot be read on a phone
NODE_W, NODE_H = 2.15, 0.52  # inches
RANK_GAP, MOST_GAP = 0.42, 1.6  # inches between ranks
LABEL_H, LABEL_CHARACTER = 16, 4.6  # points
STYLES = {
    "kept": (INK, "solid", 1.5),
    "knowledge": (BLUE, "solid", 2.4),
    "unseen": (BLUE, (0, (1, 2)), 1.5),
    "removed": (RED, (0, (4, 3)), 1.3),
}


@dataclass(frozen=True)
class Arrow:
    """An edge with the reason why it is drawn as it is: kept, knowledge, unseen (asserted by knowledge, without a trace
    in the data) or removed."""

    edge: Edge
    style: str

    @property
    def text(self) -> str:
        """What stands on the arrow: the lag, and the source where knowledge speaks."""
        lag = "" if self.style == "unseen" else lag_text(self.edge.lag_s)
        return lag if self.style == "kept" else f"{lag} {self.edge.source}".strip()[:24]


def style_of(edge: Edge) -> str:
    """Why an edge of the corrected graph is drawn."""
    if edge.origin != "knowledge":
        return "kept"
    return "knowledge" if edge.strength > 0 else "unseen"


def draw_graph(
    graph: Graph,
    labels: dict[str, str],
    focus: list[str],
    *,
    lang: str,
    path: Path,
    title: str,
    origin: str | None = None,
) -> Picture:
    """Draw the part of `graph` around `focus` (sensors in order of interest); `labels` are the names to show.

    `origin` is marked as where the disturbance enters.
    """
    arrows = [Arrow(e, style_of(e)) for e in graph.corrected]
    arrows += [Arrow(e, "removed") for e in graph.removed]
    linked = {end for a in arrows for end in (a.edge.cause, a.edge.effect)}
    nodes, arrows = choose(arrows, focus)
    hidden = len(linked - set(nodes))
    layout = _arrange(nodes, arrows)
    width, height = _size(layout)
    figure, axis = _page(width, height, title)
    for arrow, drawn in zip(arrows, _drawn(layout, arrows), strict=True):
        _draw_arrow(axis, arrow, drawn)
    size = _node_size([labels.get(node, node) for node in nodes])
    for node in nodes:
        x, y = (float(v) for v in layout.get_node(node).attr["pos"].split(","))
        _draw_node(axis, x, y, labels.get(node, node), size, node == origin, node in focus, lang)
    _legend(axis, {a.style for a in arrows}, hidden, lang)
    caption = say("graph_caption", lang, edges=len(graph.corrected), removed=len(graph.removed), hidden=hidden)
    return canvas.save(figure, path, "causal", caption)


def choose(arrows: list[Arrow], focus: list[str]) -> tuple[list[str], list[Arrow]]:
    """The sensors and arrows to draw: those that touch the focus most and are strongest, as many as a phone shows.

    A sensor in focus without an arrow is left out, but for the first one: it is what the answer is about.
    """

    def interest(arrow: Arrow) -> float:
        ends = (arrow.edge.cause, arrow.edge.effect)
        near = sum(1 / (1 + focus.index(end) / 2) for end in ends if end in focus)
        return near + 0.3 * (arrow.style != "kept") + arrow.edge.strength

    nodes: list[str] = focus[:1]
    drawn: list[Arrow] = []
    for arrow in sorted(arrows, key=interest, reverse=True):
        ends = (arrow.edge.cause, arrow.edge.effect)
        fresh = [end for end in ends if end not in nodes]
        touches = not focus or any(end in focus for end in ends)
        if touches and len(drawn) < MAX_ARROWS and len(nodes) + len(fresh) <= MAX_NODES:
            nodes += fresh
            drawn.append(arrow)
    return nodes, drawn


def _arrange(nodes: list[str], arrows: list[Arrow]) -> pygraphviz.AGraph:
    """The more upright of top-down and left-to-right, stretched until it is upright: so is a phone held."""
    layouts = [_layout(nodes, arrows, direction, RANK_GAP) for direction in ("TB", "LR")]
    down, across = layouts
    best = min(layouts, key=lambda layout: _size(layout)[0] / _size(layout)[1])
    width, height = _size(best)
    if best is down and width > height:
        ranks = len({node.attr["pos"].split(",")[1] for node in down.nodes()})
        gap = RANK_GAP + (width - height) / 72 / max(1, ranks - 1)
        return _layout(nodes, arrows, "TB", min(gap, MOST_GAP))
    return across if best is across else down


def _size(layout: pygraphviz.AGraph) -> tuple[float, float]:
    """Width and height in points."""
    width, height = layout.graph_attr["bb"].split(",")[2:]
    return float(width), float(height)


def _layout(nodes: list[str], arrows: list[Arrow], direction: str, gap: float) -> pygraphviz.AGraph:
    """Positions by dot. Sizes are fixed and labels empty, so that no text of a file reaches Graphviz's parser."""
    graph = pygraphviz.AGraph(directed=True, strict=False, rankdir=direction, nodesep="0.2", ranksep=str(gap))
    for node in nodes:
        graph.add_node(node, label="", shape="box", fixedsize=True, width=NODE_W, height=NODE_H)
    for i, arrow in enumerate(arrows):
        width = round(8 + LABEL_CHARACTER * len(arrow.text))
        box = f'<<TABLE BORDER="0" FIXEDSIZE="TRUE" WIDTH="{width}" HEIGHT="{LABEL_H}"><TR><TD></TD></TR></TABLE>>'
        graph.add_edge(arrow.edge.cause, arrow.edge.effect, key=f"e{i}", label=box)
    graph.layout(prog="dot")
    return graph


def _drawn(
    layout: pygraphviz.AGraph, arrows: list[Arrow]
) -> list[tuple[list[tuple[float, float]], tuple[float, float]]]:
    """For each arrow: the control points of its spline with the tip last, and where its label goes (points)."""
    found = []
    for i, arrow in enumerate(arrows):
        attr = layout.get_edge(arrow.edge.cause, arrow.edge.effect, key=f"e{i}").attr
        parts = attr["pos"].replace("\\\n", "").split()
        tip = [p[2:] for p in parts if p.startswith("e,")]
        points = [p for p in parts if not p.startswith(("e,", "s,"))] + tip
        spot = attr["lp"].split(",")
        found.append(([_point(p) for p in points], (float(spot[0]), float(spot[1]))))
    return found


def _point(text: str) -> tuple[float, float]:
    x, y = text.split(",")
    return float(x), float(y)


def _page(width: float, height: float, title: str) -> tuple[canvas.Figure, canvas.Axes]:
    """A page of phone width whose axis counts in Graphviz's points, title above and legend below."""
    head, foot, side = 46.0, 84.0, 12.0
    scale = canvas.WIDTH / max(width + 2 * side, 430)
    figure = canvas.new_figure(canvas.WIDTH, round((height + head + foot) * scale))
    axis = figure.add_axes((0, 0, 1, 1))
    span = canvas.WIDTH / scale
    axis.set_xlim(width / 2 - span / 2, width / 2 + span / 2)
    axis.set_ylim(-foot, height + head)
    axis.axis("off")
    size = 13 * scale * 72 / canvas.DPI
    axis.text(
        width / 2 - span / 2 + side,
        height + head - 10,
        literal(title),
        font=font(min(size, 15)),
        color=INK,
        va="top",
    )
    return figure, axis


def _scale(axis: canvas.Axes) -> float:
    """Font points that stand for one Graphviz point, so that text keeps its size relative to the boxes."""
    low, high = axis.get_xlim()
    return canvas.WIDTH / (high - low) * 72 / canvas.DPI


def _draw_arrow(axis: canvas.Axes, arrow: Arrow, drawn: tuple[list[tuple[float, float]], tuple[float, float]]) -> None:
    points, spot = drawn
    colour, dash, width = STYLES[arrow.style]
    codes = [Outline.MOVETO] + [Outline.CURVE4] * (len(points) - 2)
    curve, tip = points[:-1], points[-1]
    outline = Outline([*curve, tip], [*codes, Outline.LINETO])
    axis.add_patch(
        FancyArrowPatch(
            path=outline,
            arrowstyle="-|>",
            mutation_scale=11 * _scale(axis) + 4,
            color=colour,
            linestyle=dash,
            lw=width,
            fill=True,
            zorder=2,
        )
    )
    axis.text(
        *spot,
        literal(arrow.text),
        font=font(7.4 * _scale(axis)),
        color=colour,
        ha="center",
        va="center",
        zorder=4,
        bbox={"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none", "alpha": 0.85},
    )


def lag_text(lag_s: float) -> str:
    """A lag as people say it: 0.5 s, 12 s, 3 min, 2 h."""
    for size, unit in ((7200, "h"), (180, "min")):
        if lag_s >= size:
            return f"{lag_s / {'h': 3600, 'min': 60}[unit]:.3g} {unit}"
    return f"{lag_s:.3g} s"


def _node_size(labels: list[str]) -> float:
    """One size of letters for all boxes: the one at which the longest line fits."""
    longest = max((len(line.encode("gb18030", "replace")) for label in labels for line in wrap(label).split("\n")),
                  default=0)  # fmt: skip
    return 9.2 if longest <= 22 else 7.6


def _draw_node(
    axis: canvas.Axes, x: float, y: float, label: str, size: float, root: bool, focus: bool, lang: str
) -> None:
    width, height = NODE_W * 72, NODE_H * 72
    face, edge = ("#fbe3d9", RED) if root else ("#fff6e0", "#c98f00") if focus else ("#f3f5f7", "#9aa5b1")
    axis.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle="round,pad=0,rounding_size=7",
            fc=face,
            ec=edge,
            lw=2.2 if root else 1.1,
            zorder=3,
        )
    )
    text = wrap(label)
    axis.text(
        x,
        y - (3 if root else 0),
        literal(text),
        font=font(size * _scale(axis)),
        color=INK,
        ha="center",
        va="center",
        zorder=5,
        linespacing=1.05,
    )
    if root:
        axis.text(
            x - width / 2 + 8,
            y + height / 2,
            say("graph_root", lang),
            font=font(6.8 * _scale(axis)),
            color="white",
            va="center",
            zorder=6,
            bbox={"boxstyle": "round,pad=0.2", "fc": RED, "ec": "none"},
        )


def wrap(label: str, limit: int = 26) -> str:
    """A long name on two lines, broken at a space or underscore; a very long one keeps its two ends."""
    if len(label) <= limit:
        return label
    cut = max(label.rfind(mark, 0, limit) for mark in " _-./") + 1
    first, rest = (label[:cut], label[cut:]) if cut > limit // 3 else (label[:limit], label[limit:])
    return f"{first.rstrip()}\n{rest if len(rest) <= limit else rest[: limit - 9] + '…' + rest[-8:]}"


def _legend(axis: canvas.Axes, styles: set[str], hidden: int, lang: str) -> None:
    low = axis.get_xlim()[0]
    y, size = -24.0, 7.6 * _scale(axis)
    for style in [s for s in STYLES if s in styles]:
        colour, dash, line = STYLES[style]
        axis.plot([low + 14, low + 44], [y, y], color=colour, ls=dash, lw=line)
        axis.text(low + 52, y, say(f"graph_legend_{style}", lang), font=font(size), color=MUTED, va="center")
        y -= 17
    if hidden:
        axis.text(low + 14, y, say("graph_hidden", lang, hidden=hidden), font=font(size), color=MUTED, va="center")
