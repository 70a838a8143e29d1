"""Changes that the plant announced by itself: a setpoint moved, another product, a note of the crew.

Only such a change can turn an event into an "operating_change"; without one nothing is explained away. Free notes
excuse nothing by themselves: a note counts when it speaks of a recalibration, or of a planned change of which the
file has no better witness (no setpoint, no product column).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from detectors.runs import bridge, runs
from detectors.types import FloatArray, Reference

PRODUCT = re.compile(r"grade|product|recipe|material|campaign|format|钢种|牌号|产品|品种|配方|断面", re.IGNORECASE)
PLANNED = re.compile(
    r"planned|grade|speed change|set ?point|recipe|计划|换钢种|调速|降速|提速|改钢种|设定", re.IGNORECASE
)
SWITCHED = re.compile(r"(grade|recipe|product|material) (change|switch)|换钢种|改钢种|换牌号|换产品", re.IGNORECASE)
RECALIBRATED = re.compile(r"calibrat|re-?zero|zeroed|校准|标定|校零|调零|零点", re.IGNORECASE)
RAMP_PAUSE = 30  # rows without a step that still belong to one ramp of a setpoint
RESTLESS = 0.2  # a setpoint that steps in more of its rows is the output of a controller, not an announcement
MOST_VALUES = 0.02  # a text column with changes in more of its rows is no product name


@dataclass(frozen=True)
class Change:
    """One announced change: rows start..end of the move. `before` and `after` are as read (numbers as text too)."""

    kind: Literal["setpoint", "context", "recalibration"]
    column: str
    start: int
    end: int
    before: str
    after: str
    low: float = np.nan  # of a setpoint: smaller and larger value of the move
    high: float = np.nan
    sensors: tuple[str, ...] = ()  # named in a recalibration note
    switched: bool = False  # a note of another product


def changes(
    frame: pd.DataFrame,
    setpoints: Sequence[str],
    context: pd.DataFrame | None,
    names: Mapping[str, Sequence[str]],
) -> tuple[Change, ...]:
    """All announced changes of `frame` (n rows; `context` has the same rows), in order.

    `names` gives the words for each sensor by which a note may call it, besides its column name.
    """
    found: list[Change] = []
    for column in setpoints:
        if column in frame.columns:
            found += _moves(column, frame[column].to_numpy(dtype=np.float64))
    if context is not None:
        spoken = {sensor: (sensor, *names.get(sensor, ())) for sensor in map(str, frame.columns)}
        texts = {str(column): _texts(context[column]) for column in context.columns}
        products = [column for column in texts if PRODUCT.search(column)]
        for column in products:
            found += _products(column, texts[column])
        for column in [c for c in texts if c not in products]:  # in the file's order: a set's differs from run to run
            notes = _notes(column, texts[column], spoken)
            found += [n for n in notes if n.kind == "recalibration" or not (products if n.switched else setpoints)]
    return tuple(sorted(found, key=lambda change: (change.start, change.kind, change.column)))


def unlike(announced: Sequence[Change], reference: Reference) -> tuple[int | None, frozenset[str]]:
    """From which row on the sensors may go together in another way than the reference period shows, and which of them
    were recalibrated: a product that it does not know, another zero. None where all goes on as it was."""
    context = [change for change in announced if change.kind == "context"]
    first: dict[str, str] = {}
    for change in context:
        first.setdefault(change.column, change.before)
    known = {*first.items(), *((c.column, c.after) for c in context if c.start < reference.end)}
    fresh = [c.start for c in context if c.start >= reference.end and (c.column, c.after) not in known]
    moved = [sensor for c in announced if c.kind == "recalibration" for sensor in c.sensors]
    return min(fresh, default=None), frozenset(moved)


def _texts(column: pd.Series) -> np.ndarray:
    """Texts (n,) of a context column, "" where there is none."""
    return column.fillna("").astype(str).str.strip().to_numpy(dtype=object)


def _moves(column: str, values: FloatArray) -> Iterator[Change]:
    """Each ramp or step of a setpoint."""
    held = pd.Series(values).ffill().bfill().to_numpy()
    moved = np.concatenate(([False], np.diff(held) != 0))
    if not moved.any() or moved.mean() > RESTLESS:
        return
    for first, stop in bridge(runs(moved), RAMP_PAUSE).tolist():
        before, after = float(held[first - 1]), float(held[stop - 1])
        span = held[first - 1 : stop]
        yield Change(
            "setpoint", column, first, stop - 1, f"{before:g}", f"{after:g}", float(span.min()), float(span.max())
        )


def _products(column: str, texts: np.ndarray) -> Iterator[Change]:
    """Each row at which a product name differs from the last one given."""
    given = np.flatnonzero(texts != "")
    if len(given) < 2:
        return
    at = given[1:][texts[given[1:]] != texts[given[:-1]]]
    if len(at) > max(3, MOST_VALUES * len(texts)):
        return
    last = dict(zip(given[1:].tolist(), given[:-1].tolist(), strict=True))
    for row in at.tolist():
        yield Change("context", column, row, row, str(texts[last[row]]), str(texts[row]))


def _notes(column: str, texts: np.ndarray, spoken: Mapping[str, Sequence[str]]) -> Iterator[Change]:
    """Notes of a planned change or a recalibration; a note repeated over rows counts once."""
    fresh = (texts != "") & (texts != np.concatenate(([""], texts[:-1])))
    for row in np.flatnonzero(fresh).tolist():
        text = str(texts[row])
        if RECALIBRATED.search(text):
            named = mentioned(text, spoken)
            if named:
                yield Change("recalibration", column, row, row, "", text, sensors=named)
        elif SWITCHED.search(text) or PLANNED.search(text):
            yield Change("context", column, row, row, "", text, switched=bool(SWITCHED.search(text)))


def mentioned(text: str, spoken: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Sensors that `text` names. Of names that contain one another the longest counts."""
    plain = _plain(text)
    hits: dict[str, str] = {}
    for sensor, words in spoken.items():
        said = [word for word in map(_plain, words) if word.strip() and word in plain]
        if said:
            hits[sensor] = max(said, key=len)
    return tuple(s for s, word in hits.items() if not any(word != other and word in other for other in hits.values()))


def _plain(text: str) -> str:
    """Lower case, separators as single spaces, spaces around, so that words match whole (Chinese as it stands)."""
    spaced = " ".join(re.split(r"[\W_]+", text.lower()))
    return spaced if re.search(r"[一-鿿]", text) else f" {spaced} "
