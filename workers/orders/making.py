"""From a stored answer to a work order. Every number and id of the order is the answer's own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import sha256
from zoneinfo import ZoneInfo

from roles.types import Action, Finding, Lang
from workers.contracts import Answer
from workers.errors import AndonError
from workers.orders.assets import asset_of
from workers.orders.order import Fact, Step, Suspect, WorkOrder
from workers.orders.parts import parts_of
from workers.orders.priority import priority
from workers.prose.levels import event_of, lang_of, ordinary_of, peak
from workers.wording import say

WHEN = {"now": 0, "next": 1, "later": 2}
MOST_FACTS = 3


def make_order(
    answer: Answer, zone: ZoneInfo, *, by: str = "", name: str = "", at: datetime | None = None,
    lang: Lang | None = None, id_: str = "",
) -> WorkOrder:  # fmt: skip
    """The work order for the diagnosis of `answer`. by: who asked for it; name: how the answer is called ("#A12").

    Its own words are in `lang` (None: the answer's language); facts and advice are the answer's, in its language.
    id_: of an order that this one is the same as, in another language.

    Raises AndonError failure_order_no_diagnosis where no cause was found: nobody is sent to repair a guess.
    """
    diagnosis, spoken = answer.diagnosis, lang or lang_of(answer)
    if diagnosis.verdict != "fault" or not diagnosis.causes:
        raise AndonError("failure_order_no_diagnosis")
    top = diagnosis.causes[0]
    weighed = next((c for c in answer.considered if c.fault and c.fault == top.fault), None)
    asset, code = asset_of(answer, top, weighed, spoken)
    event = event_of(answer)
    rank, why = priority(answer, spoken)
    facts = _facts(answer, top.evidence)
    return WorkOrder(
        schema="andon.work-order/1",
        id=id_ or order_id(answer),
        lang=spoken,
        asset=asset,
        asset_code=code,
        column=top.sensor or "",
        simulated=answer.data is not None and answer.data.simulated,
        symptom=_symptom(answer),
        facts=[Fact(id=f.id, text=f.text, values=f.values) for f in facts],
        cause=Suspect(
            text=top.text,
            reason="" if top.fault else top.why,
            confidence=top.confidence,
            fault=top.fault,
            sensor=top.sensor,
        ),
        steps=steps(diagnosis.actions, spoken),
        parts=parts_of(answer.evidence),
        priority=rank,
        priority_why=why,
        evidence=list(dict.fromkeys([*top.evidence, *(a.source for a in diagnosis.actions if a.source)])),
        ongoing=event is None or event.ongoing,
        severity=peak(event),
        made_by=by or "-",
        made_at=(at or datetime.now(UTC)).astimezone(zone).replace(microsecond=0),
        timezone=zone.key,
        question=str(answer.question.get("text") or ""),
        answer=name,
        file=str(answer.question.get("file") or ""),
    )


def order_id(answer: Answer) -> str:
    """ "WO-20250311-9f3a2c": the day of the data's end and a hash of what was diagnosed from which data."""
    said = [answer.receipt.get("data_sha256"), answer.receipt.get("made"), answer.question.get("id"),
            [cause.model_dump(mode="json") for cause in answer.diagnosis.causes]]  # fmt: skip
    digest = sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    ended = answer.data.end if answer.data is not None else None
    day = f"{ended:%Y%m%d}" if ended is not None else str(answer.receipt.get("made", ""))[:10].replace("-", "")
    return f"WO-{day}-{digest[:6]}"


def steps(actions: Iterable[Action], lang: Lang) -> list[Step]:
    """The advised actions, safety first, then by urgency. Where the advice names no precaution, locking out is one."""
    ordered = sorted(actions, key=lambda a: (not (a.safety and a.when == "now"), WHEN[a.when], not a.safety))
    if not any(action.safety for action in ordered):
        ordered.insert(0, Action(text=say("order_lockout", lang), safety=True))
    return [
        Step(number=i, text=a.text, safety=a.safety, when=a.when, source=a.source)
        for i, a in enumerate(ordered, start=1)
    ]


def _facts(answer: Answer, evidence: list[str]) -> list[Finding]:
    """The findings that the cause stands on, in its order."""
    known = {finding.id: finding for finding in answer.findings}
    return [known[id_] for id_ in evidence if id_ in known][:MOST_FACTS]


def _symptom(answer: Answer) -> str:
    """What people notice: the headline without its verdict on the cause."""
    head = next((block.text for block in ordinary_of(answer) if block.kind == "headline"), "")
    return head.partition("; " if lang_of(answer) == "en" else "，最可能原因")[0].strip() or head
