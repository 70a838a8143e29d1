"""How long a state of a text column lasts at a time: each whole visit to it, the shortest, the usual, the longest."""

from __future__ import annotations

import numpy as np
import pandas as pd

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import span
from workers.wording import say

MOST = 6  # visits that are named, the last ones


def lasting(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """How long the state `value` of the text column `state` lasts at a time, within the times of the task. A visit that
    the file begins or ends in is not whole; where there is no other, it is told as lasting at least so long."""
    column, value = str(task.values["state"]), str(task.values["value"])
    index = pd.DatetimeIndex(handled.frame.index)
    context = handled.context
    there = np.zeros(len(index), dtype=bool)
    if context is not None and column in context:
        there = (context[column].reindex(index, method="ffill") == value).to_numpy()
    edges = np.flatnonzero(np.diff(np.concatenate(([False], there, [False])).astype(np.int8))).reshape(-1, 2)
    step = (index[-1] - index[0]) / max(1, len(index) - 1)
    meant = [
        (index[a], index[b] if b < len(index) else index[-1] + step, a > 0 and b < len(index)) for a, b in edges
        if (task.start is None or index[b - 1] >= task.start) and (task.end is None or index[a] <= task.end)
    ]  # fmt: skip
    whole = [(begin, (end - begin).total_seconds()) for begin, end, is_whole in meant if is_whole]
    facts: dict[str, FactValue] = {"visits": len(whole), "value": value}
    if whole:
        lengths = [seconds for _, seconds in whole]
        facts |= {"shortest_s": min(lengths), "median_s": float(np.median(lengths)), "longest_s": max(lengths)}
        facts["total_s"] = sum(lengths)
        text = _told(value, whole, teller)
    elif meant:
        begin, end, _ = meant[-1]
        facts["least_s"] = (end - begin).total_seconds()
        at_least = span((end - begin).total_seconds(), teller.lang)
        text = say("visits_cut", teller.lang, value=value, span=at_least, at=teller.at(begin))
    else:
        text = say("visits_none", teller.lang, value=value, column=column)
    facts["reply"] = text
    handled.findings.append(Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, values=facts))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"state": column, "value": value})


def _told(value: str, whole: list[tuple[pd.Timestamp, float]], teller: Teller) -> str:
    lang, lengths = teller.lang, [seconds for _, seconds in whole]
    if len(whole) == 1:
        return say("visits_one", lang, value=value, span=span(lengths[0], lang), at=teller.at(whole[0][0]))
    longest = max(whole, key=lambda visit: visit[1])
    comma = {"en": ", ", "zh": "、"}[lang]
    return say(
        "visits_many", lang, value=value, count=len(whole), median=span(float(np.median(lengths)), lang),
        total=span(sum(lengths), lang), shortest=span(min(lengths), lang), longest=span(longest[1], lang),
        at=teller.at(longest[0]),
        last=comma.join(span(seconds, lang) for seconds in lengths[-MOST:]),
    )  # fmt: skip
