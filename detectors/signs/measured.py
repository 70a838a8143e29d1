"""One symptom while it is being measured, and which signs of spread stand beside a slow oscillation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.types import Event, Symptom, SymptomKind

EARLIER_CYCLES = 3.0  # of an oscillation: an onset so much before it is not its own
SECOND = 0.9  # of the strength of a wider swing that came before it


@dataclass(frozen=True)
class Sign:
    """A symptom of the sensor at position `at`, before it has a name."""

    at: int
    kind: SymptomKind
    onset: int
    strength: float
    values: dict[str, float]
    end: int | None = None  # where it ended before the event did
    follows: str = ""

    def named(self, sensor: str, event: Event, shift: float) -> Symptom:
        """`shift` is what planned operation added to the readings: before and after are shown as they were read."""
        values = {k: v + shift if k in ("before", "after", "extreme") else v for k, v in self.values.items()}
        if "change" in values and abs(values["before"]) > 1e-9:
            values["change_percent"] = 100.0 * values["change"] / abs(values["before"])
        end = event.end if self.end is None else self.end
        return Symptom(sensor, self.kind, event.number, self.onset, end, self.strength, values, self.follows)


def with_slow(wider: Sequence[Sign], slow: Sequence[Sign], step_s: float) -> list[Sign]:
    """Signs of spread with the `slow` oscillations in the place of those of their sensors. What swung wider well before
    it became periodic stays, with its own onset, and stands before the oscillation that it came to."""
    known = {s.at: s.onset - EARLIER_CYCLES * s.values["period_s"] / step_s for s in slow}
    kept = [s for s in wider if s.at not in known or (s.onset < known[s.at] and s.kind != "calm")]
    before = {s.at: s.strength for s in kept if s.at in known}
    return kept + [replace(s, strength=min(s.strength, SECOND * before.get(s.at, np.inf))) for s in slow]
