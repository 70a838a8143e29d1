"""Which of several sensors is the highest or the lowest on average, in what share of the rows, and which come next."""

from __future__ import annotations

import pandas as pd

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

MOST_NEXT = 5  # sensors that are named behind the first


def ranked(handled: Handled, task: Subtask, teller: Teller, part: pd.DataFrame) -> PlanStep:
    """One finding, the first sentence of the answer, by the means over the rows in which all have a reading."""
    both = part.dropna()
    rows = both if len(both) else part
    means = rows.mean().sort_values(ascending=task.values["which"] == "min")
    first = str(means.index[0])
    order = rows.idxmin(axis=1) if task.values["which"] == "min" else rows.idxmax(axis=1)
    share = float((order == first).mean())
    said = {
        str(n): f"{teller.names.name(str(n))} {figure(float(v))}{teller.names.unit(str(n))}" for n, v in means.items()
    }
    comma = {"en": ", ", "zh": "，"}[teller.lang]
    text = say(
        f"which_{task.values['which']}", teller.lang, sensor=teller.names.name(first), share=figure(100 * share, 2),
        value=f"{figure(float(means.iloc[0]))}{teller.names.unit(first)}",
        next=comma.join(list(said.values())[1 : MOST_NEXT + 1]),
    )  # fmt: skip
    values: dict[str, FactValue] = {f"mean {name}": float(mean) for name, mean in means.items()}
    values |= {"share_percent": 100 * share, "rows": len(rows), "reply": text}
    number = len(handled.findings) + 1
    handled.findings.append(
        Finding(id=f"F{number}", kind="statistics", text=text, sensor=first, tag=teller.names.tag(first), values=values)
    )
    text = say("handled_statistics", teller.lang, count=part.shape[1])
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"statistics": dict(values)})
