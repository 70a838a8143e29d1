"""Another process for tests: `python -m tests.workers.actors WHAT URL ...`. Says a line when it is so far, then waits
for a line on stdin where a test wants to do something in between."""

import sys
import threading
import time

from workers.state import Ledger, open_database


def say(*what):
    print(*what, flush=True)


def opens(url):
    """Open the database at the same time as others."""
    say("there")
    sys.stdin.readline()
    open_database(url).dispose()


def claims(url, count, threads):
    """Try to claim every job `j0`..; say which ones are ours."""
    ledger = Ledger(open_database(url))
    say("there")
    sys.stdin.readline()

    def claim():
        for i in range(int(count)):
            if ledger.jobs.claim(f"j{i}", 60) is not None:
                say(f"j{i}")

    crew = [threading.Thread(target=claim) for _ in range(int(threads))]
    for each in crew:
        each.start()
    for each in crew:
        each.join()


def holds(url, what):
    """Claim a job, or take a lease or a lead, for long; then wait to be killed."""
    ledger = Ledger(open_database(url))
    if what == "job":
        say(ledger.jobs.claim("j", 600) is not None)
    elif what == "lead":
        say(ledger.jobs.lead("sweeper", 600))
    else:
        with ledger.jobs.alone("door", 600) as ours:
            say(ours)
            sys.stdin.readline()
    sys.stdin.readline()


def alone(url, path, rounds):
    """Read a number from a file and write one more, `rounds` times, alone."""
    ledger = Ledger(open_database(url))
    say("there")
    sys.stdin.readline()
    for _ in range(int(rounds)):
        while True:
            with ledger.jobs.alone("door") as ours:
                if ours:
                    with open(path) as file:
                        value = int(file.read())
                    time.sleep(0.01)
                    with open(path, "w") as file:
                        file.write(str(value + 1))
                    break
            time.sleep(0.005)


def computes(url, folder, run_id):
    """Carry out the stage "plan" of a run, which here computes for a minute; say how it ended."""
    from pathlib import Path

    from workers import tasks
    from workers.artifacts import ArtifactStore
    from workers.office import Office
    from workers.queues.gate import MemoryGate
    from workers.queues.inbox import SqlInbox
    from workers.queues.local import MuteQueue
    from workers.settings import Settings

    ledger = Ledger(open_database(url))
    store = ArtifactStore(str(Path(folder) / "store"))
    office = Office(Settings(data_dir=Path(folder)), ledger, SqlInbox(ledger), MuteQueue(), MemoryGate(), store)

    def perform(*_args):
        say("computing")
        end = time.monotonic() + 60
        while time.monotonic() < end:
            sum(range(10_000))

    tasks.perform = perform
    tasks.stage(office, int(run_id), "plan")
    say("ended", *[thread.name for thread in threading.enumerate() if thread.name.startswith("stop")])


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
