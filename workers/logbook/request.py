"""A question to a log as a whole: its wish and its times, with what a follow-up ("and for line 2?", "那斗提呢") leaves
to the question before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from workers.logbook.asking import Wish, understood, wish
from workers.logbook.calendar import FLAGS
from workers.logbook.filtering import VALUE_ROLES, named_values, without
from workers.logbook.log import OTHER, Log
from workers.logbook.times import Scope, Times, times

MOST_WORDS, MOST_CHARACTERS = 9, 14  # a longer question stands alone, however it begins
FOLLOWS = re.compile(
    r"^\W*(?:and|also|or|but|what about|how about|same (?:question )?for)\b"
    r"|^\s*(?:那么?(?![里边个些台次天种])|还有|另外|再看)|呢\s*[?？]?\s*$",
    FLAGS,
)
BY_NAME = r"(?:\b(?:by|per|for each|each|every)\s+(?:the\s+)?|按照?|按每个?|各个?|每个)\s*{}(?!\w)"
BY_NAME_ZH = r"(?:按照?|按每个?|各个?|每个){}"
WHO = re.compile(r"\bwho(?:se)?\b|谁", FLAGS)


@dataclass(frozen=True)
class Request:
    """`text` as a whole, its `wish` and `times`; `taken`: the question before, where something was taken from it."""

    text: str
    wish: Wish
    times: Times
    taken: str = ""


def request(text: str, before: str, log: Log, scope: Scope) -> Request:
    """What `text` asks of `log`; `before` are the questions before it, oldest first, one a line."""
    names = {str(v).casefold() for role in VALUE_ROLES if log.has(role) for v in log.frame[role].dropna().unique()}
    base = ""
    for line in before.splitlines():
        base = _together(base, line, log, scope) if base and follows(line) else line
    taken = base if base and follows(text) and (understood(base) or times(base, scope).periods) else ""
    whole = _together(base, text, log, scope) if taken else text
    return Request(whole, _wish(text, whole, log), times(whole, scope, names), taken)


def follows(text: str) -> bool:
    """Does a question go on from the one before?"""
    chinese = re.search("[\u4e00-\u9fff]", text) is not None
    short = len(text.strip()) <= MOST_CHARACTERS if chinese else len(text.split()) <= MOST_WORDS
    return short and FOLLOWS.search(text) is not None


def _together(base: str, text: str, log: Log, scope: Scope) -> str:
    """`text` with what it does not say itself: a time takes the place of the time, a line that of the line."""
    ours, theirs = times(text, scope), times(base, scope)
    kept = theirs.rest if ours.periods or ours.clock else base
    mine, old = named_values(log, ours.rest), named_values(log, theirs.rest)
    kept = without({role: (old[role], []) for role in mine if role in old}, kept)
    return f"{text.strip(' ?？。.')}, {' '.join(kept.split())}"


def _wish(text: str, whole: str, log: Log) -> Wish:
    """Of the question itself where it wishes something, else of the whole."""
    own = wish(text)
    asked = own if own.form or own.by or own.plainly or own.topped else wish(whole)
    if asked.by is None:
        asked = replace(asked, by=_heading(whole, log))
    if asked.by == "person":  # who mends most often, not longest
        return replace(asked, count=True)
    if asked.by == "asset" and not log.has("asset") and log.has("line") and WHO.search(whole):
        return replace(asked, by="line")
    return asked


def _heading(text: str, log: Log) -> str | None:
    """The column without a role by whose heading rows are put together: "by supplier", "按供应商"."""
    for role in log.others:
        heading = re.escape(role.removeprefix(OTHER.format("")))
        if re.search(BY_NAME.format(heading) + "|" + BY_NAME_ZH.format(heading), text, FLAGS):
            return role
    return None
