"""Markdown and plain text: bytes -> text -> sections under their headings, and tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kb.errors import KnowledgeError
from kb.ingest.headings import headings
from kb.ingest.values import Opened, Place, Row, Section, Table
from kb.text import clean

FEW_BROKEN = 0.005  # share of characters that may be broken in a text that is read all the same
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_RULER = re.compile(r"^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$")
_CELL_END = re.compile(r"(?<!\\)\|")
_USUAL = re.compile("[\t\n\r -~\u00a0-\u00ff\u2010-\u203f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_TAGS = re.compile("[\U000e0000-\U000e007f\u00ad\u180e]")  # letters that no reader sees, soft hyphens
NUMBERED = re.compile(
    r"^(\d+(?:\.\d+){0,3})[.、)]?\s+(\S.{0,78})$|^第[一二三四五六七八九十百\d]+[章节条]\s*(\S.{0,38})$"
)


def tidy(text: str) -> str:
    """`text` without escapes and characters that nobody sees; blank lines before it stay: they count."""
    lead = len(text) - len(text.lstrip("\r\n"))
    return "\n" * text[:lead].replace("\r\n", "\n").count("\n") + clean(_TAGS.sub("", text))


def decode(raw: bytes, name: str, declares: bool = False) -> str:
    """Bytes as text: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030; binary content is refused.

    `declares`: the format may name its encoding (HTML); then that is tried first.
    """
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    sure = next((encoding for mark, encoding in marked.items() if raw.startswith(mark)), None)
    if sure is None and b"\x00" in raw:
        sure = _unmarked_utf16(raw, name)
    declared = _DECLARED.search(raw[:2048]) if declares and sure is None else None
    encodings = [sure] if sure else ["utf-8", "gb18030"]
    if declared and (word := declared[1].decode().casefold()) not in ("utf-8", "gb2312", "gbk", "utf-16"):
        encodings.insert(1, word)  # bytes that are valid UTF-8 are UTF-8, whatever the page says
    text = next((text for encoding in encodings if (text := _strictly(raw, encoding)) is not None), None)
    if text is None:  # a stray byte or a cut end is no reason to refuse a manual
        loose = (raw.decode(encoding, "replace") for encoding in ("utf-8", "gb18030"))
        text = next((text for text in loose if text.count("\ufffd") <= 3 + FEW_BROKEN * len(text)), None)
    if text is None or sum(c < " " and c not in "\t\n\r\f\x1b" for c in text[:65536]) * 20 > len(text[:65536]):
        raise KnowledgeError("failure_kb_not_text", file=name)
    return tidy(text)


def _strictly(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _unmarked_utf16(raw: bytes, name: str) -> str:
    """UTF-16 without a mark: read the right way round it is nearly all Latin and Chinese. Other zeros are binary."""
    sample = raw[: 4096 if len(raw) >= 4096 else len(raw) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        text = sample.decode(encoding, "replace")
        if len(raw) % 2 == 0 and len(_USUAL.findall(text)) >= 0.97 * len(text):
            return encoding
    raise KnowledgeError("failure_kb_not_text", file=name)


def markdown(opened: Opened) -> Iterator[Section | Table]:
    """Sections under their path of headings; code blocks stay whole, links keep their words."""
    return markdown_text(decode(opened.path.read_bytes(), opened.name))


def markdown_text(text: str) -> Iterator[Section | Table]:
    """See markdown()."""
    text = _COMMENT.sub(lambda m: "\n" * m[0].count("\n"), text)
    path: list[str] = []
    body: list[str] = []
    start, fence = 1, ""
    lines = text.split("\n")
    for number, line in enumerate([*lines, "# end"], 1):
        last = number > len(lines)
        mark = _FENCE.match(line)
        if mark and not last and (not fence or line.strip().startswith(fence)):
            fence = "" if fence else mark[1]
        level, title = (0, "") if fence and not last else _heading(line, body)
        if not level and not last:
            body.append(line if fence else _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", line)))
            continue
        yield from _parts(tuple(p for p in path if p), start, body)
        path = [*path[: level - 1], *[""] * (level - 1 - len(path)), title]
        body, start = [], number + 1


def _heading(line: str, body: list[str]) -> tuple[int, str]:
    """Level and title when `line` is a heading or underlines the line before it (which leaves the body)."""
    if match := _HEADING.match(line):
        return len(match[1]), _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", match[2]))
    lone = body and body[-1].strip() and (len(body) == 1 or not body[-2].strip())
    if lone and not body[-1].lstrip().startswith(("-", "*", "|", ">")) and (match := _UNDERLINE.match(line)):
        return (1 if match[1][0] == "=" else 2), body.pop().strip()
    return 0, ""


def _parts(path: tuple[str, ...], start: int, body: list[str]) -> Iterator[Section | Table]:
    """The text and the tables between two headings."""
    held, first, place, fenced = 0, 0, 0, False
    while place < len(body):
        fenced ^= bool(_FENCE.match(body[place]))
        if fenced or "|" not in body[place] or place + 1 == len(body) or not _is_ruler(body[place + 1]):
            place += 1
            continue
        first = place
        while place < len(body) and "|" in body[place]:
            place += 1
        yield from _text(path, start + held, body[held:first])
        rows = [Row(Place("line", start + n), _cells(body[n])) for n in range(first, place) if n != first + 1]
        yield Table(path, rows)
        held = place
    yield from _text(path, start + held, body[held:])


def _is_ruler(line: str) -> bool:
    return "|" in line and "-" in line and _RULER.match(line) is not None


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|").replace("<br>", "\n").strip() for cell in _CELL_END.split(inner)]


def _text(path: tuple[str, ...], line: int, lines: list[str]) -> Iterator[Section]:
    if any(part.strip() for part in lines):
        yield Section(path, Place("line", line), "\n".join(lines))


def plain(opened: Opened) -> Iterator[Section | Table]:
    """Sections under numbered or underlined headings ("3.2 Roll change", "第三章 ...", "一、润滑")."""
    lines = decode(opened.path.read_bytes(), opened.name).split("\n")
    path: tuple[str, ...] = ()
    start = 0
    for number, (heading, below) in headings(lines).items():
        yield from _text(path, start + 1, lines[start:number])
        path, start = below, number + heading.lines
        opened.progress(number / len(lines))
    yield from _text(path, start + 1, lines[start:])


def depth(match: re.Match[str]) -> int:
    """How many headings stand above a numbered one: 0 for "3", 1 for "3.2"; a chapter in Chinese is 0."""
    return match[1].count(".") if match[1] else 0
