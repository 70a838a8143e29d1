"""Learning what somebody sent in chat: documents, tables, a sentence. It becomes passages of the knowledge base.

Knowledge of a keeper counts at once, of anybody else it waits for one. What a text says to do is not done.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from kb.growth import SAID, Conflicts, handle
from kb.ingest import Report, ingest
from kb.passage import Lang, Status
from kb.text import content_hash
from workers import receipt as receipts
from workers.artifacts import ArtifactStore
from workers.contracts import Answer, Block, Diagnosis, Question, Source
from workers.knowledge.opening import keepers, open_knowledge
from workers.knowledge.redone import recounted
from workers.knowledge.taken import conflict_lines, contradictions, lines_of
from workers.prose import story
from workers.settings import Settings
from workers.wording import say

Progress = Callable[[str, float], None]
NONE_FOUND = Conflicts()
MARK = 6  # hexadecimal digits, see kb.growth.SAID
NAME_BYTES, ENDING_BYTES = 255, 32  # bytes of a name in usual file systems; a Chinese letter has three


def learn(
    question: Question, settings: Settings, store: ArtifactStore, progress: Progress, words: str = "", asset: str = "",
    *, began: datetime | None = None, again: bool = False,
) -> Answer:  # fmt: skip
    """Take the question's files (or `words`) into the knowledge base and tell what was taken and what was not.

    Doing it again takes nothing twice; `again` with the moment `began` of the first try tells what all tries together
    took. Raises KnowledgeError when the store cannot be used.
    """
    began = began or datetime.now(UTC)
    lang: Lang = question.lang or settings.lang
    status: Status = "verified" if keepers(settings).allow(question.user) else "candidate"
    with tempfile.TemporaryDirectory(prefix="andon-") as folder, closing(open_knowledge(settings)) as knowledge:
        files = _files(question, store, Path(folder)) if not words else [_note(words, began, Path(folder))]
        report = ingest(
            files, knowledge, asset=asset, by=question.user, status=status,
            progress=lambda file, share: progress(say("learn_reading", lang, file=file), share),
        )  # fmt: skip
        report = recounted(report, knowledge, began, question.user) if again else report
        against = contradictions(knowledge, report) if status == "verified" else NONE_FOUND
    return answer_of(question, report, lang, status, against)


def _files(question: Question, store: ArtifactStore, folder: Path) -> list[Path]:
    """The question's files under their own names."""
    sources = [*question.more]
    if question.artifact is not None:
        sources.insert(0, Source(artifact=question.artifact, file_name=question.file_name or "file"))
    files = []
    for number, source in enumerate(sources):
        path = folder / str(number) / _name(source.file_name)
        path.parent.mkdir()
        path.symlink_to(store.find(source.artifact))
        files.append(path)
    return files


def _name(given: str) -> str:
    """A file's own name as file systems take it: cut before its ending when it has more than NAME_BYTES bytes."""
    name = PurePosixPath(given.replace("\\", "/")).name.replace("\0", "")
    if name in ("", ".", ".."):
        return "file"
    ending = PurePosixPath(name).suffix
    if len(ending.encode()) > ENDING_BYTES:
        ending = ""
    stem = name.removesuffix(ending).encode()[: NAME_BYTES - len(ending.encode())].decode(errors="ignore")
    return f"{stem}{ending}"


def _note(words: str, moment: datetime, folder: Path) -> Path:
    """A sentence as a document of its own, named by its moment and, since two may be told in one second, its words."""
    path = folder / f"note {moment:%Y-%m-%d %H.%M.%S} {content_hash(words)[:MARK]}.txt"
    path.write_text(words, encoding="utf-8")
    return path


def answer_of(
    question: Question, report: Report, lang: Lang, status: Status, against: Conflicts = NONE_FOUND
) -> Answer:
    """The report as an answer: what is known now, who decides on it, what was not taken and why."""
    blocks = told(report, lang, status, against)
    waits = [taken.file for taken in report.taken if status == "candidate" and (taken.stored or taken.waiting)]
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": question.file_name},
        diagnosis=Diagnosis(verdict="answered"),
        text=story.plain(blocks),
        blocks=blocks,
        receipt={"code": receipts.code_version(), "learnt": report.model_dump(mode="json"),
                 "contradictions": against.model_dump(mode="json"),
                 "waiting_documents": [
                     {"document": "" if SAID.fullmatch(name) else name, "handle": handle(name)} for name in waits]},
    )  # fmt: skip


def told(report: Report, lang: Lang, status: Status, against: Conflicts = NONE_FOUND) -> list[Block]:
    """The report in words: what came of it, each file, what was left out, what is contradicted, what comes next."""
    stored = sum(len(taken.stored) for taken in report.taken)
    known = sum(taken.known for taken in report.taken)
    if not stored:
        key = "learn_known" if known else "learn_nothing"
    else:
        key = "learn_learnt" if status == "verified" else "learn_waits"
    blocks = [Block(kind="headline", text=say(key, lang, count=stored))]
    blocks += [Block(kind="plain", text=line) for line in lines_of(report, lang)]
    blocks += [Block(kind="plain", text=line) for line in conflict_lines(against, lang)]
    blocks += [Block(kind="note", text=say(each.code, lang, **each.values)) for each in report.refused]
    if stored and status == "verified":
        blocks.append(Block(kind="note", text=say("learn_next", lang)))
    return blocks
