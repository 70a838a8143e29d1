"""One cause with its evidence: what speaks for it, what is missing, what speaks against it."""

from __future__ import annotations

from datetime import timedelta

from roles.deciding import noted, telling
from roles.deciding.advice import cited
from roles.deciding.matching import Match
from roles.deciding.scene import Scene
from roles.deciding.times import SLACK
from roles.deciding.weighing import Hypothesis
from roles.sentences import ENDS
from roles.types import Cause, Finding
from roles.wording import say

MOST_FACTS, MOST_MISSING, MOST_FINDINGS, MOST_BESIDE = 3, 2, 4, 2
LEAST_ORIGIN = 0.1
LOCALISED = 0.45  # a localisation is no cause: its confidence stays below this and below the threshold


def cause_of(hypothesis: Hypothesis, scene: Scene, rank: int, *, closest: bool = False) -> Cause:
    """The hypothesis as a cause. `closest`: it is only the nearest known pattern, and says so."""
    case = scene.case
    if hypothesis.match is None:
        assert hypothesis.passage is not None
        passage, findings = hypothesis.passage, list(hypothesis.findings)[:MOST_FINDINGS]
        return Cause(
            rank=rank, text=noted.text(hypothesis, case), confidence=hypothesis.confidence,
            evidence=[*(f.id for f in findings), passage.id, *(p.id for p in hypothesis.beside[:MOST_BESIDE])],
            sensor=findings[0].sensor if findings else None,
            why=noted.why(hypothesis, case),
        )  # fmt: skip
    match = hypothesis.match
    text = telling.fault_name(match, scene)
    return Cause(
        rank=rank, text=say("decide_pattern", case.lang, fault=telling.small(text)) if closest else text,
        confidence=hypothesis.confidence, fault=match.fault.id, sensor=match.sensor, why=_why(match, scene, rank),
        evidence=[*(f.id for f in match.findings[:MOST_FINDINGS]), *cited(case, match.fault),
                  *(p.id for p in hypothesis.beside[:MOST_BESIDE])],
        against=_contrary(match),
    )  # fmt: skip


def origin(scene: Scene) -> Cause | None:
    """Where the disturbance most likely enters, clearly no cause; None when nothing measured points there."""
    case = scene.case
    carriers = {f.sensor for f in scene.unplanned}
    if case.events[:1] == [scene.event]:  # the roots are those of the worst event
        carriers |= set(scene.event.sensors) - {f.sensor for f in scene.told}
    likely = [r for r in case.root_causes if r.sensor in carriers and r.score >= LEAST_ORIGIN]
    root = next((r for r in likely if not scene.is_context(r.sensor) and not _followed(scene, r.sensor)), None)
    if root is None or not scene.told:
        return None
    own = telling.once([f for f in [*scene.findings, *scene.others] if f.sensor == root.sensor])
    evidence = (own or scene.told)[:2]
    facts = telling.listed([telling.fact(case, f) for f in own[:2]], case.lang)
    reason = root.reason.rstrip(ENDS)
    lang, sensor = case.lang, telling.sensor_name(case, root.sensor)
    return Cause(
        rank=1, text=say("decide_origin", lang, sensor=sensor), evidence=[f.id for f in evidence], sensor=root.sensor,
        why=("; " if lang == "en" else "；").join(part for part in (facts, reason) if part),
        confidence=round(max(0.0, min(root.score, LOCALISED, case.threshold - 0.05)), 2),
    )  # fmt: skip


def _followed(scene: Scene, sensor: str) -> bool:
    """Did a sensor begin to change clearly after another one that changed as strongly? What comes later brought none of
    it about; onsets of slow changes are estimates."""
    begins = [(f.start, _unsure(f), f.sensor) for f in scene.changes if f.start and not scene.is_context(f.sensor)]
    own = min(((start, unsure) for start, unsure, of in begins if of == sensor), default=None)
    if own is None:
        return False
    return any(start + unsure + SLACK < own[0] - own[1] for start, unsure, of in begins if of != sensor)


def _unsure(finding: Finding) -> timedelta:
    within = finding.values.get("onset_within_s")
    return timedelta(seconds=float(within)) if isinstance(within, int | float) else timedelta(0)


def _why(match: Match, scene: Scene, rank: int) -> str:
    """Facts for it, then order and origin, then what is missing or contradicts it."""
    case, lang = scene.case, scene.case.lang
    parts = [telling.listed([telling.fact(case, f) for f in match.findings[:MOST_FACTS]], lang)]
    if len(match.findings) > 1 and match.sensor in {r.sensor for r in case.root_causes[:1]}:
        parts.append(say("why_root", lang, sensor=telling.sensor_name(case, match.sensor)))
    doubts = [telling.expected(case, sign) for sign in match.absent[:MOST_MISSING]]
    parts += [say("why_missing", lang, signs=telling.listed(doubts, lang))] if doubts else []
    if match.late:
        parts.append(say("why_late", lang, sensor=telling.sensor_name(case, match.sensor)))
    if match.spread:
        names = [telling.sensor_name(case, f.sensor) for f in match.elsewhere[:3]]
        parts.append(say("why_spread", lang, sensors=telling.listed(names, lang)))
    if match.against:
        facts = telling.listed([telling.fact(case, hit.finding) for hit in match.against[:2]], lang)
        parts.append(say("why_against", lang, facts=facts))
    if rank > 1 and len(parts) == 1:
        parts.append(say("why_weaker", lang))
    return ("; " if lang == "en" else "；").join(part for part in parts if part)


def _contrary(match: Match) -> list[str]:
    findings = [hit.finding for hit in match.against] + (list(match.elsewhere) if match.spread else [])
    return list(dict.fromkeys(f.id for f in findings))[:3]
