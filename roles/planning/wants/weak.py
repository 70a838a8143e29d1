"""Words that ask for something only where nothing else is asked for: "have a look" (看一下) and "how much" (多少).

A picture is meant when something is named to look at and nothing is said of it; otherwise somebody who has seen a thing
go wrong wants it looked into. "How much" asks for the numbers of a column, never for those of all of them.
"""

from __future__ import annotations

import re

from roles.planning.wants import asked
from roles.planning.words import BLANK, pattern, words

HAN = re.compile("[一-鿿]")
SMALL_ZH = "呢吧啊呀请的了和与及跟、，,。？?！! 帮忙麻烦劳驾"  # say nothing of a sensor
SAYS_ZH = set("高低大小突然直老常")
RECORDS = re.compile("数据|[各每]列|各测点|文件|所有|全部")


def rest_of(text: str, *keys: str) -> str:
    """The Chinese of `text` beside its columns, small words and the words of `[sub.key]`."""
    for key in keys:
        text = pattern("sub", key).sub(" ", text)
    text = "".join(sign for sign in text if HAN.match(sign))
    small = set(SMALL_ZH) | (set(words()["grammar"]["zh_before"]) - SAYS_ZH)
    return "" if not set(text) - small else text


def looked_at(text: str, *, has_columns: bool) -> bool:
    """Is a picture meant by a look (看一下)? Of a column, a tag or a quantity of which nothing is said."""
    rest = rest_of(text, "look", "course", "records")
    if re.search(r"[a-z]", text.replace(BLANK, "")):
        return True
    return not rest if has_columns else rest.endswith(_quantities())


def counted(text: str, *, has_columns: bool) -> bool:
    """Are numbers of columns meant by "how much" (多少)? Not where a period, a delay or a loss is asked for, and
    without a column only where one seems to be named or nothing but the file is."""
    if asked.form(text) in asked.COURSES or pattern("sub", "much_of").search(text):
        return False
    if has_columns or RECORDS.search(text):
        return True
    rest = rest_of(text, "much", "now")
    return not rest or any(word in rest for word in _quantities())


def _quantities() -> tuple[str, ...]:
    """The Chinese words of quantities."""
    table = words()["quantities"].values()
    return tuple(word for entry in table for word in entry["words"] if not word.isascii())
