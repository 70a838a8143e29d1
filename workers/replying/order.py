"""Which sensor moved first? The onsets of the event that the answer is about, in order, and how sure that order is."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from roles.types import FactValue, Finding
from workers.prose.numbers import span
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST = 5
_MOVED = r"(?:mov|chang|ris|rose|f[ae]ll|deviat|react|respond|went|go|depart|left|start|began|begin|alarm)\w*"
ORDER = re.compile(
    rf"\b(?:which|what)\s+(?:sensor|signal|reading|channel|tag|value|measurement|one)s?\b.{{0,40}}\b(?:first|earliest)\b|"
    rf"\b(?:which|what)\b.{{0,20}}\b{_MOVED}.{{0,20}}\bfirst\b|\bfirst (?:sensor|signal|reading|tag)s? (?:to|that)\b|"
    r"\border (?:of|in which)\b.{0,30}\b(?:onset|sensor|signal|mov|chang|beg)|"
    r"哪(?:个|一个|些|只)?(?:传感器|信号|测点|参数|量|点)?.{0,8}(?:最先|最早|首先|先)(?:变|动|异常|升|降|偏|报|开始|出现)|"
    r"(?:谁|哪(?:个|一个|些|只|路|边|台|处|里)?)(?:传感器|信号|测点|参数|量|点)?是?(?:最先|最早|首先|先)(?:[的?？。!！\s]|$|变|动|异常|升|降|涨|跌|高|低|偏|报|开始|出现|超|抖)|"
    r"(?:最先|最早|首先)(?:变化|变|动|异常|上升|下降|升|降|偏离|出现).{0,8}(?:哪|什么)|先后(?:顺序|次序)",
    re.IGNORECASE,
)


def in_order(run: Run) -> list[Finding]:
    """One sentence with the first onset of each sensor, or that nothing moved."""
    decision = run.decided.outcome.output if run.decided is not None else None
    if decision is None or run.detection is None or run.teller is None:
        return []
    if not run.detection.events and not run.detection.departures:
        sentence = say("reply_order_none", run.lang)
        return [Finding(id="F0", kind="statistics", text=sentence, values={"brief": True, "reply": sentence})]
    timed = sorted((f for f in run.findings if f.event == decision.event and f.sensor and f.start), key=_start)
    first = list({f.sensor: f for f in reversed(timed)}.values())
    told = sorted(first, key=_start)[:MOST]
    if not told:
        return []
    lang = run.lang
    parts = {"en": ", ", "zh": "，"}[lang].join(_part(run, f) for f in told)
    sentence = say("reply_order", lang, order=parts)
    if len(told) > 1 and told[1].start and told[0].start and told[1].start - told[0].start <= _unsure(*told[:2]):
        sentence = {"en": " ", "zh": ""}[lang].join([sentence, say("reply_order_unsure", lang)])
    facts: dict[str, FactValue] = {f"onset_within_s_{f.id}": f.values.get("onset_within_s", 0.0) for f in told}
    return [Finding(id="F0", kind="statistics", text=sentence, sensor=told[0].sensor, start=told[0].start,
                    values=facts | {"brief": False, "reply": sentence})]  # fmt: skip


def _part(run: Run, finding: Finding) -> str:
    within, at = finding.values.get("onset_within_s"), str(finding.values.get("clock", ""))
    if isinstance(within, int | float) and within > 0:
        at = say("finding_onset", run.lang, start=at, within=span(float(within), run.lang))
    return say("reply_order_part", run.lang, sensor=run.names.name(str(finding.sensor)), at=at, id=finding.id)


def _unsure(one: Finding, other: Finding) -> timedelta:
    """By how much two onsets may be apart and still be in the other order."""
    within = [f.values.get("onset_within_s") for f in (one, other)]
    return timedelta(seconds=max(float(w) if isinstance(w, int | float) else 0.0 for w in within))


def _start(finding: Finding) -> str:
    return str(finding.start)
