"""Does a text say that one quantity acts on another? A sentence must name both, with words for the direction between
or before them; words are data (words.toml). What it does not say plainly, it does not say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from roles.sentences import statements
from roles.types import Sensor

Says = Literal["acts", "does not act"]


def read(text: str, cause: Iterable[str], effect: Iterable[str]) -> Says | None:
    """What `text` says of cause -> effect, both given by their words; None when it says nothing of this direction."""
    told = quoted(text, cause, effect)
    return told[0] if told is not None else None


def quoted(text: str, cause: Iterable[str], effect: Iterable[str]) -> tuple[Says, str] | None:
    """What `text` says of cause -> effect, with the sentence that says it."""
    causes, effects = [w.lower() for w in cause], [w.lower() for w in effect]
    for sentence in statements(text):
        found = _sentence(sentence.lower(), causes, effects)
        if found is not None:
            return found, " ".join(sentence.split())
    return None


def names_of(sensor: Sensor) -> list[str]:
    """The words by which a text may mean a sensor, the longest first."""
    words = {sensor.name, sensor.name.replace("_", " "), sensor.label, *sensor.aliases}
    words |= {sensor.tag.replace("_", " ")} if sensor.tag else set()
    return sorted((w for w in words if len(w) > 1), key=len, reverse=True)


def _sentence(sentence: str, cause: Sequence[str], effect: Sequence[str]) -> Says | None:
    first, second = _place(sentence, cause), _place(sentence, effect)
    if first is None or second is None or (first[0] < second[1] and second[0] < first[1]):
        return None
    forward = first[0] < second[0]
    between = sentence[first[1] : second[0]] if forward else sentence[second[1] : first[0]]
    words = _words()
    if not words["forward" if forward else "backward"].search(between):
        return None
    if not forward and words["forward"].search(words["backward"].sub(" ", between)):
        return None  # "Y raises Z because of X": who acts on whom is not plain
    return "does not act" if words["denied"].search(between) else "acts"


def _place(sentence: str, words: Sequence[str]) -> tuple[int, int] | None:
    for word in words:
        edge = r"(?<![a-z0-9_])", r"(?![a-z0-9_])"
        found = re.search(f"{edge[0]}{re.escape(word)}{edge[1]}" if word.isascii() else re.escape(word), sentence)
        if found is not None:
            return found.span()
    return None


@cache
def _words() -> dict[str, re.Pattern[str]]:
    data = tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))
    return {
        key: re.compile(rf"(?<![a-z])(?:{'|'.join(entry['en'])})(?![a-z])|{'|'.join(entry['zh'])}")
        for key, entry in data.items()
    }
