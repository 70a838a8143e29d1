"""How long was it in divert, when was the valve open? Told of a sensor with few whole values (0/1), by stretches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from roles.planning.columns.lexicon import pieces, singular
from roles.planning.columns.sensors import find
from roles.types import FactValue, Finding
from workers.prose.numbers import figure, span
from workers.replying.series import stretches
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

HELD = re.compile(
    r"\b(?:how (?:long|often|many times|much time)|when)\b.{0,20}?\b(?:was|were|is|are|has|have|did|does|in)\b"
    r"|\bfor how long\b|多久|多长时间|几次|多少次|(?:什么时候|何时|几点).{0,12}(?:开|关|停|投入|切换|动作|转向)"
)
OFF = re.compile(r"\b(?:off|closed?|shut|stopped|inactive|down)\b|关|停")
FEW = 4  # whole values
LEAST = 4  # letters of a word that names a sensor by itself
MOST = 2  # sensors


def held(run: Run, text: str) -> list[Finding]:
    """One sentence for each sensor of few values that normalised `text` asks the times of; [] for other questions."""
    if HELD.search(text) is None or run.reading is None or run.teller is None:
        return []
    few = [str(c) for c in run.reading.frame.columns if _is_digital(run.reading.frame[c])]
    known = list(run.names.sensors.values())
    named = [s for s in find(text, known).columns(known) if s in few]
    said = {singular(word) for word in re.findall(rf"[a-z]{{{LEAST},}}", text)}
    named = named or [s for s in few if said & {singular(p) for p in pieces(s) if len(p) >= LEAST}]
    return [_one(run, sensor, off=OFF.search(text) is not None) for sensor in named[:MOST]]


def _is_digital(series: pd.Series) -> bool:
    values = series.dropna().unique()
    return 1 < len(values) <= FEW and bool(np.all(values == np.round(values)))


def _one(run: Run, sensor: str, *, off: bool) -> Finding:
    """When the sensor had its highest value (`off`: its lowest): first, longest, in all."""
    assert run.reading is not None
    assert run.teller is not None
    lang, teller, series = run.lang, run.teller, run.reading.frame[sensor]
    value, step = float(series.min() if off else series.max()), run.reading.receipt.step_s or 1.0
    found = stretches((series == value).astype(float))
    longest = max(found, key=lambda s: s.last - s.first)
    total = sum(s.last - s.first + 1 for s in found) * step
    lasting = (longest.last - longest.first + 1) * step
    facts: dict[str, FactValue] = {"value": value, "for_s": total, "longest_s": lasting, "times": len(found)}
    sentence = say(
        "reply_held_once" if len(found) == 1 else "reply_held", lang, sensor=run.names.name(sensor),
        value=figure(value), total=span(total, lang), times=len(found), first=teller.time(found[0].first),
        start=teller.time(longest.first), end=teller.time(longest.last), lasting=span(lasting, lang),
        last=teller.time(found[-1].last),
    )  # fmt: skip
    if found[-1].last == len(series) - 1:
        sentence += {"en": " ", "zh": ""}[lang] + say("reply_held_still", lang)
    begin = series.index[found[0].first].to_pydatetime()
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=run.names.tag(sensor), start=begin,
                   values=facts | {"brief": True, "reply": sentence})  # fmt: skip
