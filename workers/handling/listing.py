"""Which sensors a file has: each with its unit and the range of its readings."""

from __future__ import annotations

import numpy as np

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.contracts import PlanStep
from workers.handling.handled import Handled
from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

MOST = 60  # lines; the names of the rest follow in one


def listing(handled: Handled, task: Subtask, teller: Teller) -> PlanStep:
    """One finding a sensor, the first of them with the sentence that heads the list."""
    columns = [str(c) for c in handled.frame.columns]
    head = say("listed_head", teller.lang, count=len(columns))
    for i, sensor in enumerate(columns[:MOST]):
        values = handled.frame[sensor].to_numpy(dtype=float)
        values = values[np.isfinite(values)]
        low, high = (float(values.min()), float(values.max())) if len(values) else (np.nan, np.nan)
        text = say("listed_sensor" if len(values) else "listed_empty", teller.lang, sensor=_named(sensor, teller),
                   low=figure(low), high=figure(high), unit=teller.names.unit(sensor))  # fmt: skip
        facts: dict[str, FactValue] = {"low": low, "high": high} if len(values) else {}
        facts |= {"reply": head, "sensors": len(columns)} if i == 0 else {}
        handled.findings.append(Finding(id=f"F{len(handled.findings) + 1}", kind="statistics", text=text, sensor=sensor,
                                        tag=teller.names.tag(sensor), values=facts))  # fmt: skip
    rest = [teller.names.name(sensor) for sensor in columns[MOST:]]
    if rest:
        handled.findings.append(Finding(id=f"F{len(handled.findings) + 1}", kind="statistics",
                                        text=say("listed_rest", teller.lang, names=", ".join(rest))))  # fmt: skip
    return PlanStep(order=task.order, kind=task.kind, text=head, values={"sensors": columns})


def _named(sensor: str, teller: Teller) -> str:
    """The crew's name, with the column's own where that is another."""
    name = teller.names.name(sensor)
    return name if name == sensor or sensor.lower().replace("_", " ") == name.lower() else f"{name} ({sensor})"
