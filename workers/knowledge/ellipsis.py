"""A question that goes on from the one before it: "and for P-202?", "那喷嘴呢", "what are the signs?".

Alone it would be answered from whatever has a nozzle, or signs. It is completed from the question before: a machine or
its tag takes the place of the other one's, a new quantity is asked of the same machine, what names no thing at all is
asked of what was asked about; another thing takes the place of the one before (replacing.py), anything else is added.
"""

from __future__ import annotations

import re

from kb.search.named import named_codes
from kb.search.nameless import nameless, thing_of
from kb.search.wants import subject, wants_of
from kb.text import lang_of
from workers.knowledge.replacing import renumbered, replaced

MOST_WORDS = 6  # a longer one stands alone, however it begins
MOST_CHARACTERS = 14  # in Chinese
_EN = re.compile(
    r"^\W*(?:(?:and|also|or|but)\b[\s,]*)?(?:what about|how about|same (?:question )?for|and|also)?\b[\s,]*"
    r"(?:(?:for|on|of|in|at|with)\s+)?(?P<mine>its?\s+|the\s+)?(?P<rest>.+?)\W*$",
    re.IGNORECASE | re.DOTALL,
)
_BEGINS = re.compile(r"^\W*(?:and|also|or|what about|how about|same (?:question )?for)\b", re.IGNORECASE)
_ZH = re.compile(r"^\s*(?:那么?|还有|另外)?[，,]?\s*(?P<rest>[^，。！？?]{1,14}?)呢?\s*[?？]?\s*$")
_ZH_BEGINS = re.compile(r"^\s*(?:那么?(?!里|边|个|些)|还有|另外)|呢\s*[?？]?\s*$")
# how the names of machines end: "稀油站", "高温风机"; the first one in a question is the machine that it is about
_ENDS = "站机泵窑磨炉塔罐釜阀辊轮箱柜器车床仓斗棒"
_HEAD = re.compile(rf"^[\u4e00-\u9fff]{{1,8}}?[{_ENDS}](?![{_ENDS}])")
_MACHINE = re.compile(rf"^[\u4e00-\u9fff]{{0,8}}[{_ENDS}]$")


def completed(text: str, before: str) -> str:
    """The whole question; "" when `text` stands alone or nothing was asked before. `before` are the questions before
    it, oldest first, one a line: they may go on from each other, too."""
    whole = ""
    for line in before.splitlines():
        whole = _together(line, whole) or line
    return _together(text, whole)


def _together(text: str, before: str) -> str:
    if not before.strip():
        return ""
    if nameless(text):
        return _of(text, thing_of(before) or before)
    rest = _rest(text)
    if not rest:
        return ""
    theirs, mine = named_codes(before), named_codes(rest)
    if mine and theirs:
        whole = before
        for old, new in zip(theirs.values(), mine.values(), strict=False):
            whole = whole.replace(old, new)
        return whole
    if whole := renumbered(rest, before):
        return whole
    if _asks_value(rest):
        return f"{rest} {' '.join(theirs.values())}" if theirs else _of_same(rest, before)
    if whole := replaced(rest, before):
        return whole
    head = _HEAD.match(before.strip())
    if head and _MACHINE.match(rest):
        return f"{rest}{before.strip()[head.end() :]}"
    return f"{before.rstrip(' ?？。.')} {rest}"


def _of(text: str, thing: str) -> str:
    """What `text` asks, of `thing`."""
    return f"{thing}{text.strip()}" if lang_of(text) == "zh" else f"{text.strip(' ?.!')} {thing}"


def _of_same(quantity: str, before: str) -> str:
    """A quantity of the machine that the question before is about, without the quantity that was asked of it."""
    if head := _HEAD.match(before.strip()):
        return f"{head[0]}{quantity}"
    wanted = [want for want in wants_of(before) if want.value]
    return f"{' '.join(subject(before, wanted).split()).rstrip(' ?？。.')} {quantity}"


def _asks_value(text: str) -> bool:
    return bool(wants_of(text))


def _rest(text: str) -> str:
    """What such a question names."""
    if _BEGINS.search(text):
        match = _EN.match(text)
        return match["rest"] if match and len(match["rest"].split()) <= MOST_WORDS else ""
    if _ZH_BEGINS.search(text) and len(text.strip()) <= MOST_CHARACTERS:
        match = _ZH.match(text)
        return match["rest"] if match else ""
    return ""
