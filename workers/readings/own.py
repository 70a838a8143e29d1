"""Columns that Andon itself wrote (processed.csv, the scores of `andon detect`): answers given back are no sensors.

A name alone decides nothing: a plant may well have a signal called "score". Its values must have the form that Andon
writes, and it must come with another one of them; numbers of events are told by their form alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from detectors.types import FloatArray
from workers.simulator.naming import ORIGIN, SIMULATED

YES_NO, EVENT, SCORE = ("anomaly", "flag"), "event", "score"
LABEL = re.compile(r"^(?:(?P<sensor>.+?)_)?label\d*(?:=.+)?$")  # with the word of its own: "S8_label=hot"
LEVELS = 30  # of a label


def own_columns(names: Sequence[str], values: FloatArray) -> set[int]:
    """Places of Andon's own columns among `names`; `values` (rows, len(names)), NaN for what is no number."""
    found = {i for i, name in enumerate(names) if _fits(name, values[:, i])}
    kinds = {names[i] for i in found}
    if len(kinds) < 2:
        found = {i for i in found if names[i] == EVENT and _numbered(values[:, i])}
    return found | {i for i, name in enumerate(names) if _is_label(name, names, values[:, i], bool(found))}


def says_simulated(name: str, texts: Sequence[str | None]) -> bool:
    """Is it the column in which the simulator marks its rows?"""
    return name.strip().casefold() == ORIGIN and any((text or "").strip().casefold() == SIMULATED for text in texts)


def _fits(name: str, column: FloatArray) -> bool:
    """Has a column of this name the values that Andon writes there? Rows that were averaged lie in between."""
    if name not in (*YES_NO, EVENT, SCORE):
        return False
    said = column[~np.isnan(column)]
    if name in YES_NO:
        return len(said) > 0 and bool(((said >= 0) & (said <= 1)).all())
    if name == EVENT:
        return not len(said) or _whole(said)
    return len(said) > 0 and bool((said >= 0).all())


def _whole(said: FloatArray) -> bool:
    return bool(((said >= 0) & (said == np.round(said))).all())


def _numbered(column: FloatArray) -> bool:
    """1, 2, 3 ... in this order, each in one stretch, nothing (or 0) beside them."""
    numbers = np.nan_to_num(column)
    starts = numbers[np.flatnonzero(np.diff(numbers, prepend=0.0))]
    events = starts[starts > 0]
    return len(events) > 0 and len(events) < len(column) / 2 and bool((events == np.arange(1, len(events) + 1)).all())


def _is_label(name: str, names: Sequence[str], column: FloatArray, beside: bool) -> bool:
    """A label that was asked for: "S8_label" beside S8, or "label2" beside other columns of ours."""
    match = LABEL.match(name)
    if match is None or (match["sensor"] not in names if match["sensor"] else not beside):
        return False
    said = np.unique(column[~np.isnan(column)])
    return len(said) <= LEVELS and bool((said == np.round(said)).all())
