"""The words of a question that were used for nothing: told, never dropped."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.text import STOP_WORDS
from workers.logbook.calendar import FLAGS

LEAST_ENGLISH, LEAST_CHINESE = 3, 2  # letters of a word, characters of a stretch
MOST_TOLD = 5
STEMS = ("ing", "ed", "es", "s", "d")
NOT_READ = re.compile(
    r"\b(?:last|past|previous)\s+(?:\d+|few|couple of)\s+\w+|\b\d{1,3}\s+(?:hours?|days?|weeks?|months?|years?"
    r"|shifts?) ago\b"
    r"|(?:最近|近|过去|(?<![以之目此])前)\s*(?:\d+|几|[一二两三四五六七八九十]+)\s*个?(?:小时|班|天|周|月)|\d+\s*个?(?:小时|天|周|月|年)(?:以?前|以来)"
    r"|(?:[一二两三四五六七八九十几]+)个?(?:小时|天|周|月|年)(?:以?前|以来)"
    r"|\b(?:first|second|third|fourth|1st|2nd|3rd|4th) (?:shift|line|strand|crew)\b|第[一二三四]个?班"
    r"|\d+(?:\.\d+)?\s*(?:h|hrs?|hours?|min(?:ute)?s?|小时|分钟)(?![a-z])",
    FLAGS,
)  # a time, shift or length that was read would not be here any more
OTHER_TIMES = re.compile(
    r"\b(?:recent(?:ly)?|lately|tonight|tomorrow|ago|holidays?|christmas|easter|summer|winter|spring|autumn"
    r"|(?:this )?(?:morning|afternoon|evening)(?! shift))\b"
    r"|最近(?!一|的一)|近期|近来|月初|月底|月末|月中|年初|年底|年末|上旬|中旬|下旬|春节|国庆|五一|元旦|节假日|节日|假期|凌晨|上午|下午|早上|晚上|中午|明天|今晚|昨晚",
    FLAGS,
)


@dataclass(frozen=True)
class _Known:
    english: frozenset[str]
    chinese: re.Pattern[str]  # words of several characters
    single: frozenset[str]
    lead: str


@cache
def _known() -> _Known:
    table = tomllib.loads((Path(__file__).parent / "known.toml").read_text(encoding="utf-8"))
    chinese = sorted(set(table["zh"]["words"].split()), key=len, reverse=True)
    pattern = re.compile("|".join(word for word in chinese if len(word) > 1))
    single = frozenset(word for word in chinese if len(word) == 1) | set(table["zh"]["lead"].split())
    english = frozenset(table["en"]["words"].split()) | STOP_WORDS
    return _Known(english, pattern, single, table["zh"]["lead"].replace(" ", ""))


def unknown(text: str, headings: Sequence[str] = ()) -> list[str]:
    """The words of a text that no question to a log needs, neighbours as one, and the times that could not be read;
    `headings` of the log are known, too.

    >>> unknown("how many stops has the chiller"), unknown("冷水机停了多少次")
    (['chiller'], ['冷水机'])
    """
    known = _known()
    found = [match[0] for match in (*NOT_READ.finditer(text), *OTHER_TIMES.finditer(text))]
    text = OTHER_TIMES.sub(" ", NOT_READ.sub(" ", text))
    for heading in headings:
        text = re.sub(re.escape(heading), " ", text, flags=re.IGNORECASE)
    stretch: list[str] = []
    for token in [*re.findall(r"[A-Za-z][A-Za-z'’-]*|\d+|[^\sA-Za-z\d]+", text), ","]:
        if re.match("[A-Za-z]", token) and not _is_known(token, known.english):
            stretch.append(token)
            continue
        found += [" ".join(stretch)] if any(len(word) >= LEAST_ENGLISH for word in stretch) else []
        stretch = []
    for run in re.findall("[\u4e00-\u9fff]+", known.chinese.sub(" ", text)):
        name = run.lstrip(known.lead).rstrip("".join(known.single))
        found += [name] if len(name) >= LEAST_CHINESE and set(name) - known.single else []
    return list(dict.fromkeys(found))[:MOST_TOLD]


def _is_known(token: str, words: frozenset[str]) -> bool:
    word = re.sub(r"['’]s$", "", token.lower()).strip("'’-")
    bare = {word, *(word.removesuffix(end) for end in STEMS), word.removesuffix("ing") + "e"}
    parts = [part for part in word.split("-") if part]
    whole = len(parts) > 1 and all(_is_known(part, words) for part in parts)
    return len(word) < LEAST_ENGLISH or whole or bool(bare & words)
