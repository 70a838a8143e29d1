"""The ground truth: what happened, where it entered, and which column truly acts on which."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Literal

from workers.simulator.caster import CASTER, FACES, LOWER, ROLLS, UPPER
from workers.simulator.rolls import pressed

SCHEMA = "andon.truth/1"
SETPOINTS = {"casting_speed": "casting_speed_set", "mould_level": "mould_level_set"}


@dataclass(frozen=True)
class Event:
    """Something that happened between two rows; `benign` is true for what the crew meant to do."""

    start: datetime
    end: datetime
    kind: str
    benign: bool


@dataclass(frozen=True)
class Edge:
    """cause -> effect with its lag in s: dead time plus time constant, or the way of the strand at rated speed.

    `kind` "transport": the uneven strand that the first roll feels is felt by the next one a segment later; the
    currents themselves do not act on each other. `weak`: true, but small beside the noise of the transmitters.
    """

    cause: str
    effect: str
    lag_s: float
    kind: Literal["direct", "control", "transport"] = "direct"
    weak: bool = False


@dataclass(frozen=True)
class Truth:
    """What the simulator knows. `acceptable` are roots that no method could tell apart; `why` says the reason."""

    fault: str
    seed: int
    rows: int
    step_s: float
    events: tuple[Event, ...]
    root_sensor: str | None
    acceptable: tuple[str, ...]
    affected: tuple[str, ...]
    edges: tuple[Edge, ...]
    setpoints: dict[str, str] = field(default_factory=dict)
    why: str = ""
    values: dict[str, float | str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The truth as JSON data; times are ISO 8601 with offset."""
        data = {"schema": SCHEMA, "simulated": True, **asdict(self)}
        for event in data["events"]:
            event["start"], event["end"] = event["start"].isoformat(), event["end"].isoformat()
        return data


def _mould_edges() -> list[Edge]:
    edges = [
        Edge("casting_speed_set", "casting_speed", 4.0),
        Edge("casting_speed", "mould_level", 1.0),
        Edge("stopper_position", "mould_level", 1.0),
        Edge("mould_level", "stopper_position", 0.0, "control"),
        Edge("mould_level_set", "stopper_position", 0.0, "control"),
    ]
    for face in FACES:
        flow, rise = f"mould_flow_{face}", f"mould_temp_rise_{face}"
        edges += [
            Edge("mould_pump_pressure", flow, 0.0),
            Edge("casting_speed", flow, 6.0, "control"),
            Edge(flow, rise, 7.0),
            Edge("casting_speed", rise, 28.0),  # half the dwell time in the mould, and the water
            Edge("mould_level", rise, 7.0, weak=True),
            Edge("tundish_temperature", rise, 7.0, weak=True),
        ]
    return edges


def true_edges() -> tuple[Edge, ...]:
    """The direct lagged edges between the columns of the plant. They are the same under every scenario."""
    edges = _mould_edges()
    edges += [
        Edge("casting_speed", "oscillation_frequency", 2.0, "control"),
        Edge("casting_speed", "secondary_cooling_flow", 12.0, "control"),
    ]
    edges += [Edge("casting_speed", roll, 0.0) for roll in ROLLS]
    edges += [Edge("hydraulic_pressure", roll, 0.0) for roll in ROLLS if pressed(roll)]
    way_s = round(CASTER.segment_m / CASTER.speed * 60, 1)
    for row in (UPPER, LOWER):
        edges += [Edge(a, b, way_s, "transport") for a, b in pairwise(row)]
    return tuple(edges)
