"""What the crew wrote into the file: remarks of a few rows, and states that changed (RUN -> TRIP).

They are told beside the event at that time, in the file's own words, instead of asking for what the file says.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detectors.planned.announced import PRODUCT
from detectors.types import Reference
from roles.deciding.times import NEAR
from roles.deciding.types import Remark
from roles.types import Finding
from workers.contracts import Block
from workers.looking.findings import Teller
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

SPARSE = 0.05  # of a file's rows with an entry: more is no remark
FULL, MOST_STATES = 0.5, 6  # share of rows with an entry, and different entries, of a column of states
MOST, MOST_TOLD, LONGEST = 40, 3, 80  # remarks that are kept, that are told; characters of one


def of(run: Run) -> list[Remark]:
    """The remarks of a run's file."""
    if run.reading is None or run.seen is None or run.teller is None:
        return []
    return remarks(run.reading.context, run.teller, run.seen.detection.reference)


def remarks(context: pd.DataFrame, teller: Teller, reference: Reference) -> list[Remark]:
    """The remarks of `context` (n rows of texts) in the order of time, and the states that the `reference` rows don't
    show. Columns of products are the detectors' business."""
    found: list[Remark] = []
    for column in map(str, context.columns):
        texts = context[column].fillna("").astype(str).str.strip().to_numpy(dtype=object)
        given = texts != ""
        if PRODUCT.search(column) or not given.any():
            continue
        if given.mean() <= SPARSE:
            found += _noted(column, texts, teller)
        elif given.mean() >= FULL and len(set(texts[given])) <= MOST_STATES:
            found += _states(column, texts, set(texts[reference.start : reference.end]), teller)
    return sorted(found, key=lambda remark: remark.at)[:MOST]


def _noted(column: str, texts: np.ndarray, teller: Teller) -> Iterator[Remark]:
    fresh = (texts != "") & (texts != np.concatenate(([""], texts[:-1])))
    for row in np.flatnonzero(fresh).tolist():
        yield _remark(column, str(texts[row]), row, teller)


def _states(column: str, texts: np.ndarray, usual: set[str], teller: Teller) -> Iterator[Remark]:
    given = np.flatnonzero(texts != "")
    changed = given[1:][texts[given[1:]] != texts[given[:-1]]]
    before = dict(zip(given[1:].tolist(), given[:-1].tolist(), strict=True))
    for row in changed.tolist():
        if texts[row] not in usual:
            yield _remark(column, str(texts[row]), row, teller, before=str(texts[before[row]]))


def _remark(column: str, text: str, row: int, teller: Teller, before: str = "") -> Remark:
    at = teller.index[row].tz_convert(teller.zone).to_pydatetime()
    short = [" ".join(part.split()) for part in (text, before)]
    short = [part if len(part) <= LONGEST else f"{part[: LONGEST - 1]}…" for part in short]
    return Remark(at=at, clock=teller.time(row), column=column, text=short[0], before=short[1])


def changed(found: Sequence[Remark], lang: str) -> list[Block]:
    """Notes of the states that changed."""
    return [Block(kind="note", text=_sentence(remark, lang)) for remark in found if remark.before][:MOST_TOLD]


def told(found: Sequence[Remark], findings: Sequence[Finding], event: int | None, lang: str) -> list[Block]:
    """Notes of what the file says near the beginning of what is told of `event`, or while it lasted.

    A remark that detection took for a planned change is told there.
    """
    planned = {(f.start, str(f.values.get("column", ""))) for f in findings if f.kind == "operating_change"}
    begins = [f.start for f in findings if f.start is not None and f.event == event]
    ends = [f.end for f in findings if f.end is not None and f.event == event]
    if not begins:
        return []
    fresh = [r for r in found if not r.before and (r.at, r.column) not in planned]
    near = [r for r in fresh if min(begins) - NEAR <= r.at <= max(ends or begins) + NEAR]
    near.sort(key=lambda r: min(abs(r.at - begin) for begin in begins))
    return [Block(kind="note", text=_sentence(remark, lang)) for remark in near[:MOST_TOLD]]


def _sentence(remark: Remark, lang: str) -> str:
    values = {"header": remark.column, "note": remark.text, "before": remark.before, "start": remark.clock}
    return say("answer_state_changed" if remark.before else "answer_remark", lang, **values)
