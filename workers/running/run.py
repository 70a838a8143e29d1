"""What is known so far about one question: filled step by step, in one process or carried on by several."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from detectors import causal
from detectors.normal.unrest import Unrest
from detectors.types import Detection, Forecast
from roles.controller import Recommendation
from roles.manager import Plan, Subtask
from roles.planning.wants import wishes
from roles.planning.words import normal
from roles.role import Engine, Outcome
from roles.types import Finding, Lang, Passage
from workers import receipt as receipts
from workers.coding.coded import Coded
from workers.contracts import Picture, Question, Source
from workers.handling import Handled
from workers.handling.nothing import blank
from workers.knowledge.context import Knowledge
from workers.knowledge.websearch import Looked
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.looking.study import Seen
from workers.readings import Reading
from workers.running import judging
from workers.settings import Settings


@dataclass
class Run:
    """What is known so far about one question. `find` gives the path of a file that the question names."""

    question: Question
    settings: Settings
    lang: Lang
    out: Path
    knowledge: Knowledge
    engine: Engine | None = None
    find: Callable[[str], Path] = Path
    timings: receipts.Timings = field(default_factory=receipts.Timings)
    reading: Reading | None = None
    joined: list[str] = field(default_factory=list)  # how several files became one
    left_out: list[str] = field(default_factory=list)  # why a file had no part in it
    names: Names = field(default_factory=lambda: Names({}, {}))
    plan: Outcome[Plan] | None = None
    handled: Handled | None = None
    normal: tuple[int, int] | None = None  # frame rows given as normal, or what can be learnt from of them
    unrest: Unrest | None = None  # a change inside the rows given as normal
    choice: Outcome[Recommendation] | None = None
    detection: Detection | None = None
    discovery: causal.Discovery | None = None
    judged: judging.Judged | None = None
    decided: judging.Decided | None = None
    web: Looked | None = None  # what the web says where knowledge has no answer
    forecasts: list[Forecast] = field(default_factory=list)
    cited: list[Passage] = field(default_factory=list)  # passages that a forecast's limit was taken from
    coded: Coded | None = None  # what code worked out
    findings: list[Finding] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    processed: str | None = None
    broken: list[str] = field(default_factory=list)  # reference ids of pictures that could not be drawn

    @property
    def sources(self) -> list[Source]:
        """The data files of the question, in the order in which they were named."""
        question = self.question
        if question.artifact is None:
            return list(question.more)
        return [Source(artifact=question.artifact, file_name=question.file_name or Path(question.artifact).name),
                *question.more]  # fmt: skip

    @property
    def teller(self) -> Teller | None:
        """Writes findings about the frame, when there is one."""
        if self.reading is None:
            return None
        return Teller(pd.DatetimeIndex(self.reading.frame.index), self.names, self.settings.zone, self.lang)

    @property
    def seen(self) -> Seen | None:
        """What was seen in the data, as soon as detection is done."""
        return Seen(self.detection, self.discovery or causal.Discovery()) if self.detection else None

    @property
    def engines(self) -> dict[str, Any]:
        """Which engine played each role, and what the controller chose."""
        played: dict[str, Outcome[Any] | None] = {
            "pipeline_manager": self.plan,
            "coder": self.coded.outcome if self.coded else None,
            "controller": self.choice,
            "supervisor": self.judged.supervision if self.judged else None,
            "decision_maker": self.decided.outcome if self.decided else None,
        }
        said = {role: receipts.engine(outcome) for role, outcome in played.items() if outcome is not None}
        if self.choice is not None:
            said["controller"] |= self.choice.output.model_dump(mode="json")
        return said

    @property
    def tasks(self) -> list[Subtask]:
        """The ordered subtasks."""
        return self.plan.output.subtasks if self.plan else []

    @property
    def wanted_model(self) -> str | None:
        """The model that was asked for by option or in words."""
        said = next((t.values.get("wanted") for t in self.tasks if t.kind == "model"), None)
        return self.question.model or said

    @property
    def sensitivity(self) -> wishes.Sensitivity | None:
        """How sensitive the person wishes the detection; a language model's plan has no word for it, the text has."""
        by_rules = self.plan is not None and self.plan.engine == "rules"
        said = next((t.values["sensitivity"] for t in self.tasks if t.values.get("sensitivity")), None)
        if said or by_rules or not self.wants({"detect"}):
            return said
        return wishes.sensitivity(normal(self.question.text))

    @property
    def plots(self) -> list[Subtask]:
        """The plots that can be drawn: of sensors that are known, at times that the file covers."""
        lost = bool(self.plan and self.plan.output.unknown)
        plots = [task for task in self.tasks if task.kind == "plot" and not task.values.get("outside")]
        plots = [task for task in plots if self.reading is None or not blank(self.reading.frame, task)]
        return [task for task in plots if task.sensors or not lost]

    def wants(self, kinds: set[str]) -> bool:
        """Is any of these kinds of subtask in the plan?"""
        return any(task.kind in kinds for task in self.tasks)

    @property
    def only_asks(self) -> bool:
        """Is it a question to the knowledge base alone, although there may be a file?"""
        return {task.kind for task in self.tasks} == {"ask"}

    def could(self, kind: str) -> bool:
        """Could a subtask of this kind be carried out with what there is?"""
        return self.reading is not None or kind in ("ask", "model", "diagnose")
