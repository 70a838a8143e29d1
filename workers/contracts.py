"""What travels: Question in, Answer out. JSON only; files by reference, never bytes.

The shapes are documented for readers of answer.json in docs/answer.md; `schema` there is SCHEMA here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from roles.types import Action, Cause, Considered, Finding, Frozen, Graph, Lang, Level

SCHEMA = "andon.answer/1"
CAUSE = "cause:"  # how an aspect of feedback about one cause begins
EDGE, NAME = "edge:", 255  # how an aspect of feedback about one edge begins; characters of a sensor's name in it


class Source(Frozen):
    """A further data file of the same question."""

    artifact: str
    file_name: str


class Question(Frozen):
    """One question on its data files. `artifact` is a path or URI that the artifact store understands.

    `more` are further files of the same question: they are joined with the first before anything is looked at.
    `context` is what the question is about when it does not say it itself (a quoted answer); it helps retrieval.
    `before` are the questions before it in its conversation, oldest first, one a line: some go on from there ("and the
    nozzle?").
    """

    id: str
    text: str = ""
    lang: Lang | None = None  # None: told from the text
    artifact: str | None = None
    file_name: str | None = None
    more: list[Source] = Field(default_factory=list)
    context: str = ""
    before: str = ""
    user: str = ""
    conversation: str = ""
    train_rows: int | None = Field(None, ge=1)  # the first N rows are normal; None: proposed
    knowledge: str | None = None  # a file of causal facts, JSON lines
    model: str | None = None  # of the catalogue or trained here; None: the controller chooses
    level: Level | None = None  # whom the answer is worded for; None: everybody


class Gap(Frozen):
    """Missing time: no row between start and end."""

    start: datetime
    end: datetime
    seconds: float


class SensorQuality(Frozen):
    """What is odd about one column before any diagnosis."""

    sensor: str
    issue: Literal["constant", "stuck", "quantised", "missing", "text_cells", "infinite", "suspicious_unit"]
    text: str = ""
    start: datetime | None = None
    values: dict[str, float] = Field(default_factory=dict)


class DataReceipt(Frozen):
    """What was read and what was assumed. Stands in the answer before any diagnosis."""

    file_name: str
    format: str  # csv, xlsx, parquet, ... with compression
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    layout: Literal["wide", "long"] = "wide"
    rows_in: int
    rows_used: int
    sensors: int
    start: datetime | None = None
    end: datetime | None = None
    step_s: float | None = None
    irregular_share: float = 0.0  # share of steps that differ from step_s by more than half of it
    timezone: str = "UTC"
    timezone_how: Literal["in the file", "assumed", "no time column"] = "assumed"
    time_column: str | None = None
    gaps: list[Gap] = Field(default_factory=list)
    gap_seconds: float = 0.0
    duplicates: int = 0
    unsorted: bool = False
    missing_share: float = 0.0
    text_columns: list[str] = Field(default_factory=list)
    dropped_columns: list[str] = Field(default_factory=list)
    own_columns: list[str] = Field(default_factory=list)  # of an earlier answer, dropped too
    simulated: bool = False  # made by the simulator: training material
    downsampled_by: int = 1
    quality: list[SensorQuality] = Field(default_factory=list)
    notes: list[str] = Field(default_factory=list)  # one plain sentence each, in the question's language
    units: dict[str, str] = Field(default_factory=dict)
    columns: dict[str, str] = Field(default_factory=dict)  # sensor -> header as the file has it
    counts: dict[str, float] = Field(default_factory=dict)  # numbers of the notes that have no field of their own
    sha256: str = ""


class EventOut(Frozen):
    """An event as readers of answer.json see it. Times are ISO 8601 with offset, plant time.

    `ongoing`: it lasts to the end of the file.
    """

    event: int
    start: datetime
    end: datetime
    peak: datetime
    severity: float
    kind: str
    sensors: list[dict[str, Any]]  # {"name", "share"}
    reason: str = ""
    ongoing: bool = False


class Otherwise(Frozen):
    """A verified passage with a sentence (`says`) against a `quoted` one: nobody has decided yet which holds."""

    id: str
    title: str
    source: str
    quoted: str
    says: str


class Evidence(Frozen):
    """A passage that the answer cites. Findings are evidence too and stand under `findings`.

    Of kind "web": a result that nobody has verified; `date` is the day that the engine gave, often none, `seen` the
    day it was found, and `numbers` are those that the text quotes from it.

    `right` and `wrong` count what people said of the answers that used the passage (docs/growth.md); `disputed_by` are
    the verified corrections that speak against it, `contradicted_by` other documents.
    """

    id: str
    source: str
    title: str
    quote: str
    lang: Lang = "en"
    kind: str = "manual"
    status: str = "verified"
    score: float = 0.0
    confidence: float = 0.0
    date: str = ""
    seen: str = ""
    numbers: list[float] = Field(default_factory=list)
    right: int = 0
    wrong: int = 0
    disputed_by: list[str] = Field(default_factory=list)
    contradicted_by: list[Otherwise] = Field(default_factory=list)


LOOKED = ("fault", "unsure", "normal")  # verdicts of a diagnosis from data; "answered" looked for no cause


class Diagnosis(Frozen):
    """Ranked causes, what to do, and what would make it surer."""

    verdict: Literal["fault", "unsure", "normal", "answered"]
    causes: list[Cause] = Field(default_factory=list)
    actions: list[Action] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)


class PlanStep(Frozen):
    """One subtask of the plan and how it went."""

    order: int
    kind: str
    text: str
    status: Literal["done", "skipped", "failed"] = "done"
    values: dict[str, Any] = Field(default_factory=dict)


class Picture(Frozen):
    """A picture beside answer.json. `kind`: overview, causal, plot, forecast."""

    file: str
    kind: str
    caption: str
    width: int
    height: int


class Generated(Frozen):
    """Code that a language model wrote for a part of the question, and how it went.

    outcome: "done"; "failed" after `tries` runs, `error` is then what the last one stumbled over; "refused": nothing
    was run. `ms` of all runs, `level` of the sandbox, `numbers` those in `explanation`, `table_rows` of its table.
    """

    outcome: Literal["done", "failed", "refused"]
    file: str | None = None  # beside answer.json
    code: str = ""
    explanation: str = ""
    tries: int = 0
    ms: float = 0.0
    level: str | None = None
    error: str = ""
    numbers: list[float] = Field(default_factory=list)
    table_rows: int | None = None


class EdgeSaid(Frozen):
    """Which edge of the graph a judgement is about. A sensor's name may hold any sign, ">" and "→" too."""

    cause: str
    effect: str

    @property
    def aspect(self) -> str:
        """The word of the ledger for it, by which a second judgement changes the first. Very long names are cut:
        PostgreSQL indexes 2,700 bytes at most."""
        return EDGE + EdgeSaid(cause=self.cause[:NAME], effect=self.effect[:NAME]).model_dump_json()

    @classmethod
    def of(cls, aspect: str) -> EdgeSaid | None:
        """The edge that an aspect names, also in the form of before ("edge:CAUSE>EFFECT"); None: it is about the
        answer as a whole."""
        if not aspect.startswith(EDGE):
            return None
        named = aspect.removeprefix(EDGE)
        try:
            return cls.model_validate_json(named)
        except ValueError:
            cause, _, effect = named.partition(">")
            return cls(cause=cause, effect=effect)


class CauseSaid(Frozen):
    """Which of the causes of an answer a judgement is about, where it is not about the whole answer."""

    cause: str

    @property
    def aspect(self) -> str:
        """The word of the ledger for it."""
        return CAUSE + self.cause[:NAME]

    @classmethod
    def of(cls, aspect: str) -> CauseSaid | None:
        """The cause that an aspect names; None: it is about something else."""
        return cls(cause=aspect.removeprefix(CAUSE)) if aspect.startswith(CAUSE) else None


class Block(Frozen):
    """One line of what the person reads, before a platform dresses it."""

    kind: Literal["headline", "cause", "action", "ask", "note", "data", "plain"]
    text: str
    refs: list[str] = Field(default_factory=list)


class Answer(Frozen):
    """Everything about one answer. `text` is the plain reading of `blocks`."""

    schema_: str = Field(SCHEMA, alias="schema")
    question: dict[str, Any]
    data: DataReceipt | None = None
    plan: list[PlanStep] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    events: list[EventOut] = Field(default_factory=list)
    graph: Graph = Field(default_factory=Graph)
    diagnosis: Diagnosis
    considered: list[Considered] = Field(default_factory=list)  # what was weighed, shown or not: for follow-ups
    evidence: list[Evidence] = Field(default_factory=list)
    confidence: float = 0.0
    text: str = ""
    blocks: list[Block] = Field(default_factory=list)
    pictures: list[Picture] = Field(default_factory=list)
    processed: str | None = None
    generated: Generated | None = None
    receipt: dict[str, Any] = Field(default_factory=dict)
