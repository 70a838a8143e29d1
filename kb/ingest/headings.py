"""Headings of plain text: numbered as people number them in English and Chinese, or underlined.

A list looks much like a row of headings, so a numbered line counts only where it stands at the beginning of a
paragraph, is short, ends like no sentence, and has text of its own below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from kb.ingest.chunks import CLAUSE, columns

MOST_COLUMNS = 80  # of a heading that stands alone
MOST_ABOVE = 50  # of one with its text on the next line: a longer line was broken for width
TITLE, NOTICE = "title", "notice"
_HAN_NUMBER = "[一二三四五六七八九十百\\d]+"
_NOTE = "(?:通知|通告|公告|通报)"
_DAY = (
    r"(?:\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?"
    r"|\d{1,2}\.?\s+(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+\d{4})"
)
_NOTICE = re.compile(  # "通知  2024年12月2日  冬季防冻", "关于冬季防冻的通知", "Notice 2 December 2024: frost"
    rf"(?:安全|紧急|补充)?{_NOTE}[\s　:：（(]*{_DAY}|关于.{{2,36}}的{_NOTE}$|.{{2,36}}{_NOTE}[\s　（(]*{_DAY}[)）]?$"
    rf"|(?:safety |urgent )?(?:notice|bulletin|circular|memo)\b[\s:,(-]*(?:no\.? ?\S+[\s:,(-]*)?{_DAY}",
    re.IGNORECASE,
)
_STYLES = (
    ("chapter", f"第{_HAN_NUMBER}[章篇部]"),
    ("section", f"第{_HAN_NUMBER}节"),
    ("article", f"第{_HAN_NUMBER}条"),
    ("han", "[一二三四五六七八九十]+[、．.]"),
    ("bracketed", "[（(][一二三四五六七八九十]+[)）]"),
    ("number", r"\d{1,2}(?:\.\d{1,2}){0,3}(?:[.、．)）]\s*(?=[^\d\s])|\s+(?=[^\W\d_a-z])|(?=[\u4e00-\u9fff]))"),
)
_PATTERNS = tuple((style, re.compile(rf"(?:{pattern})\s*(?=\S)")) for style, pattern in _STYLES)
_RULE = re.compile(r"\s{0,3}(={3,}|-{3,})\s*$")
_ENDED = (".", "。", ";", "；", ",", "，", ":", "：", "、")
_UNIT = re.compile(r"\d+(?:\.\d+)?\s*(?:[a-zA-Z°%µΩ/³²]{1,4}\b|[年月日天周次个倍分秒时吨米度台人])")


class Heading(NamedTuple):
    """A heading on a line: how many lines it takes (2 when underlined), its text, and what it is numbered by."""

    lines: int
    text: str
    style: str


def headings(lines: Sequence[str]) -> Mapping[int, tuple[Heading, tuple[str, ...]]]:
    """Line (from 0) -> the heading that begins there, and the path of headings that it ends."""
    found = _with_text(lines, {n: heading for n in range(len(lines)) if (heading := _heading(lines, n))})
    paths: dict[int, tuple[Heading, tuple[str, ...]]] = {}
    path: list[Heading] = [title] if (title := _title(lines, found)) else []
    if title:
        paths[next(n for n, line in enumerate(lines) if line.strip())] = (title, (title.text,))
    for number, heading in found.items():
        path = [*_above(path, heading.style), heading]
        paths[number] = (heading, tuple(each.text for each in path))
    return dict(sorted(paths.items()))


def _above(path: Sequence[Heading], style: str) -> Iterator[Heading]:
    """The headings above one of this style: those before the first of its own rank ("1" is above "1.1")."""
    for each in path:
        ranked = each.style.split()[0] == style.split()[0] and each.style >= style
        if ranked or (style == NOTICE and each.style != TITLE):
            return
        yield each


def _notice(lines: Sequence[str], number: int) -> bool:
    """Does this line stand alone and say that a notice begins?"""
    line, around = lines[number].strip(), [*lines[number - 1 : number], *lines[number + 1 : number + 2]]
    return not any(each.strip() for each in around) and not line.endswith(_ENDED) and _NOTICE.match(line) is not None


def _heading(lines: Sequence[str], number: int) -> Heading | None:
    """The heading that begins on this line by its looks alone."""
    line = lines[number].strip()
    before = lines[number - 1].strip() if number else ""
    below = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if not line or columns(line) > MOST_COLUMNS:
        return None
    rule = _RULE.match(below)
    if rule and not before and not line.startswith(("-", "*", "|", ">")):
        return Heading(2, line, f"underlined {'=-'.index(rule[1][0])}")
    if _notice(lines, number):
        return Heading(1, line, NOTICE)
    style = _style(line)
    if not style or before or line.endswith(_ENDED) or _UNIT.match(line):
        return None
    if below and (columns(line) > MOST_ABOVE or below[0].islower() or _is_listed(lines, number, style)):
        return None
    return Heading(1, line, style)


def _style(line: str) -> str:
    """What a line is numbered by, "" when it is not; numbers also by their depth."""
    for style, pattern in _PATTERNS:
        if found := pattern.match(line):
            return f"number {found[0].strip().rstrip('.').count('.')}" if style == "number" else style
    return ""


def _is_listed(lines: Sequence[str], number: int, style: str) -> bool:
    """Does another line of its paragraph have a number of this style?"""
    for line in lines[number + 1 :]:
        if not line.strip():
            return False
        if _style(line.strip()) == style:
            return True
    return False


def _with_text(lines: Sequence[str], found: Mapping[int, Heading]) -> dict[int, Heading]:
    """Those of the headings that have text or a heading of another rank below them; the others are a list."""
    kept: dict[int, Heading] = {}
    for number, heading in found.items():
        below = number + heading.lines
        while below < len(lines) and not lines[below].strip():
            below += 1
        if below < len(lines) and (below not in found or found[below].style != heading.style):
            kept[number] = heading
    return kept


def _title(lines: Sequence[str], found: Mapping[int, Heading]) -> Heading | None:
    """The title of the text: a first line alone, where headings or clauses follow; what stands between is its own."""
    written = [n for n, line in enumerate(lines) if line.strip()][:2]
    parted = found or any(CLAUSE.match(line.strip()) for line in lines)
    if len(written) < 2 or written[0] in found or written[1] == written[0] + 1 or not parted:
        return None
    line = lines[written[0]].strip()
    if columns(line) > MOST_COLUMNS or line.endswith(_ENDED) or _style(line) or line[0].islower() or line[0] in "-*•|>":
        return None
    return Heading(1, line, NOTICE if re.search(f"{_NOTE}$", line) else TITLE)
