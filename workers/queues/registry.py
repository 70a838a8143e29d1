"""The tasks by name: plain functions `run(office, **args)` that run without Celery, with the queue they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ATTEMPTS = 8
QUEUES = ("chat", "cpu", "gpu")  # chat: waits for platforms; cpu: computes; gpu: computes on one


class Again(Exception):
    """Raised by a task: not now, come back in `seconds`. It doesn't count as a failed attempt."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"again in {seconds:.1f} s")
        self.seconds = seconds


@dataclass(frozen=True)
class Task:
    """One task. `attempts`: how often it may fail or take its worker with it before it is a dead letter.

    Generous, because a job also pays for workers that die of something else in its company; a computing job whose
    process died each time gets three (work.py).

    `given_up(office, ref, **args)` is called then, so that whoever waits for it is told.
    """

    name: str
    queue: str
    run: Callable[..., None]
    attempts: int = ATTEMPTS
    given_up: Callable[..., None] | None = None


TASKS: dict[str, Task] = {}
SHOWS: list[Callable[..., None]] = []  # show(office, run_id): how a run's progress reaches the crew


def task(
    name: str, *, queue: str = "chat", attempts: int = ATTEMPTS, given_up: Callable[..., None] | None = None
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Enter a function into the table of tasks."""
    assert queue in QUEUES, queue

    def enter(function: Callable[..., Any]) -> Callable[..., None]:
        TASKS[name] = Task(name, queue, function, attempts, given_up)
        return function

    return enter


def shows_progress(function: Callable[..., None]) -> Callable[..., None]:
    """Enter the function that shows a run's progress; nothing is lost when a call of it is."""
    SHOWS[:] = [function]
    return function
