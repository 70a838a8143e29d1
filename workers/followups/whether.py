"""Is it the steam trap, why not the pump? What was weighed of it, else what the readings of that name say, else that
nothing here tells."""

from __future__ import annotations

import re

from roles.deciding.figures import figure
from roles.types import Considered, Finding, Lang
from workers.contracts import Answer, Block
from workers.followups.meant import thing_of
from workers.followups.rivals import weighed_signs
from workers.wording import say

MOST = 3
TRAILING = re.compile(
    r"(?:坏|堵|漏|卡|断|松|碎|脏|故障|有问题|出问题|堵塞|泄漏|缺油|缺水|不够|不足|磨损|松动|老化|断裂|损坏|打滑|进水|积灰|结垢)了?$"
)  # what is wrong with a thing is not its name
ENDS = "。.!！?？"


def whether(answer: Answer, lang: Lang, text: str) -> list[Block]:
    """What can be said of the thing that `text` names."""
    thing = thing_of(text)
    if not thing:
        return [Block(kind="headline", text=say("whether_unnamed", lang))]
    weighed = next((c for c in answer.considered if _named(thing, c.text)), None)
    if weighed is not None:
        return _weighed(answer, weighed, lang)
    found = [f for f in answer.findings if f.kind != "operating_change" and _named(thing, _names(f))]
    if found:
        head = Block(kind="headline", text=say("whether_readings", lang, thing=thing))
        facts = [Block(kind="plain", text=f"- {f.text.rstrip(ENDS)} [{f.id}]", refs=[f.id]) for f in found[:MOST]]
        return [head, *facts, Block(kind="note", text=say("whether_no_cause", lang))]
    seen = {str(sensor["name"]) for event in answer.events for sensor in event.sensors}
    seen |= {name for edge in answer.graph.discovered for name in (edge.cause, edge.effect)}
    quiet = sorted(name for name in seen if _named(thing, name))[:MOST]
    if quiet:
        sensors = {"en": ", ", "zh": "、"}[lang].join(quiet)
        return [Block(kind="headline", text=say("whether_quiet", lang, thing=thing, sensors=sensors))]
    return [Block(kind="headline", text=say("whether_nothing", lang, thing=thing))]


def _weighed(answer: Answer, cause: Considered, lang: Lang) -> list[Block]:
    top = next(iter(answer.diagnosis.causes), None)
    first = top is not None and (cause.fault == top.fault if cause.fault else cause.text == top.text)
    key = "whether_first" if first and answer.diagnosis.verdict == "fault" else "whether_weighed"
    head = say(key, lang, cause=cause.text, confidence=figure(cause.confidence, 2))
    return [Block(kind="headline", text=head), *weighed_signs(answer, cause, lang)]


def _names(finding: Finding) -> str:
    return f"{finding.text} {finding.sensor or ''} {finding.tag or ''}"


def _named(thing: str, name: str) -> bool:
    """Do all words of `thing` stand in `name`?"""
    if not thing.isascii():
        return thing in name or TRAILING.sub("", thing) in name
    said = re.findall(r"[a-z]+|\d+", name.lower())
    return all(
        word.rstrip("s") in {each.rstrip("s") for each in said} for word in re.findall(r"[a-z]+|\d+", thing.lower())
    )
