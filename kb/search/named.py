"""Alarm and fault codes that a question names, and the passages that explain them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from kb.passage import Passage
from kb.search.nameless import nameless
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
_PARTED = re.compile(  # "gf 310", "GF 3 10", "205": letters and digits of a code as people type them apart
    r"(?<![\w.,-])(?:(?P<letters>[A-Z]{1,4})[-_. ])?(?P<digits>\d{1,6}(?:[-_. ]\d{1,4}){0,2})(?![\w%°]|[.,]\d)",
    re.IGNORECASE | re.ASCII,
)
_PLACED = re.compile(r"(?:\b(?:at|in|on|after|before|of|from|to|by|with|for|until|since|about)|[第约在到])\s*$", re.I)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_STANDARD = re.compile(
    r"(?:ISO|DIN|EN|IEC|GB|GBT|ASTM|JIS|API|ANSI|UL|VDE|IP|PN|DN|Q|MPA|KG|RPM)[-_. ]?\d", re.IGNORECASE
)
_ALARM = frozenset(
    ["alarm", "cod", "code", "fault", "error", "warn", "trip", "报警", "代码", "故障", "错误", "告警", "警告"]
)
_FRAME = _ALARM | {"mean", "message", "messag", "display", "show", "障码", "警代", "显示"}
_SAYS = re.compile(r"[^\W_]")
_ROW = re.compile(r"^[\w.-]{2,14}[:：]")  # title of a row of a code table (kb/ingest/tables.py)
SPELT = 2  # letters in small ones that may be a code's: longer they are a word ("zone 12"), unless without a vowel
PIECES = 3  # of a code: its letters, and digits in two pieces
DIGITS_ALONE = 3  # of a code that people name by its digits
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
    written = [match["code"] for match in sorted(found, key=lambda match: match.start())]
    if whole := _whole(text):
        written = [whole]
    return {level(code): code for code in written if not _STANDARD.match(code)}


def parted(question: str) -> dict[str, str]:
    """A code whose digits are typed in several pieces, with the code in one: "GF 3 10" is GF310."""
    whole = _whole(unicodedata.normalize("NFKC", question))
    return {whole: "".join(whole.split()).upper()} if len(whole.split()) >= PIECES else {}


def _whole(text: str) -> str:
    """The code of a question that names nothing else, as written: "gf 310", "a 205 怎么处理", "what does 2041 mean"."""
    found = list(_PARTED.finditer(text))
    if len(found) != 1:
        return ""
    (one,) = found
    start = one.start() if _is_spelt(one, text) else one.start("digits")
    before, code, after = text[:start], text[start : one.end()], text[one.end() :]
    rest = f"{before} {after}"
    says = _SAYS.search(rest) is not None
    if says and not nameless(rest):
        return ""
    if code.isdigit():  # "300" alone may be any number
        told = len(code) >= DIGITS_ALONE and (says or "?" in after)
        return code if told and not _PLACED.search(before) else ""
    return code if start == one.start() and one["letters"] else ""


def _is_spelt(one: re.Match[str], text: str) -> bool:
    """Are these letters and digits apart a code, not a thing with its number ("zone 12") or an amount? "In" and "a" are
    words of English talk."""
    letters, digits = one["letters"] or "", re.sub(r"\D", "", one["digits"])
    apart = letters.isupper() or len(letters) <= SPELT or not set(letters.lower()) & set("aeiou")
    word = letters.islower() and letters in STOP_WORDS and not _HAN.search(text)
    return bool(letters) and apart and len(digits) >= LEAST_DIGITS and not word


def holds(passage: Passage, codes: Iterable[str]) -> bool:
    """Does the passage explain one of these (levelled) codes, by its codes, its title or its id?"""
    own = _own(passage)
    return spells(passage, codes) or any(_is_part(code, one) for code in codes for one in own)


def spells(passage: Passage, codes: Iterable[str]) -> bool:
    """Does the passage explain one of these codes as it stands, letters and all?"""
    return not (_own(passage) | {level(passage.id), level(passage.pair)}).isdisjoint(codes)


def _own(passage: Passage) -> set[str]:
    return {level(code) for code in passage.codes} | named_codes(passage.title).keys()


def _is_part(code: str, whole: str) -> bool:
    """Are these the digits of a code whose letters are left out: "error 2041" for E-2041?"""
    return len(code) >= DIGITS_ALONE and code.isdigit() and whole.endswith(code) and whole[: -len(code)].isalpha()


def explains(passage: Passage, codes: Mapping[str, str], question: str) -> bool:
    """Does the passage explain a code that the question is about? A row of a code table does, and so does what calls
    it an alarm; a heading such as "P-201 Product pump" names a machine, and explains what it has words for."""
    if not holds(passage, codes):
        return False
    besides = _besides(question, codes)
    row = _ROW.match(passage.title)
    heads = level(row[0].rstrip(":：")) if row else ""
    if not besides or any(heads.startswith(code) or _is_part(code, heads) for code in codes):
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
