"""A run as stages that separate processes carry out, and that a killed one takes up again (docs/runs.md).

`table` says which stages there are, `result` what one leaves to be told, `performing` carries one out. Nothing heavy
is loaded before a stage is carried out.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from workers.staged.result import AnswerBrief, Column, DataBrief, StageResult
from workers.staged.table import STAGES, needed, queue_of, ready

if TYPE_CHECKING:
    from roles.role import Engine
    from workers.artifacts import ArtifactStore
    from workers.contracts import Question
    from workers.settings import Settings

__all__ = [
    "STAGES", "AnswerBrief", "Column", "DataBrief", "StageResult", "needed", "perform", "queue_of", "ready",
]  # fmt: skip


def perform(
    stage: str,
    question: Question,
    settings: Settings,
    store: ArtifactStore,
    prefix: str,
    progress: Callable[[str, float], None],
    engine: Engine | None = None,
) -> StageResult:
    """Carry out one stage; see workers.staged.performing.perform, which is loaded on use."""
    from workers.staged import performing

    return performing.perform(stage, question, settings, store, prefix, progress, engine)
