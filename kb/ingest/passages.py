"""From what a reader found to passages: text is cut, tables are turned into rows, codes are filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from kb.ingest.chunks import chunks
from kb.ingest.codes import codes_at_line_starts, codes_in_headings
from kb.ingest.forms import without_forms
from kb.ingest.tables import Tables, short
from kb.ingest.values import Draft, Notes, Section, Table
from kb.passage import Passage, Status
from kb.text import content_hash, lang_of

ID_DIGITS = 10  # of the content's hash


def drafts(parts: Iterable[Section | Table], notes: Notes) -> Iterator[Draft]:
    """The passages of a document in their order."""
    tables = Tables(notes)
    for are_tables, run in groupby(without_forms(parts, notes), key=lambda part: isinstance(part, Table)):
        if are_tables:
            for table in run:
                yield from tables.drafts(table)  # type: ignore[arg-type]  # groupby told them apart
        else:
            yield from map(_draft, chunks(run))  # type: ignore[arg-type]


def _draft(section: Section) -> Draft:
    codes = codes_in_headings(section.path) + codes_at_line_starts(section.text)
    title = " › ".join(section.path) or short(section.text, 60)
    return Draft(title, section.text, section.at, codes=tuple(dict.fromkeys(codes)))


def bind(draft: Draft, document: str, asset: str, status: Status) -> Passage:
    """The passage of `document`. Its id comes from its content, so that it is the same in every store."""
    lang = lang_of(draft.text)
    heading = draft.title if draft.kind == "case" else ""
    where = draft.at.words(lang)
    return Passage(
        id=f"K-{content_hash(heading, draft.text, lang)[:ID_DIGITS]}", title=draft.title, text=draft.text,
        source=f"{document}, {where}" if where else document, asset=draft.asset or asset, lang=lang, kind=draft.kind,
        status=status, document=document, codes=list(draft.codes),
    )  # fmt: skip
