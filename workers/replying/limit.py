"""Is a limit passed? Yes or no, since when or from when to when, for how long in all, how far."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.handling import steps
from workers.handling.handle import bounds_of
from workers.prose.numbers import figure, span
from workers.replying.series import stretches
from workers.units import in_unit
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run


COLON = {"en": ": ", "zh": "："}  # behind the yes or no


def beyond(run: Run, task: Subtask, *, yes: bool = True) -> list[Finding]:
    """One reply for each sensor of a label by limit; none where its limit could not be used. `yes`: the question takes
    a yes or no, which stands first."""
    assert run.reading is not None
    done = run.handled.done.get(task.order) if run.handled else None
    if done is None or done.status == "failed" or not {"limit", "low"} & set(task.values):
        return []
    frame = run.reading.frame.loc[task.start : task.end] if task.start or task.end else run.reading.frame
    there = [frame[sensor].astype(float) for sensor in task.sensors if frame[sensor].notna().any()]
    return [_one(run, series, task, yes=yes) for series in there]


def _one(run: Run, series: pd.Series, task: Subtask, *, yes: bool) -> Finding:
    assert run.reading is not None
    assert run.teller is not None
    teller, sensor, unit = run.teller, str(series.name), run.teller.names.unit(str(series.name))
    values = in_unit(task.values, unit) or {}
    hit = steps.label(series, values)
    found, step = stretches(hit), run.reading.receipt.step_s or 1.0
    below = values.get("side") == "below"
    at = int(np.nanargmin(series) if below else np.nanargmax(series))
    for_s = float(np.nansum(hit)) * step
    facts: dict[str, FactValue] = {k: v for k, v in values.items() if isinstance(v, int | float | str)}
    facts |= {"rows": int(np.nansum(hit)), "for_s": for_s, "extreme": float(series.iloc[at]), "times": len(found)}
    key = "never" if not found else "still" if found[-1].last == len(series) - 1 else "past"
    if len(found) > 1 or key == "past":
        key = {"still": "again", "past": "past" if len(found) > 1 else "once"}[key]
    last = found[-1] if found else None
    longest = max(found, key=lambda s: s.last - s.first) if found else None
    shown = longest if key in ("past", "once") else last
    if longest is not None:
        facts["longest_s"] = (longest.last - longest.first + 1) * step
        facts["last_s"] = (found[-1].last - found[-1].first + 1) * step
    sentence = say(
        f"reply_beyond_{key}", teller.lang, sensor=teller.names.name(sensor),
        limit=bounds_of(values, teller, sensor), times=len(found),
        extreme=f"{figure(float(series.iloc[at]))}{unit}",
        far=say("reply_lowest" if below else "reply_highest", teller.lang), at=teller.at(series.index[at]),
        since=teller.at(series.index[last.first]) if last else "",
        first=teller.at(series.index[found[0].first]) if found else "",
        start=teller.at(series.index[longest.first]) if longest else "",
        end=teller.at(series.index[longest.last]) if longest else "",
        lasting=span(float(facts.get("last_s") or 0.0), teller.lang),
        longest=span(float(facts.get("longest_s") or 0.0), teller.lang), total=span(for_s, teller.lang),
    )  # fmt: skip
    told = sentence.partition(COLON[teller.lang])[2]
    kept = f"{say('reply_no' if found else 'reply_yes', teller.lang)}{COLON[teller.lang]}{told}"
    sentence = (kept if task.values.get("denied") else sentence) if yes else told
    return Finding(
        id="F0", kind="limit", text=sentence, sensor=sensor, tag=teller.names.tag(sensor),
        start=series.index[shown.first].to_pydatetime() if shown else None, values=facts | {"reply": sentence},
    )  # fmt: skip
