"""What is asked for in other forms than the plain ones: operations that only code does, groups, kinds of plots, limits
that must hold at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from roles.planning.limits.numbers import Limit
from roles.planning.types import TaskKind
from roles.planning.words import pattern, words

OF_ITS_OWN: set[TaskKind] = {"diagnose", "ask", "detect", "model", "forecast"}  # kinds that use such words themselves
JOINS = re.compile(r"(?P<any>\bor\b|或者?|任一)|(?P<all>\band\b|\bwhile\b|\bwhilst\b|且|并|同时|又|与|和|,|，|&)")
LASTED = re.compile(
    r"\bhow (?:long|often|many|much time)\b|\b(?:share|percent(?:age)?) of\b|多久|多长|几次|多少(?:次|行|时间)|占多少"
)
ZH_JOIN = re.compile(r"[,，、\s]*(?:并且|而且|且|同时|又)[,，、\s]*")


def operations(text: str, table: str) -> list[str]:
    """The words in `text` for operations of `[beyond.TABLE]`, in order."""
    return list(dict.fromkeys(match[0] for match in pattern("beyond", table).finditer(text)))


def spans(text: str) -> list[tuple[int, int]]:
    """Where the operations stand that no built-in step does."""
    return [match.span() for match in pattern("beyond", "never").finditer(text)]


def needs_code(text: str, found: Collection[TaskKind], *, columns: bool, at_once: bool) -> bool:
    """Does a clause with the intents `found` want an operation that code does better than any built-in step?"""
    if {"diagnose", "model"} & set(found) or (set(found) == {"ask"} and not columns):
        return False
    if operations(text, "never"):
        return True
    if OF_ITS_OWN & set(found):
        return False
    return bool(form(text)) or (columns and (at_once or bool(operations(text, "plain"))))


def by(text: str) -> str | None:
    """The group that is asked for: shift, hour or day."""
    return next((name for name in words()["by"] if pattern("by", name).search(text)), None)


WHICH = re.compile(r"\b(?:which|what) (?:hour|shift|day)\b|哪[个一几]?(?:小时|钟头|班|天)")


def top(text: str, what: Sequence[str]) -> dict[str, Any]:
    """Of "which hour had the highest load?" which end of the groups is asked for, and the one statistic that counts."""
    ends = [name for name in ("max", "min") if name in what]
    if WHICH.search(text) is None or len(ends) != 1:
        return {}
    other = [name for name in what if name not in ends]
    return {"what": other[:1] or ends, "top": ends[0]}


def form(text: str) -> dict[str, Any]:
    """How a plot is drawn when it is no curve: a histogram, or a scatter plot and what gives the colour."""
    grouped = by(text)
    if pattern("sub", "scatter").search(text):
        return {"form": "scatter"} | ({"colour": grouped} if grouped else {})
    if pattern("sub", "histogram").search(text):
        return {"form": "histogram"} | ({"by": grouped} if grouped else {})
    return {}


def together(text: str, limits: Sequence[Limit]) -> str | None:
    """ "all" when the limits of a clause must hold at once, "any" when one of them is enough, None for limits apart."""
    if len(limits) < 2:
        return None
    gaps = [text[one.span[1] : other.span[0]] for one, other in pairwise(limits)]
    if any((found := JOINS.search(gap)) and found["any"] for gap in gaps):
        return "any"
    # "How long was T1 above 80 and P1 below 3?" asks for the rows of both; "label T1 above 80 and P1 below 3" for two.
    said = pattern("sub", "at_once").search(text) is not None or LASTED.search(text) is not None
    return "all" if said and all(JOINS.search(gap) for gap in gaps) else None


def bound(text: str, limits: Sequence[Limit]) -> str:
    """`text` with "并且" and its like between two limits as "且", so that it is not cut there: "S8>45且拉速<0.9"."""
    for one, other in reversed(list(pairwise(limits))):
        gap = text[one.span[1] : other.span[0]]
        if ZH_JOIN.search(gap) and not re.search(r"[。；;]", gap):
            text = text[: one.span[1]] + ZH_JOIN.sub("且", gap, count=1) + text[other.span[0] :]
    return text
