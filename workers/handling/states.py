"""What the text columns say: which product was running at 13:00, and when it changed."""

from __future__ import annotations

import pandas as pd

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.wording import say

MOST = 8  # changes that are named


def texts_at(handled: Handled, column: str, index: pd.DatetimeIndex) -> pd.Series:
    """The text of a column at each time of `index`: the last one written until then."""
    if handled.context is None or column not in handled.context:
        return pd.Series(index=index, dtype=object)
    return handled.context[column].reindex(index, method="ffill")


def _begins(runs: pd.Series) -> list[tuple[pd.Timestamp, str]]:
    """When each of the first values began."""
    index = pd.DatetimeIndex(runs.index)
    return [(index[i], str(runs.iloc[i])) for i in range(min(MOST, len(runs)))]


def states(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """The value of a text column in the middle of the named time, else every change of it."""
    column, index = str(task.values["state"]), pd.DatetimeIndex(handled.frame.index)
    said = texts_at(handled, column, index).dropna()
    inside = said.loc[task.start : task.end]
    runs = inside[inside != inside.shift()]
    comma = {"en": ", ", "zh": "，"}[teller.lang]
    listed = comma.join(say("state_from", teller.lang, value=v, at=teller.at(t)) for t, v in _begins(runs))
    facts: dict[str, FactValue] = {"changes": max(0, len(runs) - 1)}
    if runs.empty:
        text = say("state_none", teller.lang, column=column)
    elif task.start is not None and task.end is not None:
        middle = pd.Timestamp(task.start) + (pd.Timestamp(task.end) - pd.Timestamp(task.start)) / 2
        there = inside.loc[:middle]
        value = str(there.iloc[-1] if len(there) else inside.iloc[0])
        text = say("state_at", teller.lang, column=column, value=value, at=teller.at(middle))
        if len(runs) > 1:
            text = say("state_more", teller.lang, text=text, runs=listed)
        facts["value"] = value
    else:
        text = say("state_runs", teller.lang, column=column, runs=listed)
    if len(runs) > MOST:
        text = say("state_many", teller.lang, text=text, count=len(runs) - MOST)
    facts["reply"] = text
    number = len(handled.findings) + 1
    handled.findings.append(Finding(id=f"F{number}", kind="statistics", text=text, values=facts))
    return PlanStep(order=task.order, kind=task.kind, text=text, values={"state": column})
