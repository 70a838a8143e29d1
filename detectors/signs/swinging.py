"""Oscillations of a frame by the names of its sensors: what events and symptoms ask of them.

An alarm at a turning point of a slow oscillation lasts for a part of a cycle; told by itself it is a short fall that is
over. Such alarms, carried by the sensor that oscillates, are one event as long as the oscillation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from detectors.signs.leading import Lead, leads
from detectors.signs.oscillations import Oscillation, oscillations
from detectors.types import Event, FloatArray, Reference

CARRIED = 0.4  # share of an alarm that the oscillating sensor must carry for the alarm to be a part of it
INSIDE = 0.5  # share of the alarm's rows that lie in the oscillation
SHOWN = 3.0  # cycles of an oscillation in an event for the event to show it


@dataclass(frozen=True)
class Sign:
    """What an event shows of an oscillation: its rows there, its numbers, the sensor that leads or ""."""

    onset: int
    end: int
    values: dict[str, float]
    follows: str


@dataclass(frozen=True)
class Swings:
    """Each oscillation with its sensor's name, and who leads in those that go together."""

    found: tuple[tuple[str, Oscillation], ...] = ()
    led: tuple[tuple[str, str, Lead], ...] = ()  # leader, follower

    def sign(self, sensor: str, event: Event, step_s: float) -> Sign | None:
        """The longest oscillation of `sensor` that `event` shows for at least a few cycles; None without.

        amplitude (half of peak to peak) and spread are in the sensor's unit; spread_ratio is the amplitude over what
        the reference shows near the period; amplitude_ratio that of the last quarter over that of the first.
        """
        shown = [
            (rows, o)
            for name, o in self.found
            if name == sensor and (rows := overlap(o, event)) >= min(SHOWN * o.period, o.end - o.start + 1)
        ]
        if not shown:
            return None
        each = max(shown, key=lambda pair: pair[0])[1]
        values = {
            "spread_ratio": each.ratio, "spread": each.amplitude / float(np.sqrt(2.0)), "amplitude": each.amplitude,
            "period_s": each.period * step_s, "power_percent": 100.0 * each.share,
            "cycles": (each.end - each.start + 1) / each.period, "amplitude_ratio": each.growth,
        }  # fmt: skip
        leader, behind = next(((a, lead.behind) for a, b, lead in self.led if b == sensor), ("", 0.0))
        if leader:
            values["behind_s"] = behind * step_s
        followers = sum(first == sensor for first, _, _ in self.led)
        if followers:
            values["leads"] = float(followers)
        return Sign(max(each.start, event.start), min(each.end, event.end), values, leader)

    def gathered(self, alarms: Sequence[Event]) -> tuple[Event, ...]:
        """`alarms` (in order) with those that are parts of one oscillation as one event, as long as it; numbered."""
        left = list(alarms)
        for name, each in self.found:
            own = [a for a in left if _is_part(a, name, each)]
            if not own:
                continue
            worst = max(own, key=lambda a: a.severity)
            start, end = min(each.start, own[0].start), max(each.end, own[-1].end)
            left = [a for a in left if a not in own]
            left.append(replace(worst, start=start, end=end))
        left.sort(key=lambda e: (e.start, e.end))
        return tuple(replace(event, number=i) for i, event in enumerate(left, start=1))


def find(frame: pd.DataFrame, reference: Reference, offset: FloatArray | None) -> Swings:
    """Oscillations in `frame` (n rows, d sensors) that the reference does not show."""
    values = frame.to_numpy(dtype=np.float64)
    found = oscillations(values, reference, offset)
    names = [str(name) for name in frame.columns]
    led = leads(values, found)
    return Swings(tuple((names[o.at], o) for o in found), tuple((names[p.leader], names[p.follower], p) for p in led))


def overlap(each: Oscillation, event: Event) -> int:
    """Rows that an oscillation and an event share."""
    return max(0, min(each.end, event.end) - max(each.start, event.start) + 1)


def _is_part(alarm: Event, name: str, each: Oscillation) -> bool:
    """Does the oscillating sensor carry this alarm, most of it in the oscillation's rows?"""
    if overlap(each, alarm) < INSIDE * (alarm.end - alarm.start + 1):
        return False
    return bool(alarm.shares) and alarm.shares[0].name == name and alarm.shares[0].share >= CARRIED
