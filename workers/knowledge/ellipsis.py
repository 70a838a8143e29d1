"""A question that goes on from the one before it: "and for P-202?", "what about the nozzle", "那喷嘴呢".

Alone it would be answered from whatever has a nozzle. It is completed from the question before: a machine's tag takes
the place of the other one's, a new quantity is asked of the same machine, anything else is added.
"""

from __future__ import annotations

import re

from kb.search.named import named_codes
from kb.search.wants import wants_of

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


def completed(text: str, before: str) -> str:
    """The whole question; "" when `text` stands alone or nothing was asked before. `before` are the questions before
    it, oldest first, one a line: they may go on from each other, too."""
    whole = ""
    for line in before.splitlines():
        whole = _together(line, whole) or line
    return _together(text, whole)


def _together(text: str, before: str) -> str:
    rest = _rest(text)
    if not rest or not before.strip():
        return ""
    theirs, mine = named_codes(before), named_codes(rest)
    if mine and theirs:
        whole = before
        for old, new in zip(theirs.values(), mine.values(), strict=False):
            whole = whole.replace(old, new)
        return whole
    if wants_of(rest) and theirs:
        return f"{rest} {' '.join(theirs.values())}"
    return f"{before.rstrip(' ?？。.')} {rest}"


def _rest(text: str) -> str:
    """What such a question names."""
    if _BEGINS.search(text):
        match = _EN.match(text)
        return match["rest"] if match and len(match["rest"].split()) <= MOST_WORDS else ""
    if _ZH_BEGINS.search(text) and len(text.strip()) <= MOST_CHARACTERS:
        match = _ZH.match(text)
        return match["rest"] if match else ""
    return ""
