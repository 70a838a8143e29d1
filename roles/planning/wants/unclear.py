"""Words that mean nothing to the planner, so that the answer can say which it did not understand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.planning.columns.lexicon import pieces, singular
from roles.planning.words import words
from roles.types import Sensor

MOST = 3  # words that are named
WORDS_ONLY = re.compile(r"[a-z\s.,;!'-]+")


def unclear(text: str, sensors: Sequence[Sensor]) -> list[str]:
    """The first words of normalised `text` when none of its words is known; empty for questions and Chinese.

    One known word ("hello", "please", "strand", a part of a column's name) is enough to take the rest for small talk.
    """
    if not WORDS_ONLY.fullmatch(text):
        return []
    said = _said(text)
    known = {*words()["grammar"]["stop"], *_trade(sensors)}
    if any(word in known or singular(word) in known for word in said):
        return []
    return said[:MOST]


def strange(text: str, sensors: Sequence[Sensor]) -> bool:
    """Are more than half of the words that carry the meaning unknown: "tell me a joke"?"""
    if not WORDS_ONLY.fullmatch(text):
        return False
    stop, known = set(words()["grammar"]["stop"]), _trade(sensors)
    said = [word for word in _said(text) if word not in stop]
    return 2 * sum(word not in known and singular(word) not in known for word in said) > len(said) > 0


def _said(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"[a-z]{2,}", re.sub(r"'[a-z]*", "", text))))


def _trade(sensors: Sequence[Sensor]) -> set[str]:
    """Words of courtesy, of the trade, and those in the columns' names."""
    grammar = words()["grammar"]
    known = {*grammar["fillers"], *grammar["parts"], *grammar["before_codes"], *grammar["after_present"]}
    for sensor in sensors:
        for name in (sensor.name, sensor.tag or "", sensor.instance or "", *sensor.aliases):
            known |= {singular(piece) for piece in pieces(name)}
    return known
