"""Readers, one for each format: file -> sections of running text. A new format is one function and one entry."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from kb.errors import KnowledgeError
from kb.ingest.chunks import Section
from kb.text import clean

MAX_BYTES = 32 * 2**20  # a text of 32 MB is a log or a mistake
_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.*?)\s*#*\s*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_FENCE = re.compile(r"^ {0,3}(```+|~~~+)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_NUMBERED = re.compile(
    r"^(\d+(?:\.\d+){0,3})[.、)]?\s+(\S.{0,78})$|^第[一二三四五六七八九十百\d]+[章节条]\s*(\S.{0,38})$"
)


def read(file: Path) -> list[Section]:
    """The sections of `file` by its ending. KnowledgeError: not there, another format, not text, too large."""
    reader = READERS.get(file.suffix.casefold())
    if not file.is_file():
        raise KnowledgeError("failure_kb_no_file", file=file.name)
    if reader is None:
        raise KnowledgeError("failure_kb_format", file=file.name, formats=", ".join(sorted(READERS)))
    try:
        size = file.stat().st_size
        if size > MAX_BYTES:
            raise KnowledgeError("failure_kb_too_large", file=file.name, limit=MAX_BYTES // 2**20)
        raw = file.read_bytes()
    except OSError as error:
        raise KnowledgeError("failure_kb_unreadable", file=file.name) from error
    return list(reader(decode(raw, file.name)))


def decode(raw: bytes, name: str) -> str:
    """Bytes as text: UTF-8 or UTF-16 by its mark, else UTF-8, else GB18030; binary content is refused."""
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    sure = next((encoding for mark, encoding in marked.items() if raw.startswith(mark)), None)
    if sure is None and b"\x00" in raw:
        raise KnowledgeError("failure_kb_not_text", file=name)
    for encoding in (sure,) if sure else ("utf-8", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if sum(c < " " and c not in "\t\n\r\f\x1b" for c in text[:65536]) * 20 > len(text[:65536]):
            break
        return clean(text)
    raise KnowledgeError("failure_kb_not_text", file=name)


def markdown(text: str) -> Iterator[Section]:
    """Sections under their path of headings; code blocks stay whole, links keep their words."""
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
        if any(part.strip() for part in body):
            yield Section(tuple(p for p in path if p), start, "\n".join(body))
        path = [*path[: level - 1], *[""] * (level - 1 - len(path)), title]
        body, start = [], number + 1


def _heading(line: str, body: list[str]) -> tuple[int, str]:
    """Level and title when `line` is a heading or underlines the line before it (which leaves the body)."""
    if match := _HEADING.match(line):
        return len(match[1]), _LINK.sub(r"\1", match[2])
    lone = body and body[-1].strip() and (len(body) == 1 or not body[-2].strip())
    if lone and not body[-1].lstrip().startswith(("-", "*", "|", ">")) and (match := _UNDERLINE.match(line)):
        return (1 if match[1][0] == "=" else 2), body.pop().strip()
    return 0, ""


def plain(text: str) -> Iterator[Section]:
    """Sections under numbered headings ("3.2 Roll change", "第三章 ...") that stand alone on a line."""
    path: list[str] = []
    body: list[str] = []
    start = 1
    lines = ["", *text.split("\n"), ""]
    for number, line in enumerate(lines[1:-1], 1):
        alone = not lines[number - 1].strip() and not lines[number + 1].strip()
        match = _NUMBERED.match(line.strip()) if alone and not line.rstrip().endswith((".", "。", ";", "；")) else None
        if match is None:
            body.append(line)
            continue
        if any(part.strip() for part in body):
            yield Section(tuple(path), start, "\n".join(body))
        level = match[1].count(".") if match[1] else 0
        path, body, start = [*path[:level], line.strip()], [], number + 1
    if any(part.strip() for part in body):
        yield Section(tuple(path), start, "\n".join(body))


READERS: dict[str, Callable[[str], Iterator[Section]]] = {
    ".md": markdown,
    ".markdown": markdown,
    ".txt": plain,
}
