"""A question about today or now, and a file of another day: said, so that nobody takes old readings for the present."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

from roles.planning.bounds import bounded
from roles.planning.words import normal
from workers.contracts import Block
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

TODAY = re.compile(
    r"\b(?:today|tonight|now|currently|at the moment|right now|this (?:morning|afternoon|evening|shift))\b"
    r"|今天|今日|今晚|今早|现在|目前|当前|此刻"
)
YESTERDAY = re.compile(r"\b(?:yesterday|last night)\b|昨天|昨日|昨晚|昨夜")


def notes(run: Run) -> list[Block]:
    """One line where the question speaks of today or yesterday and the last reading is of an earlier day."""
    if run.reading is None or run.teller is None or not len(run.reading.frame):
        return []
    said = normal(bounded(run.question.text))
    zone = run.settings.zone
    last = run.reading.frame.index[-1].astimezone(zone)
    days = (datetime.now(zone).date() - last.date()).days
    if not (days > 0 and TODAY.search(said)) and not (days > 1 and YESTERDAY.search(said)):
        return []
    return [Block(kind="note", text=say("answer_stale", run.lang, end=f"{last:%Y-%m-%d %H:%M}"))]
