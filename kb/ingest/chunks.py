"""Sections into passages of a size that one answer can quote: cut at paragraphs, then at sentences."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby, pairwise

from kb.ingest.rules.reported import FENCED
from kb.ingest.values import Place, Section
from kb.text import lang_of, sentences

MAX_WORDS = 180  # English words; a Chinese character counts as 0.55 of one
MIN_WORDS = 12  # a shorter rest is joined to the paragraph before it
_HAN_WEIGHT = 0.55
_LONG_WORD = 16  # letters; what is longer (a key, a dump) counts as several words
_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_]+")
WRAPPED_AT = 50  # columns: a line that is shorter was not broken for width
_HAN = "[一二三四五六七八九十]"
_ITEM = re.compile(rf"(?:[-*+•·|>]|[(（]?\d+[.)、）]|[(（]?{_HAN}{{1,3}}[)）、]|第{_HAN}{{1,3}}[条步])\s*")
_KEYED = re.compile(r"[^，。；：、\s]{2,8}：")  # a line of keys and values begins so, and no line that was broken
_ENDED = re.compile(r"[。！？；：]$|[.!?;:]$")
_ARTICLE = re.compile(
    rf"(?:{_HAN}{{1,3}}[、．.]|第[一二三四五六七八九十百\d]+条)[\s　]*(?:(?P<head>[^，。；：、]{{2,20}})：)?"
)
_PROCEDURE = re.compile(
    r"步骤|顺序|程序|流程|工序|方法|拆|装|操作|启动|更换|调整|试车"
    r"|\b(?:steps?|procedure|sequence|how to|(?:dis)?assembl|install|remov|replac|chang|fitting|start|adjust)",
    re.IGNORECASE,
)
FEWEST_ARTICLES, ARTICLE_WORDS = 3, 20  # in a row, and words of each on average: shorter ones are steps of one thing
_UNITS = (
    r"(?:[kmµ]?m|cm|m?m/s|m?s|min|h|k?g|t|m?l|m?bar|[kM]?Pa|[kM]?W|k?V|m?A|k?Hz|rpm|K|k?N|Nm|in|ft|psi|x)(?![a-zA-Z])"
)
CLAUSE = re.compile(  # "5.1.2 Before the manhole is opened", "第三条 交接班必须"; not "5.1 mm"
    r"(?:(?P<article>第[一二三四五六七八九十百\d]+条)|(?P<number>\d{1,2}(?:\.\d{1,2}){1,3})(?![\d.])[.、．)）]?"
    rf"(?!\s*(?:{_UNITS}|[%‰°℃Ωµ年月日天周次个倍分秒时吨米度台人毫厘升至到]|[-~～至])))"
    r"[\s　]*(?=[^\W\d_])(?:(?P<head>[^，。；：:、\n]{2,20})[：:](?=\s*\S))?"
)
_PARAGRAPH = re.compile(rf"\n[ \t]*\n|\n(?=[ \t]*{CLAUSE.pattern.replace('?P<', '?P<n_')})")
FEWEST_NUMBERED, CLAUSE_WORDS = 2, 6  # "5.1" in a section, and words of each on average: a list of names has fewer
_RULES = re.compile(
    r"\S*(?:规程|规范|规定|制度|标准|办法|细则)"
)  # "操作规程" is the name of rules, and no list of steps


def weight(text: str) -> float:
    """Length of `text` in English words."""
    words = _WORD.findall(text)
    return sum(_HAN_WEIGHT if "\u3400" <= word <= "\u9fff" else max(1.0, len(word) / _LONG_WORD) for word in words)


def chunks(sections: Iterable[Section]) -> Iterator[Section]:
    """Sections of at most about MAX_WORDS; neighbouring short paragraphs under one path stay together."""
    pieces = (piece for section in sections for piece in _pieces(section))
    held: Section | None = None
    for piece, alone in (each for path, run in groupby(pieces, lambda p: p.path) for each in _articles(path, [*run])):
        goes_on = held is not None and not alone and held.path == piece.path
        if held and goes_on and (weight(piece.text) < MIN_WORDS or weight(held.text + piece.text) <= MAX_WORDS):
            held = held._replace(text=f"{held.text}\n{piece.text}")
        else:
            if held:
                yield held
            held = piece
    if held:
        yield held


def _articles(path: Sequence[str], pieces: list[Section]) -> Iterator[tuple[Section, bool]]:
    """The paragraphs under one heading, each with whether it begins a passage of its own: an article of a notice or a
    regulation ("三、..." with blank lines around) says what it says without the others; steps never do."""
    if _has_clauses(path, pieces):
        yield from _clauses(path, pieces)
        return
    found = [n for n, piece in enumerate(pieces) if _ARTICLE.match(piece.text)]
    leads = f"{path[-1] if path else ''} {pieces[found[0] - 1].text[-20:] if found and found[0] else ''}"
    words = sum(weight(pieces[n].text) for n in found)
    if len(found) < FEWEST_ARTICLES or words < ARTICLE_WORDS * len(found) or _PROCEDURE.search(leads):
        yield from ((piece, False) for piece in pieces)
        return
    below = tuple(path)
    for piece in pieces:
        match = _ARTICLE.match(piece.text)
        if match:
            head = piece.text[: match.end()].rstrip("：").strip()
            below = (*path, head) if match["head"] else tuple(path)
        yield piece._replace(path=below), match is not None


def _has_clauses(path: Sequence[str], pieces: list[Section]) -> bool:
    """Are there paragraphs that are numbered as clauses are? "第三条" always is one; "5.1" may be a step."""
    found = [match for piece in pieces if (match := CLAUSE.match(piece.text))]
    numbered = [piece for piece in pieces if (match := CLAUSE.match(piece.text)) and match["number"]]
    first = next((n for n, piece in enumerate(pieces) if CLAUSE.match(piece.text)), 0)
    leads = f"{_RULES.sub('', path[-1]) if path else ''} {pieces[first - 1].text[-20:] if first else ''}"
    enough = sum(weight(piece.text) for piece in numbered) >= CLAUSE_WORDS * len(numbered)
    if len(found) > len(numbered):
        return True
    return len(numbered) >= FEWEST_NUMBERED and enough and not _PROCEDURE.search(leads)


def _clauses(path: Sequence[str], pieces: list[Section]) -> Iterator[tuple[Section, bool]]:
    """Each clause by itself under its number; what follows without one belongs to it."""
    below = tuple(path)
    for piece in pieces:
        match = CLAUSE.match(piece.text)
        if match:
            number = match["article"] or match["number"]
            below = (*path, f"{number} {match['head']}" if match["head"] else number)
        yield piece._replace(path=below), match is not None


def _pieces(section: Section) -> Iterator[Section]:
    """Paragraphs with the place that they begin at; one that is too long is cut between sentences."""
    line, position = section.at.number, 0
    for end, after in [*_breaks(section.text), (len(section.text), len(section.text))]:
        raw = section.text[position:end]
        begin = line + raw[: len(raw) - len(raw.lstrip())].count("\n")
        if text := unwrap(raw.strip()):
            at = Place("line", begin) if section.at.unit == "line" else section.at
            for part in _fenced(text) if FENCED.match(text) else cut(text):
                yield Section(section.path, at, part)
        line += section.text[position:after].count("\n")
        position = after


def _breaks(text: str) -> list[tuple[int, int]]:
    """Where paragraphs end and the next ones begin: at blank lines, and around a fenced block, which is one."""
    fences = [match.span() for match in FENCED.finditer(text)]
    outside = [span for span in (match.span() for match in _PARAGRAPH.finditer(text)) if not _within(span, fences)]
    around = [(place, place) for fence in fences for place in fence if not _within((place, place), outside)]
    return sorted([*outside, *around])


def _within(span: tuple[int, int], spans: Sequence[tuple[int, int]]) -> bool:
    """Does one of `spans`, which are in order and apart, hold this one?"""
    last = bisect_right(spans, (span[0], sys.maxsize)) - 1
    return last >= 0 and span[1] <= spans[last][1]


def _fenced(block: str) -> list[str]:
    """A block in parts of at most MAX_WORDS, cut between its lines, each fenced as the whole is."""
    if weight(block) <= MAX_WORDS:
        return [block]
    first, *inner = block.split("\n")
    mark = first.strip()[:3]
    parts: list[list[str]] = [[]]
    held = 0.0
    for line in (piece for whole in inner if not whole.strip().startswith(mark) for piece in _halve(whole)):
        if held + weight(line) > MAX_WORDS and parts[-1]:
            parts.append([])
            held = 0.0
        parts[-1].append(line)
        held += weight(line)
    return ["\n".join([first, *part, mark]) for part in parts if any(line.strip() for line in part)]


def unwrap(paragraph: str) -> str:
    """Lines that were broken for width alone are joined; lists, tables, code and short lines stay as they are."""
    if "```" in paragraph or "~~~" in paragraph:
        return paragraph
    lines = [line.strip() for line in paragraph.split("\n")]
    joined = lines[:1]
    for before, line in pairwise(lines):
        ended = _ENDED.search(before) is not None and not line[:1].islower()  # joined or not, nothing is torn
        broken = before.endswith((",", "，", "、")) or (columns(before) >= WRAPPED_AT and not ended)
        if _ITEM.match(line) or _KEYED.match(line) or before.startswith("|") or not broken:
            joined.append(line)
        else:
            both_han = _is_han(joined[-1][-1:]) and _is_han(line[:1])
            joined[-1] += line if both_han else f" {line}"
    return "\n".join(joined)


def columns(line: str) -> int:
    """How wide a line is; a Chinese character is as wide as two letters."""
    return sum(2 if char > "\u2e80" else 1 for char in line)


def _is_han(char: str) -> bool:
    return char > "\u2e80"


def cut(text: str) -> list[str]:
    """`text` in parts of at most MAX_WORDS, cut between sentences."""
    if weight(text) <= MAX_WORDS:
        return [text]
    joint = "" if lang_of(text) == "zh" else " "
    parts: list[str] = []
    for sentence in [piece for whole in sentences(text) for piece in _halve(whole)]:
        if parts and weight(parts[-1]) + weight(sentence) <= MAX_WORDS:
            parts[-1] += joint + sentence
        else:
            parts.append(sentence)
    return parts


def _halve(sentence: str) -> list[str]:
    """A "sentence" that is longer than a passage (a table, a log) is cut by length."""
    if weight(sentence) <= MAX_WORDS:
        return [sentence]
    middle = len(sentence) // 2
    space = sentence.rfind(" ", 0, middle)
    cut = space if space > 0 else middle
    return _halve(sentence[:cut].strip()) + _halve(sentence[cut:].strip())
