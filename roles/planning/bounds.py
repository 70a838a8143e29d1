"""How much of a request is read: a pasted table or a whole report costs no more than a long question.

Numbers in a row are data, no wish; what remains is read at its beginning and its end, where people ask.
"""

from __future__ import annotations

import re

LONGEST = 3000  # characters that are read, half from each end; a page of text
ROW = 16  # so many numbers one after the other are a pasted table
CELL = r"(?:[-+]?\d[\dtz.:/e%+-]{0,40}|nan|null|n/?a)"
TABLE = re.compile(
    rf"(?<![\w.:/+-]){CELL}(?:[\s,;|，；、]{{1,8}}{CELL}){{{ROW - 1},}}(?![\w.])", re.ASCII | re.IGNORECASE
)
SPACES = re.compile(r"[^\S\n]{2,}")
LINES = re.compile(r"\n\s+")
RUN = re.compile(r"([A-Za-z0-9_.:-]{500})[A-Za-z0-9_.:-]+")  # no word, no number, no time is that long


def bounded(text: str) -> str:
    """`text` without pasted tables, empty stretches and endless words, at most LONGEST characters and a line end."""
    text = LINES.sub("\n", SPACES.sub(" ", text))
    text = RUN.sub(r"\1", TABLE.sub("\n", text))
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    head, tail = text[:half], text[-half:]
    # Not in the middle of a word or a number, unless there is nothing but one.
    head = re.sub(r"[A-Za-z0-9_.:-]{1,80}\Z", "", head) or head
    tail = re.sub(r"\A[A-Za-z0-9_.:-]{1,80}", "", tail) or tail
    return f"{head}\n{tail}"
