"""Is the valve stuck, is the pump all right? Told of the readings that bear its name; where no reading does, that is
what is said: nobody can see in other readings how a thing is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from detectors.runs import equal
from detectors.types import FloatArray
from roles.deciding.frozen import moves
from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.sensors import find
from roles.planning.wants.asked import YES_NO
from roles.types import FactValue, Finding
from workers.prose.numbers import figure, span
from workers.replying.usual import is_usual
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

STUCK = r"stuck|frozen|jammed|seized(?: up)?|sticking|hanging|not moving|blocked|卡住|卡死|卡涩|卡滞|卡了|不动了?|冻住"
BROKEN = r"broken|faulty|defective|damaged|dead|gone|worn(?: out)?|坏了?|损坏|磨损"
WELL = rf"ok(?:ay)?|fine|all right|alright|working|running|healthy|good|bad|好的|正常|没问题|有问题|{BROKEN}"
SUBJECT_EN = r"(?:is|are|was|were|has|have)\s+(?:the|our|my|this|that)?\s*(?P<{0}>[a-z][a-z0-9 _/-]{{1,30}}?)\s+"
STATE_EN = re.compile(
    SUBJECT_EN.format("thing") + rf"(?:still |really |maybe |perhaps |just )*(?:(?P<stuck>{STUCK})|(?P<well>{WELL}))\b"
)
STATE_ZH = re.compile(
    rf"(?P<thing>[一-鿿a-z0-9]{{1,8}}?)(?:是不是|是否|有没有|会不会|还)*(?:(?P<stuck>{STUCK})|(?P<well>{WELL}))"
    r"(?:了|的)?(?:吗|么|没有|没|[?？])"
)
_NOTHING = (
    "it this that everything all things something anything there data file plant machine line strand system process "
    "它 这 这个 一切 都 数据 设备 机器 系统 还 现在 目前"
)
NOTHING = frozenset(_NOTHING.split())  # no thing that a reading could be called by
MOST = 3
MANY, LONGER = 20, 5  # rows that a reading stands still at the end, and so many times longer than ever before: frozen
LAST = 0.1  # of the file: whether a reading moves is looked at here


def state(run: Run, text: str) -> list[Finding]:
    """One sentence for each reading of the thing that normalised `text` asks about; [] where it asks for no state."""
    found = STATE_EN.search(text) or STATE_ZH.search(text)
    if found is None or run.reading is None or run.teller is None or run.detection is None or not YES_NO.search(text):
        return []
    thing = re.sub(r"^(?:the|our|my)\s+", "", found["thing"].strip())
    if thing in NOTHING or re.sub(r"\s*\d+$", "", thing) in NOTHING:
        return []
    sensors = _readings_of(run, thing)
    if not sensors:
        return [_unknown(run, thing)]
    if found["stuck"]:
        moving = [s for s in sensors if moves(run.names.sensors.get(s))] or sensors
        return [_is_stuck(run, sensor) for sensor in moving[:MOST]]
    begin = say("reply_state_broken", run.lang) if re.fullmatch(BROKEN, found["well"]) else ""
    return [told for s in sensors[:MOST] if (told := is_usual(run, s, text, begin)) is not None]


def _readings_of(run: Run, thing: str) -> list[str]:
    """The columns that `thing` names, else those in whose names all its words stand, setpoints last."""
    known = list(run.names.sensors.values())
    if named := find(thing, known).columns(known):
        return named
    wanted = {singular(word) for word in pieces(thing)} if thing.isascii() else set()
    found = []
    for name, sensor in run.names.sensors.items():
        names = [name, sensor.label, *sensor.aliases]
        words = {singular(p) for n in names if n.isascii() for p in pieces(n)}
        if (wanted and wanted <= words) or (not thing.isascii() and any(thing in n for n in names)):
            found.append((sensor.role == "setpoint", name))
    return [name for _, name in sorted(found, key=lambda each: each[0])]


def _unknown(run: Run, thing: str) -> Finding:
    sentence = say("reply_state_unknown", run.lang, thing=thing)
    return Finding(id="F0", kind="statistics", text=sentence, values={"brief": False, "reply": sentence})


def _is_stuck(run: Run, sensor: str) -> Finding:
    """Found frozen, still as it may be, or moving."""
    assert run.reading is not None
    assert run.teller is not None
    lang, teller = run.lang, run.teller
    values = run.reading.frame[sensor].to_numpy(dtype=float)
    last = values[-max(2, round(LAST * len(values))) :]
    step = run.reading.receipt.step_s or 1.0
    frozen = next((f for f in run.findings if f.sensor == sensor and f.kind == "stuck"), None)
    blank = not np.isfinite(last).any()
    low, high = (np.nan, np.nan) if blank else (float(np.nanmin(last)), float(np.nanmax(last)))
    facts: dict[str, FactValue] = {"brief": frozen is None}
    words = {
        "sensor": teller.names.name(sensor),
        "unit": teller.names.unit(sensor),
        "span": span(step * len(last), lang),
    }
    if frozen is not None:
        sentence = say("reply_stuck_found", lang, finding=frozen.text.rstrip(".。"), id=frozen.id, **words)
    elif blank:
        sentence = say("reply_stuck_blank", lang, **words)
    elif low == high:
        held, before = _held(values)
        new = held >= MANY and held > LONGER * before
        key, since = ("reply_stuck_new", teller.time(len(values) - held)) if new else ("reply_stuck_still", "")
        sentence = say(key, lang, value=figure(low), since=since, **words)
        facts |= {"value": low, "brief": not new}
    else:
        sentence = say("reply_stuck_moves", lang, low=figure(low), high=figure(high), **words)
        facts |= {"low": low, "high": high}
    facts |= {"within_s": step * len(last), "reply": sentence}
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=teller.names.tag(sensor), values=facts)


def _held(values: FloatArray) -> tuple[int, int]:
    """For how many rows the last value has been held, and the longest that any value was held before."""
    known = values[np.isfinite(values)]
    lengths = np.diff(equal(known))
    return int(lengths[-1]), int(lengths[:-1].max(initial=0))
