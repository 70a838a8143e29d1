"""What the plant's own knowledge base says of what was measured, quoted beside a diagnosis that names no cause.

A note that somebody taught is no cause by itself: it has no signs that could be held against the data. But a crew that
wrote it down is not told that nothing is known.
"""

from __future__ import annotations

import re

from roles.deciding import telling
from roles.deciding.documented import subject
from roles.deciding.scene import Scene
from roles.deciding.weighing import Hypothesis, stem
from roles.sentences import first_sentences
from roles.types import Passage
from roles.wording import say

SENTENCES, LONGEST = 3, 400  # of a quote; characters
SHORT, SHORT_ZH = 4, 3  # letters and characters of a sensor's name that a note must repeat
FIRST = 4  # sensors that the event is told by


def beside(scene: Scene, hypotheses: list[Hypothesis]) -> list[str]:
    """A line that quotes the passage nearest to what was measured, if one is near enough; nothing where it is told as a
    cause already."""
    passage = nearest(scene)
    if passage is None or any(h.passage is not None and h.passage.id == passage.id for h in hypotheses):
        return []
    return [say("decide_written", scene.case.lang, text=_quote(passage), id=passage.id)]


def nearest(scene: Scene) -> Passage | None:
    """The verified passage of highest similarity, at least the threshold, that speaks of the event's sensors: of two,
    or of the only one. The shipped pack's passages stand behind its faults, whose signs were weighed already."""
    case = scene.case
    shipped = {stem(id_) for f in case.faults for id_ in [*f.passages, *(a.source for a in f.actions)]}
    columns = list(dict.fromkeys(f.sensor for f in scene.changes if f.sensor))[:FIRST]
    near = [
        p for p in case.passages
        if p.status == "verified" and p.confidence >= case.threshold and stem(p.id) not in shipped
        and sum(_speaks_of(p, scene, column) for column in columns) >= min(2, len(columns)) > 0
    ]  # fmt: skip
    return max(near, key=lambda p: (p.confidence, p.lang == case.lang), default=None)


def _speaks_of(passage: Passage, scene: Scene, column: str) -> bool:
    """Does a passage repeat a word of a sensor's names?"""
    sensor, text = scene.sensors.get(column), f"{passage.title} {passage.text}".casefold()
    names = [column, *([sensor.label, *sensor.aliases] if sensor is not None else [])]
    return any(word in text for name in names for word in _words(name.casefold()))


def _words(name: str) -> set[str]:
    """Words of a name that tell it from others: English ones of SHORT letters, Chinese ones as runs of SHORT_ZH."""
    found = {word for word in re.findall(r"[a-z]+", name) if len(word) >= SHORT}
    for part in re.findall(r"[\u4e00-\u9fff]+", name):
        found |= {part[i : i + SHORT_ZH] for i in range(max(1, len(part) - SHORT_ZH + 1))}
    return found


def _quote(passage: Passage) -> str:
    text = first_sentences(passage.text, SENTENCES)
    said = text if subject(passage) in text else telling.headed(passage, text)
    return said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
