"""Did a reading freeze, or what it measures? Of a valve, a damper or another part that moves, both look the same.

A frozen position whose process answers (the command moves on, flows and temperatures leave their level) speaks for the
part itself; where nothing answers, the transmitter is the likelier one. Other quantities, such as a temperature, never
stand still by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from roles.deciding.times import SLACK
from roles.types import Finding, Sensor

LEVELS = {"rise", "fall", "drift_up", "drift_down", "decoupled"}
PLACE = re.compile(r"position|opening|stroke|(?<![a-z])pos(?![a-z])|stellung|开度|阀位|行程|位置", re.IGNORECASE)
PART = re.compile(
    r"valve|damper|louvre|vane|actuator|stopper|slide.?gate|throttle|piston|ventil(?!at)|klappe|schieber|"
    r"阀|挡板|风门|闸门|执行器|执行机构|塞棒",
    re.IGNORECASE,
)
FLOWS = re.compile(
    r"flow|pressure|temp|current|level|durchfluss|druck|strom|流量|压力|压差|温|电流|液位", re.IGNORECASE
)
COMMANDS = re.compile(
    r"(?<![a-z])(?:cmd|command|demand|set|sp|soll|target)(?![a-z])|set.?point|sollwert|指令|给定|设定|目标",
    re.IGNORECASE,
)
EARLY = 0.25  # of the time for which it is frozen: onsets of slow changes are estimates
LEAST = 3.5  # strength of a change that counts as an answer


def moves(sensor: Sensor | None) -> bool:
    """Does a sensor show the place of something that moves, as against what somebody asks of it or what flows?"""
    if sensor is None or sensor.role == "setpoint" or COMMANDS.search(_spaced(sensor.name)):
        return False
    words = " ".join([_spaced(sensor.name), sensor.label])
    return sensor.role == "actuator" or bool(PLACE.search(words) or (PART.search(words) and not FLOWS.search(words)))


def answers(stuck: Finding, findings: Sequence[Finding]) -> list[Finding]:
    """Findings of other sensors that left their level, or what they went with, about when `stuck` froze; each sensor
    once, the strongest first."""
    if stuck.start is None:
        return []
    early = max(SLACK, EARLY * ((stuck.end or stuck.start) - stuck.start))
    other = [f for f in findings if f.kind in LEVELS and f.sensor != stuck.sensor and _strength(f) >= LEAST]
    then = [f for f in other if f.start and _since(f, stuck.start, early) and f.start <= (stuck.end or f.start)]
    then.sort(key=lambda f: -_strength(f))
    return list({f.sensor: f for f in reversed(then)}.values())[::-1]


def _since(finding: Finding, frozen: datetime, early: timedelta) -> bool:
    """Did it go on after the reading froze, and not begin long before?"""
    assert finding.start is not None
    return finding.start >= frozen - early and (finding.end or finding.start) > frozen


def _strength(finding: Finding) -> float:
    value = finding.values.get("strength")
    return float(value) if isinstance(value, int | float) else LEAST


def _spaced(name: str) -> str:
    """A column's name with its parts apart: "PM2.SteamValve_POS" -> "PM2 Steam Valve POS"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|[_.\-]+", " ", name)
