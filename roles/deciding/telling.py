"""Measured facts, places and faults in the reader's words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from roles.deciding.figures import figure, span
from roles.deciding.matching import Match, leading_signs
from roles.deciding.scene import Scene
from roles.deciding.types import Case, EventBrief
from roles.types import Finding, Lang, Passage, Sensor, Sign
from roles.wording import BOOK, say

# The number that tells a symptom best; without it the bare symptom is told.
NEEDS = {
    "rise": "change", "fall": "change", "drift_up": "change", "drift_down": "change", "swing": "spread_ratio",
    "oscillation": "period_s", "calm": "spread_ratio", "stuck": "value",
}  # fmt: skip
ENDS = "。.!！?？"


def name(sensor: Sensor, lang: Lang) -> str:
    """The name to show: the label, else the vocabulary's best word in the reader's language, else the column."""
    if sensor.label:
        return sensor.label
    word = next((a for a in sensor.aliases if a.isascii() == (lang == "en")), None)
    if word is None:
        return sensor.name.replace("_", " ") if sensor.tag else sensor.name
    return word


def sensor_name(case: Case, column: str | None) -> str:
    """The name to show for a column."""
    sensor = next((s for s in case.sensors if s.name == column), None)
    return name(sensor, case.lang) if sensor else (column or "")


def fact(case: Case, finding: Finding) -> str:
    """What was measured, in a few words: "stopper position climbs +9.1 mm"."""
    needed = NEEDS.get(finding.kind, "")
    number = finding.values.get(needed)
    if not isinstance(number, int | float):
        return symptom(case, finding)
    sensor = next((s for s in case.sensors if s.name == finding.sensor), None)
    unit = str(finding.values.get("unit") or (sensor.unit if sensor and sensor.unit else ""))
    shown = figure(number if finding.kind == "stuck" else abs(number))
    period = span(abs(number), case.lang) if needed == "period_s" else ""
    return say(f"fact_{finding.kind}", case.lang, sensor=sensor_name(case, finding.sensor), number=shown,
               unit=f" {unit}" if unit else "", period=period)  # fmt: skip


def symptom(case: Case, finding: Finding) -> str:
    """What a sensor does, without numbers: "mould level swings"."""
    return shows(case, sensor_name(case, finding.sensor), finding.kind)


def shows(case: Case, what: str, kind: str) -> str:
    """A quantity and what it does."""
    verb = say(f"does_{kind}", case.lang) if f"does_{kind}" in BOOK.entries else kind
    return f"{what} {verb}" if case.lang == "en" else f"{what}{verb}"


def expected(case: Case, sign: Sign) -> str:
    """A sign that was not seen. Its own text is used when it holds no number: nobody measured that number."""
    if sign.text and not any(c.isdigit() for c in sign.text):
        return sign.text.rstrip(ENDS)
    sensor = next((s for s in case.sensors if sign.fits(s.tag)), None)
    words = [a for a in sensor.aliases if a.isascii() == (case.lang == "en")] if sensor else []
    # The vocabulary's first word names the roll or face, the next one the quantity alone.
    what = words[bool(sensor and sensor.instance)] if len(words) > 1 else (words or [sign.tag.replace("_", " ")])[0]
    return shows(case, what, sign.symptoms[0])


def when(case: Case, event: EventBrief, findings: Sequence[Finding] = ()) -> str:
    """ "since 03:12", or "from 03:12 to 04:20" when it is over; the start is that of the first of `findings`."""
    timed = _timed(event, findings)
    start = str(timed[0].values["clock"]) if timed else event.start
    return say("when_ongoing" if event.ongoing else "when_over", case.lang, start=start, end=event.end)


def earlier_sign(case: Case, event: EventBrief, told: Sequence[Finding], signs: Sequence[Finding]) -> list[str]:
    """A sentence about the first of `signs` when it came before what the headline has `told`; else nothing."""
    shown, first = _timed(event, told)[:1], _timed(event, signs)[:1]
    if not shown or not first or first[0].values["clock"] == shown[0].values["clock"]:
        return []
    if _start(first[0]) > _start(shown[0]):
        return []
    clock, what = str(first[0].values["clock"]), symptom(case, first[0])
    return [say("decide_first_sign", case.lang, start=clock, what=what, id=first[0].id)]


def _timed(event: EventBrief, findings: Sequence[Finding]) -> list[Finding]:
    """Findings of the event that say when they began, in the order of their onset."""
    return sorted((f for f in findings if f.start and f.event == event.number and "clock" in f.values), key=_start)


def _start(finding: Finding) -> datetime:
    assert finding.start is not None
    return finding.start


def place(match: Match, scene: Scene) -> str:
    """Where the fault sits: the roll, the face, or the sensor of a fault that any sensor can have."""
    case = scene.case
    wild = any(sign.tag == "*" for sign in leading_signs(match.fault))
    leads = leading_signs(match.fault)
    instances = {scene.instance(hit.finding) for hit in match.present if hit.sign in leads}
    instance = match.instance or (instances.pop() if len(instances) == 1 else None)
    if wild or (instance and case.lang == "zh" and not any(c.isdigit() for c in instance)):
        return sensor_name(case, match.sensor)
    return instance or ""


def fault_name(match: Match, scene: Scene) -> str:
    """The fault with its place: "Roll bearing seizing (S8)"."""
    where = place(match, scene)
    return say("fault_at", scene.case.lang, fault=match.fault.name, place=where) if where else match.fault.name


def passage_says(passage: Passage, sentences: int = 1) -> str:
    """What a passage says first. A taught answer's title is its question; a manual's title names the matter."""
    first = first_sentences(passage.text, sentences)
    taught = passage.kind in ("feedback", "case") or not passage.title
    return first if taught else f"{passage.title}: {first}" if passage.title not in first else first


def first_sentences(text: str, count: int) -> str:
    """The first sentences of a text, on one line."""
    line = " ".join(text.split())
    at = 0
    for _ in range(count):
        ends = [i for i in range(at, len(line)) if line[i] in ENDS and _ends_sentence(line, i)]
        if not ends:
            return line
        at = ends[0] + 1
    return line[:at].strip()


def _ends_sentence(line: str, at: int) -> bool:
    """A full stop ends a sentence before a space or the end ("0.5 mm" doesn't, "e.g. " neither)."""
    if line[at] in "。！？":
        return True
    return (at + 1 == len(line) or line[at + 1] == " ") and not line[max(0, at - 3) : at].lower().endswith(
        ("e.g", "i.e")
    )


def listed(parts: Sequence[str], lang: Lang) -> str:
    """Parts in the language's punctuation, each once."""
    return (", " if lang == "en" else "、").join(dict.fromkeys(part for part in parts if part))


def capital(text: str) -> str:
    """The first letter large, in languages that have one; "S8" and column names stay."""
    plain = text.isascii() and "_" not in text.split(" ")[0]
    return text[:1].upper() + text[1:] if plain else text


def small(text: str) -> str:
    """The first letter small, for the middle of a sentence; abbreviations and names in Chinese text stay."""
    return text[:1].lower() + text[1:] if text[1:2].islower() and text.isascii() else text
