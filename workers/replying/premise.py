""" "Why is the vibration rising?", and it is not: that comes first, with what the readings do, before anything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from detectors.signs.turning import greatest
from detectors.types import FloatArray
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.prose.numbers import figure
from workers.replying.moment import KINDS, Way
from workers.replying.series import once, usual_range
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

WHY = re.compile(r"\bwhy\b|\bhow come\b|what makes|为什么|为何|为啥|怎么会|怎么老|什么原因|原因是")
WAYS: dict[Way, re.Pattern[str]] = {
    "rise": re.compile(
        r"\bris(?:e|es|ing|en)\b|\brose\b|increas|climb|\bgo(?:es|ing)? up\b"
        r"|升高|上升|上涨|变高|增大|变大|走高"
    ),
    "fall": re.compile(
        r"\bfall(?:s|ing|en)?\b|\bfell\b|\bdrop|\bsink|decreas|\bgo(?:es|ing)? down\b"
        r"|降低|下降|下跌|变低|减小|变小|走低|在降|往下掉"
    ),
}
NOT = re.compile(r"\bnot\b|n't\b|\bno longer\b|\bstop|\bnever\b|不|没|未|\bif\b|\bwhen\b|如果|时候")
OTHER: dict[Way, Way] = {"rise": "fall", "fall": "rise"}
END = 0.1  # of the file: its beginning and its end
SCATTERS = 1.0  # so many robust standard deviations between beginning and end are a rise or fall all the same


def denied(run: Run, text: str, task: Subtask) -> Finding | None:
    """The sentence that one sensor does not do what normalised `text` takes for granted; None where it does, where
    several sensors are meant, or where that is hard to say."""
    said = [way for way, words in WAYS.items() if words.search(text)]
    if len(said) != 1 or len(task.sensors) != 1 or not WHY.search(text) or NOT.search(text):
        return None
    if run.reading is None or run.detection is None or task.start is not None or task.end is not None:
        return None
    way, sensor = said[0], task.sensors[0]
    values = run.reading.frame[sensor].to_numpy(dtype=float)
    if any(f.sensor == sensor and f.kind in KINDS[way] for f in run.findings) or _moves(run, values, way):
        return None
    return _told(run, sensor, way, values)


def _moves(run: Run, values: FloatArray, way: Way) -> bool:
    """Do the readings go that way, be it a little? True as well where there are too few to tell."""
    assert run.detection is not None
    reference = run.detection.reference
    band = usual_range(values[reference.start : reference.end])
    if band is None:
        return True
    turn = greatest(values, up=way == "rise")
    if turn is not None and not all(band[0] <= level <= band[1] for level in (turn.before, turn.after)):
        return True
    size = max(1, round(END * len(values)))
    first, last = (values[:size], values[-size:])
    if not np.isfinite(first).any() or not np.isfinite(last).any():
        return True
    scatter = (band[1] - band[0]) / 6.0  # the band is three standard deviations to either side
    gone = float(np.nanmedian(last) - np.nanmedian(first))
    return (gone if way == "rise" else -gone) > SCATTERS * scatter


def _told(run: Run, sensor: str, way: Way, values: FloatArray) -> Finding:
    assert run.teller is not None
    teller, lang = run.teller, run.lang
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    other = once(f for f in run.findings if f.sensor == sensor and f.kind in KINDS[OTHER[way]])[:1]
    sentence = say(
        f"reply_not_{way}", lang, sensor=teller.names.name(sensor), unit=teller.names.unit(sensor), low=figure(low),
        high=figure(high), start=teller.time(0), end=teller.time(len(teller.index) - 1),
    )  # fmt: skip
    for finding in other:
        sentence += say("reply_instead", lang, finding=finding.text.rstrip(".。"), id=finding.id)
    facts: dict[str, FactValue] = {"low": low, "high": high, "brief": True}
    facts |= {f"{k}_{f.id}": v for f in other for k, v in f.values.items() if isinstance(v, int | float)}
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=teller.names.tag(sensor),
                   values=facts | {"reply": sentence})  # fmt: skip
