"""Numbers of lists in Word documents: Word keeps them apart from the text, and steps without them are no steps."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_WRITTEN = re.compile(r"(?:[-•·▪●○◦–]|[（(]?\d{1,2}[.)、）]|[（(]?[一二三四五六七八九十]{1,3}[)、）]|第.{1,3}步)")
_LETTERS = ("lowerLetter", "upperLetter")
BULLET = "- "
DEEPEST = 9  # levels of a list in Word


class Level(NamedTuple):
    """How a level of a list is marked: by which format, from which number, and by a pattern such as "%1.%2"."""

    format: str = "bullet"
    start: int = 1
    pattern: str = ""


class Numbering:
    """Counts the paragraphs of a document's lists in their order, as Word does."""

    def __init__(self, document: Any) -> None:
        self._lists: dict[str, str] = {}  # a list -> what it is an instance of; instances count on
        self._levels: dict[tuple[str, int], Level] = {}
        self._restarts: dict[tuple[str, int], int] = {}  # where a list itself says that it begins anew
        self._counts: dict[tuple[str, int], int] = {}
        root = _root(document)
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        for kind in root.iter(f"{_W}abstractNum"):
            for level in kind.iter(f"{_W}lvl"):
                depth = int(level.get(f"{_W}ilvl", "0"))
                found = Level(_value(level, "numFmt") or "decimal", int(_value(level, "start") or 1),
                              _value(level, "lvlText"))  # fmt: skip
                self._levels[kind.get(f"{_W}abstractNumId"), depth] = found
        for listed in root.iter(f"{_W}num"):
            number = listed.get(f"{_W}numId")
            self._lists[number] = _value(listed, "abstractNumId")
            for change in listed.iter(f"{_W}lvlOverride"):
                if start := _value(change, "startOverride"):
                    self._restarts[number, int(change.get(f"{_W}ilvl", "0"))] = int(start)

    def mark(self, paragraph: Any, text: str) -> str | None:
        """What stands before a paragraph of a list: "3. ", "- ", or "" where its text says so itself; None where it is
        of no list."""
        place = _place(paragraph)
        if place is None:
            return None if not _is_listed(paragraph) else "" if _WRITTEN.match(text) else BULLET
        number, depth = place
        if number == "0":  # a list that was taken away again
            return None
        kind = self._lists.get(number, number)
        level = self._levels.get((kind, depth), Level())
        count = self._count(number, kind, depth, level.start)
        if _WRITTEN.match(text):
            return ""
        if level.format in ("bullet", "none"):
            return BULLET
        return self._written(kind, depth, count, level)

    def _count(self, number: str, kind: str, depth: int, start: int) -> int:
        if (number, depth) in self._restarts:
            count = self._restarts.pop((number, depth))
        else:
            count = self._counts.get((kind, depth), start - 1) + 1
        self._counts[kind, depth] = count
        for below in range(depth + 1, DEEPEST):
            self._counts.pop((kind, below), None)
        return count

    def _written(self, kind: str, depth: int, count: int, level: Level) -> str:
        """Digits whatever the script of the numbers, so that people and programs see steps alike."""
        if level.format in _LETTERS:
            return f"{chr(ord('a') + (count - 1) % 26)}) "
        if level.pattern.count("%") > 1:
            above = [self._counts.get((kind, n), 1) for n in range(depth)]
            return ".".join(map(str, [*above, count])) + ". "
        return f"{count}. " if depth == 0 else f"{count}) "


def _root(document: Any) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError):  # the document has no lists of its own
        return None


def _value(element: Any, tag: str) -> str:
    found = element.find(f"{_W}{tag}")
    return (found.get(f"{_W}val") or "") if found is not None else ""


def _place(paragraph: Any) -> tuple[str, int] | None:
    """The list and level of a paragraph, its own or its style's."""
    at = _of(paragraph._p.pPr)
    style = paragraph.style
    while style is not None:
        inherited = _of(style.element.find(f"{_W}pPr"))
        if at[0] is None:
            at = (inherited[0], at[1] if at[1] is not None else inherited[1])
        style = style.base_style
    return (at[0], at[1] or 0) if at[0] is not None else None


def _of(properties: Any) -> tuple[str | None, int | None]:
    found = properties.find(f"{_W}numPr") if properties is not None else None
    if found is None:
        return None, None
    number, level = _value(found, "numId"), _value(found, "ilvl")
    return number or None, int(level) if level else None


def _is_listed(paragraph: Any) -> bool:
    """By the name of its style; Word gives "List Paragraph" to indented text as well."""
    name = ((paragraph.style.name if paragraph.style is not None else "") or "").casefold()
    return "list" in name and not name.startswith(("list paragraph", "list continue"))
