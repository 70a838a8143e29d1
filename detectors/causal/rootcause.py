"""Where a disturbance entered: a ranking of sensors from residuals, onset order and the graph.

Four voices are joined. The residual test leads: what its parents do not explain began at the sensor itself. The
others lean on it: symptoms that detection measured, who moved first, and how much of what is abnormal lies downstream
(a root explains its descendants). A sensor whose channel is broken (stuck, dropout), or that nothing tied to it
confirms, needs no cause in the plant.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from detectors.causal.grid import positions, step_seconds
from detectors.causal.residuals import MOST_ROWS, MOST_WINDOW, Window, departure, residual, standardised
from detectors.signs.misfits import misfits, pace
from detectors.types import BoolArray, CausalEdge, Detection, Event, FloatArray, RootCandidate

MOST_SENSORS = 60
LENGTHS = (100, 300, 1000, MOST_WINDOW)  # rows after the onset: a step shows at once, a drift late
BEFORE = 0.05  # of the event's length looked at before its onset: detection comes late
LEAST_BEFORE = 30  # rows
BROKEN = ("stuck", "dropout", "rounding", "moved")
SYMPTOM, CHANNEL, CHANNEL_EVENT = 0.1, 0.3, 3.0  # weights beside the residual's 1
DOWNSTREAM = 0.5
LATE = 0.25  # how much a late start counts against a sensor
SLACK = 0.5  # evidence at which half of the score is given away
USUAL_STRENGTH = 3.5  # symptom strength from which detection reports one


@dataclass(frozen=True)
class _Evidence:
    """What speaks for each of d sensors: evidence (d,) >= 0, departure (d,), onset rows (d,) inf where none."""

    weight: FloatArray
    departure: FloatArray
    onset: FloatArray


def main_event(detection: Detection) -> Event | None:
    """The event that a diagnosis is about: the most severe one that no planned change explains. The severity of a
    broken sensor is of another kind: it does not stand before a process that weighs more, by severity times the root of
    the length."""
    events = [event for event in detection.events if event.kind != "operating_change"]
    worst = max(events, key=lambda event: event.severity, default=None)
    if worst is None or worst.kind not in BROKEN:
        return worst
    heavier = [event for event in events if event.kind not in BROKEN and _weight(event) > _weight(worst)]
    return max(heavier, key=lambda event: event.severity, default=worst)


def _weight(event: Event) -> float:
    return float(event.severity * (event.end - event.start + 1) ** 0.5)


def rank(frame: pd.DataFrame, detection: Detection, edges: Iterable[CausalEdge]) -> tuple[RootCandidate, ...]:
    """Sensors where the disturbance of the main event may have entered, likeliest first.

    `frame` is what `detection` looked at; `edges` may be empty. Scores are in 0..1 and sum to at most 1; what is
    missing to 1 is the room for causes that no sensor shows. No event, or a reference too short to learn from
    (fewer than 30 rows): no candidates.
    """
    event = main_event(detection)
    if event is None:
        return ()
    window = _window(len(frame), detection, event)
    names = _candidates(frame, detection, event)
    if len(window.reference) < LEAST_BEFORE or not len(window.event) or not names:
        return ()
    near = [edge for edge in edges if edge.cause in names and edge.effect in names and edge.cause != edge.effect]
    evidence = _weigh(frame, names, near, window, detection, event)
    total = evidence.weight.sum()
    if total <= 0:
        return ()
    share = evidence.weight / total
    downstream = _downstream(names, near, share)
    length = max(1, event.end - event.start + 1)
    late = np.where(np.isfinite(evidence.onset), evidence.onset - _first(evidence.onset), np.inf) * 5.0 / length
    score = share * (1.0 + DOWNSTREAM * downstream) * np.maximum(1.0 / (1.0 + late), 0.3) ** LATE
    score *= total / (total + SLACK) / score.sum()
    order = np.argsort(-score, kind="stable")
    return tuple(
        RootCandidate(
            sensor=names[at],
            score=float(score[at]),
            residual=float(evidence.departure[at]),
            onset_row=int(evidence.onset[at]) if np.isfinite(evidence.onset[at]) else None,
            ancestry=float(downstream[at]),
        )
        for at in order
        if score[at] > 0
    )


def _window(rows: int, detection: Detection, event: Event) -> Window:
    """Reference rows nearest to the event, and the event with some rows before it that are not reference."""
    reference = np.arange(detection.reference.start, min(detection.reference.end, rows))
    before = max(LEAST_BEFORE, int(BEFORE * (event.end - event.start)))
    start = max(0, event.start - before)
    if detection.reference.start <= event.start:
        start = max(start, min(detection.reference.end, event.start))
    looked_at = np.arange(start, min(event.end + 1, start + MOST_WINDOW, rows))
    after = bool(len(reference)) and reference[0] >= event.start
    return Window(reference[:MOST_ROWS] if after else reference[-MOST_ROWS:], looked_at)


def _candidates(frame: pd.DataFrame, detection: Detection, event: Event) -> list[str]:
    """All sensors, or those that carry the event most where there are many."""
    names = [str(name) for name in frame.columns]
    if len(names) <= MOST_SENSORS:
        return names
    loud = {share.name: share.share for share in event.shares}
    for symptom in detection.symptoms:
        if symptom.event == event.number:
            loud[symptom.sensor] = loud.get(symptom.sensor, 0.0) + symptom.strength / 100.0
    return sorted((name for name in names if name in loud), key=lambda name: -loud[name])[:MOST_SENSORS]


def _weigh(
    frame: pd.DataFrame,
    names: Sequence[str],
    edges: Sequence[CausalEdge],
    window: Window,
    detection: Detection,
    event: Event,
) -> _Evidence:
    """Residual evidence, joined with symptoms and broken channels."""
    place = {name: at for at, name in enumerate(names)}
    step_s = positions(frame.index, step_seconds(frame.index))[1]
    parents: list[dict[int, int]] = [{} for _ in names]
    for edge in edges:
        parents[place[edge.effect]][place[edge.cause]] = round(edge.lag_s / step_s)
    values = standardised(frame, names, window)
    apart = _apart(frame[list(names)].to_numpy(dtype=np.float64), names, detection, event)
    weight, away = np.zeros(len(names)), np.zeros(len(names))
    onset = np.full(len(names), np.inf)
    for at in range(len(names)):
        causes = {cause: lag for cause, lag in parents[at].items() if names[cause] not in apart}
        usual, unusual = residual(values, at, causes, window)
        found = [departure(usual, unusual[:length]) for length in LENGTHS]
        weight[at] = np.mean([np.log(max(size, 1.0)) for size, _ in found])
        away[at] = max(size for size, _ in found)
        if found[-1][1] is not None:
            onset[at] = window.event[0] + found[-1][1]
    loud, broken = _symptoms(names, detection, event)
    broken = np.maximum(broken, [CHANNEL if name in apart else 0.0 for name in names])
    total = weight.sum()
    joined = weight / total if total > 0 else weight
    joined = joined + SYMPTOM * loud + broken
    return _Evidence(joined * max(total, float(broken.sum())), away, onset)


def _apart(values: FloatArray, names: Sequence[str], detection: Detection, event: Event) -> set[str]:
    """Sensors that left what the others say of them while the event went on (detectors/signs/misfits.py), whether an
    alarm tells it or not. What they read explains no other sensor: one that goes on as ever would seem to leave it."""
    found = misfits(values, None, detection.reference, *pace(len(values), detection.reference))
    return {names[m.at] for m in found if m.start <= event.end and event.start <= m.end}


def _symptoms(names: Sequence[str], detection: Detection, event: Event) -> tuple[FloatArray, FloatArray]:
    """Share of symptom strength (d,), log scale, and weight of a broken channel (d,)."""
    loud, broken = np.zeros(len(names)), np.zeros(len(names))
    place = {name: at for at, name in enumerate(names)}
    for symptom in detection.symptoms:
        at = place.get(symptom.sensor)
        if at is None or symptom.event != event.number:
            continue
        loud[at] = max(loud[at], np.log1p(max(symptom.strength, 0.0) / USUAL_STRENGTH))
        if symptom.kind in BROKEN:
            broken[at] = max(broken[at], CHANNEL)
        if symptom.companions:
            broken[at] = CHANNEL_EVENT
    if event.kind in BROKEN and event.shares:
        at = place.get(max(event.shares, key=lambda share: share.share).name)
        if at is not None:
            broken[at] = CHANNEL_EVENT
    return loud / max(float(loud.sum()), 1e-9), broken


def _downstream(names: Sequence[str], edges: Sequence[CausalEdge], share: FloatArray) -> FloatArray:
    """Share (d,) of the other sensors' evidence that lies downstream of each sensor and not upstream too."""
    place = {name: at for at, name in enumerate(names)}
    reach: BoolArray = np.zeros((len(names), len(names)), dtype=bool)
    for edge in edges:
        reach[place[edge.cause], place[edge.effect]] = True
    for _ in range(max(1, len(names)).bit_length()):  # each round doubles the length of the paths
        reach = reach | ((reach.astype(np.float64) @ reach.astype(np.float64)) > 0)
    np.fill_diagonal(reach, False)
    others = np.maximum(1.0 - share, 1e-9)
    return np.asarray(np.clip((reach & ~reach.T) @ share / others, 0.0, 1.0))


def _first(onset: FloatArray) -> float:
    known = onset[np.isfinite(onset)]
    return float(known.min()) if len(known) else 0.0
