"""When a machine stood still or was started and when a switch went on and off: "did the rotor stop yesterday?",
搅拌什么时候停的, "how often did K3 load and unload?", 1号泵启动了几次.

A sensor tells that where it falls to nothing with the machine (a speed, a current, a power, a flow), or where it is a
flag: a column without a unit that is called by a state ("run", 运行) or by no quantity at all. Nobody asks it of a
temperature.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.partnames import quantities_of
from roles.planning.wants.asked import TIMES, WHY, YES_NO
from roles.planning.words import pattern, words
from roles.types import Sensor

OTHER = {"resample", "label", "forecast", "model", "clean", "code", "causes", "plot"}
RUNNING = ("speed", "current", "power", "flow", "torque", "frequency", "stroke", "load")  # of a machine at work
MORE = {"rpm", "stroke", "spm", "kw", "amp"}
NO_UNIT = re.compile(r"|[01][/|,-][01]|on/off|bool(?:ean)?|-|\.")
# The stop only says when something else was: "what happened when the pump stopped?".
BESIDE = re.compile(
    r"\b(?:when(?:ever)?|if|while|after|before|once|until) "
    r"(?!(?:exactly )?(?:did|does|do|was|were|is|has|have|had|and)\b)"
    r"|\bwhat (?:happen|chang|caus)|发生|停[机转车了]?的?(?:时候|时(?!间|段)|之?后|之?前|期间)"
)


@dataclass(frozen=True)
class Stops:
    """The `columns` that tell whether the machine stood; `yes_no`: it is asked whether; `starts`: it is asked when it
    was on rather than off."""

    columns: tuple[str, ...]
    yes_no: bool
    starts: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """What a subtask of statistics holds of it."""
        return {"stops": True} | ({"yes_no": True} if self.yes_no else {}) | ({"starts": True} if self.starts else {})


def asked(text: str, intents: Collection[str], columns: Sequence[str], sensors: Sequence[Sensor]) -> Stops | None:
    """Of which of a clause's `columns` normalised `text` asks when, how often, whether or how long they were on or
    stood still."""
    if BESIDE.search(text) or WHY.search(text) or not columns or OTHER & set(intents):
        return None
    counted = pattern("sub", "counted").search(text) is not None
    found = telling(columns, sensors)
    flags = any(is_flag(s) for s in sensors if s.name in found)
    if not found or not (pattern("sub", "stops").search(text) or (flags and counted)):
        return None
    timed = counted or TIMES.search(text) is not None
    return Stops(
        found, YES_NO.search(text) is not None and not timed, pattern("sub", "starts").search(text) is not None
    )


def telling(columns: Collection[str], sensors: Sequence[Sensor]) -> tuple[str, ...]:
    """Those of `columns` that tell whether a machine is on: its flags, else what falls to nothing with it."""
    flags = tuple(s.name for s in sensors if s.name in columns and is_flag(s))
    return flags or tuple(name for name in columns if _tells(name))


def is_flag(sensor: Sensor) -> bool:
    """May a column be a switch, by its name and its unit?"""
    if not NO_UNIT.fullmatch((sensor.unit or "").strip().lower()):
        return False
    parts = {singular(piece) for piece in pieces(sensor.name)}
    if pattern("sub", "state").search(" ".join(pieces(sensor.name))):
        return True
    own = {part for key, entry in words()["quantities"].items() if key != "valve" for part in entry["parts"]}
    return not (own | MORE) & (parts | quantities_of(sensor.name))


def _tells(name: str) -> bool:
    """Does a column measure what is nothing at a standstill?"""
    parts = {singular(piece) for piece in pieces(name)}
    own = {part for key in RUNNING for part in words()["quantities"][key]["parts"]}
    return bool((own | MORE) & (parts | quantities_of(name)))
