"""The stages of a run: what each needs, where it may run, and how much of the work it is.

Loads nothing heavy, so that whoever only plans or shows the stages stays light.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Queue = Literal["cpu", "gpu"]

LOOKING = {"detect", "causes", "diagnose"}  # kinds of subtask that look at the data
REASONING = {"causes", "diagnose"}  # those that need the causal graph
ON_GPU = {"torch", "gpu"}


@dataclass(frozen=True)
class Stage:
    """One stage: the stages that come before it, its steps (workers/running), the share of the run that is done
    when it begins and when it ends (0..1), and the key of its line of progress (workers/messages)."""

    name: str
    after: tuple[str, ...]
    steps: tuple[str, ...]
    begins: float
    ends: float
    message: str


STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        Stage("plan", (), ("reading", "planning"), 0.0, 0.25, "progress_planning"),
        Stage("prepare", ("plan",), ("handling", "choosing"), 0.25, 0.3, "progress_handling"),
        Stage("detect", ("prepare",), ("detecting",), 0.3, 0.65, "progress_detecting"),
        Stage("causes", ("prepare",), ("discovering",), 0.3, 0.65, "progress_discovering"),
        Stage("supervise", ("detect", "causes"), ("supervising",), 0.65, 0.7, "progress_supervising"),
        Stage(
            "decide", ("supervise",), ("forecasting", "coding", "deciding", "drawing"), 0.7, 1.0, "progress_deciding"
        ),
    )
}


def needed(kinds: Collection[str], *, has_data: bool) -> list[str]:
    """The stages that a plan with subtasks of these `kinds` needs; the others are done at once with nothing to do."""
    unneeded = set() if has_data else {"prepare", "detect", "causes", "supervise"}
    if not LOOKING & set(kinds):
        unneeded |= {"detect"}
    if not REASONING & set(kinds):
        unneeded |= {"causes", "supervise"}
    return [name for name in STAGES if name not in unneeded]


def ready(done: Collection[str]) -> list[str]:
    """The stages that may be carried out now, when those in `done` are."""
    return [name for name, stage in STAGES.items() if name not in done and set(stage.after) <= set(done)]


def queue_of(stage: str, model: str | None = None) -> Queue:
    """Where a stage may run: detection with a model that needs torch or a GPU on "gpu", everything else on "cpu"."""
    if stage != "detect" or model is None:
        return "cpu"
    from detectors import catalogue  # loaded on use: this table stays light

    needs = next((set(card.needs) for card in catalogue.cards() if card.name == model), set())
    return "gpu" if needs & ON_GPU else "cpu"
