"""One list of events from three sources: alarms of the score, findings about channels, planned changes.

A stuck or dropping sensor also disturbs the score. Alarms that the same sensor carries in the same rows are the
channel's event, and so are alarms that begin with it and end when it is known to be condemned; alarms that others carry
stay an event of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from detectors.events import LEAST_GAP, Evidence, named
from detectors.planned.operating import Planned
from detectors.reconstruction import condemned
from detectors.signs.channels import ChannelFinding
from detectors.types import Event, FloatArray, IntArray, Share

SPACED = 0.1  # share of the file: findings of one sensor and kind closer than this are one event
LEADS = 0.4  # share of an event that its sensors must carry for it to be the channel's
FEW_SIGMA = 2.0  # a level that moved less did not follow a planned change


@dataclass(frozen=True)
class Joined:
    """All events in order, numbered from 1, and each channel finding with the number of its event."""

    events: tuple[Event, ...]
    channels: tuple[tuple[int, ChannelFinding], ...]

    def rows(self, count: int) -> IntArray:
        """Event number of each of `count` rows, 0 where there is none; the shorter of overlapping events shows."""
        number = np.zeros(count, dtype=np.int64)
        for event in sorted(self.events, key=lambda e: (e.kind != "operating_change", e.start - e.end)):
            number[event.start : event.end + 1] = event.number
        return number


def combine(
    anomalies: Sequence[Event],
    found: Sequence[ChannelFinding],
    excused: Sequence[Planned],
    unexplained: FloatArray,
    evidence: Evidence,
) -> Joined:
    """Join, absorb, order and number. `unexplained` (n,) is the score before planned changes were explained."""
    groups = _grouped(found, len(evidence.score))
    left = list(anomalies)
    raised: list[tuple[Event, list[ChannelFinding]]] = []
    for group in groups:
        event = _channel_event(group)
        own = [a for a in left if _belongs(a, event, SPACED * len(evidence.score)) or _stems(a, group)]
        left = [a for a in left if a not in own]
        raised.append((_absorb(event, own), group))
    everything: list[tuple[Event, list[ChannelFinding]]] = [(a, []) for a in left] + raised
    everything += [
        (_planned(s, unexplained, evidence), []) for s in excused if _matters(s, unexplained, evidence.threshold)
    ]
    everything.sort(key=lambda pair: (pair[0].start, pair[0].end))
    numbered = [replace(event, number=i) for i, (event, _) in enumerate(everything, start=1)]
    channels = [(i, finding) for i, (_, group) in enumerate(everything, start=1) for finding in group]
    return Joined(tuple(numbered), tuple(channels))


def _grouped(found: Sequence[ChannelFinding], rows: int) -> list[list[ChannelFinding]]:
    """Findings that are one event: the same sensor again, or other sensors at the same moment, of one kind."""
    groups: list[list[ChannelFinding]] = []
    for finding in found:
        for group in groups:
            same = finding.kind == group[0].kind
            again = any(f.sensor == finding.sensor and finding.start - f.end <= SPACED * rows for f in group)
            together = abs(finding.start - group[0].start) <= LEAST_GAP
            if same and (again or together):
                group.append(finding)
                break
        else:
            groups.append([finding])
    return groups


def _channel_event(group: Sequence[ChannelFinding]) -> Event:
    weight: dict[str, float] = {}
    for finding in group:
        weight[finding.sensor] = max(weight.get(finding.sensor, 0.0), finding.strength)
    total = sum(weight.values())
    shares = tuple(Share(s, w / total) for s, w in sorted(weight.items(), key=lambda item: -item[1]))
    worst = max(group, key=lambda f: f.strength)
    end = max(f.end for f in group)
    start = min(f.start for f in group)
    return Event(0, start, end, min(worst.known, end), max(1.0, worst.strength), shares, group[0].kind)


def _belongs(anomaly: Event, event: Event, near: float) -> bool:
    """Do the sensors of the channel event carry this alarm, in its rows or (a first, short burst) near them?"""
    if anomaly.end < event.start - near or anomaly.start > event.end + near:
        return False
    sensors = {share.name for share in event.shares}
    carried = sum(share.share for share in anomaly.shares if share.name in sensors)
    return carried >= LEADS and anomaly.shares[0].name in sensors


def _stems(anomaly: Event, group: Sequence[ChannelFinding]) -> bool:
    """Did the alarm begin with a reading that was not yet known to be condemned, and end when that was known and the
    neighbours were no longer held against it?"""
    carriers = {share.name for share in anomaly.shares}
    return any(
        f.sensor in carriers and f.start <= anomaly.start and anomaly.end <= f.known + LEAST_GAP
        for f in condemned(group)
    )  # fmt: skip


def _absorb(event: Event, own: Sequence[Event]) -> Event:
    if not own:
        return event
    worst = max(own, key=lambda a: a.severity)
    return replace(
        event,
        start=min(event.start, *(a.start for a in own)),
        end=max(event.end, *(a.end for a in own)),
        peak=worst.peak if worst.severity > event.severity else event.peak,
        severity=max(event.severity, worst.severity),
    )


def _matters(planned: Planned, unexplained: FloatArray, threshold: float) -> bool:
    """Is this worth a line? A product or a recalibration is; a setpoint when it would have alarmed."""
    told = any(change.kind != "setpoint" for change in planned.changes)
    return told or bool((unexplained[planned.start : planned.end] >= threshold).any())


def _planned(planned: Planned, unexplained: FloatArray, evidence: Evidence) -> Event:
    """The event of a planned change: what was announced, which sensors followed, in what time they settled.

    `unexplained` (n,) is the score of the readings as they are; the event's severity is what it would have been.
    """
    main = next((c for c in planned.changes if c.kind != "setpoint"), planned.changes[0])
    after = [c.after for c in planned.changes if c.column == main.column][-1]
    rows = slice(planned.start, max(planned.hold_end, planned.start + 1))
    peak = planned.start + int(np.argmax(unexplained[rows]))
    size = np.abs(planned.shift)
    followed = size >= FEW_SIGMA
    values: dict[str, float | str] = {
        "column": main.column, "before": main.before, "after": after, "followed": float(followed.sum()),
        "settled_rows": float(planned.after[followed].max(initial=0)),
    }  # fmt: skip
    return Event(
        number=0,
        start=planned.start,
        end=planned.hold_end - 1,
        peak=peak,
        severity=float(unexplained[peak] / evidence.threshold),
        shares=named(size / max(float(size.sum()), 1e-12), evidence.names),
        kind="operating_change",
        reason=f"operating_{main.kind}",
        values=values,
    )
