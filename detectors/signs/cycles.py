"""Machines and batches that go round: does a state last longer, or shorter, than it used to at a time?

A sump pump that runs for nine minutes instead of three moves no level out of its range, nor does a reactor that heats
up for half an hour longer. So the lengths of the visits to each state, of a column of states or of a sensor that goes
on and off, are held against those of the reference period. Like every departure it is an observation: no row is
flagged. Silent where the reference period holds fewer than LEAST whole visits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from detectors.planned.turns import states
from detectors.runs import bridge, runs
from detectors.types import BoolArray, Departure, Event, FloatArray, IntArray, Reference, Share, Symptom, SymptomKind

LEAST, LONG = 5, 3  # visits of the reference period; in a row that last longer or shorter
FAR = 1.5  # times the range of the lengths in the reference period, beyond that range (more where it is short)
LEAST_APART = 0.15  # of the usual length
ROWS = 3  # a visit is read no better than to a row at either end
MOST_STATES = 20  # of a column; what has more is a text
MOST = 4  # departures of one file


@dataclass(frozen=True)
class Visits:
    """All whole visits to one `state` of a column of a file of `total` rows: the first row of each and the row after
    its last one, (v,) each."""

    column: str
    state: str
    first: IntArray
    stop: IntArray
    total: int

    @property
    def rows(self) -> IntArray:
        """How many rows each visit takes."""
        return self.stop - self.first


def cycles(
    frame: pd.DataFrame, context: pd.DataFrame | None, reference: Reference, number: int, step_s: float
) -> tuple[Departure, ...]:
    """States of `frame` (n rows of sensors) and `context` (n rows of texts) that last unlike before, numbered on from
    `number`, worst first. `state` of a symptom is the text of the state, or "on" or "off"."""
    length = max(1, reference.end - reference.start)
    further = FAR * float(np.sqrt(max(1.0, (len(frame) - length) / length)))
    found = [each for visits in _visits(frame, context) for each in _unlike(visits, reference, further, step_s)]
    worst = sorted(found, key=lambda sign: -sign.strength)[:MOST]
    return tuple(Departure(_event(number + i, sign), (_numbered(sign, number + i),)) for i, sign in enumerate(worst))


def _visits(frame: pd.DataFrame, context: pd.DataFrame | None) -> Iterator[Visits]:
    values = frame.to_numpy(dtype=np.float64)
    for at, name in enumerate(frame.columns):
        on = states(values[:, at])
        if on is not None:
            yield from _whole(str(name), np.where(on, "on", "off"))
    if context is None:
        return
    for name in context.columns:
        texts = context[name].astype(object).where(context[name].notna()).ffill().bfill().fillna("").astype(str)
        if 1 < texts.nunique() <= MOST_STATES:
            yield from _whole(str(name), texts.str.strip().to_numpy())


def _whole(column: str, each: np.ndarray) -> Iterator[Visits]:
    """The visits to each state that begin and end in the file."""
    edges = np.flatnonzero(each[1:] != each[:-1]) + 1
    first, stop = edges[:-1], edges[1:]
    for state in sorted(set(each[first].tolist())):
        own = each[first] == state
        if state:
            yield Visits(column, state, first[own], stop[own], len(each))


def _unlike(visits: Visits, reference: Reference, further: float, step_s: float) -> Iterator[Symptom]:
    """The longest stretch of visits that last longer, and of those that last shorter, than in the reference period; up
    to LONG - 1 usual ones in a row may lie between."""
    known = (visits.first >= reference.start) & (visits.stop <= reference.end)
    if known.sum() < LEAST:
        return
    usual = visits.rows[known]
    low, high, middle = usual.min(), usual.max(), float(np.median(usual))
    room = max(further * float(high - low), LEAST_APART * middle, ROWS)
    beyond = np.maximum(visits.rows - high, 0) - np.maximum(low - visits.rows, 0)
    kinds: dict[int, SymptomKind] = {1: "longer", -1: "shorter"}
    for side, kind in kinds.items():
        away = (side * beyond > room) & ~known
        spans = [span for span in bridge(runs(away), LONG).tolist() if _in_a_row(away[slice(*span)]) >= LONG]
        if spans:
            yield _sign(visits, kind, slice(*max(spans, key=lambda s: s[1] - s[0])), usual, beyond / room, step_s)


def _in_a_row(away: BoolArray) -> int:
    """The most visits in a row that are `away` (v,)."""
    return int(np.diff(runs(away), axis=1).max(initial=0))


def _sign(
    visits: Visits, kind: SymptomKind, part: slice, usual: IntArray, beyond: FloatArray, step_s: float
) -> Symptom:
    lately = visits.rows[part][-max(LONG, (part.stop - part.start) // 2) :]
    values = {
        "before_s": float(np.median(usual)) * step_s, "after_s": float(np.median(lately)) * step_s,
        "usual_low_s": float(usual.min()) * step_s, "usual_high_s": float(usual.max()) * step_s,
        "visits": float(part.stop - part.start),
    }  # fmt: skip
    end = visits.total if part.stop == len(visits.first) else int(visits.stop[part.stop - 1])  # none since was usual
    return Symptom(
        visits.column, kind, 0, int(visits.first[part.start]), end - 1, float(np.abs(beyond[part]).max()), values,
        state=visits.state,
    )  # fmt: skip


def _event(number: int, sign: Symptom) -> Event:
    return Event(number, sign.onset, sign.end, sign.onset, sign.strength, (Share(sign.sensor, 1.0),), "departure")


def _numbered(sign: Symptom, number: int) -> Symptom:
    return replace(sign, event=number)
