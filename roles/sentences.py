"""Where a sentence ends, in both languages. (The knowledge base has its own: it keeps rows of tables whole.)"""

from __future__ import annotations

import re

ENDS = "。.!！?？"
_ABBREVIATION = re.compile(r"\b(?:e\.g|i\.e)$", re.IGNORECASE)
_SEMICOLON = re.compile(r"(?<=;)\s+|(?<=；)")


def sentences(text: str) -> list[str]:
    """The sentences of a text, each on one line. A line's end is no sentence's end: lines of documents are wrapped."""
    return _cut(" ".join(text.split()))


def first_sentences(text: str, count: int) -> str:
    """The first sentences of a text, on one line."""
    line = " ".join(text.split())
    ends = _ends(line)
    return line[: ends[count - 1] + 1].strip() if len(ends) >= count else line


def sentences_of_lines(text: str) -> list[str]:
    """The sentences of each line as they stand there: the lines of a list or a table are about different things."""
    return [sentence for line in text.split("\n") for sentence in _cut(line)]


def statements(text: str) -> list[str]:
    """As `sentences_of_lines`, and cut at semicolons: what is said of one thing."""
    return [part for sentence in sentences_of_lines(text) for part in _SEMICOLON.split(sentence) if part]


def _cut(line: str) -> list[str]:
    starts = [0, *(end + 1 for end in _ends(line))]
    parts = [line[start:end].strip() for start, end in zip(starts, [*starts[1:], len(line)], strict=True)]
    return [part for part in parts if part]


def _ends(line: str) -> list[int]:
    return [i for i in range(len(line)) if line[i] in ENDS and _ends_sentence(line, i)]


def _ends_sentence(line: str, at: int) -> bool:
    """A full stop ends a sentence before a space or the end ("0.5 mm" doesn't, "e.g. " neither)."""
    if line[at] in "。！？":
        return True
    return (at + 1 == len(line) or line[at + 1].isspace()) and not _ABBREVIATION.search(line, max(0, at - 4), at)
