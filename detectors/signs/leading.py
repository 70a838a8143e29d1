"""Sensors that oscillate together: which one leads, and by how much the others are behind.

A phase says where in the cycle a sensor is, not which came first: 3 min behind is 17 min ahead when the period is 20.
So the sensor whose oscillation began clearly earlier leads; where they began together, the one that is ahead by less
than half a period does, and nobody does where the phases are the same or opposite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from detectors.signs.oscillations import ALIKE, Oscillation, demodulated
from detectors.types import FloatArray

COHERENT = 0.9  # of the line's complex amplitudes: less is two oscillations that happen to have one period
EARLIER = 1.5  # periods by which an onset must be earlier to say who leads: it is known to about one
IN_STEP, OPPOSITE = 0.04, 0.42  # of a period: nearer to 0 or to a half nobody is said to lead


@dataclass(frozen=True)
class Lead:
    """`leader` and `follower` (positions of sensors) share a period; the follower is `behind` (rows, 0..period) it.

    `how` is "onset" where the leader began clearly earlier, else "phase".
    """

    leader: int
    follower: int
    behind: float
    how: str


def leads(values: FloatArray, found: Sequence[Oscillation]) -> list[Lead]:
    """For each group of `found` that shares period and time, its leader before each other one; `values` (n, d)."""
    made: list[Lead] = []
    for group in together(found):
        for first in group:
            own = [_pair(values, first, other) for other in group if other is not first]
            sure = [lead for lead in own if lead is not None and lead.leader == first.at]
            if own and len(sure) == len(own):
                made += sure
                break
    return made


def together(found: Sequence[Oscillation]) -> list[list[Oscillation]]:
    """Oscillations of several sensors with one period at one time, the strongest first in each group."""
    groups: list[list[Oscillation]] = []
    for each in sorted(found, key=lambda o: -o.ratio):
        for group in groups:
            if not any(other.at == each.at for other in group) and _alike(group[0], each):
                group.append(each)
                break
        else:
            groups.append([each])
    return groups


def _alike(a: Oscillation, b: Oscillation) -> bool:
    shared = min(a.end, b.end) - max(a.start, b.start) + 1
    period = max(a.period, b.period)
    return abs(a.period - b.period) <= ALIKE * period and shared >= 3 * period


def _pair(values: FloatArray, a: Oscillation, b: Oscillation) -> Lead | None:
    """Who leads of two; None where nothing says so."""
    start, stop = max(a.start, b.start), min(a.end, b.end) + 1
    period = a.period if a.ratio >= b.ratio else b.period
    one, other = (demodulated(_bridged(values[:, o.at]), period)[start:stop] for o in (a, b))
    cross = complex(np.mean(one * np.conj(other)))
    power = float(np.sqrt(np.mean(np.abs(one) ** 2) * np.mean(np.abs(other) ** 2)))
    if power <= 0 or abs(cross) < COHERENT * power:
        return None
    turn = float(np.angle(cross)) / (2 * np.pi)  # > 0: b is behind a by this part of a period
    if abs(a.start - b.start) > EARLIER * period:
        first, second, behind = (a, b, turn % 1.0) if a.start < b.start else (b, a, -turn % 1.0)
        return Lead(first.at, second.at, _in_rows(behind, period), "onset")
    if not IN_STEP <= abs(turn) <= OPPOSITE:
        return None
    first, second = (a, b) if turn > 0 else (b, a)
    return Lead(first.at, second.at, abs(turn) * period, "phase")


def _in_rows(turn: float, period: float) -> float:
    return 0.0 if turn > 1.0 - IN_STEP else turn * period


def _bridged(values: FloatArray) -> FloatArray:
    """Missing readings on the straight line between their neighbours."""
    known = np.isfinite(values)
    if known.all() or not known.any():
        return np.nan_to_num(values)
    rows = np.arange(len(values))
    return np.interp(rows, rows[known], values[known])
