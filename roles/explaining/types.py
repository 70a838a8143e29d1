"""What the explainer is given and what it says: the stored facts of one answer, and sentences that each stand on some
of them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from roles.answering.types import Sentence
from roles.deciding.types import EventBrief
from roles.types import Finding, Frozen, Lang, Level, Passage, Sensor

__all__ = ["Explanation", "FollowUp", "Line", "Link", "Sentence", "Step", "Weighed"]

Asked = Literal["why", "else", "sure", "serious", "since", "crew", "engineer", "manager", "newcomer", "free"]


class Weighed(Frozen):
    """A cause that was weighed ("C1" is the likeliest). `signs` are in words, by what became of them: seen, missing,
    unmeasured, against; `evidence` are the ids behind it, those of its signs too."""

    id: str
    text: str
    confidence: float
    evidence: list[str] = Field(default_factory=list)
    sensor: str | None = None
    signs: dict[str, list[str]] = Field(default_factory=dict)
    doubts: list[str] = Field(default_factory=list)
    checks: list[str] = Field(default_factory=list)
    why: str = ""


class Link(Frozen):
    """An edge of the corrected graph: `cause` acts on `effect` (columns) after `lag_s`."""

    id: str
    cause: str
    effect: str
    lag_s: float
    reason: str = ""


class Step(Frozen):
    """Something that the rules advise, or a line on the data: `text` is told as it is."""

    id: str
    text: str


class Line(Frozen):
    """A line that the rules tell, with the ids that it stands on."""

    text: str
    evidence: list[str] = Field(default_factory=list)


class FollowUp(Frozen):
    """A question about an answer, and everything that may be said of it.

    `asked` is the kind of question, `free` one that the rules do not know; `level` is the reader (None: anybody).
    `told` is what the rules tell; `headline`, verdict and confidences stay as they are whatever is said here. `steps`
    are the advice of the answer, `notes` what is known of its data. `sensors` are all columns, those of text, too.
    """

    question: str
    asked: Asked
    lang: Lang
    level: Level | None = None
    verdict: str
    headline: str
    sensors: list[Sensor] = Field(default_factory=list)  # before all that names them: the file's order
    told: list[Line] = Field(default_factory=list)
    weighed: list[Weighed] = Field(default_factory=list)
    findings: list[Finding] = Field(default_factory=list)
    events: list[EventBrief] = Field(default_factory=list)
    links: list[Link] = Field(default_factory=list)
    passages: list[Passage] = Field(default_factory=list)
    steps: list[Step] = Field(default_factory=list)
    notes: list[Step] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    threshold: float = 0.55


class Explanation(Frozen):
    """The explanation, sentence by sentence. `unknown`: the stored facts do not tell (of a free question alone); then
    the sentences say what is known all the same, if anything."""

    sentences: list[Sentence] = Field(default_factory=list)
    unknown: bool = False

    @property
    def cited(self) -> list[str]:
        """Ids in the order of the explanation."""
        return list(dict.fromkeys(id_ for sentence in self.sentences for id_ in sentence.evidence))
