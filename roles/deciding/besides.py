"""What else the file holds beside the event that an answer is about: a line for each other event of weight."""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.deciding import leading, telling
from roles.deciding.scene import CHANNEL_EVENTS, LEAST_STRENGTH, WHOLE_STRENGTH, Scene, number
from roles.deciding.types import Case, Decision
from roles.deciding.weighing import Hypothesis
from roles.types import Finding
from roles.wording import say

Weighed = tuple[Scene, list[Hypothesis]]

MOST, MOST_IDS, MOST_WITHIN = 3, 4, 2
LEVELS = {"rise", "fall", "drift_up", "drift_down"}
ELSE = re.compile(
    r"what else (?:is|was|has|went|goes|happened|happens|changed|did you|do you)|anything else|"
    r"\b(?:any )?other (?:faults?|problems?|events?|anomal\w+|issues?)|"
    r"还有(?:没有|什么|哪些|别的|其他|其它)|(?:其他|其它|别的)(?:的)?(?:问题|异常|故障|情况|毛病)",
    re.IGNORECASE,
)


def lines(told: Sequence[Finding], others: Sequence[Weighed], most: int = MOST, fault: str | None = None) -> list[str]:
    """A line for each event of `others` that shows something of its own, worst first; how many are left out, last.

    `told` are the findings that the answer has told already, `fault` is the one that it has named: the same fault again
    gets no line. Events in which one sensor does the same share a line.
    """
    kept: dict[tuple[str | None, str], list[tuple[Weighed, Finding]]] = {}
    for scene, hypotheses in others:
        finding, match = _own(scene, told), hypotheses[0].match if hypotheses else None
        again = match is not None and match.fault.id == fault and _sure(scene, hypotheses)
        if finding is not None and finding.id not in {f.id for f in told} and not again:
            kept.setdefault((finding.sensor, finding.kind), []).append(((scene, hypotheses), finding))
    known = {(f.sensor, f.kind) for f in told}
    found = [_line(*group[0][0], group[0][1]) if len(group) == 1 else _again(group, known=key in known)
             for key, group in kept.items()]  # fmt: skip
    if len(found) <= most:
        return found
    left = sum(len(group) for group in list(kept.values())[most:])
    return [*found[:most], say("decide_more", others[0][0].case.lang, count=left)]


def with_a_plan(scene: Scene) -> list[str]:
    """A line about sensors of the event that changed with a planned change, beyond what was foreseen of it."""
    left = [f for f in scene.told if f not in scene.unplanned]
    told = list({f.sensor: f for f in reversed(left)}.values())[::-1][:MOST]
    if not told:
        return []
    what = telling.listed([telling.fact(scene.case, f) for f in told], scene.case.lang)
    return [say("decide_with_plan", scene.case.lang, what=what, id=" ".join(f.id for f in told))]


def context_lines(scene: Scene) -> list[str]:
    """A line about the weather or the room, where it changed in the event."""
    around = list({f.sensor: f for f in reversed(scene.findings) if scene.is_context(f.sensor)}.values())[::-1]
    around = [f for f in around if f not in scene.changes][:MOST]
    if not around:
        return []
    what = telling.listed([telling.fact(scene.case, f) for f in around], scene.case.lang)
    return [say("decide_context", scene.case.lang, what=what, id=" ".join(f.id for f in around))]


def within(scene: Scene, hypothesis: Hypothesis, told: Sequence[Finding]) -> list[Finding]:
    """Strong changes of level inside the event that its diagnosis neither rests on nor leads to, weightiest first: a
    fault of the process beside the broken sensor that the event was raised by."""
    match = hypothesis.match
    if match is None:
        return []
    known = {*(f.id for f in told), *(f.id for f in match.findings), *(hit.finding.id for hit in match.against)}
    reached = scene.downstream(f.sensor for f in match.findings if f.sensor)
    left = [
        f for f in scene.unplanned if f.kind in LEVELS and f.id not in known
        and number(f) >= (LEAST_STRENGTH if f.sensor in scene.case.focus else WHOLE_STRENGTH)
        and f.sensor not in reached and not any(scene.shows(sign, f) for sign in match.fault.signs)
    ]  # fmt: skip
    left.sort(key=lambda f: (f.sensor not in scene.case.focus, -number(f)))
    return list({f.sensor: f for f in reversed(left)}.values())[::-1][:MOST_WITHIN]


def asked_first(scene: Scene, finding: Finding, headline: str) -> str:
    """The headline when the diagnosis of an event says nothing of the sensor that was asked about: that one first."""
    case = scene.case
    what, when = telling.capital(telling.fact(case, finding)), telling.when(case, scene.event, [finding])
    return say("decide_asked_first", case.lang, what=what, when=when, headline=headline)


def within_lines(scene: Scene, found: Sequence[Finding]) -> list[str]:
    """A line for each of what `within` found."""
    return [
        say("decide_also", scene.case.lang, what=telling.fact(scene.case, f), id=f.id,
            when=telling.when(scene.case, scene.event, [f]))
        for f in found
    ]  # fmt: skip


def as_asked(case: Case, decision: Decision, weighed: Sequence[Weighed]) -> Decision:
    """The decision with the first line that the question calls for: what else there is, or that nothing was found at
    the time that it names."""
    lang, others = case.lang, list(weighed[1:])
    if ELSE.search(case.question):
        rest = lines(_told(weighed[0][0]), others, most=len(others))
        if not rest:
            headline = say("decide_nothing_else", lang, headline=decision.headline)
            return decision.model_copy(update={"headline": headline})
        beside = [note for note in decision.notes if note not in lines(_told(weighed[0][0]), others)]
        first, *more = rest
        about = {} if decision.verdict == "fault" else {"causes": [], "confidence": 0.0}  # they are the other event's
        return decision.model_copy(update={"headline": first, "notes": [*more, decision.headline, *beside], **about})
    if not leading.answers(case, weighed):
        asked = telling.asked_time(case)
        headline = say("decide_not_then", lang, asked=asked, headline=decision.headline)
        return decision.model_copy(update={"headline": headline})
    return decision


def _told(scene: Scene) -> list[Finding]:
    return scene.changes


def _own(scene: Scene, told: Sequence[Finding]) -> Finding | None:
    """What an event shows on the sensors that carry it, weightiest first; of a broken sensor that it is broken.

    A finding that goes on from a told one (the same sensor at the same time) is nothing new.
    """
    carriers = scene.event.sensors[: leading.CARRIERS]
    own = [f for f in scene.findings if f.sensor in carriers and not any(_same(f, t) for t in told)]
    broken = [f for f in own if f.kind == scene.event.kind] if scene.event.kind in CHANNEL_EVENTS else []
    return max(broken or own, key=scene.weight, default=None)


def _same(finding: Finding, told: Finding) -> bool:
    if finding.sensor != told.sensor or not (finding.start and told.start and finding.end and told.end):
        return False
    return finding.start <= told.end and told.start <= finding.end


def _sure(scene: Scene, hypotheses: Sequence[Hypothesis]) -> bool:
    return bool(hypotheses) and hypotheses[0].confidence >= scene.case.threshold


def _again(group: Sequence[tuple[Weighed, Finding]], *, known: bool) -> str:
    """Several events in which one sensor does the same; `known`: as the answer has already told."""
    ordered = sorted(group, key=lambda pair: leading.begun(pair[0][0]))
    scene, finding = ordered[0][0][0], ordered[0][1]
    last = max((pair[0][0].event for pair in group), key=lambda event: event.ended or leading.LONG_AGO)
    key, ids = "decide_again" if known else "decide_also_again", " ".join(f.id for _, f in ordered[:MOST_IDS])
    return say(key, scene.case.lang, what=telling.fact(scene.case, finding), count=len(group), end=last.end, id=ids,
               start=telling.begun(scene.event, [finding]))  # fmt: skip


def _line(scene: Scene, hypotheses: Sequence[Hypothesis], finding: Finding) -> str:
    case, top = scene.case, hypotheses[0] if hypotheses else None
    values = {
        "what": telling.fact(case, finding), "when": telling.when(case, scene.event, [finding]), "id": finding.id,
    }  # fmt: skip
    if top is None or top.match is None or not _sure(scene, hypotheses) or finding.kind in CHANNEL_EVENTS:
        return say("decide_also", case.lang, **values)
    name, key = telling.fault_name(top.match, scene), "decide_also_planned" if top.benign else "decide_also_fault"
    return say(key, case.lang, fault=telling.small(name), **values)
