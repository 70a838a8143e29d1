"""What of an engine's judgement may stand: a phrase that cannot is left out, and the good rest is kept.

A judgement is refused as a whole only for its verdict, the faults it rests on, ids that were never given, and words
that no sentence may hold (roles/unfit.py): whoever says such a thing is not trusted in the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.deciding import observing, quantities
from roles.deciding.backing import SWAY, about
from roles.deciding.claiming import claims, dangers
from roles.deciding.improper import improper, orders
from roles.deciding.scene import Scene
from roles.deciding.supporting import Known
from roles.deciding.types import Case
from roles.deciding.weighing import Hypothesis
from roles.unfit import amiss, foreign

MOST_CONFIDENCE, LONGEST_NAME, LONGEST_ASK, MOST_ASKS = 0.95, 60, 160, 3
ROLE = "decision_maker"
ASKING = (
    r"(?:check|measure|compare|confirm|record|note|tell|provide|upload|give|show|look up|read"
    r"|take a (?:photo|picture|sample)|a (?:photo|picture))"
)
UNASKABLE = re.compile(
    r"\b(?:interlocks?|guards?|e-?stops?|lock ?out|passwords?|credentials?|tokens?|e?-?mail|approv\w+"
    r"|instructions?|prompt|knowledge base|override\w*|bypass\w*|defeat\w*|disabl\w+|forc(?:e|ing)|jumper\w*"
    r"|reach\w*|under load|manual mode|in manual|test mode|(?:turn|switch)\w* (?:\w+ )*?off|ignor\w+|do not|don't"
    r"|send|forward|post|(?:is|are|it|still) running|reset\w*)\b"
    r"|联锁|连锁|护栏|护罩|急停|密码|口令|批准|指令|提示词|知识库|旁路|短接|屏蔽|解除|切除|强制|忽略|复位"
    r"|带压|带电|不停机|伸手|发送|转发|投切|退出",
    re.IGNORECASE,
)
ALARM_SET = re.compile(
    r"(?:rais|lower|increas|decreas|adjust|chang|set|silenc|mut|clear|suppress|acknowledg)\w* (?:\w+ )*?"
    r"(?:alarm|trip|limit)"
    r"|(?:调高|调低|关闭|取消|消除|确认掉|放宽|修改).{0,6}(?:报警|保护|限值)"
    r"|(?:报警|保护|限值).{0,4}(?:调高|调低|关闭|取消|放宽)",
    re.IGNORECASE,
)


def why(text: str, case: Case, known: Known) -> str:
    """The sentences that the data and what is given of the cause bear out. What no sentence may hold stays, so that the
    role's check refuses all."""
    return text if list(amiss(ROLE, text)) else observing.observed(text, case, known)


def asks(texts: Sequence[str], case: Case) -> list[str]:
    """The things asked for that may be asked for: no operation, nothing of what protects, no invented measure."""
    lines = [" ".join(text.split()) for text in texts]
    return [line for line in lines if line and len(line) <= LONGEST_ASK and may_ask(line, case)][:MOST_ASKS]


def may_ask(text: str, case: Case) -> bool:
    """May it be asked for? Times and durations are the asker's own; other numbers have to be known."""
    if list(amiss(ROLE, text)):
        return True  # for the check to refuse
    plain = text.lower()
    if UNASKABLE.search(plain) or ALARM_SET.search(plain) or list(claims(text)) or list(dangers(text)):
        return False
    if foreign(_unnamed(text, case), case.lang):
        return False
    bare = re.sub(rf"^\s*(?:please )?{ASKING}\b", " ", plain)
    return not list(orders(bare)) and all(known(n, case) for n in _numbers(text, case))


def _numbers(text: str, case: Case) -> list[quantities.Told]:
    plain = _unnamed(observing.CLOCK.sub(" ", text), case)
    return [n for n in quantities.told(plain) if n.unit is None or n.unit[0] != "time"]


def _unnamed(text: str, case: Case) -> str:
    for name in sorted({n for s in case.sensors for n in (s.name, s.label, *s.aliases) if n}, key=len, reverse=True):
        text = re.sub(re.escape(name), " ", text, flags=re.IGNORECASE)
    return text


def known(number: quantities.Told, case: Case) -> bool:
    """Does any finding, signal, fault or passage hold that number?"""
    units = {s.name: s.unit or "" for s in case.sensors}
    given = [pair for f in case.findings for pair in quantities.given_by(f, units.get(f.sensor or "", ""))]
    texts = [*case.signals, *(p.text for p in case.passages), *(a for f in case.faults for a in f.asks_for)]
    given += [(n.value, n.unit or number.unit) for text in texts for n in quantities.told(text)]
    return number.is_one_of(given)


def name(text: str, case: Case) -> str:
    """A cause that nobody wrote down, in a few words; "" where it may not be shown."""
    line = " ".join(text.split()).strip(" .。")
    plain = observing.mentions_taken_out(line, case)
    bad = len(line) > LONGEST_NAME or any(c.isdigit() for c in plain) or foreign(plain, case.lang)
    return "" if bad or list(amiss(ROLE, line)) or any(improper(plain, case.lang)) else line


def ids(said: Sequence[str], fault: str | None, scene: Scene) -> list[str]:
    """The ids once each, without those that were given but say nothing of the fault."""
    once = list(dict.fromkeys(said))
    whole = next((f for f in scene.case.faults if f.id == fault), None)
    return once if whole is None else [id_ for id_ in once if about(id_, whole, once, scene)]


def confidence(said: float, hypothesis: Hypothesis | None, *, is_fault: bool, cites: bool) -> float:
    """As sure as was said, within SWAY of what the signs measure."""
    if hypothesis is None and not is_fault and not cites:
        return round(said, 2)  # a name alone: bounded where it is made
    measured = hypothesis.confidence if hypothesis is not None else 0.0
    return round(min(max(said, measured - SWAY, 0.0), measured + SWAY, MOST_CONFIDENCE), 2)
