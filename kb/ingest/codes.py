"""Alarm and fault codes, as written: in the cells of a code column, in headings, at the beginning of a line."""

from __future__ import annotations

import re
from collections.abc import Iterable

MOST_IN_RANGE = 50
_CODE = r"(?-i:[A-Z]{0,5}[-_.]?\d[0-9A-Z]{0,6}(?:[-_.][0-9A-Z]{1,6}){0,2})(?![\w%°])"
_KEYED = re.compile(
    r"(?:\b(?:alarm|fault|error|warning|trip|failure)s?|\bcode|报警|故障|错误|警告|告警|代码)"
    r"(?:\s*(?:code|no\.?|number|nr\.?|message|id|代码|代号|编号|码|号)(?![a-z]))*\s*[:：#]?\s*(?P<code>" + _CODE + ")",
    re.IGNORECASE,
)
_BARE = r"(?:[A-Z]{1,4}[-_.]\d{2,6}|[A-Z]{1,3}\d{3,6})[A-Z]?"
_LEADING = re.compile(rf"^(?:\d+(?:\.\d+)*\.?\s+)?(?P<code>{_BARE})(?![\w.-]*\w)\s*(?:[:：,，–—-]|\s|$)")
_BRACKETED = re.compile(rf"[(（\[](?P<code>{_BARE})[)）\]]\s*$")
_STANDARDS = re.compile(r"(?:ISO|DIN|EN|IEC|GB|GBT|ASTM|JIS|API|ANSI|UL|RS|VDE|IP|NR)[-_.]?\d")
_DATE = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}")
_BETWEEN = re.compile(r"\s*(?:[,，、;；/|\n]|\band\b|\bor\b|和|及|或)\s*")
_RANGE = re.compile(r"^(\D*?)(\d+)\s*(?:-|–|—|~|～|\.{2,3}|…|\bto\b|至|到)\s*(\D*?)(\d+)$")
_CELL = re.compile(r"^#?[A-Za-z]{0,6}[-_. ]?\d[\w.-]{0,12}$|^[A-Z][A-Za-z]{0,2}\.?[A-Z]{1,4}\d{0,4}$")


def codes_in_cell(cell: str) -> list[str]:
    """The codes of a cell in a code column; a range "F101 - F104" is spelt out too."""
    found: list[str] = []
    for piece in _BETWEEN.split(cell.strip()):
        found += _range(piece) or ([piece] if is_code(piece) else [])
    return list(dict.fromkeys(found))


def is_code(text: str) -> bool:
    """Whether a whole cell looks like a code: "E-2041", "2041", "F 07", "OC", not words and not a date."""
    return _CELL.match(text.strip()) is not None and _DATE.match(text.strip()) is None


def codes_in_headings(headings: Iterable[str]) -> list[str]:
    """Codes in titles: "Alarm E-2041", "E-2041 Drive overtemperature", "变频器过热（F0004）"."""
    found: list[str] = []
    for heading in headings:
        found += _codes(_KEYED.finditer(heading))
        found += _codes(match for match in (_LEADING.match(heading), _BRACKETED.search(heading)) if match)
    return list(dict.fromkeys(found))


def codes_at_line_starts(text: str) -> list[str]:
    """Codes that lines of running text begin with, after a word such as "Alarm" or "故障代码"."""
    starts = (_KEYED.match(line.lstrip(" -*+•·")) for line in text.split("\n"))
    return list(dict.fromkeys(_codes(match for match in starts if match)))


def _codes(matches: Iterable[re.Match[str]]) -> list[str]:
    codes = (match["code"].rstrip(".-_") for match in matches)
    return [code for code in codes if not _STANDARDS.match(code) and not _DATE.match(code)]


def _range(piece: str) -> list[str]:
    """Every code of a range, [] when `piece` is none ("12-3" is one code)."""
    match = _RANGE.match(piece.strip())
    if match is None:
        return []
    head, first, other, last = match.groups()
    if other.strip() not in ("", head.strip()) or not 0 < int(last) - int(first) <= MOST_IN_RANGE:
        return []
    if len(first) != len(last) and first.startswith("0"):
        return []
    return [f"{head.strip()}{number:0{len(first)}d}" for number in range(int(first), int(last) + 1)]
