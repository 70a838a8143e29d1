"""PDF: pages into lines and tables, lines into paragraphs under headings; scanned pages are noted, not silently empty.

Pages are read in windows, so that a manual of a thousand pages neither fills the memory nor waits for its last page.
"""

from __future__ import annotations

import logging
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kb.errors import KnowledgeError
from kb.ingest.layout import Flow, PageLines, furniture
from kb.ingest.pdf_page import invisible_boxes, read_page
from kb.ingest.values import Opened, Section, Table

log = logging.getLogger(__name__)

WINDOW = 40  # pages; what repeats on them is header or footer


def pdf(opened: Opened) -> Iterator[Section | Table]:
    """Sections and tables with the page that each begins on."""
    with _document(opened) as (document, painted):
        flow = Flow(opened.notes)
        sizes: Counter[float] = Counter()
        repeated: Counter[str] = Counter()
        window: list[PageLines] = []
        for number, page in enumerate(document.pages, 1):
            found = _read(page, number, painted, opened)
            page.close()  # lets go of the page's letters
            opened.progress(number / len(document.pages))
            if found is not None:
                window.append(found)
                for line in found.lines():
                    sizes[line.size] += len(line.text)
            if window and (len(window) == WINDOW or number == len(document.pages)):
                repeated.update(furniture(window))
                yield from flow.pages(window, sizes.most_common(1)[0][0] if sizes else 0.0, repeated)
                window = []
        yield from flow.end()


@contextmanager
def _document(opened: Opened) -> Iterator[tuple[Any, Any]]:
    """The document for its letters and lines, and once more for what is painted invisibly."""
    try:
        import pdfplumber
        import pypdfium2
        from pdfminer.pdfdocument import PDFPasswordIncorrect
        from pdfplumber.utils.exceptions import PdfminerException
    except ImportError as error:
        raise KnowledgeError("failure_kb_extra", file=opened.name, extra="documents") from error
    try:
        second = pypdfium2.PdfDocument(str(opened.path))
        document = pdfplumber.open(opened.path)
        pages = len(document.pages)
    except (PdfminerException, pypdfium2.PdfiumError) as error:
        cause = error.args[0] if error.args else None
        locked = isinstance(cause, PDFPasswordIncorrect) or "password" in str(error).casefold()
        code = "failure_kb_encrypted" if locked else "failure_kb_damaged_file"
        raise KnowledgeError(code, file=opened.name) from error
    except Exception as error:  # damaged files make the reader fail in every way there is
        raise KnowledgeError("failure_kb_damaged_file", file=opened.name) from error
    if pages == 0:
        raise KnowledgeError("failure_kb_damaged_file", file=opened.name)
    try:
        yield document, second
    finally:
        document.close()
        second.close()


def _read(page: Any, number: int, painted: Any, opened: Opened) -> PageLines | None:
    """The page's lines and tables; None, and a note, when it cannot be read."""
    try:
        found = read_page(page, number, invisible_boxes(painted[number - 1]))
    except Exception as error:  # one bad page of a manual is no reason to lose the others
        where = "".join(traceback.format_tb(error.__traceback__))  # no text of it: that may quote the page
        log.warning(
            "page %d cannot be read: %s\n%s", number, type(error).__name__, where
        )  # its text may quote the page
        opened.notes.add("broken_pages", number)
        return None
    if found.hidden:
        opened.notes.add("hidden_text", number)
    return found
