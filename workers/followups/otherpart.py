"""The question before, asked of another part of the plant or another shift: "and strand 2?", 1号流呢, 早班呢.

Light: the chat side reads it, too.
"""

from __future__ import annotations

import re

from workers.followups.figures import of_figure
from workers.followups.meant import meant

PLACES = (
    "strand", "line", "roll", "zone", "segment", "mould", "mold", "ladle", "tundish", "caster", "pump", "fan", "motor",
    "mill", "kiln", "furnace", "boiler", "compressor", "press", "tank", "unit", "machine", "bearing", "burner", "silo",
)  # fmt: skip
_GO_ON = (
    r"^\W*(?P<goes_on>(?:(?:ok|okay|so|and|but|now|then|also|what about|how about|same (?:question )?for"
    r"|the same for)\b[\s,]*)*)"
    r"(?:(?:for|on|of|in|at|during)\s+)?(?:the\s+)?"
)
_NUMBERED = r"(?P<thing>[a-z]{3,})[ _-]?(?:no\.?\s*|#)?\d{1,3}"
_SHIFT = r"(?:early|morning|day|late|afternoon|evening|night|first|second|third|[a-d1-3])[ -]shift|shift [a-d1-3]"
_ZH_NUMBERED = r"(?:\d{1,3}|[一二三四五六七八九十])[#号]?(?P<zh_thing>[流机线辊泵炉窑罐塔阀架段坯台包])"
_ZH_SHIFT = r"(?:大夜|小夜|[早中晚夜白甲乙丙丁])班"
ASKED = re.compile(rf"{_GO_ON}(?:(?P<part>{_NUMBERED})|(?P<shift>{_SHIFT}))\W*$", re.IGNORECASE)
ASKED_ZH = re.compile(
    rf"^\W*(?:那么?|再看看?|还有|换成|另外|同样)*[，,\s]*(?:(?P<zh_part>{_ZH_NUMBERED})|(?P<zh_shift>{_ZH_SHIFT}))"
    r"(?:的?(?:情况|数据))?(?:怎么样|怎样|如何)?呢?\W*$"
)
NUMBERED, SHIFT = re.compile(rf"\b{_NUMBERED}\b", re.IGNORECASE), re.compile(rf"\b(?:{_SHIFT})\b", re.IGNORECASE)
NUMBERED_ZH, SHIFT_ZH = re.compile(_ZH_NUMBERED), re.compile(_ZH_SHIFT)
END = " 　?？。.!！呢"


def other_part(text: str, before: str) -> str:
    """The whole question where `text` only names another part or shift, or another figure, other hours or a plot of
    what a figure was asked of; "" where it says more, or nothing was asked.

    `before` are the questions before it, oldest first, one a line: each may go on from the one before it. Where that
    one names a part of the same kind the other takes its place, else it is added. Two of a kind are not chosen between.
    """
    whole = ""
    for line in before.splitlines():
        if not meant(line):  # "why?" is asked of the answer, and not of a part
            whole = _of_other(line, whole) or line
    return _of_other(text, whole)


def _of_other(text: str, before: str) -> str:
    if whole := of_figure(text, before):
        return whole
    found = ASKED.match(text.strip()) or ASKED_ZH.match(text.strip())
    if found is None or not before.strip():
        return ""
    named = found.groupdict()
    chinese, shift = found.re is ASKED_ZH, named.get("shift") or named.get("zh_shift")
    new = str(shift or named.get("part") or named.get("zh_part"))
    there = _shifts(before) if shift else _parts(before, found)
    if there is None or len({m[0].casefold() for m in there}) > 1:
        return ""
    for match in reversed(there):
        before = f"{before[: match.start()]}{new}{before[match.end() :]}"
    if there:
        return before
    if chinese:
        return f"只看{new}，{before.strip()}" if shift else f"{new}{before.strip()}"
    return f"{before.rstrip(END)}, only the {new}?" if shift else f"{before.rstrip(END)} on {new}?"


def _shifts(before: str) -> list[re.Match[str]]:
    return [match for form in (SHIFT, SHIFT_ZH) for match in form.finditer(before)]


def _parts(before: str, asked: re.Match[str]) -> list[re.Match[str]] | None:
    """The parts of the question before that the one of `asked` takes the place of: those of its kind, else whatever is
    a part. None where it may be no part at all: "and limit 65?", "FDV-105" alone."""
    thing = _thing(asked)
    every = [match for form in (NUMBERED, NUMBERED_ZH) for match in form.finditer(before)]
    alike = [match for match in every if _thing(match) == thing]
    if asked.re is ASKED_ZH or thing in PLACES:
        return alike or [match for match in every if match.re is NUMBERED_ZH or _thing(match) in PLACES]
    return alike if alike and asked["goes_on"] else None


def _thing(match: re.Match[str]) -> str:
    named = match.groupdict()
    return str(named.get("thing") or named.get("zh_thing")).casefold()
