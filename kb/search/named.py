"""Alarm and fault codes that a question names, and the passages that explain them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kb.passage import Passage
from kb.text import STOP_WORDS, query_terms, tokens

_SHAPED = r"(?:[A-Z]{1,5}[-_.]\d{2,6}|[A-Z]{1,4}\d{3,6}|[A-Z]{1,4}0\d{1,4}|[A-Z]{1,4}\d{1,4}(?:[-_.]\d{1,4})+)[A-Z]?"
_KEY = (
    r"(?:\b(?:alarm|fault|error|warning|trip)s?|\bcode|报警|故障|错误|警告|告警|代码)"
    r"(?:\s*(?:code|no\.?|number|nr\.?|message|id|代码|代号|编号|码|号)(?![a-z]))*\s*[:：#]?\s*"
)
_CODE = r"(?P<code>[A-Z]{0,5}[-_. ]?\d[0-9A-Z]{1,6}(?:[-_.][0-9A-Z]{1,6}){0,2})(?![\w%°])"
_KEYED = re.compile(_KEY + _CODE, re.IGNORECASE)
_BARE = re.compile(rf"(?<![\w.-])(?P<code>{_SHAPED})(?![\w%°])", re.IGNORECASE | re.ASCII)
_SPACED = re.compile(r"^\W*(?P<code>[A-Z]{1,2} \d{2,5})(?![\w%°.,]*\w)")  # "A 120?": only at the beginning, in capitals
_WHOLE = re.compile(  # "gf 310", "GF 3 10": letters and digits of a code and nothing else, parted as people type them
    r"^\W*(?:what(?:'?s| is| does)?\s+)?"
    r"(?P<code>(?P<letters>[A-Z]{1,4})[-_. ]\d{1,5}(?:[-_. ]\d{1,4}){0,2})"
    r"(?:\s*(?:means?|meaning|(?:是?什么意思|是什么|怎么办|怎么处理|什么情况|报警|故障)+))?\W*$",
    re.IGNORECASE,
)
_STANDARD = re.compile(
    r"(?:ISO|DIN|EN|IEC|GB|GBT|ASTM|JIS|API|ANSI|UL|VDE|IP|PN|DN|Q|MPA|KG|RPM)[-_. ]?\d", re.IGNORECASE
)
_ALARM = frozenset(
    ["alarm", "cod", "code", "fault", "error", "warn", "trip", "报警", "代码", "故障", "错误", "告警", "警告"]
)
_FRAME = _ALARM | {"mean", "message", "messag", "display", "show", "障码", "警代", "显示"}
_ROW = re.compile(r"^[\w.-]{2,14}[:：]")  # title of a row of a code table (kb/ingest/tables.py)
SPELT = 2  # letters in small ones that may be a code's: longer they are a word ("zone 12"), unless without a vowel
PIECES = 3  # of a code: its letters, and digits in two pieces
LEAST_DIGITS = 2  # of a code whose letters and digits stand apart
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
    whole = _WHOLE.match(text)
    found = [whole] if whole and _is_spelt(whole) else found
    written = [match["code"] for match in sorted(found, key=lambda match: match.start())]
    return {level(code): code for code in written if not _STANDARD.match(code)}


def parted(question: str) -> dict[str, str]:
    """A code whose digits are typed in several pieces, with the code in one: "GF 3 10" is GF310."""
    whole = _WHOLE.match(unicodedata.normalize("NFKC", question))
    if whole is None or not _is_spelt(whole) or len(whole["code"].split()) < PIECES:
        return {}
    return {whole["code"]: "".join(whole["code"].split()).upper()}


def _is_spelt(whole: re.Match[str]) -> bool:
    """Are these letters and digits apart a code, not a thing with its number ("zone 12") or an amount?"""
    letters, digits = whole["letters"], re.sub(r"\D", "", whole["code"])
    apart = letters.isupper() or len(letters) <= SPELT or not set(letters.lower()) & set("aeiou")
    return apart and len(digits) >= LEAST_DIGITS and not (letters.islower() and letters in STOP_WORDS)


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
