"""Events whose signs still stand when the file ends, though nothing alarms any more.

Detectors that learn from recent rows fall silent once a reading has settled where the fault left it. Whether a fault is
over is a question to the readings, not to the alarms: the last rows of the file are measured as an event is, and an
event of which a leading sign is found there again, and not much smaller, still stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from detectors.signs import symptoms
from detectors.types import Event, FloatArray, Reference, Share, Symptom

LEADING = 3  # the strongest signs of an event; one that stands is enough
LEAST = 0.5  # of an event's change, or of its growth of spread, is still there
TAIL_SHARE, TAIL_ROWS = 50, 60  # the last fiftieth of the file, but so many rows at least
WIDER = ("swing", "oscillation")


def standing(
    frame: pd.DataFrame,
    reference: Reference,
    events: Sequence[Event],
    signs: Sequence[Symptom],
    offset: FloatArray | None = None,
    step_s: float = 1.0,
) -> tuple[Event, ...]:
    """`events`, those of kind "anomaly" marked as `standing` of which one of the LEADING strongest `signs` stands.

    Arguments as for `symptoms.measure`. A sign stands when the last rows show the same sensor displaced in the same
    direction by at least LEAST of the change, or swinging with at least LEAST of the growth (in logarithms).
    """
    rows = len(frame)
    first = max(reference.end, rows - max(rows // TAIL_SHARE, TAIL_ROWS))
    asked = [e for e in events if e.kind == "anomaly" and e.end < rows - 1]
    if not asked or rows - first < TAIL_ROWS // 2:
        return tuple(events)
    last = Event(0, first, rows - 1, first, 1.0, (Share("", 1.0),))
    left = {(s.sensor, _way(s)): s for s in symptoms.measure(frame, reference, [last], (), offset, step_s)}
    kept = {e.number for e in asked if any(_stands(s, left) for s in _leading(e, signs))}
    return tuple(replace(e, standing=True) if e.number in kept else e for e in events)


def _leading(event: Event, signs: Sequence[Symptom]) -> list[Symptom]:
    """Its strongest signs that can stand: a level or a spread, of sensors that carry it."""
    own = [s for s in signs if s.event == event.number and _way(s)]
    return sorted(own, key=lambda s: -s.strength)[:LEADING]


def _way(sign: Symptom) -> str:
    if sign.kind in ("rise", "drift_up"):
        return "up"
    if sign.kind in ("fall", "drift_down"):
        return "down"
    return "wider" if sign.kind in WIDER else ""


def _stands(sign: Symptom, left: dict[tuple[str, str], Symptom]) -> bool:
    now = left.get((sign.sensor, _way(sign)))
    if now is None:
        return False
    if _way(sign) != "wider":
        return abs(now.values["change"]) >= LEAST * abs(sign.values["change"])
    then, still = (float(np.log(max(s.values["spread_ratio"], 1.0))) for s in (sign, now))
    return still >= LEAST * then > 0.0
