"""What a work order is: typed, frozen, JSON; the shape stands in docs/work-orders.md."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from roles.types import FactValue, Frozen, Lang

SCHEMA = "andon.work-order/1"

Priority = Literal[1, 2, 3]


class Fact(Frozen):
    """A measured fact behind the symptom, as the answer has it. `values` are its numbers."""

    id: str
    text: str
    values: dict[str, FactValue] = Field(default_factory=dict)


class Suspect(Frozen):
    """The suspected cause. `confidence` 0..1; `reason`: why, where no signature of the pack says it."""

    text: str
    reason: str = ""
    confidence: float = Field(ge=0, le=1)
    fault: str | None = None
    sensor: str | None = None


class Step(Frozen):
    """One thing to do, in order. `source`: the passage that advises it, "" for the standing lockout."""

    number: int
    text: str
    safety: bool = False
    when: Literal["now", "next", "later"] = "now"
    source: str = ""


class Part(Frozen):
    """A part that a cited passage says to change or to have ready; `quote` is the sentence."""

    name: str
    source: str
    quote: str


class WorkOrder(Frozen):
    """One work order. Times carry the plant's offset; `priority` 1 is the most urgent, `priority_why` says why.

    `id` is the same whenever the order is made again from the same answer: it is the idempotency key, too.
    """

    schema_: str = Field(SCHEMA, alias="schema")
    id: str
    lang: Lang
    asset: str
    asset_code: str = ""
    column: str = ""  # of the file: where it shows first
    symptom: str
    facts: list[Fact] = Field(default_factory=list)
    cause: Suspect
    steps: list[Step]
    parts: list[Part] = Field(default_factory=list)
    priority: Priority
    priority_why: str
    evidence: list[str]
    ongoing: bool
    severity: float
    made_by: str
    made_at: datetime
    timezone: str
    question: str = ""
    answer: str = ""  # "#A12" in chat
    simulated: bool = False  # made from simulated data: nobody is to carry it out
    file: str = ""
