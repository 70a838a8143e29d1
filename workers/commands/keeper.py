"""Keeps the processes of a worker running and tells the others that it lives."""

from __future__ import annotations

import ctypes
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from workers.errors import AndonError
from workers.queues.registry import QUEUES
from workers.queues.seldom import Seldom
from workers.settings import Settings
from workers.wording import say

if TYPE_CHECKING:
    from workers.queues.company import Company

log = logging.getLogger("andon.worker")

PR_SET_PDEATHSIG = 1  # prctl(2)
SLOW_RESTART_S, SLOWEST_RESTART_S, LIVED_LONG_S = 3.0, 60.0, 30.0
BEAT_S = 8.0  # well within what counts as alive (workers/state/presence.py)
LOOK_S, DATABASE_S = 0.2, 2.0  # between two looks at the children; between two at a database that is away


def sign_of(group: Sequence[str]) -> str:
    """What a process of these queues writes when it is ready."""
    return str(QUEUES.index(group[0]))


class Keeper:
    """Starts a process for each group and starts it again when it dies; leaves when told, and they with it."""

    def __init__(self, groups: Sequence[Sequence[str]], settings: Settings, concurrency: int | None) -> None:
        self.groups, self.settings, self.concurrency = groups, settings, concurrency
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.due: dict[str, float] = {}  # when a process that died is started again
        self.born: dict[str, float] = {}
        self.wait_s: dict[str, float] = {}  # how long the next one that dies young is waited for
        self.ready: set[str] = set()
        self.leaving = False
        self.troubles = Seldom(log)

    def run(self) -> int:
        """Until SIGTERM or SIGINT. Raises AndonError where it may not work beside the others."""
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, self._leave)
        company = self._join()
        if company is None:
            return 0
        reading, self.writing = os.pipe()
        os.set_blocking(reading, False)
        for group in self.groups:
            self._start(",".join(group))
        seen = time.monotonic()
        while not self.leaving:
            self._look_after()
            self._hear(reading)
            if time.monotonic() - seen >= BEAT_S:
                seen = time.monotonic()
                self._beat(company)
            time.sleep(LOOK_S)
        for process in self.processes.values():  # here, not in the handler: it may come while one is being started
            process.terminate()
        for process in self.processes.values():
            process.wait()
        company.leave()
        return 0

    def _join(self) -> Company | None:
        """Our place among the workers; a database that is not there yet is waited for. None when told to leave."""
        from workers.artifacts import open_store
        from workers.queues.company import Company
        from workers.state import Ledger, open_database

        while not self.leaving:
            try:
                ledger = Ledger(open_database(self.settings.database))
            except AndonError as error:
                if error.code != "failure_database":
                    raise
                self.troubles.warn("database", say(error.code, "en", **error.values))
                time.sleep(DATABASE_S)
                continue
            queues = ",".join(name for group in self.groups for name in group)
            company = Company(self.settings, ledger, open_store(self.settings), queues)
            company.join()
            return company
        return None

    def _beat(self, company: Company) -> None:
        try:
            company.beat()
        except Exception as error:  # an edge, database and Redis: who asks is told by whoever can't reach them
            self.troubles.warn("beat", f"nobody can see that this worker lives ({type(error).__name__})", error)
        else:
            self.troubles.well("beat")

    def _look_after(self) -> None:
        """Start again what died: at once when it lived for long, else later and later."""
        moment = time.monotonic()
        for queues, process in list(self.processes.items()):
            if process.poll() is None or self.leaving:
                continue
            if queues not in self.due:
                lived = moment - self.born[queues] >= LIVED_LONG_S or queues in self.ready
                wait = SLOW_RESTART_S if lived else self.wait_s.get(queues, SLOW_RESTART_S)
                self.wait_s[queues] = min(2 * wait, SLOWEST_RESTART_S)
                self.due[queues] = moment + (0.0 if moment - self.born[queues] >= LIVED_LONG_S else wait)
                self.ready.discard(queues)
                log.warning("the worker of %s died (%s); starting another", queues, process.returncode)
            if moment >= self.due[queues]:
                self._start(queues)

    def _hear(self, reading: int) -> None:
        """Say so once all are ready, and again when all are after one died."""
        try:
            signs = os.read(reading, 8).decode()
        except BlockingIOError:
            return
        new = {",".join(group) for group in self.groups if sign_of(group) in signs} - self.ready
        self.ready |= new
        if new and len(self.ready) == len(self.groups):
            log.info("worker ready: %s", ", ".join(self.processes))

    def _start(self, queues: str) -> None:
        argv = [sys.executable, "-m", "bot.cli", "worker", "--queues", queues, "--ready-fd", str(self.writing)]
        argv += ["--concurrency", str(self.concurrency)] if self.concurrency else []
        self.due.pop(queues, None)
        self.processes[queues] = subprocess.Popen(argv, preexec_fn=_die_with_parent, pass_fds=(self.writing,))
        self.born[queues] = time.monotonic()

    def _leave(self, _signal: int, _frame: object) -> None:
        self.leaving = True


def _die_with_parent() -> None:
    """Linux: when the keeper is killed its workers are told to end, so that no orphan goes on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
