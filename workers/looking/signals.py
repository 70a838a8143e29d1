"""Sensors in words, for a reader without a picture: level, spread, trend, steps, period, gaps, events, relations.

A language model is given these lines, never rows of readings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from detectors.signs.portrait import Portrait, portray
from detectors.types import Detection
from roles.types import Edge
from workers.looking.findings import Teller, worst_first
from workers.prose.numbers import figure, span
from workers.readings import Reading
from workers.wording import say

MOST, MOST_RELATIONS, MOST_EVENTS = 16, 6, 4


def describe(
    reading: Reading, teller: Teller, detection: Detection | None = None, edges: Iterable[Edge] = (),
    first: Sequence[str] = (), most: int = MOST,
) -> list[str]:  # fmt: skip
    """At most `most` sensors, a line each: those in `first`, then those of the worst events, then the most eventful;
    then the strongest relations between them. Times are plant time, numbers have their unit."""
    portraits = {p.sensor: p for p in portray(reading.frame, reading.receipt.step_s or 1.0)}
    events: dict[str, list[int]] = {}
    for event in worst_first(detection.events)[:MOST_EVENTS] if detection is not None else ():
        for share in event.shares[:6]:
            events.setdefault(share.name, []).append(event.number)
    order = dict.fromkeys([*first, *events, *portraits])
    shown = [portraits[name] for name in order if name in portraits][:most]
    lines = [_line(p, teller, events) for p in shown]
    names = {p.sensor for p in shown}
    about = [e for e in edges if {e.cause, e.effect} & names]
    about.sort(key=lambda e: (-len({e.cause, e.effect} & names), -e.strength))
    return lines + [
        say("signal_relation", teller.lang, cause=e.cause, effect=e.effect, lag=span(e.lag_s, teller.lang),
            strength=figure(e.strength, 2))
        for e in about[:MOST_RELATIONS]
    ]  # fmt: skip


def _line(p: Portrait, teller: Teller, events: Mapping[str, Sequence[int]]) -> str:
    """One sensor: "mould_level: median 100 mm, spread 0.5 mm; spread 2.1 times as wide at the end; event 2"."""
    lang, unit = teller.lang, teller.names.unit(p.sensor)
    if p.constant:
        parts = [say("signal_constant", lang, value=figure(p.median), unit=unit)]
    else:
        parts = [say("signal_level", lang, median=figure(p.median), spread=figure(p.spread), unit=unit)]
    if p.slope_per_h is not None:
        parts.append(
            say("signal_trend", lang, slope=f"{'+' if p.slope_per_h > 0 else ''}{figure(p.slope_per_h)}", unit=unit)
        )
    if p.step is not None:
        parts.append(say("signal_step", lang, before=figure(p.step.before), after=figure(p.step.after), unit=unit,
                         time=teller.time(p.step.row)))  # fmt: skip
    if p.wider is not None:
        parts.append(say("signal_wider", lang, ratio=figure(p.wider, 2)))
    if p.period_s is not None:
        parts.append(say("signal_period", lang, period=span(p.period_s, lang)))
    if p.missing_share >= 0.001:
        parts.append(say("signal_missing", lang, percent=figure(100.0 * p.missing_share, 2)))
    if p.sensor in events:
        parts.append(say("signal_events", lang, numbers=", ".join(map(str, events[p.sensor]))))
    return f"{p.sensor}{'：' if lang == 'zh' else ': '}" + ("；" if lang == "zh" else "; ").join(parts)
