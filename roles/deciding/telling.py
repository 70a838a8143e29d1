"""Measured facts, places and faults in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from roles.deciding.documented import subject
from roles.deciding.figures import figure, span
from roles.deciding.matching import Match, leading_signs
from roles.deciding.scene import Scene
from roles.deciding.symptoms import WAYS
from roles.deciding.times import MOMENT
from roles.deciding.types import Case, EventBrief
from roles.sentences import ENDS, first_sentences
from roles.types import Finding, Lang, Passage, Sensor, Sign
from roles.wording import BOOK, say

# The number that tells a symptom best; without it the bare symptom is told.
NEEDS = {
    "rise": "change", "fall": "change", "drift_up": "change", "drift_down": "change", "swing": "spread_ratio",
    "oscillation": "period_s", "calm": "spread_ratio", "stuck": "value", "spike": "extreme", "dip": "extreme",
}  # fmt: skip
AS_READ = ("stuck", "spike", "dip")  # told with the value that was read
STILL = 0.05  # of the usual spread: "0 times as much" says nothing


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
    unit = f" {unit}" if unit else ""
    if unit == " %" and needed == "change":  # "+37 %" of a reading in percent would be read as a share of it
        unit = say("unit_points", case.lang)
    shown = figure(number if finding.kind in AS_READ else abs(number))
    period = span(abs(number), case.lang) if needed == "period_s" else ""
    still = finding.kind == "calm" and number < STILL
    key = f"fact_{apart(finding) or finding.kind}{'_still' if still else ''}"
    return say(key, case.lang, sensor=sensor_name(case, finding.sensor), number=shown,
               unit=unit, period=period)  # fmt: skip


def apart(finding: Finding) -> str:
    """Is it told against what the other sensors say, not against the normal period? Then above or below that."""
    change = finding.values.get("change")
    if "foretold" not in finding.values or NEEDS.get(finding.kind) != "change" or not isinstance(change, int | float):
        return ""
    return "apart_above" if change > 0 else "apart_below"


def once(findings: Sequence[Finding]) -> list[Finding]:
    """Each movement once: a sensor that does in two events at one time the same has done it once."""
    kept: list[Finding] = []
    for finding in findings:
        if not any(_is_again(finding, other) for other in kept):
            kept.append(finding)
    return kept


def _is_again(finding: Finding, other: Finding) -> bool:
    same = finding.sensor == other.sensor and WAYS.get(finding.kind, finding.kind) == WAYS.get(other.kind, other.kind)
    if not same or not (finding.start and other.start and finding.end and other.end):
        return same and finding.start == other.start
    return finding.start <= other.end and other.start <= finding.end


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
    """ "since 03:12", "from 03:12 to 04:20" when it is over, "at 03:12" when that is one time; the start is that of the
    first of `findings`."""
    start, timed = begun(event, findings), _timed(event, findings)[:1]
    lasted = timed[0].values.get("lasted_s") if timed else None
    if isinstance(lasted, int | float):  # shorter than the alarm that it raised
        return say("when_brief", case.lang, start=start, lasted=span(lasted, case.lang))
    if not event.ongoing and start == event.end:
        return say("when_at", case.lang, start=start)
    if timed and is_unsure(timed[0]):
        start = say("when_about", case.lang, start=start)
    return say("when_ongoing" if event.ongoing else "when_over", case.lang, start=start, end=event.end)


def is_unsure(finding: Finding) -> bool:
    """Did it begin so slowly that only about can be said when?"""
    return bool(finding.values.get("onset_within_s"))


def begun(event: EventBrief, findings: Sequence[Finding] = ()) -> str:
    """When the first of `findings` began, else the event."""
    timed = _timed(event, findings)
    return str(timed[0].values["clock"]) if timed else event.start


def asked_time(case: Case) -> str:
    """The time that a question names, plant time: "about 06:50", "06:00 to 07:00"."""
    if case.start is not None and case.end is not None and case.end - case.start <= MOMENT:
        return say("asked_about", case.lang, time=f"{case.start + (case.end - case.start) / 2:%H:%M}")
    form = "%m-%d %H:%M" if any("-" in event.start for event in case.events) else "%H:%M"
    start, end = (side.strftime(form) if side else "" for side in (case.start, case.end))
    key = "asked_between" if start and end else "asked_since" if start else "asked_until"
    return say(key, case.lang, start=start, end=end)


def earlier_sign(case: Case, event: EventBrief, told: Sequence[Finding], signs: Sequence[Finding]) -> list[str]:
    """A sentence about the first of `signs` when it came before what the headline has `told`; else nothing."""
    shown, first = _timed(event, told)[:1], _timed(event, signs)[:1]
    if not shown or not first or first[0].values["clock"] == shown[0].values["clock"]:
        return []
    if _start(first[0]) > _start(shown[0]):
        return []
    clock, what = str(first[0].values["clock"]), symptom(case, first[0])
    if is_unsure(first[0]):
        clock = say("when_about", case.lang, start=clock)
    later = event.alarmed is not None and event.alarmed > _start(first[0]) and event.alarm not in clock
    key = "decide_first_sign_alarm" if later else "decide_first_sign"
    return [say(key, case.lang, start=clock, what=what, id=first[0].id, alarm=event.alarm)]


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


def passage_says(passage: Passage) -> str:
    """What a passage says first. A taught answer's title is its question; a manual's title names the matter."""
    if passage.kind in ("feedback", "case"):  # its first line is the cause, the next ones are why somebody says so
        return first_sentences(passage.text.strip().split("\n", 1)[0], 1)
    first, name = first_sentences(passage.text, 1), subject(passage)
    return first if name in first else headed(passage, first)


def passage_quotes(passage: Passage, said: bool = False) -> str:
    """What a passage says to the question that it answers, whole where that was chosen for it; its title first. Of what
    the headline says already, the title is left."""
    if not passage.quote:
        return passage_says(passage)
    if said and _bare(passage.quote) == _bare(passage.lead) and passage.title:
        return subject(passage)
    bare = passage.kind in ("feedback", "case") or passage.quote.startswith(subject(passage))
    return passage.quote if bare else headed(passage, passage.quote)


def headed(passage: Passage, text: str) -> str:
    """A text of a passage under the name of its own section: its document and chapters stand with the source."""
    if "\n" in text:  # steps and rows stand below it
        return f"{subject(passage)}{'：' if passage.lang == 'zh' else ':'}\n{text}"
    return f"{subject(passage)}{'：' if passage.lang == 'zh' else ': '}{text}"


def _bare(text: str) -> str:
    """A text without its line ends and what may stand for them: a headline has it on one line."""
    return re.sub(r"[\s;；]+", "", text)


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
