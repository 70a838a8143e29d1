"""Which end of a change a number is: where it began, where it went, or by how much it moved."""

from __future__ import annotations

import re
from typing import Literal

from roles.deciding.ways import pattern

End = Literal["", "before", "after", "change"]
SIGN = r"[+−±-]?$"
NEARLY = (
    r"(?:about|around|roughly|nearly|almost|some|just|only|over|more than|less than|another|a further|approximately)"
)
BY = re.compile(rf"\bby\s+(?:{NEARLY}\s+)*{SIGN}", re.IGNORECASE)
NEARLY_END = re.compile(rf"(?:\s*\b{NEARLY}\b)*\s*{SIGN}|[了约近仅只大有达足]*\s*{SIGN}", re.IGNORECASE)
NOW = re.compile(r"\b(?:now|currently|at present|by now)\b|现在|目前|当前|现为|现已", re.IGNORECASE)


def end_of(before: str, clause: str) -> End:
    """The end that a number behind `before` is; "" where it may be any. `clause` is all that is told with it."""
    if re.search(r"(?:\bfrom|由|从)\s*(?:about |约|近)?[+−-]?$", before):
        return "before"
    is_range = re.search(r"\d\s*\S*\s*(?:to|到|至)\s*$", before) and "from" not in before
    if re.search(r"(?:\bto|到|至|为)\s*(?:about |约|近)?[+−-]?$", before) and not is_range:
        return "after"
    if BY.search(before) or _moved(before):
        return "change"
    return "after" if NOW.search(clause) and not re.search(r"\b(?:from|by)\b|[从由]", clause) else ""


def _moved(before: str) -> bool:
    """Does a word of moving stand right before the number? "rose 7 mm", 升高约7 mm."""
    bare = before[: found.start()] if (found := NEARLY_END.search(before.rstrip())) else before
    return any(
        match.end() == len(bare.rstrip()) for way in ("up", "down") for match in pattern(way).finditer(bare.rstrip())
    )
