"""Processes of their own for the knowledge benchmark: one that searches, and one that imports until it is killed."""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

import kb
from kb.stores.weaviate.place import Place
from tests.benchmarks.distractors import distractors
from tests.benchmarks.knowledge import is_right, questions

TRIES = 2  # fresh processes; the smaller of each figure is reported: what the others did is not ours
KILLED_AFTER = 1_000  # acknowledged passages
BATCH = 50  # passages that the import stores at once
MOST = 10_000  # passages that it would store


def place_of(words: str) -> str | Place:
    """A folder, or a place on a server as JSON."""
    return Place.model_validate_json(words) if words.startswith("{") else words


def probe(words: str, server: int | None = None) -> dict[str, float]:
    """Open the store and ask; seconds, ms, MB and shares. `server`: the process that also works for a search."""
    start = time.perf_counter()
    store = kb.open_store(place_of(words))
    opened = time.perf_counter()
    store.search("what are the signs of stopper clogging?")
    first = time.perf_counter()
    asked = questions()
    for question in asked[1::2]:  # none of those that are timed: what was read for them is remembered
        store.search(question["text"])
    times, busy, right = [], [], []
    at_server = worked(server)
    for question in asked[::2]:
        begun, spent = time.perf_counter(), time.process_time()
        hits = store.search(question["text"], limit=5)
        times.append(1000 * (time.perf_counter() - begun))
        busy.append(1000 * (time.process_time() - spent))
        if question["kind"] == "answerable":
            right.append([is_right(question, hit) for hit in hits])
    at_server = 1000 * (worked(server) - at_server) / len(times)
    store.close()
    p50, p95, p99 = (float(x) for x in np.quantile(times, [0.5, 0.95, 0.99]))
    at_first, at_five = np.mean([[r[:1] == [True], any(r)] for r in right], axis=0)
    return {
        "open": opened - start, "first": first - opened, "p50": p50, "p95": p95, "p99": p99,
        "recall@1": float(at_first), "recall@5": float(at_five), "peak": peak(), "busy": float(np.mean(busy)),
        "late": float(np.quantile(busy, 0.95)), "server": at_server,
    }  # fmt: skip


def worked(process: int | None) -> float:
    """Processor seconds of another process so far."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak() -> float:
    """The most memory that this process has had, MB (getrusage counts the parent's as well)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def probed(words: str, server: int | None = None) -> dict[str, float]:
    """probe() in new processes, the smaller of each figure."""
    command = [sys.executable, "-m", "tests.benchmarks.knowledge_probes", "--search", words]
    command += ["--server", str(server)] if server else []
    figures = []
    for _ in range(TRIES):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"a probe failed: {ran.stderr[-2000:]}")
        figures.append(json.loads(ran.stdout))
    return {name: min(f[name] for f in figures) for name in figures[0]}


def crash(folder: Path) -> tuple[int, int]:
    """Kill an import after KILLED_AFTER acknowledged passages; how many were acknowledged, and how many are lost."""
    command = [sys.executable, "-m", "tests.benchmarks.knowledge_probes", "--import", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    acknowledged: list[str] = []
    for line in process.stdout:
        acknowledged += line.split()
        if len(acknowledged) >= KILLED_AFTER:
            break
    process.send_signal(signal.SIGKILL)
    rest = process.stdout.read().split("\n")[:-1]  # a line that is whole was acknowledged
    acknowledged += [id for line in rest for id in line.split()]
    process.wait()
    store = kb.open_store(folder)
    kept = {p.id for p in store.list()}
    store.search("bearing")  # the words and vectors open, too
    store.close()
    return len(acknowledged), len(set(acknowledged) - kept)


def keep_importing(folder: str) -> None:
    """Add passages until killed; each line names the passages that add() has just said are stored."""
    store = kb.open_store(folder)
    passages = distractors(MOST)
    for first in range(0, len(passages), BATCH):
        added = store.add(passages[first : first + BATCH])
        print(*(p.id for p in added.stored), flush=True)


def main() -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.knowledge_probes", description=__doc__)
    parser.add_argument("--search", help="a folder, or a place on a server as JSON")
    parser.add_argument("--server", type=int, help="the server's process")
    parser.add_argument("--import", dest="importing", help="a folder")
    args: Any = parser.parse_args()
    if args.search:
        print(json.dumps(probe(args.search, args.server)))
    else:
        keep_importing(args.importing)


if __name__ == "__main__":
    main()
