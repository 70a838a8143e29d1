"""Words that mean nothing to the planner, so that the answer can say which it did not understand."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.planning.lexicon import pieces, singular
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
    said = list(dict.fromkeys(re.findall(r"[a-z]{2,}", re.sub(r"'[a-z]*", "", text))))
    grammar = words()["grammar"]
    known = {*grammar["stop"], *grammar["fillers"], *grammar["parts"], *grammar["before_codes"]}
    for sensor in sensors:
        for name in (sensor.name, sensor.tag or "", sensor.instance or "", *sensor.aliases):
            known |= {singular(piece) for piece in pieces(name)}
    if any(word in known or singular(word) in known for word in said):
        return []
    return said[:MOST]
