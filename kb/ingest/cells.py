"""A cell of a table in one line: broken for width it is joined, lines of a list stay apart."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kb.ingest.chunks import columns
from kb.ingest.layout import join
from kb.text import lang_of

APART = "\n\n"  # between two things that a cell says: always told apart
FILLED = 0.7  # of the widest line of a cell: a line that ends before was ended on purpose
_MARK = re.compile(r"(?:[-*+•·▪●○◦–]|\(?\d{1,2}[.)、）]|[（(][一二三四五六七八九十]+[)）])\s*(?!\d)")
_CAPITAL = re.compile(r"[A-Z][a-z]|[A-Z]{3}")
_ENDED = ".。,，;；:：!！?？"


def flat(cell: str) -> str:
    """The cell in one line; the lines of a list are parted by commas where nothing parts them yet."""
    said: list[str] = []
    for block in re.split(r"\n\s*\n", cell):
        lines = [" ".join(line.split()) for line in block.split("\n") if line.strip()]
        widest = max((columns(line) for line in lines), default=0)
        for number, line in enumerate(lines):
            if number and not _begins(lines, number, widest):
                said[-1] = join(said[-1], line)
            else:
                said.append(line)
    joint = "，" if lang_of(cell) == "zh" else ", "
    one = ""
    for line in said:
        one += ("" if not one else " " if one[-1] in _ENDED else joint) + line
    return one


def _begins(lines: Sequence[str], number: int, widest: int) -> bool:
    """Whether a line says something new: by a mark, after a line that had room left, or as all its lines do."""
    line, before = lines[number], lines[number - 1]
    if _MARK.match(line) or before[-1] in _ENDED:
        return True
    if _MARK.match(lines[0]) or line[0].islower():
        return False
    if all(_CAPITAL.match(each) for each in lines):
        return True
    return columns(before) < FILLED * widest
