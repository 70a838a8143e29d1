"""The words that the four roles share: findings, edges, passages, faults, causes.

Everything here is a frozen value that survives JSON. Numbers come from detectors and are passed in;
a role may only cite the ids that it was given.
"""

from __future__ import annotations

from datetime import datetime
from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Lang = Literal["en", "zh"]
FactValue = str | float | int | bool | None
Level = Literal["crew", "engineer", "manager", "newcomer"]  # whom an answer is worded for

SymptomKind = Literal[
    "rise",  # the level stepped up and stayed
    "fall",  # the level stepped down and stayed
    "drift_up",  # the level moved up gradually
    "drift_down",  # the level moved down gradually
    "swing",  # the spread grew, no dominant period
    "oscillation",  # a periodic component appeared or grew
    "calm",  # the spread shrank, but the channel still moves
    "stuck",  # a moving channel repeats one value
    "moved",  # a constant channel started to move
    "dropout",  # values went missing or fell to a fixed floor
    "rounding",  # the resolution of the readings changed
    "decoupled",  # the level is ordinary, the relation to the other sensors broke
    "spike",  # a few readings far above, and back
    "dip",  # a few readings far below, and back
]


class Frozen(BaseModel):
    """Base of every value that crosses a boundary: immutable, no unknown fields, no number that JSON cannot hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Sensor(Frozen):
    """A column of the file and what the vocabulary knows about it.

    `tag` is the canonical quantity ("stopper_position"), None when the vocabulary does not know the name;
    `instance` tells equal quantities apart ("S8"); `role` says how the plant uses it; `aliases` are the
    vocabulary's words for it in every language ("mould level", "结晶器液位"), the best of each language first;
    `label` is the name to show to this reader ("S8 upper roll current").
    """

    name: str
    tag: str | None = None
    instance: str | None = None
    unit: str | None = None
    role: Literal["measured", "actuator", "operating", "setpoint"] = "measured"
    aliases: list[str] = Field(default_factory=list)
    label: str = ""


class Finding(Frozen):
    """One fact that a detector measured. `values` holds every number that `text` mentions."""

    id: str  # "F1", "F2", ...
    kind: (
        SymptomKind
        | Literal["longer", "shorter", "normal", "operating_change", "data", "forecast", "statistics", "limit"]
    )
    text: str
    sensor: str | None = None
    tag: str | None = None
    event: int | None = None
    start: datetime | None = None  # onset, UTC
    end: datetime | None = None
    values: dict[str, FactValue] = Field(default_factory=dict)


class Edge(Frozen):
    """A lagged causal edge. `lag_s` >= 0 in seconds; `strength` is the share of variance explained, 0..1."""

    cause: str
    effect: str
    lag_s: float = Field(ge=0)
    strength: float
    origin: Literal["data", "knowledge"] = "data"
    reason: str = ""
    source: str = ""


class RootCause(Frozen):
    """A sensor where a disturbance may have entered, with a score in 0..1 (they sum to at most 1)."""

    sensor: str
    score: float
    reason: str


class Graph(Frozen):
    """The causal graph before and after the supervisor."""

    discovered: list[Edge] = Field(default_factory=list)
    corrected: list[Edge] = Field(default_factory=list)
    removed: list[Edge] = Field(default_factory=list)
    root_causes: list[RootCause] = Field(default_factory=list)


class Fact(Frozen):
    """A causal statement from knowledge, about the direction that it names and nothing else.

    `cause` and `effect` are column names; the pipeline expands vocabulary tags before the supervisor sees them.
    """

    relation: Literal["required", "forbidden", "reversed"]
    cause: str
    effect: str
    reason: str
    source: str  # id of the passage or line that says so; an edit without a source is refused
    reviewed: bool = False  # someone checked it one by one (a shipped pack, an approved passage)


class Shown(Frozen):
    """What one sensor did in the data that a case or correction was learnt from."""

    sensor: str
    kind: str
    strength: float = 0.0


class Observed(Frozen):
    """The data that a case or correction was learnt from: the file's name and what its event showed."""

    file: str = ""
    shown: list[Shown] = Field(default_factory=list)


class Passage(Frozen):
    """A piece of knowledge as a role sees it. `confidence` is the calibrated similarity, 0..1.

    `quote` and `lead` are set where it is to answer the question itself: what is quoted of it, and its few sentences
    that speak to the question most. `observed` is what the data showed when somebody of the crew said this.
    """

    id: str
    title: str
    text: str
    source: str = ""
    lang: Lang = "en"
    kind: str = "manual"
    status: str = "verified"
    score: float = 0.0
    confidence: float = 0.0
    quote: str = ""
    lead: str = ""
    observed: Observed | None = None


class Sign(Frozen):
    """One sign of a fault: a quantity (vocabulary tag, "roll_current_*" for several, "*" for any sensor) that shows
    one of the symptoms.

    A leading sign is where the fault shows first; without it the fault is unlikely. When a fault marks none, the
    signs with the greatest weight lead.

    `response` tells a frozen reading by what the rest of the plant does: "answered" is that of a part that moves (a
    valve, a damper) while other sensors leave their level, "unanswered" any other; "answer" is what those others show.
    """

    tag: str
    symptoms: list[SymptomKind]
    weight: float = 1.0
    text: str = ""  # what the sign means, in the reader's language
    leading: bool = False
    response: Literal["", "answered", "unanswered", "answer"] = ""

    def fits(self, tag: str | None) -> bool:
        """Is `tag` the quantity of this sign?"""
        return fnmatchcase(tag or "", self.tag)


class Action(Frozen):
    """What to do: `when` is now, next or later; `source` is the passage that advises it."""

    text: str
    source: str = ""
    when: Literal["now", "next", "later"] = "now"
    safety: bool = False


class Fault(Frozen):
    """A fault mode with its signature: signs that speak for it, signs that speak against it."""

    id: str
    name: str
    names: list[str] = Field(default_factory=list)  # what it is called in every language
    asset: str = ""
    signs: list[Sign]
    against: list[Sign] = Field(default_factory=list)
    same_instance: bool = False  # the signs must be on one roll / face, not spread over several
    passages: list[str] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    benign: bool = False  # a planned change: recognised, no fault


class SignSeen(Frozen):
    """What became of one sign of a fault: `text` is what it means, `finding` the id of the fact that shows it.

    "missing": its sensor is there and does not show it; "unmeasured": no sensor of the file could show it.
    """

    text: str
    state: Literal["seen", "missing", "unmeasured", "against"]
    finding: str = ""
    leading: bool = False


class Considered(Frozen):
    """A possible cause that was weighed, shown or not: what its signs came to and what would tell it from others."""

    text: str
    confidence: float = Field(ge=0, le=1)
    fault: str | None = None
    asset: str = ""  # of the pack: "stopper", "strand_guide"
    sensor: str | None = None
    evidence: list[str] = Field(default_factory=list)  # findings and passages
    signs: list[SignSeen] = Field(default_factory=list)
    doubts: list[str] = Field(default_factory=list)  # what else speaks against it, in words
    checks: list[str] = Field(default_factory=list)  # what would prove or refute it
    planned: bool = False  # a planned change, no fault
    meaning: str = ""  # what such a fault is, first sentences of the passage `source`
    source: str = ""
    numbers: list[float] = Field(default_factory=list)  # those of `meaning` and `checks`, which knowledge says


class Cause(Frozen):
    """A ranked cause. `evidence` and `against` hold ids of findings (F..) and passages (K..) that were given."""

    rank: int
    text: str
    confidence: float = Field(ge=0, le=1)
    evidence: list[str]
    against: list[str] = Field(default_factory=list)
    why: str = ""
    fault: str | None = None
    sensor: str | None = None
