"""Documents into passages: read, cut at headings and paragraphs, store what is new, report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.ingest.chunks import Section, chunks
from kb.ingest.formats import read
from kb.passage import Frozen, Passage, Status
from kb.text import content_hash, lang_of

Progress = Callable[[str, float], None]  # (file, share done 0..1)


class Taken(Frozen):
    """What became of one file: ids stored now, and how many passages were known already."""

    file: str
    stored: list[str]
    known: int


class Refused(Frozen):
    """A file that was not read: the code of the sentence and its values."""

    file: str
    code: str
    values: dict[str, str]


class Report(Frozen):
    """What was taken and what was not."""

    taken: list[Taken]
    refused: list[Refused]


def ingest(
    files: Sequence[Path], store: KnowledgeBase, *, asset: str = "", by: str = "", status: Status = "verified",
    progress: Progress | None = None,
) -> Report:  # fmt: skip
    """Take `files` into `store`, each file whole or not at all; a file that cannot be read is reported."""
    taken: list[Taken] = []
    refused: list[Refused] = []
    for number, file in enumerate(files):
        if progress:
            progress(file.name, number / len(files))
        try:
            added = store.add(passages_of(file, asset=asset, status=status), by=by, note=file.name)
        except KnowledgeError as error:
            if "file" not in error.values:  # the store's own failure concerns every file
                raise
            refused.append(
                Refused(file=file.name, code=error.code, values={k: str(v) for k, v in error.values.items()})
            )
        else:
            taken.append(Taken(file=file.name, stored=[p.id for p in added.stored], known=len(added.known)))
    return Report(taken=taken, refused=refused)


def passages_of(file: Path, *, asset: str = "", status: Status = "verified") -> list[Passage]:
    """The passages of one document; their text is data, nothing in it is carried out.

    Ids come from the content, so the same document gives the same ids in every store. `source` is the file and the
    line, `title` the path of headings. KnowledgeError names what is wrong with the file.
    """
    found = [_passage(file.name, section, asset, status) for section in chunks(read(file))]
    if not found:
        raise KnowledgeError("failure_kb_empty_file", file=file.name)
    return found


def _passage(file: str, section: Section, asset: str, status: Status) -> Passage:
    lang = lang_of(section.text)
    title = " › ".join(section.path) or _first_words(section.text)
    return Passage(
        id=f"K-{content_hash('', section.text, lang)[:8]}", title=title, text=section.text,
        source=f"{file}, {'第 ' + str(section.line) + ' 行' if lang == 'zh' else 'line ' + str(section.line)}",
        asset=asset, lang=lang, kind="manual", status=status,
    )  # fmt: skip


def _first_words(text: str, limit: int = 60) -> str:
    line = text.split("\n", 1)[0]
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"
