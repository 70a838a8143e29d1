"""What the detectors return: plain frozen values over rows of one frame.

A frame is a DataFrame of floats with a sorted, unique, time-zone-aware (UTC) DatetimeIndex; NaN marks a missing
reading. Positions are row numbers in that frame, so a value never depends on how a time is written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

SymptomKind = Literal[
    "rise", "fall", "drift_up", "drift_down", "swing", "oscillation", "calm",
    "stuck", "moved", "dropout", "rounding", "decoupled", "spike", "dip",
    "longer", "shorter",
]  # fmt: skip


@dataclass(frozen=True)
class Scores:
    """Anomaly scores of n rows. `total` is (n,), `by_sensor` is (n, d) and says which sensor carries the score.

    Higher is more abnormal; both are >= 0 and finite.
    """

    total: FloatArray
    by_sensor: FloatArray


@dataclass(frozen=True)
class Share:
    """A sensor's share of an event's score, 0..1."""

    name: str
    share: float


@dataclass(frozen=True)
class Event:
    """A run of alarmed rows. `start` is the onset, `end` the last alarmed row, `peak` the worst row.

    `severity` is the peak calibrated score divided by the alarm threshold (1 = just alarmed).
    `kind`: "anomaly", or "operating_change" when a planned change explains it (such rows carry no flag),
    or the channel finding that raised it ("stuck", "dropout", "moved", "rounding"). `standing`: nothing alarms after
    `end`, but a leading sign of it still stands in the last rows of the file.
    """

    number: int
    start: int
    end: int
    peak: int
    severity: float
    shares: tuple[Share, ...]
    kind: str = "anomaly"
    reason: str = ""  # code of the sentence that says why, filled from `values`
    values: dict[str, float | str] = field(default_factory=dict)
    standing: bool = False


@dataclass(frozen=True)
class Symptom:
    """What one sensor did in one event, measured against the reference period.

    `onset` is a row; `values` holds the numbers of the symptom with their unit in the key's suffix where it has
    one: before, after, change, change_sigma, change_percent, spread_ratio, period_s, slope_per_h, ...
    """

    sensor: str
    kind: SymptomKind
    event: int
    onset: int
    end: int
    strength: float  # comparable over sensors: multiples of what the reference period shows by itself
    values: dict[str, float] = field(default_factory=dict)
    follows: str = ""  # the sensor that leads this one in an oscillation, by `behind_s`
    companions: tuple[str, ...] = ()  # this one is alone: these, which it went with before, do not confirm what it does
    state: str = ""  # that lasts longer or shorter at a time


@dataclass(frozen=True)
class Reference:
    """The period taken as normal: rows start..end-1. `how` is "given" or "proposed"; `reason` says why."""

    start: int
    end: int
    how: Literal["given", "proposed"]
    reason: str = ""


@dataclass(frozen=True)
class Departure:
    """Sensors that lie for long far outside what the reference period showed, although no alarm says so.

    `event` is no alarm: its kind is "departure", its number follows those of the events, no row of it is flagged, and
    its `severity` counts limits (1 = just departed). `symptoms` say what the sensors did.
    """

    event: Event
    symptoms: tuple[Symptom, ...]


@dataclass(frozen=True)
class Closest:
    """Where a file without an alarm came closest to one: the row of the highest score, its share of the alarm
    threshold (0..1), and the sensor that carried most of it."""

    sensor: str
    row: int
    share: float


@dataclass(frozen=True)
class Silence:
    """Rows start..end in which next to no sensor says anything: readings `missing`, or `held` at their last values."""

    start: int
    end: int
    kind: Literal["missing", "held"]


@dataclass(frozen=True)
class Detection:
    """The outcome of detection on one frame of n rows.

    score (n,) is calibrated: 1.0 is the q99 of the reference period, NaN in the reference rows when it was given;
    flag (n,) 0/1; event (n,) number or 0. `departures` are observations beside the alarms.
    """

    score: FloatArray
    flag: IntArray
    event: IntArray
    events: tuple[Event, ...]
    symptoms: tuple[Symptom, ...]
    reference: Reference
    threshold: float
    model: str
    members: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    departures: tuple[Departure, ...] = ()
    closest: Closest | None = None  # where there is neither an alarm nor a departure
    silences: tuple[Silence, ...] = ()


@dataclass(frozen=True)
class CausalEdge:
    """cause -> effect with a lag in seconds (>= 0). `strength`, 0..1, is the square of its mean partial correlation
    over the scales but the best one (docs/causality.md)."""

    cause: str
    effect: str
    lag_s: float
    strength: float
    p_value: float = 0.0
    scales: tuple[int, ...] = ()


@dataclass(frozen=True)
class RootCandidate:
    """A sensor where the disturbance may have entered; `score` in 0..1, the parts say how it came about."""

    sensor: str
    score: float
    residual: float
    onset_row: int | None
    ancestry: float


@dataclass(frozen=True)
class Forecast:
    """A forecast of one sensor: h steps of `value` with a 90 % band low..high."""

    sensor: str
    step_s: float
    value: FloatArray
    low: FloatArray
    high: FloatArray
