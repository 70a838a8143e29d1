"""Learning what somebody sent in chat: documents, tables, a sentence. It becomes passages of the knowledge base.

Knowledge of a keeper counts at once, of anybody else it waits for one. What a text says to do is not done.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kb.ingest import Report, ingest
from kb.passage import Lang, Status
from workers import receipt as receipts
from workers.artifacts import ArtifactStore
from workers.contracts import Answer, Block, Diagnosis, Question, Source
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.taken import lines_of
from workers.prose import story
from workers.settings import Settings
from workers.wording import say

Progress = Callable[[str, float], None]


def learn(
    question: Question, settings: Settings, store: ArtifactStore, progress: Progress, words: str = "", asset: str = ""
) -> Answer:
    """Take the question's files (or `words`) into the knowledge base and tell what was taken and what was not.

    Doing it again takes nothing twice. Raises KnowledgeError when the store cannot be used.
    """
    lang: Lang = question.lang or settings.lang
    status: Status = "verified" if keepers(settings).allow(question.user) else "candidate"
    with tempfile.TemporaryDirectory(prefix="andon-") as folder, closing(open_knowledge(settings)) as knowledge:
        files = _files(question, store, Path(folder)) if not words else [_note(words, question, Path(folder))]
        report = ingest(
            files, knowledge, asset=asset, by=question.user, status=status,
            progress=lambda file, share: progress(say("learn_reading", lang, file=file), share),
        )  # fmt: skip
    return answer_of(question, report, lang, status)


def _files(question: Question, store: ArtifactStore, folder: Path) -> list[Path]:
    """The question's files under their own names."""
    sources = [*question.more]
    if question.artifact is not None:
        sources.insert(0, Source(artifact=question.artifact, file_name=question.file_name or "file"))
    files = []
    for number, source in enumerate(sources):
        path = folder / str(number) / (Path(source.file_name.replace("\\", "/")).name or "file")
        path.parent.mkdir()
        path.symlink_to(store.find(source.artifact))
        files.append(path)
    return files


def _note(words: str, question: Question, folder: Path) -> Path:
    """A sentence as a document of its own, named by its moment."""
    path = folder / f"note {datetime.now(UTC):%Y-%m-%d %H.%M.%S}.txt"
    path.write_text(words, encoding="utf-8")
    return path


def answer_of(question: Question, report: Report, lang: Lang, status: Status) -> Answer:
    """The report as an answer: what is known now, who decides on it, what was not taken and why."""
    blocks = told(report, lang, status)
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": question.file_name},
        diagnosis=Diagnosis(verdict="answered"),
        text=story.plain(blocks),
        blocks=blocks,
        receipt={"code": receipts.code_version(), "learnt": report.model_dump(mode="json")},
    )


def told(report: Report, lang: Lang, status: Status) -> list[Block]:
    """The report in words: first what came of it, then each file, what was left out and what comes next."""
    stored = sum(len(taken.stored) for taken in report.taken)
    known = sum(taken.known for taken in report.taken)
    if not stored:
        key = "learn_known" if known else "learn_nothing"
    else:
        key = "learn_learnt" if status == "verified" else "learn_waits"
    blocks = [Block(kind="headline", text=say(key, lang, count=stored))]
    blocks += [Block(kind="plain", text=line) for line in lines_of(report, lang)]
    blocks += [Block(kind="note", text=say(each.code, lang, **each.values)) for each in report.refused]
    if stored and status == "verified":
        blocks.append(Block(kind="note", text=say("learn_next", lang)))
    return blocks
