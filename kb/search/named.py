"""Alarm and fault codes that a question names, and the passages that explain them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kb.passage import Passage
from kb.text import query_terms, tokens

_SHAPED = r"(?:[A-Z]{1,5}[-_.]\d{2,6}|[A-Z]{1,4}\d{3,6}|[A-Z]{1,4}0\d{1,4}|[A-Z]{1,4}\d{1,4}(?:[-_.]\d{1,4})+)[A-Z]?"
_KEY = (
    r"(?:\b(?:alarm|fault|error|warning|trip)s?|\bcode|报警|故障|错误|警告|告警|代码)"
    r"(?:\s*(?:code|no\.?|number|nr\.?|message|id|代码|代号|编号|码|号)(?![a-z]))*\s*[:：#]?\s*"
)
_CODE = r"(?P<code>[A-Z]{0,5}[-_. ]?\d[0-9A-Z]{1,6}(?:[-_.][0-9A-Z]{1,6}){0,2})(?![\w%°])"
_KEYED = re.compile(_KEY + _CODE, re.IGNORECASE)
_BARE = re.compile(rf"(?<![\w.-])(?P<code>{_SHAPED})(?![\w%°])", re.IGNORECASE | re.ASCII)
_SPACED = re.compile(r"^\W*(?P<code>[A-Z]{1,2} \d{2,5})(?![\w%°.,]*\w)")  # "A 120?": only at the beginning, in capitals
_STANDARD = re.compile(
    r"(?:ISO|DIN|EN|IEC|GB|GBT|ASTM|JIS|API|ANSI|UL|VDE|IP|PN|DN|Q|MPA|KG|RPM)[-_. ]?\d", re.IGNORECASE
)
_ALARM = frozenset(
    ["alarm", "cod", "code", "fault", "error", "warn", "trip", "报警", "代码", "故障", "错误", "告警", "警告"]
)
_FRAME = _ALARM | {"mean", "message", "messag", "display", "show", "障码", "警代", "显示"}
_ROW = re.compile(r"^[\w.-]{2,14}[:：]")  # title of a row of a code table (kb/ingest/tables.py)
INCIDENTAL = 4  # so many other words: the code is a detail of the question, not what it is about
PAIR = 0.5  # of a word is a pair of Chinese characters
BARE = 1  # so many other words beside a code without a word such as "alarm": "E-2041?"


def level(code: str) -> str:
    """A code without what people write differently: "E-2041", "e 2041" and "E2041" are one."""
    return re.sub(r"[-_.\s]", "", unicodedata.normalize("NFKC", code)).casefold()


def named_codes(question: str) -> dict[str, str]:
    """Codes that a question names: levelled -> as written. Names of rolls (S8), amounts and standards are none."""
    text = unicodedata.normalize("NFKC", question)
    found = [*_KEYED.finditer(text), *_BARE.finditer(text), *_SPACED.finditer(text)]
    written = [match["code"] for match in sorted(found, key=lambda match: match.start())]
    return {level(code): code for code in written if not _STANDARD.match(code)}


def holds(passage: Passage, codes: Iterable[str]) -> bool:
    """Does the passage explain one of these (levelled) codes, by its codes, its title or its id?"""
    own = {level(code) for code in passage.codes} | {level(passage.id), level(passage.pair)}
    return not (own | named_codes(passage.title).keys()).isdisjoint(codes)


def explains(passage: Passage, codes: Mapping[str, str], question: str) -> bool:
    """Does the passage explain a code that the question is about? A row of a code table does, and so does what calls
    it an alarm; a heading such as "P-201 Product pump" names a machine, and explains what it has words for."""
    if not holds(passage, codes):
        return False
    besides = _besides(question, codes)
    if not besides or any(level(passage.title).startswith(code) and _ROW.search(passage.title) for code in codes):
        return True
    text = f"{passage.title} {passage.text}"
    alarms = {level(match["code"]) for match in _KEYED.finditer(unicodedata.normalize("NFKC", text))}
    return not alarms.isdisjoint(codes) or not besides.isdisjoint(tokens(text))


def mentions(passage: Passage, codes: Iterable[str]) -> bool:
    """Does one of these (levelled) codes stand anywhere in the passage?"""
    return holds(passage, codes) or any(code in level(f"{passage.title} {passage.text}") for code in codes)


def is_about(question: str, codes: Mapping[str, str]) -> bool:
    """Is the question about its codes ("E-2041?", "alarm E-2041"), not one that names a pump or a detail?"""
    most = INCIDENTAL if _ALARM & set(query_terms(question)) else BARE + 1
    words = sum(1.0 if term.isascii() else PAIR for term in _besides(question, codes))
    return bool(codes) and words < most


def _besides(question: str, codes: Mapping[str, str]) -> set[str]:
    """What the question says beside its codes and words such as "alarm" or "meaning"."""
    rest = question
    for written in codes.values():
        rest = rest.replace(written, " ")
    return set(query_terms(rest)) - _FRAME


def unexplained(question: str, passages: Sequence[Passage]) -> list[str]:
    """Codes that the question is about and none of `passages` explains, as written."""
    codes = named_codes(question)
    if not is_about(question, codes):
        return []
    return [written for code, written in codes.items() if not any(mentions(p, [code]) for p in passages)]
