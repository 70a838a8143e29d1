"""A work order as people and machines read it: one screen of a phone, a CSV row, JSON."""

from __future__ import annotations

import csv
import io

from roles.deciding.figures import figure
from workers.contracts import Block
from workers.orders.order import WorkOrder
from workers.prose import story
from workers.spreadsheet_safe import safe
from workers.wording import say

COLUMNS = (
    "id", "priority", "priority_why", "asset", "asset_code", "symptom", "facts", "cause", "confidence", "steps",
    "parts", "evidence", "ongoing", "severity", "made_by", "made_at", "timezone", "answer", "file", "question",
)  # fmt: skip
MOST_STEPS, MOST_REFS = 5, 6


def as_blocks(order: WorkOrder) -> list[Block]:
    """The order in about a dozen lines, the most urgent first."""
    lang = order.lang
    cause = say("order_cause", lang, cause=order.cause.text, confidence=figure(order.cause.confidence, 2))
    refs = order.evidence[:MOST_REFS]
    facts = [f"{fact.text} [{fact.id}]" for fact in order.facts]
    lines = [
        Block(kind="headline", text=say("order_head", lang, id=order.id, priority=order.priority,
                                        why=order.priority_why)),
        *([Block(kind="note", text=say("order_simulated", lang))] if order.simulated else []),
        Block(kind="plain", text=say("order_asset", lang, asset=order.asset)),
        Block(kind="plain", text=say("order_symptom", lang, symptom=order.symptom)),
        *(Block(kind="plain", text=f"- {fact}") for fact in facts),
        Block(kind="cause", text=cause, refs=refs),
        *_reason(order),
        *(Block(kind="action", text=_step(order, i)) for i in range(min(len(order.steps), MOST_STEPS))),
        Block(kind="plain", text=_parts(order)),
        Block(kind="note", text=say("order_evidence", lang, ids=" ".join(refs))),
        Block(kind="note", text=say("order_made", lang, by=order.made_by, at=f"{order.made_at:%Y-%m-%d %H:%M}",
                                    zone=order.timezone, source=order.answer or order.file or "-")),
    ]  # fmt: skip
    return lines


def _reason(order: WorkOrder) -> list[Block]:
    reason = order.cause.reason
    return [Block(kind="plain", text=say("order_reason", order.lang, reason=reason))] if reason else []


def _step(order: WorkOrder, place: int) -> str:
    step = order.steps[place]
    mark = say("order_safety", order.lang) if step.safety else ""
    return f"☐ {step.number}. {mark}{step.text}"


def _parts(order: WorkOrder) -> str:
    if not order.parts:
        return say("order_no_parts", order.lang)
    comma = {"en": ", ", "zh": "、"}[order.lang]
    return say("order_parts", order.lang, parts=comma.join(f"{part.name} [{part.source}]" for part in order.parts))


def as_text(order: WorkOrder) -> str:
    """The order as plain text."""
    return story.plain(as_blocks(order))


def as_json(order: WorkOrder) -> str:
    """The order as one JSON document."""
    return order.model_dump_json(by_alias=True, indent=2)


def as_csv(order: WorkOrder) -> str:
    """A header and one row. A cell that a spreadsheet would take for a formula begins with an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    table.writerow([safe(" ".join(cell.split("\n"))) for cell in _cells(order)])  # one order is one line
    return out.getvalue()


def _cells(order: WorkOrder) -> list[str]:
    values = {
        **{key: getattr(order, key) for key in COLUMNS if hasattr(order, key)},
        "facts": " | ".join(f"{fact.id}: {fact.text}" for fact in order.facts),
        "cause": order.cause.text,
        "confidence": order.cause.confidence,
        "steps": " | ".join(f"{step.number}. {step.text}" for step in order.steps),
        "parts": " | ".join(f"{part.name} [{part.source}]" for part in order.parts),
        "evidence": " ".join(order.evidence),
        "ongoing": int(order.ongoing),
        "made_at": order.made_at.isoformat(),
    }
    return [str(values[key]) for key in COLUMNS]


def files_of(order: WorkOrder) -> dict[str, bytes]:
    """The files of a work order by name, the table first: CSV with a byte order mark, for Excel, and JSON."""
    return {f"{order.id}.csv": b"\xef\xbb\xbf" + as_csv(order).encode(), "order.json": as_json(order).encode()}
