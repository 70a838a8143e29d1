"""Finding what was left lying: events in the inbox, jobs whose hint or worker was lost, progress to show.

One process at a time sweeps (a lease in the database); each worker is ready to take over.
"""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from workers.queues.seldom import Seldom
from workers.state.base import now

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger(__name__)

AGAIN_S = 5.0  # a job that nobody took up after so long is told of again
KEPT = timedelta(days=30)  # how long done jobs are remembered: no platform delivers later
HOUSEKEEPING_S = 3600.0
DIGEST_LATE = timedelta(hours=2)


class Sweeper:
    """Sweeps every `every_s` in a thread of its own."""

    def __init__(self, office: Office, every_s: float = 1.0) -> None:
        self.office, self.every_s = office, every_s
        self.over = threading.Event()
        self.troubles = Seldom(log)
        self._thread = threading.Thread(target=self._run, name="sweeper", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self.over.set()
        if self._thread.ident is not None:  # it may have been told to end before it began
            self._thread.join(timeout=5)

    def _run(self) -> None:
        due = 0.0
        while not self.over.wait(self.every_s):
            try:
                if not self.office.ledger.jobs.lead("sweeper", 5 * self.every_s + 5):
                    continue
                sweep(self.office)
                due -= self.every_s
                if due <= 0:
                    self.office.ledger.jobs.forget(now() - KEPT)
                    due = HOUSEKEEPING_S
            except Exception as error:  # the thread's edge: the database or Redis is away, the next round tries again
                said = f"sweeping failed ({type(error).__name__}); trying again each second"
                self.troubles.warn("sweeping", said, error)
            else:
                self.troubles.well("sweeping")


def sweep(office: Office) -> int:
    """One round; gives how many hints were sent."""
    for key in office.inbox.move(office.ledger):
        office.queue.hint("chat.accept", "chat", key)
    jobs = office.ledger.jobs.to_hint(AGAIN_S)
    for job in jobs:
        office.queue.hint(job.task, job.queue, job.key)
    for run_id in office.ledger.runs.to_show():
        office.queue.show(run_id)
    digests(office, now())
    return len(jobs)


def digests(office: Office, moment: datetime) -> None:
    """Make a job of each digest whose time has come since it was last posted; one that is late by hours is left out."""
    zone = office.settings.zone
    for wanted in office.ledger.answers.subscriptions():
        due = last_time(wanted.clock, moment, zone)
        at = due.astimezone(UTC)  # two times of one zone are compared by the clock on the wall, which may go back
        if moment >= at + DIGEST_LATE or (wanted.last is not None and wanted.last >= at):
            continue
        args = {"subscription_id": wanted.id, "due": due.isoformat()}
        office.add(f"digest:{wanted.id}:{due:%Y-%m-%d}", "chat.digest", "chat", args)
        office.ledger.answers.digested(wanted.id, at)


def last_time(clock: str, moment: datetime, zone: ZoneInfo) -> datetime:
    """When a plant's clock last showed `clock` (HH:MM) before `moment`: once a day, the first of two times when the
    clocks go back; a time that is left out when they go forward is when it would have been."""
    today = moment.astimezone(zone).date()
    due = datetime.combine(today, time.fromisoformat(clock), zone)
    if due.astimezone(UTC) > moment:  # of today it is to come; yesterday's may be late, over midnight too
        due = datetime.combine(today - timedelta(days=1), time.fromisoformat(clock), zone)
    return due
