"""From matches to confidences: rivals share what is known, the rest stays with "something else".

With raw fits r1 >= r2 >= ... the share of hypothesis i is p_i = r_i^3 / sum(r^3), its confidence p_i * r1, at most
0.9. So a sole good fit keeps its raw value, two equal fits get half of it each (and the answer stays unsure), and
1 - r1 is always left for a cause that nobody has written down.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from roles.deciding.documented import Documented, documented, is_about
from roles.deciding.matching import Match, match
from roles.deciding.scene import Scene
from roles.deciding.symptoms import OPPOSITE, patterns
from roles.deciding.taught import HINT, Likeness, is_taught, likeness, way
from roles.types import Fault, Finding, Passage

SHARPNESS = 3
MOST = 0.9
LEAST = 0.03  # below this a hypothesis is not worth a line
HEARSAY = {"feedback": 0.95, "case": 0.9, "rule": 0.85, "manual": 0.8, "web": 0.6}  # how far a passage alone may carry
SAME_QUESTION = 0.8  # so similar, a taught answer is worth a hint although the data say nothing of it
BELOW = 0.9  # a hint stays so far below the best cause that the data support
CAUSAL = re.compile(
    r"\b(?:cause[sd]?|because|due to|lead(?:s|ing)? to|result(?:s|ed)? (?:in|from)|indicat\w+|sign of|points? to"
    r"|reason)\b"
    r"|原因|导致|引起|造成|由于|因为|说明|表明|所致",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Hypothesis:
    """A possible cause with its confidence: a fault's signature or a passage without one."""

    confidence: float
    raw: float
    match: Match | None = None
    passage: Passage | None = None
    findings: tuple[Finding, ...] = ()
    beside: tuple[Passage, ...] = ()  # what the crew said that is this very fault
    hint: bool = False  # right once; whether it fits now, the data do not show
    repeat: Likeness | None = None  # how the data of a taught answer are like those of now
    document: Documented | None = None  # the sentence of a document whose signs show

    @property
    def benign(self) -> bool:
        """Is it a planned change, not a fault?"""
        return self.match is not None and self.match.fault.benign

    @property
    def key(self) -> str:
        """The id of its fault, else of its passage."""
        if self.match is not None:
            return self.match.fault.id
        return self.passage.id if self.passage is not None else ""


def weigh(scene: Scene, least: float = LEAST) -> list[Hypothesis]:
    """Every hypothesis about the event of `scene` with a confidence of `least` or more, likeliest first."""
    matches = [found for fault in scene.case.faults if (found := match(fault, scene)) is not None]
    drafts = [Hypothesis(0.0, m.raw, match=m, findings=tuple(m.findings)) for m in matches]
    drafts = _hints_below(joined(drafts, from_passages(scene), scene.case.faults))
    drafts.sort(key=lambda h: -h.raw)
    if not drafts:
        return []
    top = min(drafts[0].raw, MOST)
    total = sum(draft.raw**SHARPNESS for draft in drafts)
    weighed = [replace(draft, confidence=round(top * draft.raw**SHARPNESS / total, 2)) for draft in drafts]
    return [h for h in weighed if h.confidence >= least]


def _hints_below(drafts: Sequence[Hypothesis]) -> list[Hypothesis]:
    """The drafts with every hint below the best cause that the data support."""
    best = max((d.raw for d in drafts if not d.hint), default=None)
    return [replace(d, raw=min(d.raw, BELOW * best)) if d.hint and best is not None else d for d in drafts]


def joined(matches: Sequence[Hypothesis], passages: Sequence[Hypothesis], faults: Sequence[Fault]) -> list[Hypothesis]:
    """Faults and passages as rivals of each other; a taught answer that names a fault with a signature is none.

    A correction lends that fault its weight, and stands alone when the data do not show the fault. A case (a diagnosis
    that was right before) is cited with its fault, but what the data show decides: the same words are asked of many
    different shifts.
    """
    drafts, rivals = {m.match.fault.id: m for m in matches if m.match is not None}, []
    for hypothesis in passages:
        passage = hypothesis.passage
        taught = passage is not None and passage.kind in ("feedback", "case")
        fault = next((f for f in faults if taught and names(passage, f)), None)
        shown = drafts.get(fault.id) if fault is not None else None
        if fault is None or passage is None or (shown is None and passage.kind == "feedback"):
            rivals.append(hypothesis)
        elif shown is not None:
            raw = max(shown.raw, hypothesis.raw) if passage.kind == "feedback" else shown.raw
            drafts[fault.id] = replace(shown, raw=raw, beside=(*shown.beside, passage))
    return [*drafts.values(), *rivals]


def names(passage: Passage | None, fault: Fault) -> bool:
    """Does a taught answer begin with the fault's name, in either language?"""
    first = passage.text.strip().split("\n", 1)[0].casefold() if passage is not None else ""
    return any(first.startswith(name.casefold()) for name in [fault.name, *fault.names] if name)


def from_passages(scene: Scene) -> list[Hypothesis]:
    """Passages without a signature that name a cause: what the crew taught, and what the plant's documents say.

    A taught answer counts by the data that it was said of (taught.py); where those were not kept, by the share of the
    event's findings that it speaks of; else it is a hint. A document counts by the signs that it names (documented.py),
    or as one that names a cause, by similarity * trust * (0.5 + 0.5 share of the findings that it speaks of).
    """
    known = {stem(id_) for fault in scene.case.faults for id_ in [*fault.passages, *(a.source for a in fault.actions)]}
    drafts = []
    for passage in scene.case.passages:
        if passage.status != "verified" or passage.kind not in HEARSAY or stem(passage.id) in known:
            continue
        draft = _taught(passage, scene) if is_taught(passage) else _of_document(passage, scene)
        if draft is not None:
            drafts.append(draft)
    return _with_their_documents(drafts)


def _with_their_documents(drafts: Sequence[Hypothesis]) -> list[Hypothesis]:
    """A document on what the crew taught is no rival of it: it stands beside it. A hint adds nothing to a document
    whose signs show."""
    documents = [d for d in drafts if d.document is not None]
    told: set[str] = set()
    kept: list[Hypothesis] = []
    for draft in (d for d in drafts if d.document is None):
        if draft.passage is None or not is_taught(draft.passage):
            kept.append(draft)
            continue
        same = [d for d in documents if d.passage and is_about(draft.passage, d.passage)]
        if draft.hint and same:
            continue
        told |= {d.passage.id for d in same if d.passage}
        kept.append(replace(draft, beside=(*draft.beside, *(d.passage for d in same if d.passage))))
    return [*kept, *(d for d in documents if d.passage is None or d.passage.id not in told)]


def _taught(passage: Passage, scene: Scene) -> Hypothesis | None:
    """A case or correction: the same signs as then, or what it says itself of the findings, or a hint."""
    like, trust = likeness(passage.observed, scene), HEARSAY[passage.kind]
    if like is not None and like.same:
        return Hypothesis(0.0, trust * like.carries, passage=passage, findings=like.seen, repeat=like)
    if passage.confidence < scene.case.threshold:
        return None
    about = _about(passage, scene)
    if about and like is None:
        return Hypothesis(0.0, passage.confidence * trust * _share(about, scene), passage=passage, findings=about)
    if passage.confidence >= SAME_QUESTION:
        seen = like.seen if like is not None else ()
        return Hypothesis(0.0, HINT, passage=passage, findings=seen, hint=True, repeat=like)
    return None


def _of_document(passage: Passage, scene: Scene) -> Hypothesis | None:
    """A document: the signs that it names, or the cause that it names of sensors that changed."""
    trust = HEARSAY[passage.kind]
    found = documented(passage, trust, scene) if passage.kind != "web" else None
    if found is not None:
        return Hypothesis(0.0, found.raw, passage=passage, findings=tuple(found.findings), document=found)
    about = _about(passage, scene)
    if not about or passage.confidence < scene.case.threshold or not CAUSAL.search(passage.text):
        return None
    raw = passage.confidence * trust * (0.5 + 0.5 * _share(about, scene))
    return Hypothesis(0.0, raw, passage=passage, findings=about)


def _about(passage: Passage, scene: Scene) -> tuple[Finding, ...]:
    """The findings that a passage speaks of, but for those of which it says that they go the other way."""
    said = {(column, sign.way) for pattern in patterns(passage.text, scene.case.sensors)
            for sign in pattern.signs for column in sign.sensors}  # fmt: skip
    spoken = [f for f in scene.findings if speaks_of(passage, f, scene)]
    return tuple(f for f in spoken if (f.sensor, OPPOSITE.get(way(f.kind))) not in said)


def _share(about: Sequence[Finding], scene: Scene) -> float:
    total = sum(scene.weight(f) for f in scene.findings)
    return sum(scene.weight(f) for f in about) / total if total else 0.0


def speaks_of(passage: Passage, finding: Finding, scene: Scene) -> bool:
    """Does the passage name the finding's sensor, by column, by roll or by quantity?"""
    sensor = scene.sensors.get(finding.sensor or "")
    if sensor is None:
        return False
    text = f"{passage.title} {passage.text}".lower()
    words = [sensor.name, sensor.name.replace("_", " "), sensor.label, *sensor.aliases]
    words += [sensor.tag.replace("_", " ")] if sensor.tag else []
    if sensor.instance and any(c.isdigit() for c in sensor.instance):
        words.append(sensor.instance)
    return any(_stands(word.lower(), text) for word in words if len(word) > 1)


def _stands(word: str, text: str) -> bool:
    if not word.isascii():
        return word in text
    return re.search(rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])", text) is not None


def stem(id_: str) -> str:
    """A passage's id without its language: the same passage in English and Chinese is one piece of knowledge."""
    return re.sub(r"-(?:en|zh)$", "", id_)
