"""What an id stands for: its sentences, the findings behind it, and the sensors that it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cached_property

from roles.deciding.mentions import mentions
from roles.deciding.types import Case
from roles.explaining.types import FollowUp, Weighed
from roles.sentences import ENDS, sentences
from roles.types import Edge, Passage

REFS = re.compile(r"\s*\[!?[A-Z][\w\- !]*\]")
BULLET = re.compile(r"^\s*(?:[-☐•]|\d{1,2}\.)\s+")


class Sources:
    """The cited ids of one sentence, held against everything that was given."""

    def __init__(self, given: FollowUp, ids: Iterable[str]) -> None:
        self.given, self.ids = given, list(dict.fromkeys(ids))
        self.weighed = [w for w in given.weighed if w.id in self.ids]
        self.links = [link for link in given.links if link.id in self.ids]
        self.passages = [p for p in given.passages if p.id in self.ids]
        self.notes = [n for n in given.notes if n.id in self.ids]
        self.steps = [s for s in given.steps if s.id in self.ids]
        behind = {id_ for w in self.weighed for id_ in w.evidence} | set(self.ids)
        self.findings = [f for f in given.findings if f.id in behind]

    @property
    def measured_alone(self) -> bool:
        """Is nothing cited but findings?"""
        return not (self.weighed or self.links or self.passages or self.notes or self.steps)

    @cached_property
    def texts(self) -> list[str]:
        """What the cited ids say, each in its own words."""
        found = [f.text for f in self.findings] + [p.text for p in self.passages] + [p.title for p in self.passages]
        found += [t for w in self.weighed for t in texts_of(w)]
        found += [link.reason for link in self.links] + [s.text for s in (*self.steps, *self.notes)]
        return [text for text in found if text]

    @cached_property
    def knowledge(self) -> list[str]:
        """What they say in general, without what was measured."""
        return [p.text for p in self.passages] + [t for w in self.weighed for t in texts_of(w)]

    @cached_property
    def columns(self) -> set[str]:
        """The columns that the cited ids are about."""
        found = {f.sensor for f in self.findings} | {str(f.values.get("column") or "") for f in self.findings}
        found |= {name for link in self.links for name in (link.cause, link.effect)}
        found |= {w.sensor for w in self.weighed}
        rests_on = {id_ for w in self.weighed for id_ in w.evidence}
        for text in [*self.texts, *(p.text for p in self.given.passages if p.id in rests_on)]:
            found |= {column for mention in mentions(text, self.given.sensors) for column in mention.columns}
        return {column for column in found if column}

    def says(self, line: str) -> bool:
        """Is `line` a whole sentence of what the ids say, or a line that the rules tell?"""
        bare_line = bare(line)
        return bool(bare_line) and (
            line.strip() in {told.text.strip() for told in self.given.told} or bare_line in self._sentences
        )

    @cached_property
    def _sentences(self) -> set[str]:
        """Of a cause only the signs that are there, and its checks: one that is missing would be told as seen."""
        whole = [f.text for f in self.findings] + [p.text for p in self.passages]
        whole += [s.text for s in (*self.steps, *self.notes)] + [t for w in self.weighed for t in _true(w)]
        return {bare(part) for text in whole for part in (text, *sentences(text))}

    def case(self, *, everything: bool) -> Case:
        """A case of what is cited, or of everything that was given, for the reading of a sentence (observing.py)."""
        given = self.given
        edges = [Edge(cause=k.cause, effect=k.effect, lag_s=k.lag_s, strength=0) for k in self.links]
        return Case(
            question=given.question, lang=given.lang, has_data=True, sensors=given.sensors, events=given.events,
            findings=given.findings if everything else self.findings, edges=edges,
            passages=[*self.passages, *(_as_passage(w, given) for w in self.weighed)], threshold=given.threshold,
        )  # fmt: skip


def texts_of(weighed: Weighed) -> list[str]:
    """What is known of a cause that was weighed."""
    signs = [text for found in weighed.signs.values() for text in found]
    return [weighed.text, *signs, *weighed.doubts, *weighed.checks, weighed.why]


def known_ids(given: FollowUp) -> set[str]:
    """Every id that may be cited."""
    every: Sequence[Sequence[object]] = (
        given.findings, given.passages, given.weighed, given.links, given.notes, given.steps,
    )  # fmt: skip
    return {str(getattr(each, "id", "")) for group in every for each in group}


def bare(text: str) -> str:
    """A line without bullet, ids and full stop, the first letter small."""
    plain = BULLET.sub("", REFS.sub("", " ".join(text.split()))).strip().rstrip(ENDS)
    return plain[:1].lower() + plain[1:]


def _as_passage(weighed: Weighed, given: FollowUp) -> Passage:
    return Passage(id=weighed.id, title=weighed.text, text="; ".join(_true(weighed)), lang=given.lang)


def _true(weighed: Weighed) -> list[str]:
    """What of a cause may be told as it stands."""
    return [*weighed.signs.get("seen", []), *weighed.checks]
