"""A file that begins in another state than the one taken for normal: the crew says which of the two is normal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contracts import Block
from workers.wording import say

if TYPE_CHECKING:
    from detectors.types import Event
    from workers.running.run import Run

BEGINS = 20  # the first 20th of a file is its beginning
LONG = 10  # a state holds for a tenth of the file at least; less is how a plant starts up
INSIDE = 0.95  # of the first state: without the change that ends it


def which_is_normal(run: Run) -> list[Block]:
    """The note that asks, where a proposed normal period comes after an event that began with the file and was long."""
    event = _first_state(run)
    if event is None or run.teller is None:
        return []
    values = {"end": run.teller.time(event.end), "rows": first_rows(run)}
    return [Block(kind="note", text=say("answer_two_states", run.lang, **values))]


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
