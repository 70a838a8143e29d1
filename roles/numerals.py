"""Numbers as people write them ("1,200", "38,25") and spell them ("three", "twenty-five", "三", "十二", "一百二十")."""

from __future__ import annotations

import re

_ONES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH = {
    **dict(zip((*_ONES, *_TEENS), range(1, 20), strict=True)),
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
    **{f"{ten}-{one}": value + i for ten, value in zip(_TENS, range(20, 100, 10), strict=True)
       for i, one in enumerate(_ONES, start=1)},
}  # fmt: skip
IN_ENGLISH = "|".join(sorted(ENGLISH, key=len, reverse=True))  # "twenty-five" before "twenty"
CHINESE_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2, "俩": 2}
IN_CHINESE = r"[零〇一二两俩三四五六七八九十百]+"
# "1,200" has groups of thousands, "38,25" and "0,125" a decimal comma, "3e-4" and "3x10^-4" a power of ten.
EXPONENT = r"(?:[eE][-+]?\d{1,2}|\s?[x×*·]\s?10(?:\^[-+−]?|−)\d{1,2})(?!\d)"
FIGURE = rf"[-+]?(?:[1-9]\d{{0,2}}(?:,\d{{3}})+(?![\d,])(?:\.\d+)?|\d{{1,15}}(?!\d)(?:[.,]\d+)?(?:{EXPONENT})?)"
_POWER = re.compile(r"\s?[x×*·]\s?10\^?")
_GROUPED = re.compile(r"[-+]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")


def value_of(figure: str) -> float:
    """The value of what FIGURE matches."""
    figure = _POWER.sub("e", figure).replace("−", "-")
    return float(figure.replace(",", "" if _GROUPED.fullmatch(figure) else "."))


def number_of(word: str) -> int | None:
    """A whole number in digits or as a word of either language; None for any other word."""
    if word.isdecimal():
        return int(word)
    return chinese_number(word) if re.fullmatch(IN_CHINESE, word) else ENGLISH.get(word.lower())


def chinese_number(text: str) -> int:
    """A Chinese numeral below a thousand: 三十五 -> 35, 十 -> 10, 两 -> 2, 一百二十 -> 120."""
    total, digit = 0, 0
    for sign in text:
        if sign == "百":
            total, digit = total + max(digit, 1) * 100, 0
        elif sign == "十":
            total, digit = total + max(digit, 1) * 10, 0
        else:
            digit = CHINESE_DIGITS[sign]
    return total + digit
