"""Word documents (.docx): headings, lists and tables in their order. Word keeps no pages, so paragraphs are counted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from kb.errors import KnowledgeError
from kb.ingest.numbering import Numbering
from kb.ingest.texts import NUMBERED, depth, tidy
from kb.ingest.values import Opened, Place, Row, Section, Table

TITLE = 0  # level of the document's own title: it stands above every heading
_LEVEL = re.compile(r"^(?:heading|标题)\s*(\d)$", re.IGNORECASE)
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_OFTEN = 50  # paragraphs between two words on progress


def word(opened: Opened) -> Iterator[Section | Table]:
    """Paragraphs under their path of headings, tables between them; pictures and hidden text are noted."""
    body = _open(opened)
    path: list[str] = [""]  # the title of the document, and below it the headings
    numbers = Numbering(body)
    paragraphs = tables = 0
    blocks = list(body.iter_inner_content())
    _note_pictures(body, opened)
    for number, block in enumerate(blocks):
        if number % _OFTEN == 0:
            opened.progress(number / len(blocks))
        if hasattr(block, "rows"):
            tables += 1
            yield Table(tuple(p for p in path if p), _rows(block, tables, opened))
            continue
        paragraphs += 1
        text = _text(block, opened)
        if not text:
            continue
        level, mark = _level(block, text), numbers.mark(block, text)
        if level is not None:
            path = [*path[:level], *[""] * (level - len(path)), text]
        else:
            yield Section(tuple(p for p in path if p), Place("paragraph", paragraphs), (mark or "") + text)


def _open(opened: Opened) -> Any:
    try:
        import docx
    except ImportError as error:
        raise KnowledgeError("failure_kb_extra", file=opened.name, extra="documents") from error
    try:
        return docx.Document(str(opened.path))
    except Exception as error:  # damaged files make the reader fail in every way there is
        raise KnowledgeError("failure_kb_damaged_file", file=opened.name) from error


def _text(paragraph: Any, opened: Opened) -> str:
    """The visible words: inserted ones too, deleted, hidden and white ones not; text boxes are noted."""
    parts: list[str] = []
    for node in paragraph._p.iter():
        if node.tag == f"{_W}txbxContent":
            opened.notes.add("text_boxes")
        if node.tag != f"{_W}t" and node.tag not in _BREAKS:
            continue
        above = {parent.tag for parent in node.iterancestors()}
        if f"{_W}del" in above or f"{_W}txbxContent" in above:
            continue
        run = next((parent for parent in node.iterancestors() if parent.tag == f"{_W}r"), None)
        if run is not None and _is_hidden(run):
            opened.notes.add("hidden_text")
            continue
        parts.append(_BREAKS.get(node.tag) or node.text or "")
    return tidy("".join(parts)).strip()


def _is_hidden(run: Any) -> bool:
    """Marked as hidden, or white; white words on a dark cell of a table are to be seen."""
    style = run.find(f"{_W}rPr")
    if style is None:
        return False
    for tag in (f"{_W}vanish", f"{_W}webHidden"):
        mark = style.find(tag)
        if mark is not None and mark.get(f"{_W}val", "true") not in ("0", "false"):
            return True
    color = style.find(f"{_W}color")
    white = color is not None and color.get(f"{_W}val", "").upper() == "FFFFFF"
    shaded = any(parent.find(f".//{_W}shd") is not None for parent in run.iterancestors(f"{_W}tc", f"{_W}p"))
    tabled = any(True for _ in run.iterancestors(f"{_W}tbl"))
    return white and not shaded and not tabled


def _level(paragraph: Any, text: str) -> int | None:
    """Level of a heading from 1, TITLE for that of all, None for running text: by its style, or bold and numbered."""
    style = paragraph.style
    while style is not None:
        if match := _LEVEL.match(style.name or ""):
            return int(match[1])
        if (style.name or "").casefold() in ("title", "标题"):
            return TITLE
        style = style.base_style
    match = NUMBERED.match(text)
    if match and paragraph.runs and all(run.bold for run in paragraph.runs if run.text.strip()):
        return depth(match) + 1
    return None


def _rows(table: Any, number: int, opened: Opened) -> Iterator[Row]:
    """The rows; a cell merged over columns stands in the first of them, one merged over rows in each."""
    for row in table.rows:
        cells, before = [], None
        for cell in row.cells:
            if cell._tc is before:
                cells.append("")  # or what follows would stand under the header before its own
                continue
            before = cell._tc
            cells.append("\n".join(text for p in cell.paragraphs if (text := _text(p, opened))))
        yield Row(Place("table", number), cells)


def _note_pictures(document: Any, opened: Opened) -> None:
    pictures = sum(1 for _ in document.element.body.iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))
    if pictures:
        opened.notes.add("images", count=pictures)
