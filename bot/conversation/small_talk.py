"""Is a message in a thread said to Andon, or among the people there? Judged by its words alone; the words are data.

A question is answered unless it is plainly one person's to another; a remark is left alone unless it asks Andon to do
something. Where only one person talks with Andon everything is said to it; agreement and thanks get a courtesy.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from workers import client

TO_OTHERS = re.compile(r"(?:^|[\s(（,，])@[\w一-鿿]")  # the mention of Andon itself is taken away before
ASKS = re.compile(
    r"[?？]\W*$|(?:吗|呢|么|没有|多少|几|什么|啥|哪里|哪个|哪儿|如何|怎样|怎么样|怎么办|为什么|为何)[。\s]*$"
    r"|^\W*(?:(?:and|so|but|ok|okay|please|andon|also|then)\W+)*(?:is|are|was|were|am|does|do|did|has|have|had|can|could|will"
    r"|would|shall|should|may|might|must|what|when|where|which|who|whose|why|how)(?:'s|n't|s)?\b"
    r"|为什么|怎么|什么|谁|几(?:次|个|点|小时|分钟|天)|多久|多长|多大|多高|是不是|有没有|能不能|会不会|是否|多少|几点|哪(?:个|些|里|儿)",
    re.IGNORECASE,
)
SMALL = re.compile(r":[a-z0-9_+-]+:|[\W_]+")  # emoji by their names, too
LONGEST = 60  # characters of a message that may be mere agreement
FEW_WORDS, FEW_SIGNS = 2, 5  # of a message that only names something
OPENING = 3  # words of agreement that a remark may begin with: "yes, ok, closed at 6"
KIND_WORDS = re.compile(
    r"\b(?:than(?:k|x)\w*|thx|ty|ta|cheers|appreciated?)\b|谢|感谢|辛苦|多亏"
    r"|全靠|幸亏|大忙",
    re.IGNORECASE,
)


@cache
def _table(name: str) -> tuple[str, ...]:
    """The patterns of a table in both languages, the longest first."""
    tables = tomllib.loads((Path(__file__).parent / "small_talk.toml").read_text(encoding="utf-8"))
    english = [rf"(?<![\w'])(?:{entry})(?![\w'])" for entry in sorted(tables[name]["en"], key=len, reverse=True)]
    return (*english, *sorted(tables[name]["zh"], key=len, reverse=True))


@cache
def _any(*names: str) -> re.Pattern[str]:
    return re.compile("|".join(entry for name in names for entry in _table(name)), re.IGNORECASE)


@cache
def _plain(name: str, begin: str) -> re.Pattern[str]:
    """Whole patterns, as they stand in the table, behind `begin`."""
    tables = tomllib.loads((Path(__file__).parent / "small_talk.toml").read_text(encoding="utf-8"))
    entries = [*tables[name]["en"], *tables[name]["zh"]]
    return re.compile(begin + "(?:" + "|".join(entries) + ")", re.IGNORECASE)


def to_others(text: str) -> bool:
    """Does a message mention somebody else?"""
    return TO_OTHERS.search(text) is not None


def asks(text: str) -> bool:
    """Is it a question by its form?"""
    return ASKS.search(client.spelt(text)) is not None


def agrees(text: str) -> bool:
    """Is a message nothing but agreement, thanks, or that somebody is on the way?"""
    if len(text) > LONGEST or text.rstrip().endswith(("?", "？")) or not _any("nothing").search(text):
        return False
    if not SMALL.sub("", _any("greeting").sub(" ", text)):  # "你好" is no 好
        return False
    return not SMALL.sub("", _any("nothing", "beside").sub(" ", text))


def thanks(text: str) -> bool:
    """Is it said in thanks?"""
    return KIND_WORDS.search(text) is not None


def greets(text: str) -> bool:
    """Is it a greeting to whoever reads?"""
    return len(text) <= LONGEST and not SMALL.sub("", _any("greeting", "beside", "nothing").sub(" ", text))


def remarks(text: str) -> bool:
    """Does somebody tell what they did, do or think, and ask for nothing? "yes closed at 6", "I close it now"."""
    return not asks(text) and not requests(text) and _plain("report", r"^\W*").match(_body(text)) is not None


def reports(text: str) -> bool:
    """Does somebody report what is done, and ask for nothing: "yes closed at 6"? Not "we have a leak at the pump"."""
    done = _plain("done", r"^\W*")
    return not asks(text) and not requests(text) and bool(done.match(text) or done.match(_body(text)))


def requests(text: str) -> bool:
    """Is Andon asked to do something, in the form of an order?"""
    return _plain("request", r"^\W*(?:andon\W+)?(?:(?:please|pls|now|then|also)\W+)*").match(_body(text)) is not None


def _body(text: str) -> str:
    """The message without the words of agreement that it begins with, and without the name it is said to."""
    rest = text.strip()
    for _ in range(OPENING):
        found = _plain("nothing", r"^\W*").match(rest)
        if found is None or not (found.end() == len(rest) or not rest[found.end()].isalnum()):
            break
        rest = rest[found.end() :].lstrip(" ,.!;:-–—，。！；、")
    return re.sub(r"^[A-Z][a-z]{1,11},\s+", "", rest)


def among_people(text: str) -> bool:
    """Is it said by one person to another, in a thread where several talk?"""
    if to_others(text) or agrees(text) or greets(text) or SMALL.sub("", text) == "":
        return True
    if _plain("people", "").search(client.spelt(text)) is not None:
        return True
    return remarks(text) or reports(text) or (not asks(text) and _answers(text) and not requests(text))


def _answers(text: str) -> bool:
    """Does it begin with yes, no or thanks and go on: the reply to somebody's question?"""
    return _body(text) != text.strip() and bool(_body(text))


def for_andon(text: str, *, asker: bool) -> bool:
    """In a thread of several people: is this said to Andon? Questions and orders are, and of somebody who asked here
    before (`asker`) a name alone, which goes on: "S9"."""
    if among_people(text):
        return False
    return asks(text) or requests(text) or (asker and _names_only(text))


def _names_only(text: str) -> bool:
    """Is it so short that it names a thing and says nothing of it?"""
    line = text.strip(" .!,;。！，；")
    if line.isascii():
        return len(line.split()) <= FEW_WORDS
    return len(line) <= FEW_SIGNS and not line.endswith(("了", "过"))
