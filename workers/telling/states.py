"""What makes a verdict on a whole file doubtful: two states, of which one was taken for normal, and repeated times."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contracts import Block
from workers.wording import say

if TYPE_CHECKING:
    from detectors.types import Event
    from workers.running.run import Run

BEGINS = 20  # the first 20th of a file is its beginning
LONG = 10  # a state holds for a tenth of the file at least; less is how a plant starts up
REPEATED = 20  # a 20th of the rows: two recordings pasted together, or a clock that was set back
INSIDE = 0.95  # of the first state: without the change that ends it


def which_is_normal(run: Run) -> list[Block]:
    """The note that asks, where a proposed normal period comes after an event that began with the file and was long."""
    event = _first_state(run)
    if event is None or run.teller is None:
        return []
    values = {"end": run.teller.time(event.end), "rows": first_rows(run)}
    return [Block(kind="note", text=say("answer_two_states", run.lang, **values))]


def repeated_times(run: Run) -> list[Block]:
    """The note that rows were passed over, where many repeat a time: a fault in them would not be seen."""
    receipt = run.reading.receipt if run.reading is not None and run.seen is not None else None
    if receipt is None or receipt.duplicates * REPEATED < receipt.rows_in or receipt.layout == "long":
        return []
    key = "answer_repeated_averaged" if receipt.downsampled_by > 1 else "answer_repeated"
    return [Block(kind="note", text=say(key, run.lang, count=f"{receipt.duplicates:,}", rows=f"{receipt.rows_in:,}"))]


def first_rows(run: Run) -> int:
    """How many rows the first state surely has; 0 where the file does not begin in another one."""
    event = _first_state(run)
    return int(INSIDE * event.end) if event is not None else 0


def _first_state(run: Run) -> Event | None:
    if run.seen is None or run.seen.detection.reference.how != "proposed":
        return None
    detection, rows = run.seen.detection, len(run.seen.detection.score)
    for event in detection.events:
        early = event.kind == "anomaly" and event.start <= rows // BEGINS and event.end < detection.reference.start
        if early and event.end - event.start >= rows // LONG:
            return event
    return None
