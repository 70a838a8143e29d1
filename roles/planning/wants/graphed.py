"""What is asked of the causal graph: "what drives Y?", "does X affect Y, and after what delay?", "Y怎么受X影响".

Such a question is about how things hang together at all. What caused something that happened ("what caused the drop?",
"why does the level jump?") is a diagnosis, and what is general ("what causes clogging?") names no column.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from roles.planning.columns.lexicon import Lexicon
from roles.planning.columns.sensors import find
from roles.planning.limits.numbers import DURATION
from roles.planning.when.times import seconds
from roles.planning.words import words
from roles.types import Sensor

Kind = Literal["pair", "between", "into", "out_of", "most", "if_changed", "correlation"]
KINDS: tuple[Kind, ...] = ("if_changed", "correlation", "most", "pair", "between", "into", "out_of")
OTHER = {"plot", "resample", "label", "forecast", "model", "clean", "code"}  # intents of requests for something else
COLUMN = r"(?:the |an? )?(?:sensors? |column )?ξ(?P<{0}>\d+)ξ"
LAG = re.compile(r"(?:\b(?:lag|delay|shift)(?:ged)?(?: of| by|=|:)?|滞后|延迟|时滞)\s*(?P<count>\d+(?:\.\d+)?)\s*"
                 r"(?P<unit>s|secs?|seconds?|秒|mins?|minutes?|分钟|h|hours?|个?小时)(?![a-z])"
                 r"|(?P<before>\d+(?:\.\d+)?)\s*(?P<unit_before>秒|分钟|个?小时)的?(?:滞后|延迟|时滞)")  # fmt: skip


@dataclass(frozen=True)
class Linked:
    """A question to the graph: which columns may be causes and which effects; none where all are meant. `lag_s` is one
    that was named; `sure`: it asks how sure that is."""

    kind: Kind
    causes: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    lag_s: float | None = None
    sure: bool = False


def asks(text: str, intents: Collection[str], sensors: Sequence[Sensor]) -> bool:
    """Does a clause with these `intents` ask something of the graph and nothing else?"""
    return not OTHER & set(intents) and linked(text, sensors) is not None


def linked(text: str, sensors: Sequence[Sensor]) -> Linked | None:
    """What normalised `text` asks of the graph; None for every other request."""
    shown, columns = marked(text, sensors)
    lag = LAG.search(text)
    named = {
        "lag_s": seconds(lag["count"] or lag["before"], lag["unit"] or lag["unit_before"]) if lag else None,
        "sure": bool(forms("graph", "sure").search(text)),
    }
    for kind in KINDS:
        match = forms("graph", kind).search(shown)
        if match is None:
            continue
        sides = {side: side_of(match, side, columns) for side in ("a", "b")}
        if kind in ("pair", "between", "if_changed", "correlation") and not (sides["a"] and sides["b"]):
            continue
        return Linked(kind, sides["a"], sides["b"], **named)  # type: ignore[arg-type]
    return None


def marked(text: str, sensors: Sequence[Sensor]) -> tuple[str, list[tuple[str, ...]]]:
    """Normalised `text` with a numbered mark for each mention of columns, and those columns."""
    mentions = find(text, Lexicon(sensors), [m.span() for m in DURATION.finditer(text)])
    ends, order = dict(mentions.spans), [sensor.name for sensor in sensors]
    columns: list[tuple[str, ...]] = []
    shown, at = "", 0
    for start, names in sorted(mentions.groups, key=lambda group: group[0]):
        if start < at or start not in ends:
            continue
        shown += f"{text[at:start]}ξ{len(columns)}ξ"
        columns.append(tuple(sorted(names, key=order.index)))
        at = ends[start]
    return shown + text[at:], columns


def side_of(match: re.Match[str], side: str, columns: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The columns of the cause (a) or the effect (b) of a match."""
    found = [value for name, value in match.groupdict().items() if name[0] == side and value is not None]
    return columns[int(found[0])] if found else ()


@cache
def forms(table: str, key: str) -> re.Pattern[str]:
    """The patterns of `[table.key]` for a text that is `marked`; A and B in them stand for a column, VERB for what one
    does to the other."""
    entry: dict[str, Any] = words()[table][key]
    verbs = words()["graph"]["verbs"]
    parts = []
    for number, form in enumerate([*entry.get("en", ()), *entry["zh"]]):
        form = form.replace("VERBS", verbs["present"]).replace("VERB", verbs["plain"]).replace("DONE", verbs["done"])
        for side in ("A", "B"):
            form = form.replace(side, COLUMN.format(f"{side.lower()}{number}"))
        parts.append(form)
    return re.compile("|".join(f"(?:{part})" for part in parts))
