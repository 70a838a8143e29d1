"""Who drives whom, with which delay: Granger tests on block means at several scales.

A real influence shows at several time scales; an artefact of one sampling rate, of noise or of a mediated path shows
at one. So readings are averaged over blocks of 1, 5, 15, 30 and 60 rows, all pairs are tested at each scale, and an
edge needs a significant effect (Bonferroni) at two scales at least: the largest effect is set aside and the mean of
the next two has to reach FLOOR. With 85,000 rows everything is significant; the floor is what keeps a graph readable.

Feedback loops are allowed: i -> j and j -> i are separate questions. Fails for influences slower than the longest
window (300 rows), for hidden common causes, and under control so tight that the controlled sensor never moves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

import detectors.causal.granger as granger
import detectors.causal.lags as lags
import detectors.causal.screening as screening
from detectors.causal.grid import Grid, blocks, build
from detectors.causal.shared import taken_off
from detectors.types import CausalEdge, FloatArray

Progress = Callable[[str], None]
Edges = tuple[CausalEdge, ...]

SCALES = (1, 5, 15, 30, 60)  # rows to a block
ALPHA = 0.01  # over all ordered pairs of a scale
FLOOR = 0.1  # partial correlation
MODERATE = 0.15  # partial correlation of an influence that a telling file would show
MOST_ORDER, LEAST_ORDER = 5, 2  # lags at each scale
ROWS_PER_WEIGHT = 5  # blocks for each weight of the model, else a scale is left out
MOST_LAG = 300  # rows
MOST_NAMED, MOST_LINKS = 5, 3  # sensors and links in a note


@dataclass(frozen=True)
class Note:
    """What a reader should know about the graph: a code with its values; the sentence is said elsewhere."""

    code: str
    values: dict[str, object] = field(default_factory=dict)


TOO_LITTLE = Note("causes_note_too_little")


@dataclass(frozen=True)
class Discovery:
    """The graph. `weak` are pairs with a significant effect below what an edge needs (strength may be 0): traces
    that knowledge can build on. `sensors` took part; pairs of others were not examined. `telling` says that the rows
    are enough to show a moderate influence, so that the absence of a trace means something."""

    edges: tuple[CausalEdge, ...] = ()
    weak: tuple[CausalEdge, ...] = ()
    sensors: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    telling: bool = False


@dataclass(frozen=True)
class _Scale:
    """Result of one scale: blocks of `size` rows (m, d) and their tests; `effect` (d, d) is 0 where not significant."""

    size: int
    values: FloatArray
    found: granger.Pairs
    effect: FloatArray


def explore(
    frame: pd.DataFrame,
    *,
    max_lag_s: float | None = None,
    focus: Sequence[str] = (),
    progress: Progress | None = None,
) -> Discovery:
    """Edges, strongest first, weak traces and notes for `frame` (n rows, float columns, NaN for missing, sorted
    DatetimeIndex).

    `max_lag_s` limits the delay in seconds (default 300 rows). Where there are more sensors than the rows or the
    time allow, those in `focus` are kept first, then the most connected ones, and a note says so. Constant columns
    and series that are too short give no edge: an outcome, not an error. Time is that of one pass over the data.
    """
    tell = progress or (lambda _step: None)
    tell("screening")
    chosen = screening.choose(frame, screening.most_sensors(len(frame)), focus)
    if len(chosen.names) < 2:
        return Discovery(sensors=chosen.names, notes=(TOO_LITTLE,))
    notes = [Note("causes_note_screened", {"kept": len(chosen.names), "of": chosen.usable})] if chosen.cut else []
    notes += [Note("causes_note_copies", {"sensor": copy, "of": of}) for copy, of in chosen.copies]
    grid = build(frame, chosen.names)
    if not grid.regular:
        notes.append(Note("causes_note_irregular", {"period_s": grid.step_s}))
    limit = MOST_LAG if max_lag_s is None else max(1, int(max_lag_s / grid.step_s))
    tell("testing")
    scales, order = _scales(grid, limit)
    if len(scales) < 2:
        return Discovery(sensors=chosen.names, notes=(TOO_LITTLE,))
    tell("lags")
    edges, weak = _edges(grid, scales, order, limit)
    edges, weak, doubts = _doubted(grid, edges, weak, limit)
    if not edges and not doubts and (once := [each for each in weak if each.strength == 0.0]):
        links = ", ".join(f"{each.cause} → {each.effect}" for each in once[:MOST_LINKS])
        doubts = [Note("causes_note_one_scale", {"count": len(once), "links": links})]
    return Discovery(edges, weak, chosen.names, (*notes, *doubts), _telling(grid, scales, order))


def _doubted(grid: Grid, edges: Edges, weak: Edges, limit: int) -> tuple[Edges, Edges, list[Note]]:
    """The edges that still show once what several sensors share (shared.py) is taken off. One between two that share a
    part, and that does not show without it, is no more than a trace."""
    plain, found = taken_off(grid.values)
    if not found or not edges:
        return edges, weak, []
    scales, _ = _scales(replace(grid, values=blocks(plain, 1)), limit)
    joint = _joint(scales)
    place = {name: i for i, name in enumerate(grid.names)}
    kept: list[CausalEdge] = []
    lost: list[CausalEdge] = []
    for edge in edges:
        pair = place[edge.cause], place[edge.effect]
        both = any(set(pair) <= set(each.sensors) for each in found)
        (lost if both and joint[pair] < FLOOR else kept).append(edge)
    if not lost:
        return edges, weak, []
    notes = [
        Note(f"causes_note_{each.kind}", {"sensors": ", ".join(grid.names[i] for i in each.sensors[:MOST_NAMED]),
                                          "count": len(each.sensors), "period_s": each.period * grid.step_s})
        for each in found if any({place[e.cause], place[e.effect]} <= set(each.sensors) for e in lost)
    ]  # fmt: skip
    return tuple(kept), tuple(sorted([*lost, *weak], key=_by_strength)), notes


def order_for(rows: int, sensors: int) -> int:
    """Lags that leave at least two scales with enough blocks for `sensors`; LEAST_ORDER where none does."""
    return int(np.clip(rows // SCALES[1] // (ROWS_PER_WEIGHT * sensors), LEAST_ORDER, MOST_ORDER))


def _scales(grid: Grid, limit: int) -> tuple[list[_Scale], int]:
    """Tests at every scale that has blocks enough and whose block is not longer than the longest lag asked for."""
    sensors = len(grid.names)
    order = order_for(grid.rows, sensors)
    level = ALPHA / (sensors * (sensors - 1))
    done = []
    for size in SCALES:
        rows = grid.rows // size
        if rows < ROWS_PER_WEIGHT * sensors * order or size > max(limit, SCALES[1]):
            continue
        values = blocks(grid.values, size)
        found = granger.assess(values, order, rows)
        done.append(_Scale(size, values, found, np.where(found.p_value < level, found.effect, 0.0)))
    return done, order


def _telling(grid: Grid, scales: list[_Scale], order: int) -> bool:
    """Whether a moderate influence would be significant at two scales; the finer two have the most blocks."""
    sensors = len(grid.names)
    degrees = grid.rows // scales[1].size - (order + 1) * sensors
    return granger.least_effect(order, degrees, ALPHA / (sensors * (sensors - 1))) <= MODERATE


def _joint(scales: list[_Scale]) -> FloatArray:
    """Effect (d, d) over the scales: the largest set aside, the mean of the next two; 0 where one alone has any."""
    effects = np.sort(np.stack([scale.effect for scale in scales]), axis=0)[::-1]
    return np.asarray(np.where(effects[1] > 0, effects[1:3].mean(axis=0), 0.0))


def _edges(
    grid: Grid, scales: list[_Scale], order: int, limit: int
) -> tuple[tuple[CausalEdge, ...], tuple[CausalEdge, ...]]:
    """Edges and weak traces with their lags, each strongest first."""
    joint = _joint(scales)
    strongest = np.max([scale.effect for scale in scales], axis=0)
    pairs = [(int(i), int(j)) for i, j in zip(*np.nonzero(strongest > 0), strict=True)]
    delays = _delays(grid, scales, pairs, order, limit)
    edges: list[CausalEdge] = []
    weak: list[CausalEdge] = []
    for (cause, effect), rows in zip(pairs, delays, strict=True):
        seen = [scale for scale in scales if scale.effect[cause, effect] > 0]
        top = max(seen, key=lambda scale: scale.effect[cause, effect])
        edge = CausalEdge(
            cause=grid.names[cause],
            effect=grid.names[effect],
            lag_s=round(min(rows, limit) * grid.step_s, 6),
            strength=float(joint[cause, effect] ** 2),
            p_value=float(top.found.p_value[cause, effect]),
            scales=tuple(scale.size for scale in seen),
        )
        (edges if joint[cause, effect] >= FLOOR else weak).append(edge)
    return tuple(sorted(edges, key=_by_strength)), tuple(sorted(weak, key=_by_strength))


def _delays(grid: Grid, scales: list[_Scale], pairs: list[tuple[int, int]], order: int, limit: int) -> list[int]:
    """Lag of each pair in grid rows, from the finest scale at which its peak stands clear of the noise."""
    reach = max(1, min(limit, order * scales[-1].size, grid.rows // 20))
    delays: dict[tuple[int, int], int] = {}
    for scale in scales:
        open_pairs = [pair for pair in pairs if pair not in delays]
        most = reach // scale.size
        if not open_pairs or most < 1:
            break
        best, height = lags.peaks(scale.values, scale.found.weights, open_pairs, most)
        clear = np.flatnonzero(height >= lags.CLEAR)
        delays |= {open_pairs[at]: int(best[at]) * scale.size for at in clear}
    return [delays[pair] if pair in delays else _coarse_lag(scales, *pair, order) for pair in pairs]


def _coarse_lag(scales: list[_Scale], cause: int, effect: int, order: int) -> int:
    """Lag in rows where noise hides the peak: that of the finest scale whose window holds it."""
    seen = [scale for scale in scales if scale.effect[cause, effect] > 0]
    inside = [scale for scale in seen if scale.found.lag[cause, effect] < order]
    scale = inside[0] if inside else seen[-1]
    return int(scale.found.lag[cause, effect]) * scale.size


def _by_strength(edge: CausalEdge) -> tuple[float, str, str]:
    return -edge.strength, edge.cause, edge.effect
