"""A document of the plant that names the signs that were measured: "征兆：一室压力持续升高、二次风温下降、窑头罩正压".

It is proposed as a cause, never sure enough to be the diagnosis: a text is no signature that anybody has tested. At
least two sensors must move as one of its sentences says, none may move against it, and few may stand still.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from roles.deciding.scene import Scene, number
from roles.deciding.symptoms import OPPOSITE, WAYS, Pattern, Sign, patterns
from roles.sentences import sentences_of_lines
from roles.types import Action, Finding, Passage

MOST = 0.5  # confidence, and below the threshold in any case
LEAST_SEEN, LEAST_SHARE = 2, 0.6
FEW = {2: 0.65}  # two signs are shared by many causes
UNMEASURED = 0.5
MODEST = 0.05
MOST_STEPS, LONGEST = 4, 220  # of a document; characters of a step
SHORT_NAME = 3  # characters
NUMBER = re.compile(  # of a section; "3号风机" begins with that of a machine
    r"^\s*(?:\d+(?:\.\d+)*(?:[.、)]\s*|\s+)|\d+(?:\.\d+)+|[一二三四五六七八九十]+、\s*|第[一二三四五六七八九十百\d]+条[\s：:]*)"
)
TAG = re.compile(r"(?<![a-z0-9])[a-z]{1,5}-?\d{2,5}(?![a-z0-9])")


@dataclass(frozen=True)
class Documented:
    """The signs of one sentence: seen, not seen although measured, and what no sensor of the file shows."""

    passage: Passage
    pattern: Pattern
    seen: tuple[tuple[Sign, Finding], ...]
    missing: tuple[Sign, ...]
    unmeasured: tuple[str, ...]
    unexplained: tuple[Finding, ...]
    raw: float

    @property
    def findings(self) -> list[Finding]:
        """What shows its signs, each once."""
        return list({f.id: f for _, f in self.seen}.values())


def documented(passage: Passage, trust: float, scene: Scene) -> Documented | None:
    """The sentence of `passage` whose signs the event shows best; None where none is shown well enough."""
    sensors = [s for s in scene.case.sensors if not scene.is_context(s.name)]
    held = [_held(passage, pattern, trust, scene) for pattern in patterns(passage.text, sensors)]
    return max((h for h in held if h is not None), key=lambda h: h.raw, default=None)


def _held(passage: Passage, pattern: Pattern, trust: float, scene: Scene) -> Documented | None:
    """One sentence held to the event."""
    seen: list[tuple[Sign, Finding]] = []
    missing: list[Sign] = []
    for sign in pattern.signs:
        moved = [f for f in (*scene.findings, *scene.others) if f.sensor in sign.sensors and f.kind in WAYS]
        fitting = [f for f in moved if WAYS[f.kind] == sign.way]
        if fitting:
            seen.append((sign, max(fitting, key=number)))
        elif any(WAYS[f.kind] == OPPOSITE.get(sign.way) for f in moved):
            return None
        elif sign.sensors:
            missing.append(sign)
    shown = {f.sensor for _, f in seen}
    unmeasured = [*(s.said for s in pattern.signs if not s.sensors), *pattern.unread]
    share = len(seen) / (len(seen) + len(missing) + UNMEASURED * len(unmeasured)) if seen else 0.0
    measured = len(seen) / (len(seen) + len(missing)) if seen else 0.0
    strong = {f.sensor for f in scene.changes}
    if len(shown) < LEAST_SEEN or measured < LEAST_SHARE or not shown & strong:
        return None
    rest = tuple(f for f in scene.changes if f.sensor not in shown and not scene.is_context(f.sensor))
    total = sum(scene.weight(f) for f in scene.changes)
    explained = sum(scene.weight(f) for f in scene.changes if f.sensor in shown) / total if total else 0.0
    raw = trust * share * (0.5 + 0.5 * explained) * FEW.get(len(shown), 1.0)
    most = min(MOST, scene.case.threshold - MODEST)
    return Documented(passage, pattern, tuple(seen), tuple(missing), tuple(unmeasured), rest, max(0.0, min(raw, most)))


def subject(passage: Passage) -> str:
    """What the passage is about: its own section."""
    return section(passage.title)


def section(title: str) -> str:
    """The last part of a title ("manual › 5 Vibration › 5.1 High"), without its number."""
    last = re.split(r"\s+›\s+", title)[-1]
    return NUMBER.sub("", last) or last


def steps(found: Documented) -> list[Action]:
    """What the document says to do about it, in its own words and order: its list, else what follows the signs."""
    return steps_in(found.passage, found.passage.text.partition(found.pattern.sentence)[2])


def steps_in(passage: Passage, text: str) -> list[Action]:
    """The steps of a list, else the sentences that tell somebody to do something."""
    words = {key: re.compile(pattern, re.IGNORECASE | re.MULTILINE) for key, pattern in _words().items()}
    items = [match[1] for match in words["item"].finditer(text)]
    if not items:
        items = [s for s in sentences_of_lines(text) if (words["order"].search(s) or words["safety"].search(s))]
    told = [item.strip() for item in items if not words["no_step"].search(item)]
    kept = [item for item in told if 0 < len(item) <= LONGEST][:MOST_STEPS]
    return [Action(text=t, source=passage.id, when="now", safety=bool(words["safety"].search(t))) for t in kept]


def of_the_same(taught: Passage, passages: Sequence[Passage]) -> list[Action]:
    """What a document of the plant says to do about what the crew named."""
    about = [p for p in passages if p.status == "verified" and p.kind == "manual" and is_about(taught, p)]
    found = (steps_in(passage, passage.text) for passage in sorted(about, key=lambda p: -p.confidence))
    return next((each for each in found if each), [])


def is_about(taught: Passage, document: Passage) -> bool:
    """Has the last part of a document's title the name of what the crew named, or its tag?"""
    line, about = taught.text.strip().split("\n", 1)[0].casefold(), subject(document).casefold()
    if len(about) < SHORT_NAME:
        return False
    return (
        about in line
        or (len(line) >= SHORT_NAME and line in about)
        or bool({*TAG.findall(line)} & {*TAG.findall(about)})
    )


@cache
def _words() -> dict[str, str]:
    words: dict[str, str] = tomllib.loads((Path(__file__).parent / "documented.toml").read_text(encoding="utf-8"))
    return words
