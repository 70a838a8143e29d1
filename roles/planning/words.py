"""The planner's vocabulary (words.toml) compiled, and a request brought into one written form."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from roles.numerals import ENGLISH, IN_ENGLISH, chinese_number
from roles.planning.colloquial import written
from roles.planning.when.durations import added
from roles.timewords import on_the_dial

BLANK = "ξ"
HAN = re.compile("[一-鿿]")
# What a Chinese numeral must stand before to be read as a number ("统一" stays a word).
MEASURE = (
    r"(?=\s*(?:个半|个?小时|个?钟头|分钟|分(?!之)|秒|点|时(?!间|段|候)"
    r"|天|周(?![期围边])|个?星期|个?礼拜|个月|号(?!称|令|召)|流|倍|行|安|度))"
)
# "有一点" is a bit, "一点" one o'clock.
NUMERAL = re.compile(rf"(?!(?<=[有高低大小快慢多少差])一点)[零〇一二两三四五六七八九十百]{{1,9}}{MEASURE}|半{MEASURE}")
ENGLISH_UNIT = r"(?=[ -](?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|wks?|months?)\b)"


@cache
def words() -> dict[str, Any]:
    """The tables of words.toml."""
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


@cache
def pattern(table: str, key: str) -> re.Pattern[str]:
    """The pattern of `[table.key]`: English entries as whole words, Chinese ones anywhere. METHOD is any method."""
    entry = words()[table][key]
    if not isinstance(entry, dict):
        return mixed(entry)
    english, chinese = ([form.replace("METHOD", methods(lang)) for form in entry[lang]] for lang in ("en", "zh"))
    return either(english, chinese)


def methods(lang: str) -> str:
    """The names of detection methods as one group of a pattern; the English ones are said in Chinese too."""
    named = words()["methods"]
    return f"(?:{'|'.join(named['en'] if lang == 'en' else [*named['zh'], *named['en']])})"


def mixed(entries: Iterable[str]) -> re.Pattern[str]:
    """A pattern from entries in both languages, told apart by their script."""
    entries = list(entries)
    return either([e for e in entries if not HAN.search(e)], [e for e in entries if HAN.search(e)])


def either(english: Iterable[str], chinese: Iterable[str]) -> re.Pattern[str]:
    """Any of the entries, longest first so that a phrase wins over its beginning."""
    whole = "|".join(sorted(english, key=len, reverse=True))
    anywhere = "|".join(sorted(chinese, key=len, reverse=True))
    parts = [rf"(?<![a-z0-9_])(?:{whole})(?![a-z0-9_])" if whole else "", anywhere]
    return re.compile("|".join(p for p in parts if p))


def normal(text: str) -> str:
    """One written form: full width to half width, lower case, spoken Chinese as it is
    written, number words before units as digits, durations of two parts as one, mold as mould."""
    text = written(unicodedata.normalize("NFKC", text).lower().replace("’", "'").replace("：", ":"))
    text = re.sub(r"(\d{1,9}|[一二两三四五六七八九十]{1,9})?个半(小时|钟头|星期|礼拜|月)", _and_a_half, text)
    text = NUMERAL.sub(lambda m: "0.5" if m[0] == "半" else str(chinese_number(m[0])), text)
    text = re.sub(r"(?<!and a )(?<!and )\bhalf (?:an? )?(?=hour|minute|day|week|month)", "0.5 ", text)
    text = re.sub(r"\b(?:a )?quarter of an hour\b", "15 minutes", text)
    text = re.sub(r"\ba couple of (?=hours|minutes|days|weeks|months)", "2 ", text)
    text = re.sub(rf"\b({IN_ENGLISH}){ENGLISH_UNIT}", lambda m: str(ENGLISH[m[1]]), text)
    text = re.sub(rf"\ban?{ENGLISH_UNIT}", "1", text)
    text = on_the_dial(added(text))
    text = re.sub(r"\b(narrow|wide) (left|right|inner|outer) and (left|right|inner|outer)\b", r"\1 \2 and \1 \3", text)
    # Both sides of a pair are no restriction.
    text = re.sub(r"\b(?:upper and lower|lower and upper|inner and outer|left and right) |上下(?=辊|部|侧)", "", text)
    return re.sub(r"\bmold", "mould", text)


def _and_a_half(match: re.Match[str]) -> str:
    count = match[1] or "一"
    whole = int(count) if count.isdigit() else chinese_number(count)
    return f"{whole + 0.5}{'个' if match[2] == '月' else ''}{match[2]}"


def blank(text: str, spans: Iterable[tuple[int, int]], by: str = BLANK) -> str:
    """`text` with the spans overwritten by as many letters that stand in no pattern: a noun for the grammar."""
    chars = list(text)
    for start, end in spans:
        chars[start:end] = by * (end - start)
    return "".join(chars)
