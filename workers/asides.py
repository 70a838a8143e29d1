"""Answers that need no pipeline: a simulated run, a question about the models. Chat shows them as any other answer,
with reactions, pictures and files."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from roles.simulator import SimulationOrder
from workers import receipt as receipts
from workers import simulating
from workers.artifacts import ArtifactStore
from workers.catalogue.query import ask
from workers.contracts import Answer, Block, Diagnosis, Question
from workers.language import Speaker, speaker
from workers.prose import story
from workers.settings import Settings
from workers.wording import say

Progress = Callable[[str, float], None]


@contextmanager
def voice(settings: Settings, run: str) -> Iterator[Speaker | None]:
    """The configured language model for something small, None without one. `run` is the key of its budget."""
    speaking = speaker(settings, run)
    try:
        yield speaking
    finally:
        if speaking is not None:
            speaking.close()


def simulated(
    question: Question, order: dict[str, Any], settings: Settings, store: ArtifactStore, folder: str, progress: Progress
) -> Answer:
    """Carry out a run that somebody agreed to; its table, truth and picture go into `folder` of the store."""
    lang = question.lang or settings.lang
    progress(say("simulation_running", lang), 0.3)
    with tempfile.TemporaryDirectory(prefix="andon-") as place:
        made = simulating.carry_out(SimulationOrder.model_validate(order), Path(place), settings, lang)
        for path in (made.table, made.truth, Path(place) / made.picture.file):
            with path.open("rb") as source, store.open_write(f"{folder}/{path.name}") as sink:
                sink.write(source.read())
    first, *rest = made.text.splitlines()
    blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest)]
    receipt = {"simulated": {"order": order, "files": [made.table.name, made.truth.name]}}
    answer = _answer(question, blocks, receipt, lang)
    return answer.model_copy(update={"pictures": [made.picture], "processed": made.table.name})


def models(question: Question, settings: Settings, run: str) -> Answer:
    """Answer a question about the models from the catalogue."""
    lang = question.lang or settings.lang
    with voice(settings, run) as engine:
        found = ask(question.text, settings, lang, engine)
    first, *rest = found.text.splitlines()
    blocks = [Block(kind="headline", text=first), *(Block(kind="plain", text=line) for line in rest)]
    said = {"sql": found.sql, "columns": found.columns, "rows": found.rows, "engine": found.engine}
    return _answer(question, blocks, {"catalogue": said}, lang)


def _answer(question: Question, blocks: list[Block], receipt: dict[str, Any], lang: str) -> Answer:
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": question.file_name},
        diagnosis=Diagnosis(verdict="answered"), text=story.plain(blocks), blocks=blocks,
        receipt={"code": receipts.code_version(), **receipt},
    )  # fmt: skip


__all__ = ["models", "simulated", "voice"]
