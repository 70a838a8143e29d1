"""From flagged rows to events: where each began, ended and peaked, how bad it was, which sensors carry it.

A score is at its alarm threshold some time after the disturbance began. The onset is therefore refined backwards
from the first alarm as a change point of the causal score: the last row before which the evidence for "higher
than normal" does not add up (Page's cumulative sum, E. S. Page, Biometrika 41, 1954). The refinement moves the
event's start only; it never flags a row. Scores are calibrated: about 0 on a normal row, 1.0 at the q99 of the
reference period, so they add up without a logarithm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from detectors.runs import runs
from detectors.types import BoolArray, Event, FloatArray, IntArray, Share

LEAST_GAP = 30  # rows: alarms closer than this are one event
ALIKE = 0.7  # cosine of two share vectors above which near neighbours are one event
SAME = 0.9  # the same, above which weak alarms are the beginning of the strong ones that follow
COMPARABLE = 2.0  # alarms with a mean score of less than the strongest's over this are weak beside it
LEAST_SHARE, MOST_SHARES = 0.02, 20  # smaller shares, and more of them, are not listed


@dataclass(frozen=True)
class Evidence:
    """Causal scores of n rows and d sensors with what is normal for them.

    `score` (n,) is calibrated, `usual` its median in the reference period; `typical` (d,) is that of `by_sensor`
    (n, d); `floor` is the first row that an onset may be moved back to.
    """

    score: FloatArray
    usual: float
    threshold: float
    by_sensor: FloatArray
    typical: FloatArray
    names: tuple[str, ...]
    floor: int = 0

    @property
    def halfway(self) -> float:
        """Score between normal and alarm: above it a row speaks for a disturbance."""
        return (self.usual + self.threshold) / 2


def group(flag: BoolArray, evidence: Evidence) -> tuple[Event, ...]:
    """Events of `flag` (n,), numbered from 1, in order and without overlap."""
    spans = _merged(runs(flag), evidence)
    found, floor = [], evidence.floor
    for number, (first, stop) in enumerate(spans, start=1):
        start = onset(evidence, int(first), floor)
        found.append(_event(number, start, int(stop) - 1, flag, evidence))
        floor = int(stop)
    return tuple(found)


def onset(evidence: Evidence, alarm: int, floor: int) -> int:
    """The row from which the score adds up to the alarm at row `alarm`, not before row `floor`.

    The minimum of the cumulative sum of (score - halfway) over floor..alarm is the maximum-likelihood change
    point for a shift of the mean to above halfway.
    """
    if alarm <= floor:
        return alarm
    steps = evidence.score[floor:alarm] - evidence.halfway
    backwards = np.cumsum(np.minimum(steps, evidence.threshold)[::-1])  # no single row outweighs many
    best = int(np.argmax(backwards))
    return alarm - best - 1 if backwards[best] > 0 else alarm


def shares(evidence: Evidence, rows: BoolArray | slice) -> FloatArray:
    """Each sensor's share (d,) of the score above normal in `rows`; they sum to 1 (or are all 0)."""
    carried = np.maximum(evidence.by_sensor[rows].mean(axis=0) - evidence.typical, 0.0)
    total = carried.sum()
    return carried / total if total > 0 else carried


def _event(number: int, start: int, end: int, flag: BoolArray, evidence: Evidence) -> Event:
    peak = start + int(np.argmax(evidence.score[start : end + 1]))
    rows = np.zeros(len(flag), dtype=bool)
    rows[start : end + 1] = flag[start : end + 1]
    return Event(
        number=number,
        start=start,
        end=end,
        peak=peak,
        severity=float(evidence.score[peak] / evidence.threshold),
        shares=named(shares(evidence, rows), evidence.names),
    )


def named(carried: FloatArray, names: tuple[str, ...]) -> tuple[Share, ...]:
    """Shares worth listing, largest first, and the largest at any rate."""
    order = np.argsort(-carried, kind="stable")[:MOST_SHARES]
    return tuple(Share(names[i], float(carried[i])) for i in order if carried[i] >= LEAST_SHARE or i == order[0])


def _merged(spans: IntArray, evidence: Evidence) -> list[tuple[int, int]]:
    """Join neighbours that are one disturbance: close, or never back to normal between, or alike and near."""
    groups: list[list[tuple[int, int]]] = []
    for first, stop in spans.tolist():
        if groups and _same((groups[-1][0][0], groups[-1][-1][1]), (first, stop), evidence):
            groups[-1].append((first, stop))
        else:
            groups.append([(first, stop)])
    return [(part[0][0], part[-1][1]) for group in groups for part in _apart(group, evidence)]


def _apart(group: list[tuple[int, int]], evidence: Evidence) -> list[list[tuple[int, int]]]:
    """The stretches of one event, without weak alarms at its beginning that are over long before it and that not quite
    the same sensors carry: a false alarm would move the onset of what comes later by as much as lies between."""
    size = [float(evidence.score[first:stop].mean()) for first, stop in group]
    at = next(i for i, each in enumerate(size) if COMPARABLE * each >= max(size))  # from here on it is strong
    while at > 0:
        (first, stop), (then, _) = group[at - 1], group[at]
        over = then - stop > stop - first and not _lasting(evidence, stop, then)
        if over and _alike((group[0][0], stop), (then, group[-1][1]), evidence) < SAME:
            return [group[:at], group[at:]]
        at -= 1
    return [group]


def _lasting(evidence: Evidence, start: int, stop: int) -> bool:
    """Was the score nearer to an alarm than to normal in most of the rows `start`..`stop` - 1?"""
    return float(np.mean(evidence.score[start:stop] > evidence.halfway)) > 0.5


def _same(left: tuple[int, int], right: tuple[int, int], evidence: Evidence) -> bool:
    gap = right[0] - left[1]
    if gap < LEAST_GAP or _lasting(evidence, left[1], right[0]):
        return True
    if gap > max(left[1] - left[0], right[1] - right[0], 10 * LEAST_GAP):
        return False
    return _alike(left, right, evidence) > ALIKE


def _alike(left: tuple[int, int], right: tuple[int, int], evidence: Evidence) -> float:
    """Cosine of the shares in two stretches of rows, 0..1."""
    a, b = shares(evidence, slice(*left)), shares(evidence, slice(*right))
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    return float(a @ b) / size if size > 0 else 0.0
