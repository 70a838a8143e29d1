"""Is it this cause, why not that one? What was weighed of a fault that the question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from roles.planning.words import normal
from roles.types import Considered, Fault, Finding
from workers.followups.rivals import sureness
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

MOST = 2  # faults; signs of each kind
SHORT, SHORT_ZH = 5, 2  # letters of the end of a name that may stand for it
# Ends of names that say what sensors do, or nothing of their own.
WORDS = {"sensor", "transmitter", "drift", "fault", "water", "下降", "漂移", "摆动", "振荡", "故障", "缺水"}


def named_fault(run: Run, text: str) -> list[Finding]:
    """One sentence for each fault that `text` names: how likely it is and what speaks for and against it."""
    known = run.knowledge.faults()
    faults = [fault for fault in known if any(is_named(name, text) for name in _names(fault))]
    things = _things(run)
    faults = faults or [f for f in known if any(_stands(end, text) for end in _own_ends(f, known) if end not in things)]
    weighed = {each.fault: each for each in (run.decided.considered if run.decided else []) if each.fault}
    return [_told(fault, weighed.get(fault.id), run) for fault in faults[:MOST]]


def _names(fault: Fault) -> list[str]:
    return [fault.name, *fault.names]


def _own_ends(fault: Fault, known: Sequence[Fault]) -> list[str]:
    """What a fault alone is called in short, by the ends of its names: "clogging", "结瘤". A word that the name of
    another fault has too ("sensor") tells nothing apart."""
    others = [normal(name) for other in known if other.id != fault.id for name in _names(other)]
    ends = [end for name in _names(fault) if (end := _end(name)) and end not in WORDS]
    return [end for end in ends if not any(_stands(end, other) for other in others)]


def _things(run: Run) -> set[str]:
    """Words of what is measured, which name no fault: "mould", "water"."""
    names = [n for q in run.knowledge.pack.vocabulary.quantities for n in (q.en, q.zh, *q.aliases)]
    names += [n for s in run.names.sensors.values() for n in (s.name, s.label, *s.aliases)]
    return {word for name in names for word in re.findall(r"[a-z]+", normal(name))} | {normal(n) for n in names}


def _stands(end: str, text: str) -> bool:
    """Does `end` stand in normalised `text`, an English one as a word by itself?"""
    return re.search(rf"\b{re.escape(end)}\b", text) is not None if end.isascii() else end in text


def _end(name: str) -> str:
    name = normal(name)
    end = name.split()[-1] if name.isascii() else name[-SHORT_ZH:]
    return end if not name.isascii() or len(end) >= SHORT else ""


def is_named(name: str, text: str) -> bool:
    """Does normalised `text` name the fault `name`, in this form or with its words in another order?"""
    name = normal(name)
    if not name.isascii():
        return name in text
    said = re.findall(r"[a-z]{3,}", name)
    return len(said) > 1 and all(re.search(rf"\b{re.escape(word[:7])}", text) for word in said)


def _told(fault: Fault, weighed: Considered | None, run: Run) -> Finding:
    lang = run.lang
    if weighed is None:
        sentence = say("reply_fault_unseen", lang, fault=fault.name)
        return Finding(id="F0", kind="statistics", text=sentence, values={"brief": False, "reply": sentence})
    gap = {"en": "; ", "zh": "；"}[lang]
    parts = [say("reply_fault", lang, fault=weighed.text, sure=sureness(weighed.confidence, lang))]
    for key, signs in (("seen", _signs(weighed, "seen")), ("against", [*_signs(weighed, "against"), *weighed.doubts]),
                       ("missing", _signs(weighed, "missing"))):  # fmt: skip
        if signs:
            parts.append(say(f"reply_fault_{key}", lang, signs=gap.join(s.rstrip(".。") for s in signs[:MOST])))
    sentence = "".join(parts) if lang == "zh" else " ".join(parts)
    values = {"confidence": weighed.confidence, "brief": False, "reply": sentence}
    return Finding(id="F0", kind="statistics", text=sentence, values=values)


def _signs(weighed: Considered, state: str) -> list[str]:
    return [f"{s.text} [{s.finding}]" if s.finding else s.text for s in weighed.signs if s.state == state]
