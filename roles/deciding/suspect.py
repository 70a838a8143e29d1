"""A reading that those it went with do not confirm: the sensor itself is looked at first."""

from __future__ import annotations

from roles.deciding import telling
from roles.deciding.causes import LOCALISED
from roles.deciding.figures import figure
from roles.deciding.scene import Scene
from roles.types import Cause, Finding
from roles.wording import say


def suspect(scene: Scene) -> Finding | None:
    """What the one sensor of the event does that moves alone, None where there is no such sensor."""
    return next((finding for finding in scene.findings if finding.values.get("companions")), None)


def cause(scene: Scene, finding: Finding) -> Cause:
    """The sensor as what to look at first. It is no diagnosis: a change at its place alone looks the same."""
    case, lang = scene.case, scene.case.lang
    own = telling.once([f for f in scene.findings if f.sensor == finding.sensor])[:2]
    facts = telling.listed([telling.fact(case, f) for f in own], lang)
    told = finding.values.get("told_percent")
    root = next((r.score for r in case.root_causes if r.sensor == finding.sensor), LOCALISED)
    reason = say("why_suspect", lang, companions=finding.values["companions"],
                 told=figure(told) if isinstance(told, int | float) else "")  # fmt: skip
    return Cause(
        rank=1, text=say("decide_suspect", lang, sensor=telling.sensor_name(case, finding.sensor)),
        evidence=[f.id for f in own], sensor=finding.sensor, why=("; " if lang == "en" else "；").join([facts, reason]),
        confidence=round(max(0.0, min(root, LOCALISED, case.threshold - 0.05)), 2),
    )  # fmt: skip


def headline(scene: Scene, finding: Finding) -> str:
    """The first line: which sensor, since when, what it does and who does not confirm it."""
    case = scene.case
    return say(
        "decide_suspect_head", case.lang, when=telling.when(case, scene.event, [finding]),
        sensor=telling.sensor_name(case, finding.sensor), fact=telling.fact(case, finding),
        companions=finding.values["companions"],
    )  # fmt: skip


def beside(scene: Scene, finding: Finding) -> list[str]:
    """A line about what the other sensors of the event do, which agree among themselves."""
    case = scene.case
    others = [f for f in scene.changes if f.sensor != finding.sensor][:3]
    if not others:
        return []
    what = telling.listed([telling.fact(case, f) for f in others], case.lang)
    when = telling.when(case, scene.event, others)
    return [say("decide_also", case.lang, what=what, when=when, id=" ".join(f.id for f in others))]


def asks(scene: Scene, finding: Finding | None) -> list[str]:
    """What to ask the crew for, so that it is known whether the meter or the plant is at fault."""
    if finding is None:
        return []
    return [say("ask_suspect", scene.case.lang, sensor=telling.sensor_name(scene.case, finding.sensor))]


def caution(scene: Scene, resting: tuple[Finding, ...]) -> list[str]:
    """A line for a diagnosis that rests on a suspect reading."""
    finding = suspect(scene)
    if finding is None or finding.sensor not in {f.sensor for f in resting}:
        return []
    return [say("decide_suspect_note", scene.case.lang, sensor=telling.sensor_name(scene.case, finding.sensor),
                companions=finding.values["companions"], id=finding.id)]  # fmt: skip
