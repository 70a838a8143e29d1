"""A limit that is asked about without its number: "when will S8 pass its limit?", "S8多久会超限"."""

from __future__ import annotations

from typing import Literal

from roles.planning.words import either

Named = Literal["upper", "lower", "any"]
LIMIT = r"(?:limits?|thresholds?|alarm (?:limit|level|value|threshold)|trip(?: (?:limit|level|value|point))?)"
LOWER = either(
    [
        rf"(?:lower|low|minimum|min)[ -](?:\w+ )?{LIMIT}",
        r"minimum(?! of)",
        rf"(?:below|under)(?: \w+){{1,3}} {LIMIT}",
        "fully closed",
    ],
    ["下限", "全关", "最低(?:值|限)", "低报", "(?:低于|跌破|降到|降至).{0,6}(?:限值?|阈值|报警值)"],
)
UPPER = either(
    [
        rf"(?:upper|high|higher|maximum|max)[ -](?:\w+ )?{LIMIT}",
        rf"(?:above|over|exceeds?)(?: \w+){{1,3}} {LIMIT}",
        "fully open(?:ed)?",
        "(?:wide|completely) open",
        "used up",
        "at (?:its|the) end",
    ],
    ["上限", "全开", "到顶", "到头", "用完", "最高(?:值|限)", "高报"],
)
ANY = either(
    [LIMIT], ["超限", "越限", "限值", "限制值?", "阈值", "极限", "报警[值限线]", "警戒[值线]", "跳闸值?", "允许值"]
)


def named(text: str) -> Named | None:
    """Which limit normalised `text` speaks of; None when of none."""
    if LOWER.search(text):
        return "lower"
    if UPPER.search(text):
        return "upper"
    return "any" if ANY.search(text) else None
