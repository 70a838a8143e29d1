"""Small tasks for a real worker: `python -m tests.workers.queues.chores QUEUES` serves them. Args name files."""

import os
import sys
import time
from pathlib import Path

from workers.queues.registry import task


def write(path, text):
    with Path(path).open("a") as file:
        file.write(f"{text}\n")


@task("chat.accept")
def accept(_office, path, text, **_event):
    write(path, text)


@task("t.note", queue="cpu")
def note(_office, path, text):
    write(path, text)


@task("t.slow", queue="cpu")
def slow(_office, path, seconds):
    write(path, f"begin {os.getpid()}")
    time.sleep(seconds)
    write(path, "end")


@task("t.deaf", queue="cpu")
def deaf(_office, path):
    write(path, "run")
    while True:
        try:
            time.sleep(5)
        except Exception:
            write(path, "swallowed")


@task("t.kill", queue="cpu", attempts=2, given_up=lambda _office, ref, path: write(path, "given up"))
def kill(_office, path):
    write(path, "run")
    os.kill(os.getpid(), 9)


def main(queues):
    from workers.client import start_logging
    from workers.commands import worker
    from workers.settings import Settings

    worker.MODULES = ("tests.workers.queues.chores",)
    worker.preload = lambda _office: None
    settings = Settings()
    start_logging(settings, aloud=True)
    return worker.serve(queues.split(","), settings, 2, None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
