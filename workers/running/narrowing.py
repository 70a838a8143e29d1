"""Sensors that a request leaves out and rows that it narrows down to: done to the data before anything looks at it.

A product or a state is a way of running of its own, so the others' rows count as missing. A shift is but a time: what
is normal is learnt from all rows, and of what was found that is told which lies in the shift.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detectors.types import Detection
from roles.planning.parts.leaving import is_shift
from workers.contracts import Block
from workers.errors import AndonError
from workers.looking.detecting import TrainRows, train_rows
from workers.readings import Reading
from workers.running import givennormal
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

LEAST_LEFT = 20  # rows, as a file needs
MOST_KNOWN = 6  # sensors that are named


def narrow(run: Run) -> None:
    """Take the ignored columns off the data; readings of rows that are not meant become missing."""
    plan = run.plan.output if run.plan else None
    if plan is None or run.reading is None or not (plan.rows_left_out or plan.ignored or plan.only):
        return
    reading = run.reading = without_first(run.reading, plan.rows_left_out)
    frame = reading.frame.drop(columns=[name for name in plan.ignored if name in reading.frame])
    ways = {column: values for column, values in plan.only.items() if not is_shift(column)}
    frame = frame.where(meant_rows(reading.context, ways), axis=0) if ways else frame
    whole = frame if len(ways) < len(plan.only) else None
    frame = frame.where(meant_rows(reading.context, plan.only), axis=0) if whole is not None else frame
    quality = [q for q in reading.receipt.quality if q.sensor not in plan.ignored]
    run.reading = replace(
        reading, frame=frame, whole=whole, receipt=reading.receipt.model_copy(update={"quality": quality})
    )
    run.names = run.knowledge.names([str(c) for c in frame.columns], reading.units, reading.receipt.columns)


def without_first(reading: Reading, rows: int) -> Reading:
    """The reading without the first `rows` input rows, wherever they sort.

    Raises AndonError(failure_rows_left_out) when fewer than LEAST_LEFT would be left.
    """
    if not rows:
        return reading
    most = len(reading.row_of) - LEAST_LEFT
    kept = np.ones(len(reading.frame), dtype=bool)
    kept[reading.row_of[:rows]] = False
    if rows > most or kept.sum() < LEAST_LEFT:
        raise AndonError("failure_rows_left_out", rows=rows, most=max(0, most), least=LEAST_LEFT)
    row_of = np.maximum(np.cumsum(kept) - 1, 0)[reading.row_of[rows:]].astype(np.int32)
    counts = {**reading.receipt.counts, "rows_left_out": rows}
    return replace(
        reading, frame=reading.frame[kept], context=reading.context[kept], row_of=row_of,
        time_text=reading.time_text[rows:], receipt=reading.receipt.model_copy(update={"counts": counts}),
    )  # fmt: skip


def normal_part(run: Run) -> TrainRows | None:
    """The part given as normal, by option or in words: the first N rows of the file, wherever they sort, but for those
    that are left out."""
    assert run.reading is not None
    said = next((t.values["train_rows"] for t in run.tasks if t.values.get("train_rows")), None)
    rows, left_out = run.question.train_rows or said, run.plan.output.rows_left_out if run.plan else 0
    try:
        return train_rows(run.reading.row_of, None if rows is None else rows - left_out)
    except AndonError as error:
        if error.code != "failure_train_range":
            raise
        code = error.code if run.question.train_rows is not None else "failure_train_words"
        in_file = {key: v + left_out if isinstance(v, int) else v for key, v in error.values.items()}
        raise AndonError(code, **in_file) from error


def to_learn_from(reading: Reading) -> Reading:
    """The reading with all rows that tell what is normal."""
    return reading if reading.whole is None else replace(reading, frame=reading.whole)


def in_meant_rows(run: Run, found: Detection) -> Detection:
    """Of what was found in all rows, what reaches into those that are meant."""
    if run.plan is None or run.reading is None or run.reading.whole is None:
        return found
    rows = meant_rows(run.reading.context, run.plan.output.only).to_numpy()
    events = tuple(event for event in found.events if rows[event.start : event.end + 1].any())
    kept = [event.number for event in events]
    there = rows & np.isin(found.event, [0, *kept])
    return replace(
        found, score=np.where(there, found.score, np.nan), flag=np.where(there, found.flag, 0),
        event=np.where(np.isin(found.event, kept), found.event, 0), events=events,
        symptoms=tuple(sign for sign in found.symptoms if sign.event in kept),
        departures=tuple(d for d in found.departures if rows[d.event.start : d.event.end + 1].any()),
        closest=found.closest if found.closest is not None and rows[found.closest.row] else None,
    )  # fmt: skip


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
    if plan.rows_left_out:
        gone, left = f"{plan.rows_left_out:,}", f"{len(reading.row_of):,}"
        texts.append(say("answer_rows_left_out", run.lang, rows=gone, left=left))
    if plan.ignored:
        known = run.knowledge.names(plan.ignored, reading.units)
        texts.append(say("answer_ignored", run.lang, names=comma.join(known.name(name) for name in plan.ignored)))
    texts += [_not_ignored(run, word, names) for word, names in plan.not_ignored.items()]
    if plan.only:
        what = comma.join(f"{column} = {comma.join(values)}" for column, values in plan.only.items())
        rows = int(meant_rows(reading.context, plan.only).sum())
        key = "answer_only" if reading.whole is None or run.detection is None else "answer_only_told"
        texts.append(say(key, run.lang, what=what, rows=f"{rows:,}", of=f"{len(reading.context):,}"))
    train = normal_part(run) if run.detection is not None else None
    if train is not None and train.scattered:
        texts.append(say("detect_scattered", run.lang, rows=train.frame[1] - train.frame[0]))
    if said := givennormal.note(run):
        texts.append(said)
    return [Block(kind="note", text=text) for text in texts]


def _not_ignored(run: Run, word: str, columns: list[str]) -> str:
    """That a sensor was to be left out and none was, since none or several are called so, or all would be gone."""
    comma = {"en": ", ", "zh": "、"}[run.lang]
    if not word:
        return say("answer_ignored_all", run.lang)
    if not columns:
        known = comma.join(run.names.name(column) for column in list(run.names.sensors)[:MOST_KNOWN])
        return say("answer_not_ignored", run.lang, word=word, known=known)
    return say("answer_which_ignored", run.lang, word=word, names=comma.join(map(run.names.name, columns)))
