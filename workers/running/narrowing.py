"""Sensors that a request leaves out and rows that it narrows down to: done to the data before anything looks at it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from workers.contracts import Block
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run


def narrow(run: Run) -> None:
    """Take the ignored columns off the data; readings of rows that are not meant become missing."""
    plan, reading = (run.plan.output if run.plan else None), run.reading
    if plan is None or reading is None or not (plan.ignored or plan.only):
        return
    frame = reading.frame.drop(columns=[name for name in plan.ignored if name in reading.frame])
    if plan.only:
        frame = frame.where(meant_rows(reading.context, plan.only), axis=0)
    quality = [q for q in reading.receipt.quality if q.sensor not in plan.ignored]
    run.reading = replace(reading, frame=frame, receipt=reading.receipt.model_copy(update={"quality": quality}))
    run.names = run.knowledge.names([str(c) for c in frame.columns], reading.units, reading.receipt.columns)


def meant_rows(context: pd.DataFrame, only: dict[str, list[str]]) -> pd.Series:
    """True for the rows whose texts have the wanted values."""
    meant = pd.Series(True, index=context.index)
    for column, values in only.items():
        meant &= context[column].isin(values)
    return meant


def notes(run: Run) -> list[Block]:
    """What was left out or narrowed down to, said among the first lines."""
    plan, reading = (run.plan.output if run.plan else None), run.reading
    if plan is None or reading is None:
        return []
    comma = {"en": ", ", "zh": "、"}[run.lang]
    texts = []
    if plan.ignored:
        known = run.knowledge.names(plan.ignored, reading.units)
        texts.append(say("answer_ignored", run.lang, names=comma.join(known.name(name) for name in plan.ignored)))
    if plan.only:
        what = comma.join(f"{column} = {comma.join(values)}" for column, values in plan.only.items())
        rows = int(meant_rows(reading.context, plan.only).sum())
        texts.append(say("answer_only", run.lang, what=what, rows=f"{rows:,}", of=f"{len(reading.context):,}"))
    return [Block(kind="note", text=text) for text in texts]
