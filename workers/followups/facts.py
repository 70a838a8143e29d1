"""What is stored of an answer, as the explainer is given it (roles/explaining): causes C1.., edges E1.., lines on the
data D1.., advice A1.., beside the findings and passages with their own ids. Nothing is read or detected again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, get_args

from roles.deciding.types import EventBrief
from roles.explainer import FollowUp, Line, Link, Step, Weighed
from roles.explaining.sources import bare
from roles.types import Cause, Considered, Lang, Level, Passage, Sensor
from workers.contracts import Answer, Block
from workers.knowledge.context import Knowledge
from workers.prose.levels import lang_of, ordinary_of
from workers.prose.numbers import clock
from workers.settings import Settings

MOST_WEIGHED, MOST_EDGES, DAY_S = 6, 40, 86_400
LEVELS = get_args(Level)
BULLET = re.compile(r"^\s*(?:[-☐]\s+)?")


def follow_up_of(
    base: Answer, kind: str, blocks: Sequence[Block], lang: Lang, question: str, settings: Settings
) -> FollowUp:  # fmt: skip
    """The facts of `base` (in `lang` already) for a follow-up of `kind`; `blocks` are the rules' own lines."""
    sensors = sensors_of(base, lang, settings)
    head = next(iter(ordinary_of(base)), None)
    given = FollowUp.model_validate({
        "question": question, "asked": kind, "lang": lang,
        "level": kind if kind in LEVELS else None, "verdict": base.diagnosis.verdict,
        "headline": head.text if head is not None else "-",
        "weighed": causes_of(base), "findings": base.findings, "events": events_of(base, settings),
        "links": links_of(base), "passages": passages_of(base), "sensors": sensors,
        "steps": [Step(id=f"A{at}", text=a.text) for at, a in enumerate(base.diagnosis.actions, start=1)],
        "notes": notes_of(base), "asks_for": base.diagnosis.asks_for, "threshold": settings.answer_threshold,
    })  # fmt: skip
    known = {e.id for e in given.passages} | {f.id for f in given.findings}
    told = [Line(text=BULLET.sub("", b.text).strip(), evidence=[r for r in b.refs if r in known])
            for b in blocks if b.kind in ("plain", "cause", "note")]  # fmt: skip
    return given.model_copy(update={"told": [line for line in told if bare(line.text)]})


def causes_of(base: Answer) -> list[Weighed]:
    """The ranked causes of the answer, then what else was weighed."""
    by_fault = {c.fault: c for c in base.considered if c.fault}
    named = [(cause, by_fault.get(cause.fault) if cause.fault else None) for cause in base.diagnosis.causes]
    told = {cause.fault for cause in base.diagnosis.causes if cause.fault} | {c.text for c in base.diagnosis.causes}
    others = [c for c in base.considered if c.fault not in told and c.text not in told]
    every: list[dict[str, Any]] = [_of_cause(cause, weighed) for cause, weighed in named]
    every += [_of_considered(each) for each in others]
    return [Weighed.model_validate({"id": f"C{at}", **each}) for at, each in enumerate(every[:MOST_WEIGHED], start=1)]


def _of_cause(cause: Cause, weighed: Considered | None) -> dict[str, Any]:
    known = _of_considered(weighed) if weighed is not None else {}
    evidence = [*cause.evidence, *cause.against, *known.get("evidence", [])]
    return known | {"text": cause.text, "confidence": cause.confidence, "why": cause.why,
                    "sensor": cause.sensor, "evidence": list(dict.fromkeys(evidence))}  # fmt: skip


def _of_considered(each: Considered) -> dict[str, Any]:
    signs: dict[str, list[str]] = {}
    for sign in each.signs:
        signs.setdefault(sign.state, []).append(sign.text)
    shown = [sign.finding for sign in each.signs if sign.finding]
    return {
        "text": each.text, "confidence": each.confidence, "sensor": each.sensor, "signs": signs,
        "doubts": each.doubts, "checks": each.checks, "evidence": list(dict.fromkeys([*each.evidence, *shown])),
    }  # fmt: skip


def links_of(base: Answer) -> list[Link]:
    """The edges of the corrected graph that touch what the answer is about, the strongest first."""
    about = {f.sensor for f in base.findings}
    near = sorted(base.graph.corrected, key=lambda e: (-len({e.cause, e.effect} & about), -e.strength))
    kept = [e for e in near if {e.cause, e.effect} & about][:MOST_EDGES]
    return [Link(id=f"E{at}", cause=e.cause, effect=e.effect, lag_s=e.lag_s, reason=e.reason)
            for at, e in enumerate(kept, start=1)]  # fmt: skip


def passages_of(base: Answer) -> list[Passage]:
    """What the answer cites, as it is stored: quotes; and what each weighed fault is, by its passage."""
    cited = [
        Passage(id=e.id, title=e.title, text=e.quote, source=e.source, lang=e.lang, kind=e.kind, status=e.status,
                score=e.score, confidence=e.confidence)
        for e in base.evidence
    ]  # fmt: skip
    lang, known = lang_of(base), {e.id for e in base.evidence}
    meant = {c.source: c for c in base.considered[:MOST_WEIGHED] if c.meaning and c.source and c.source not in known}
    return [*cited, *(Passage(id=id_, title=c.text, text=c.meaning, lang=lang) for id_, c in meant.items())]


def notes_of(base: Answer) -> list[Step]:
    """The lines on the data of the answer: rows, gaps, what is odd, what was taken for normal."""
    lines = [block.text for block in ordinary_of(base) if block.kind == "data"]
    return [Step(id=f"D{at}", text=text) for at, text in enumerate(lines, start=1)]


def events_of(base: Answer, settings: Settings) -> list[EventBrief]:
    """When each event was, by the plant's clock as the findings tell it."""
    start, end = (base.data.start, base.data.end) if base.data is not None else (None, None)
    long = start is not None and end is not None and (end - start).total_seconds() >= DAY_S
    return [
        EventBrief(
            number=e.event, start=clock(e.start, settings.zone, day=long), end=clock(e.end, settings.zone, day=long),
            severity=e.severity, kind=e.kind, ongoing=e.ongoing, reason=e.reason,
            sensors=[str(share["name"]) for share in e.sensors[:5]],
        )
        for e in base.events
    ]  # fmt: skip


def sensors_of(base: Answer, lang: Lang, settings: Settings) -> list[Sensor]:
    """Every column of the file with what the vocabulary calls it; text columns and those that were left out, too: with
    privacy on no name of theirs leaves."""
    data = base.data
    columns = list(columns_of(base))
    units = data.units if data is not None else {}
    return list(Knowledge(settings, lang).names(columns, units).sensors.values())


def columns_of(base: Answer) -> Iterable[str]:
    """The columns in the file's order, then whatever else the answer names."""
    data = base.data
    found: list[str] = []
    if data is not None:
        found = [*data.columns, *data.units, *data.text_columns, *data.dropped_columns]
    found += [f.sensor for f in base.findings if f.sensor]
    found += [name for e in base.graph.corrected for name in (e.cause, e.effect)]
    found += [str(share["name"]) for event in base.events for share in event.sensors]
    return dict.fromkeys(name for name in found if name)
