"""When a machine stood still: "did the rotor stop yesterday?", 搅拌什么时候停的, 停了几次.

A sensor tells that where it falls to nothing with the machine: a speed, a current, a power, a flow. Nobody asks it of a
temperature.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.partnames import quantities_of
from roles.planning.wants.asked import WHY, YES_NO
from roles.planning.words import pattern, words
from roles.types import Sensor

OTHER = {"resample", "label", "forecast", "model", "clean", "code", "causes", "plot"}
RUNNING = ("speed", "current", "power", "flow", "torque", "frequency", "stroke", "load")  # of a machine at work
MORE = {"rpm", "stroke", "spm", "kw", "amp"}
# The stop only says when something else was: "what happened when the pump stopped?".
BESIDE = re.compile(
    r"\b(?:when(?:ever)?|if|while|after|before|once|until) "
    r"(?!(?:exactly )?(?:did|does|do|was|were|is|has|have|had|and)\b)"
    r"|\bwhat (?:happen|chang|caus)|发生|停[机转车了]?的?(?:时候|时(?!间|段)|之?后|之?前|期间)"
)


@dataclass(frozen=True)
class Stops:
    """The `columns` that tell whether the machine stood; `yes_no`: it is asked whether."""

    columns: tuple[str, ...]
    yes_no: bool

    @property
    def values(self) -> dict[str, Any]:
        """What a subtask of statistics holds of it."""
        return {"stops": True} | ({"yes_no": True} if self.yes_no else {})


def asked(text: str, intents: Collection[str], columns: Sequence[str], sensors: Sequence[Sensor]) -> Stops | None:
    """Of which of a clause's `columns` normalised `text` asks when, whether or how long they stood still."""
    if BESIDE.search(text) or WHY.search(text):
        return None
    if not columns or OTHER & set(intents) or not pattern("sub", "stops").search(text):
        return None
    telling = tuple(name for name in columns if _tells(name))
    timed = re.search(r"\bwhen\b|\bhow\b|什么时候|何时|几点|几次|多久|多长", text) is not None
    return Stops(telling, YES_NO.search(text) is not None and not timed) if telling else None


def _tells(name: str) -> bool:
    """Does a column measure what is nothing at a standstill?"""
    parts = {singular(piece) for piece in pieces(name)}
    own = {part for key in RUNNING for part in words()["quantities"][key]["parts"]}
    return bool((own | MORE) & (parts | quantities_of(name)))
