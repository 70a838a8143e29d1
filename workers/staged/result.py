"""What a stage leaves to be told: small, JSON, and the mark that the stage is done."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from roles.types import Frozen, Lang


class Column(Frozen):
    """A column of a data set, the times left out."""

    name: str
    unit: str | None = None


class DataBrief(Frozen):
    """The data of a question: `dataset` is the file's name ("a.csv + b.csv"), `sha256` that of its content."""

    dataset: str
    sha256: str
    rows: int
    start: datetime | None = None
    end: datetime | None = None
    columns: list[Column] = Field(default_factory=list)


class AnswerBrief(Frozen):
    """The answer in a few words; `folder` is the key of the folder that holds answer.json and the other files."""

    headline: str
    verdict: str
    confidence: float
    causes: list[str] = Field(default_factory=list)
    pictures: list[str] = Field(default_factory=list)  # names of files in `folder`, in the order they are shown
    processed: str | None = None
    folder: str = ""


class StageResult(Frozen):
    """Outcome of one stage. `idle`: the plan did not need it. `timings` are seconds of its steps, `seconds` of all.

    `needed` and `data` come with plan, `model` comes with prepare, `answer` with decide.
    """

    stage: str
    lang: Lang
    seconds: float = 0.0
    timings: dict[str, float] = Field(default_factory=dict)
    idle: bool = False
    notes: list[str] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    needed: list[str] = Field(default_factory=list)
    data: DataBrief | None = None
    model: str | None = None
    answer: AnswerBrief | None = None
