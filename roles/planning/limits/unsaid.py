"""Conditions that name no number: "when the burner is off", 1号风机停的时候, "while vibration is high", 负荷高的时候.
They are {"state": "on" or "off"} and {"level": "high" or "low"}; what that is, the readings say."""

from __future__ import annotations

import re

from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.sensors import find
from roles.planning.limits.numbers import Limit
from roles.planning.words import pattern

WHEN = r"\b(?:when(?:ever)?|while|whilst|where|if|once|as long as|with|at|under|during|for|and|or|both)\s+"
BEFORE = re.compile(rf"{WHEN}(?:the |an? |our |both )?$")
ADJECTIVE = re.compile(rf"{WHEN}(?:the |an? )?(?:(?:too|very|rather|unusually) )?(?P<level>high|low)\s+$")
IS = r"\s+(?:is|are|was|were|be|been|being|stays?|stayed|goes|went|gets|got|runs|ran)\s+"
STATE = re.compile(
    rf"{IS}(?P<not>not\s+)?(?:(?P<on>on|running|open(?:ed)?|active|working|ok)|(?P<off>off|stopped|idle|idling|closed"
    r"|down|shut(?: down)?|standing(?: still)?|at (?:a )?standstill))\b(?!\s+\d)"
    r"|\s+(?:(?P<runs>runs|ran)|(?P<stops>stops|stopped|stands|stood(?: still)?))\b(?=\s*(?:$|[,.;?]))"
)
LEVEL = re.compile(
    rf"{IS}(?:(?:too|very|rather|quite|unusually)\s+)?(?:(?P<high>high|large|big|fast)|(?P<low>low|small|slow))\b"
)
NO_COLUMN = re.compile("[高低大小快慢多少].{0,3}(?:时|期间|情况|工况|状态)")
BEHIND_ZH = r"(?=的?(?:时候|时(?![间段刻])|期间|情况|工况|状态下))"
STATE_ZH = re.compile(
    r"\s*(?P<no>没有?|不|未)?(?:在|正在|处于)?(?:(?P<on>运行|运转|启动|开着|开启|打开|开|接通|投入|点火|转)"
    rf"|(?P<off>停机|停止|停车|停运|停着|停转|停|关闭|关着|关|断开|熄火|灭火|熄灭|故障))(?:中|着|了)?{BEHIND_ZH}"
)
LEVEL_ZH = re.compile(rf"(?:比较|很|太|偏|较|最)?(?:(?P<high>[高大快多])|(?P<low>[低小慢少]))(?:了)?{BEHIND_ZH}")
OFF_ZH = re.compile("停|关|断|灭|熄")


def behind(text: str, start: int, end: int) -> Limit | None:
    """The limit without a number that normalised `text` names of a sensor that it names from `start` to `end`; None
    where it says none, or not as a condition."""
    if (match := STATE_ZH.match(text, end)) is not None:
        return Limit({"state": _state(bool(match["on"]) != bool(match["no"]))}, match.span())
    if (match := LEVEL_ZH.match(text, end)) is not None:
        return Limit({"level": "high" if match["high"] else "low"}, match.span())
    # 篦冷机停机 is the name of a sensor, and says it itself.
    own = pattern("sub", "state").search(text, start, end)
    if own is not None and own.end() == end and not own[0].isascii() and re.match(BEHIND_ZH, text[end:]):
        return Limit({"state": _state(OFF_ZH.search(own[0]) is None)}, (end, end))
    if (match := ADJECTIVE.search(text[:start])) is not None:
        return Limit({"level": match["level"]}, (end, end))
    if BEFORE.search(text[:start]) is None:
        return None
    if (match := STATE.match(text, end)) is not None:
        on = bool(match["on"] or match["runs"])
        return Limit({"state": _state(on != bool(match["not"]))}, match.span())
    match = LEVEL.match(text, end)
    return Limit({"level": "high" if match["high"] else "low"}, match.span()) if match is not None else None


def _state(on: bool) -> str:
    return "on" if on else "off"


def adjective(text: str, start: int) -> int:
    """Where a sensor's mention begins with its "high" or "low" before it: "at high speed"."""
    match = ADJECTIVE.search(text[:start])
    return match.start("level") if match is not None else start


def lacking(text: str, lexicon: Lexicon) -> list[str]:
    """Quantities of such conditions in normalised `text` that no column measures: the 负荷 of 负荷高的时候. What is
    told then is of all rows, which has to be said."""
    spans = find(text, lexicon).spans if NO_COLUMN.search(text) else ()
    quantities = "|".join(lexicon.chinese_quantities)
    return [
        m["word"]
        for m in re.finditer(rf"(?P<word>{quantities})(?={LEVEL_ZH.pattern})", text)
        if all(m.end() <= start or end <= m.start() for start, end in spans)
    ]
