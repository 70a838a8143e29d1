"""What the decision maker is given and what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from roles.types import (
    Action,
    Cause,
    Edge,
    Fault,
    Finding,
    Frozen,
    Lang,
    Passage,
    RootCause,
    Sensor,
)  # fmt: skip


class EventBrief(Frozen):
    """An event as the decision maker needs it. Times are plant time, ready to print ("03:12").

    `ongoing`: it lasts to the end of the file, so it is told as "since", not as "from ... to". `begun` and `ended` are
    the same times as moments, `alarm` and `alarmed` are when the first alarm came; `weight` is severity times the root
    of the length in rows, 0 where nobody reckoned it.
    """

    number: int
    start: str
    end: str
    severity: float
    kind: str
    sensors: list[str]  # carriers, strongest first
    reason: str = ""
    ongoing: bool = True
    begun: datetime | None = None
    ended: datetime | None = None
    alarm: str = ""
    alarmed: datetime | None = None
    weight: float = 0.0


class Remark(Frozen):
    """What the crew wrote into the file at a time, in its own words; `before`: the state that it replaced."""

    at: datetime
    clock: str
    column: str
    text: str
    before: str = ""


class Case(Frozen):
    """Everything that the decision maker may cite. `threshold` is the confidence below which it abstains.

    `events` come worst first. `searched`: detection ran, so that no event means no anomaly. `focus`, `start` and
    `end` say what the question is about, where the plan knows it. `signals` describe sensors in words, most eventful
    first, for engines that read them; the rules don't. `remarks` are what the file itself says about changes.
    """

    question: str
    lang: Lang
    has_data: bool
    sensors: list[Sensor] = Field(default_factory=list)
    events: list[EventBrief] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    root_causes: list[RootCause] = Field(default_factory=list)
    edges: list[Edge] = Field(default_factory=list)
    faults: list[Fault] = Field(default_factory=list)
    passages: list[Passage] = Field(default_factory=list)
    threshold: float = 0.55
    searched: bool = True
    focus: list[str] = Field(default_factory=list)
    start: datetime | None = None
    end: datetime | None = None
    signals: list[str] = Field(default_factory=list)
    remarks: list[Remark] = Field(default_factory=list)


class Decision(Frozen):
    """The diagnosis. `headline` is the first line that the person reads, `notes` are further sentences."""

    verdict: Literal["fault", "unsure", "normal", "answered"]
    headline: str
    causes: list[Cause] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    confidence: float = Field(0.0, ge=0, le=1)
    event: int | None = None  # the event that the diagnosis is about
    notes: list[str] = Field(default_factory=list)
