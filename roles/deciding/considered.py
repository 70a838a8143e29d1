"""Everything that was weighed for the event that a decision is about, kept beside it: follow-up questions ("why?",
"what else could it be?") are answered from this, without looking at the data again."""

from __future__ import annotations

from collections.abc import Iterator

from roles.deciding import departed, telling
from roles.deciding.advice import cite, cited
from roles.deciding.figures import number_of, written
from roles.deciding.matching import Match
from roles.deciding.rules import weigh_events
from roles.deciding.scene import Scene
from roles.deciding.types import Case
from roles.deciding.weighing import Hypothesis, weigh
from roles.sentences import ENDS, first_sentences
from roles.types import Considered, Fault, Sign, SignSeen
from roles.wording import say

MOST = 6  # causes kept
FAINT = 0.1  # fits worse than this are not worth a word even when somebody asks what else it could be
MOST_SIGNS, MOST_FINDINGS, MOST_CHECKS, MEANING = 6, 4, 3, 2


def considered(case: Case) -> list[Considered]:
    """The causes that were weighed for the event to talk about, likeliest first; nothing where nothing was found."""
    if not case.has_data or not case.searched:
        return []
    weighed = weigh_events(case)
    left = departed.main(case) if not weighed else None
    if left is not None:
        return [_told(hypothesis, left) for hypothesis in departed.modest(left) if hypothesis.raw >= FAINT][:MOST]
    if not weighed:
        return []
    scene = weighed[0][0]
    return [_told(hypothesis, scene) for hypothesis in weigh(scene, 0.0) if hypothesis.raw >= FAINT][:MOST]


def _told(hypothesis: Hypothesis, scene: Scene) -> Considered:
    match, case = hypothesis.match, scene.case
    if match is None:
        passage = hypothesis.passage
        assert passage is not None
        findings = [finding.id for finding in hypothesis.findings[:MOST_FINDINGS]]
        return Considered(
            text=telling.passage_says(passage), confidence=hypothesis.confidence, evidence=[*findings, passage.id]
        )
    fault = match.fault
    return Considered(
        text=telling.fault_name(match, scene),
        confidence=hypothesis.confidence,
        fault=fault.id,
        asset=fault.asset,
        sensor=match.sensor,
        evidence=[*(f.id for f in match.findings[:MOST_FINDINGS]), *cited(case, fault)],
        signs=list(_signs(match, scene))[:MOST_SIGNS],
        doubts=_doubts(match, scene),
        checks=_checks(match),
        planned=fault.benign,
        **(known := _meaning(case, fault)),
        numbers=[number_of(n) for text in (known.get("meaning", ""), *_checks(match)) for n in written(text)],
    )


def _meaning(case: Case, fault: Fault) -> dict[str, str]:
    """What the fault is, from the most telling of its passages that was given; nothing when none was."""
    for source in fault.passages:
        id_ = cite(case, source)
        if id_:
            text = next(p.text for p in case.passages if p.id == id_)
            return {"meaning": first_sentences(text, MEANING), "source": id_}
    return {}


def _signs(match: Match, scene: Scene) -> Iterator[SignSeen]:
    """Those that are there, those that speak against it, those that should be there, those that nobody could see."""
    case, present = scene.case, {id(hit.sign): hit for hit in match.present}
    for hit in match.present:
        text = _means(hit.sign) or telling.symptom(case, hit.finding)
        yield SignSeen(text=text, state="seen", finding=hit.finding.id, leading=hit.sign.leading)
    for hit in match.against:
        text = _means(hit.sign) or telling.symptom(case, hit.finding)
        yield SignSeen(text=text, state="against", finding=hit.finding.id)
    for sign in match.absent:
        yield SignSeen(text=telling.expected(case, sign), state="missing", leading=sign.leading)
    for sign in match.fault.signs:
        if id(sign) not in present and not scene.measures(sign):
            yield SignSeen(text=telling.expected(case, sign), state="unmeasured", leading=sign.leading)


def _means(sign: Sign) -> str:
    """What a sign means, "" when its text holds a number: nobody measured that one."""
    return "" if any(c.isdigit() for c in sign.text) else sign.text.rstrip(ENDS)


def _doubts(match: Match, scene: Scene) -> list[str]:
    case, doubts = scene.case, []
    if match.late:
        doubts.append(say("why_late", case.lang, sensor=telling.sensor_name(case, match.sensor)))
    if match.spread:
        names = [telling.sensor_name(case, f.sensor) for f in match.elsewhere[:MOST_SIGNS]]
        doubts.append(say("why_spread", case.lang, sensors=telling.listed(names, case.lang)))
    return doubts


def _checks(match: Match) -> list[str]:
    """What would help to know, and the first thing to look at that is no precaution."""
    fault = match.fault
    looks = [action.text for action in fault.actions if action.when == "now" and not action.safety]
    return [*fault.asks_for[:2], *looks[:1]][:MOST_CHECKS]
