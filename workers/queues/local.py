"""The queue of a laptop: no server. Chat tasks run in threads of the chat process, computing in a child process.

Jobs are in SQLite all the same, so whatever was under way when the laptop went to sleep is taken up at the next start.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import threading
import time
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING

from workers.queues.registry import SHOWS
from workers.queues.timelimit import limited
from workers.queues.work import carry_out

if TYPE_CHECKING:
    from workers.office import Office

log = logging.getLogger(__name__)

CHAT_THREADS, COMPUTERS = 6, 1
SWEEP_S = 0.3  # the child cannot tell us of new jobs, so we look often


class MuteQueue:
    """For the child that computes: the parent finds its new jobs by sweeping."""

    tells = False

    def serve(self, office: Office) -> None:
        """It has nobody to tell."""

    def hint(self, task: str, queue: str, key: str) -> None:
        """Nothing to say."""

    def show(self, run_id: int) -> None:
        """Nothing to say."""

    def wake(self) -> None:
        """Nothing to say."""

    def close(self) -> None:
        """Nothing to give back."""


class LocalQueue:
    """Runs jobs of this process's office."""

    tells = True

    def __init__(self) -> None:
        self.office: Office | None = None
        self._chat = ThreadPoolExecutor(CHAT_THREADS, thread_name_prefix="chat")
        self._cpu = self._computers()
        self._lock = threading.Lock()  # of replacing a dead child's pool: many threads tell of jobs

    def _computers(self) -> ProcessPoolExecutor:
        # spawn: a fork of a process with threads and open connections is not to be trusted
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(COMPUTERS, mp_context=spawn, initializer=leave_with, initargs=(os.getpid(),))

    def serve(self, office: Office) -> None:
        """Its jobs are done here, beside whoever asked."""
        self.office = office

    def hint(self, task: str, queue: str, key: str) -> None:
        """Do the job soon."""
        if self.office is None:
            return
        if queue == "chat":
            self._chat.submit(carry_out, self.office, key)
            return
        with self._lock:
            try:
                self._cpu.submit(compute, key)
            except BrokenExecutor:  # the child was killed; its job is found by the sweeper
                log.warning("the computing process died; starting another")
                self._cpu = self._computers()
                self._cpu.submit(compute, key)

    def show(self, run_id: int) -> None:
        """Show a run's progress."""
        for shows in SHOWS:
            self._chat.submit(shows, self.office, run_id)

    def wake(self) -> None:
        """Events are jobs already; the sweeper would find them, but now is better."""
        from workers.queues.sweep import sweep

        if self.office is not None:
            self._chat.submit(sweep, self.office)

    def close(self) -> None:
        """Let what runs end its step; jobs go on at the next start."""
        self._chat.shutdown(wait=False, cancel_futures=True)
        self._cpu.shutdown(wait=False, cancel_futures=True)


def leave_with(parent: int) -> None:
    """In the child: end when the parent was killed. Nobody would read what it does, and it would wait for ever."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()


_computing: Office | None = None


def compute(key: str) -> None:
    """In the child: do one job. The office is opened once."""
    global _computing
    if _computing is None:
        from workers.office import open_office
        from workers.settings import Settings
        from workers.startup import settle_libraries, start_logging

        settings = Settings()
        settle_libraries(settings)
        start_logging(settings)
        importlib.import_module("workers.tasks")
        _computing = open_office(settings, MuteQueue())
    carry_out(_computing, key, limited)
