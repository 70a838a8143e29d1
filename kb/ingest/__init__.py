"""Documents into passages: read, cut at headings and rows, store what is new, report what was taken and what not."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePath

import kb
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.ingest.archives import unpack
from kb.ingest.formats import ARCHIVE, check_file, format_of, read
from kb.ingest.intake import Intake
from kb.ingest.passages import bind, drafts
from kb.ingest.report import Refused, Report, Taken
from kb.ingest.rules import Quantities
from kb.ingest.values import Note, Notes, Opened
from kb.passage import Passage, Status
from kb.vocabulary import Vocabulary

Progress = Callable[[str, float], None]  # (file, share of all files done, 0..1); called for each page or some rows


def ingest(
    files: Sequence[Path], store: KnowledgeBase, *, asset: str = "", by: str = "", status: Status = "verified",
    progress: Progress | None = None, replace: bool = False, vocabulary: Vocabulary | None = None,
) -> Report:  # fmt: skip
    """Take `files` (documents, or ZIP files of them) into `store`; a file that cannot be read is reported.

    Passages are stored in batches; what a run that was broken off has stored is known to the next one. `replace`
    retires what an earlier version of a file said and this one no longer does. `vocabulary` gives causal statements
    their quantities (default: the shipped packs'). Raises the store's own KnowledgeError: it concerns every file.
    """
    intake = Intake(store, asset=asset, by=by, status=status, replace=replace, quantities=_quantities(vocabulary))
    taken: list[Taken] = []
    refused: list[Refused] = []
    notes = Notes()
    for number, file in enumerate(files):

        def tell(name: str, share: float, number: int = number) -> None:
            if progress:
                progress(name, (number + share) / len(files))

        tell(file.name, 0.0)
        before = len(taken) + len(refused)
        if file.suffix.casefold() == ARCHIVE:
            _archive(file, intake, taken, refused, notes, tell)
            if len(taken) + len(refused) == before:
                refused.append(Refused(file=file.name, code="failure_kb_empty_archive", values={"file": file.name}))
        else:
            opened = Opened(file, file.name, Notes(), partial(tell, file.name))
            _one(opened, intake, taken, refused)
    if progress and files:
        progress(files[-1].name, 1.0)
    return Report(taken=taken, refused=refused, notes=notes.all())


def _one(opened: Opened, intake: Intake, taken: list[Taken], refused: list[Refused]) -> None:
    """One document into `taken`, or into `refused`; into both when it broke off."""
    try:
        taken.append(intake.take(opened))
    except KnowledgeError as error:
        if "file" not in error.values:  # the store's own failure concerns every file
            raise
        values = {key: str(value) for key, value in error.values.items()}
        refused.append(Refused(file=opened.name, code=error.code, values=values))
        if intake.broken_off is not None:
            taken.append(intake.broken_off)


def _archive(
    file: Path, intake: Intake, taken: list[Taken], refused: list[Refused], notes: Notes,
    tell: Callable[[str, float], None],
) -> None:  # fmt: skip
    """The documents of a ZIP file, each under its name within it."""
    within: list[Taken] = []
    failed: list[Refused] = []
    try:
        check_file(Opened(file, file.name, notes))
        digest = intake.digest(file)
        if (known := intake.unchanged(file.name, digest)) is not None:
            taken.append(known)
            return
        with tempfile.TemporaryDirectory(prefix="andon-") as folder:
            for name, path, share in unpack(file, Path(folder), lambda name: format_of(name) is not None, notes):
                label = f"{file.name}/{name}"
                tell(label, share)
                _one(Opened(path, label, Notes()), intake, within, failed)
        if within and not failed:
            intake.remember(file.name, digest, sum(len(t.stored) + t.known for t in within), [])
    except KnowledgeError as error:
        if "file" not in error.values:
            raise
        values = {key: str(value) for key, value in error.values.items()}
        failed.append(Refused(file=file.name, code=error.code, values=values))
    taken += within
    refused += failed


def _quantities(vocabulary: Vocabulary | None) -> Quantities:
    if vocabulary is None:
        from kb.packs import load

        vocabulary = Vocabulary(quantities=[q for name in kb.PACKS for q in load(name).vocabulary.quantities])
    return Quantities(vocabulary)


def passages_of(file: Path, *, asset: str = "", status: Status = "verified") -> list[Passage]:
    """The passages of one document without storing them; its text is data, nothing in it is carried out.

    Ids come from the content, so the same document gives the same ids in every store. `source` is the file and the
    line, page or row, `title` the path of headings. KnowledgeError names what is wrong with the file.
    """
    opened = Opened(file, PurePath(file).name, Notes())
    found = [bind(draft, opened.name, asset, status) for draft in drafts(read(opened), opened.notes)]
    if not found:
        raise KnowledgeError("failure_kb_empty_file", file=opened.name)
    return found


__all__ = ["Note", "Progress", "Refused", "Report", "Taken", "ingest", "passages_of"]
