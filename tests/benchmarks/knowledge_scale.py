"""The knowledge base with 100,000 passages: how fast it is searched and filled, what it takes, what a crash costs.

The shipped pack and the first REAL passages of tests/benchmarks/distractors.py get vectors of the default embedder,
and that part is timed as ingest. Making the vectors of the others takes many minutes, so by default each of them
gets the mixture of two of those vectors, of its language: as many numbers, in the same cone, which is what latency,
memory and disk depend on. All words are real. ANDON_BENCH_FULL=1 (or --full) makes every vector.

Searches are timed in a new process that does nothing else, with the benchmark's questions. Weaviate: the server at
TEST_WEAVIATE_URL (and WEAVIATE_GRPC_PORT), else one that is started here, where its program is.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kb
from kb.contract import KnowledgeBase
from kb.embedders import Embedder, Vectors, default_embedder
from kb.errors import KnowledgeError
from kb.passage import Passage
from kb.stores.weaviate.place import Place
from kb.text import lang_of
from kb.threads import cores
from tests.benchmarks.distractors import distractors
from tests.benchmarks.knowledge import is_right, questions
from tests.benchmarks.report import Goal, Report

COUNT = 100_000  # passages
REAL = 5_000  # of them with vectors of their own
BATCH = 200  # passages of an import that are stored at once
TRIES = 3  # fresh processes; the median of each figure is reported
KILLED_AFTER = 1_000  # acknowledged passages
COLUMNS = ["store", "passages", "p50 ms", "p95 ms", "p99 ms", "recall@1", "recall@5", "ingest /s",
           "ingest /s without embedding", "open s", "first search s", "peak MB", "disk MB"]  # fmt: skip


class Mixed:
    """The embedder; while `mixing`, a text gets the mixture of two vectors that were made before, of its language."""

    def __init__(self, real: Embedder) -> None:
        self.real, self.id, self.dims, self.mixing = real, real.id, real.dims, False
        self._draw = np.random.default_rng(0)
        self._made: dict[str, list[Vectors]] = {"en": [], "zh": []}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        if not self.mixing:
            rows = self.real.encode(texts)
            for text, row in zip(texts, rows, strict=True):
                self._made[lang_of(text)].append(row)
            return rows
        mixed = np.stack([self._mixture(self._made[lang_of(text)]) for text in texts])
        return mixed / np.linalg.norm(mixed, axis=1, keepdims=True)

    def _mixture(self, made: Sequence[Vectors]) -> Vectors:
        one, other = self._draw.integers(len(made), size=2)
        share = np.float32(self._draw.uniform(0.5, 0.8))
        return share * made[one] + (1 - share) * made[other]


def fill(store: KnowledgeBase, passages: Sequence[Passage]) -> tuple[float, float]:
    """Add them in batches; passages a second, text in until acknowledged, and processor ms for each."""
    start, busy = time.perf_counter(), time.process_time()
    for first in range(0, len(passages), BATCH):
        store.add(passages[first : first + BATCH])
    rate = len(passages) / (time.perf_counter() - start)
    return rate, 1000 * (time.process_time() - busy) / len(passages)


def place_of(words: str) -> str | Place:
    """A folder, or a place on a server as JSON."""
    return Place.model_validate_json(words) if words.startswith("{") else words


def probe(words: str) -> dict[str, float]:
    """Open the store and ask every question twice, the second time measured; seconds, ms, MB and shares."""
    start = time.perf_counter()
    store = kb.open_store(place_of(words))
    opened = time.perf_counter()
    store.search("what are the signs of stopper clogging?")
    first = time.perf_counter()
    asked = questions()
    for question in asked:
        store.search(question["text"])
    times, busy, right = [], [], []
    for question in asked:
        begun, spent = time.perf_counter(), time.process_time()
        hits = store.search(question["text"], limit=5)
        times.append(1000 * (time.perf_counter() - begun))
        busy.append(1000 * (time.process_time() - spent))
        if question["kind"] == "answerable":
            right.append([is_right(question, hit) for hit in hits])
    store.close()
    p50, p95, p99 = (float(x) for x in np.quantile(times, [0.5, 0.95, 0.99]))
    at_first, at_five = np.mean([[r[:1] == [True], any(r)] for r in right], axis=0)
    return {
        "open": opened - start, "first": first - opened, "p50": p50, "p95": p95, "p99": p99,
        "recall@1": float(at_first), "recall@5": float(at_five), "peak": peak(), "busy": float(np.quantile(busy, 0.95)),
    }  # fmt: skip


def peak() -> float:
    """The most memory that this process has had, MB (getrusage counts the parent's as well)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def probed(words: str) -> dict[str, float]:
    """probe() in new processes, the median of each figure."""
    command = [sys.executable, "-m", "tests.benchmarks.knowledge_scale", "--probe", words]
    figures = [json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
               for _ in range(TRIES)]  # fmt: skip
    return {name: float(np.median([f[name] for f in figures])) for name in figures[0]}


def crash(folder: Path) -> tuple[int, int]:
    """Kill an import after KILLED_AFTER acknowledged passages; how many were acknowledged, and how many are lost."""
    command = [sys.executable, "-m", "tests.benchmarks.knowledge_scale", "--import", str(folder)]
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
    passages = distractors(COUNT // 10)
    for first in range(0, len(passages), BATCH // 4):
        added = store.add(passages[first : first + BATCH // 4])
        print(*(p.id for p in added.stored), flush=True)


@contextmanager
def weaviate(folder: Path) -> Iterator[Place]:
    """An empty place on a Weaviate server; pytest's Skipped when there is none."""
    from tests.services import weaviate_server

    tenant = f"bench-{uuid.uuid4().hex[:8]}"
    if url := os.environ.get("TEST_WEAVIATE_URL"):
        place = Place(url=url, grpc_port=int(os.environ.get("WEAVIATE_GRPC_PORT", "50051")), tenant=tenant)
        try:
            yield place
        finally:
            forget(place)
    else:
        with weaviate_server(folder) as server:
            yield Place(url=server.url, grpc_port=server.grpc_port, tenant=tenant)


def forget(place: Place) -> None:
    """Remove the tenant from a server that is not ours."""
    from kb.stores.weaviate.connection import Connection

    connection = Connection(place)
    for name in connection.names():
        tenants = connection.whole(name).tenants
        if place.tenant in tenants.get():
            tenants.remove([place.tenant])
    connection.close()


def measure(name: str, words: str, passages: Sequence[Passage], full: bool) -> tuple[list[object], dict[str, float]]:
    """Fill the store at `words` and search it: a row of the table, and its figures."""
    embedder = Mixed(default_embedder())
    store = kb.open_store(place_of(words), embedder)  # with the shipped pack
    embedder.encode(["warm"])
    real = len(passages) if full else min(REAL, len(passages))
    rate, work = fill(store, passages[:real])
    embedder.mixing = True
    bare: object = fill(store, passages[real:])[0] if real < len(passages) else ""
    store.close()
    found = probed(words) | {"rate": rate, "work": work}
    disk: object = ""
    if isinstance(place_of(words), str):
        disk = sum(f.stat().st_size for f in Path(words).iterdir()) / 1e6
    row = [name, len(passages), found["p50"], found["p95"], found["p99"], found["recall@1"], found["recall@5"], rate,
           bare, found["open"], found["first"], found["peak"], disk]  # fmt: skip
    print(*zip(COLUMNS, row, strict=True), file=sys.stderr, flush=True)  # an interrupted run has told what it knew
    return row, found


def run(data: Path, count: int = COUNT, full: bool = bool(os.environ.get("ANDON_BENCH_FULL"))) -> Report:
    """`data` is not needed: passages and questions are this project's own."""
    report = Report("Knowledge base at scale", COLUMNS)
    report.notes.append(f"{cores()} cores, load average {os.getloadavg()[0]:.1f} when it began")
    passages = distractors(count)
    with tempfile.TemporaryDirectory() as folder:
        on_embedded(report, passages, Path(folder), full)
        on_weaviate(report, passages, Path(folder), full)
    report.notes += notes(passages, full)
    return report


def on_embedded(report: Report, passages: Sequence[Passage], folder: Path, full: bool) -> None:
    """The embedded store, small and whole, and its crash."""
    for size in sorted({min(REAL, len(passages)), len(passages)}):
        row, found = measure("embedded", str(folder / str(size)), passages[:size], full)
        report.rows.append(row)
    name = f"embedded, {len(passages):,} passages"
    late, rate, most = found["p95"], found["rate"], found["peak"]
    report.goals += [
        Goal(f"{name}: search p95, ms", late, "< 150", late < 150),
        Goal("embedded: ingest with the default embedder, passages/s", rate, ">= 200", rate >= 200),
        Goal(f"{name}: peak memory of a search, MB", most, "< 1200", most < 1200),
    ]
    acknowledged, lost = crash(folder / "crash")
    name = f"embedded: lost of {acknowledged:,} acknowledged passages after kill -9"
    report.goals.append(Goal(name, lost, "0", lost == 0))
    report.notes.append(
        f"embedded, processor time: {found['work']:.1f} ms for a passage taken in, {found['busy']:.0f} ms for a search "
        "at p95; what is above it in the table is waiting for a busy machine"
    )


def on_weaviate(report: Report, passages: Sequence[Passage], folder: Path, full: bool) -> None:
    """The same on Weaviate; its crash is tested in tests/kb."""
    try:
        with weaviate(folder) as place:
            row, found = measure("Weaviate", place.model_dump_json(), passages, full)
    except (pytest.skip.Exception, pytest.fail.Exception, KnowledgeError) as reason:
        report.missing.append(f"Weaviate: {reason}")
        return
    late = found["p95"]
    report.rows.append(row)
    report.goals.append(Goal(f"Weaviate, {len(passages):,} passages: search p95, ms", late, "< 50", late < 50))


def notes(passages: Sequence[Passage], full: bool) -> list[str]:
    """How it was measured."""
    words = np.mean([len(p.text.split()) for p in passages if p.lang == "en"])
    characters = np.mean([len(p.text) for p in passages if p.lang == "zh"])
    vectors = "every vector by the default embedder"
    if not full:
        vectors = f"vectors of the pack and the first {REAL:,} by the default embedder, of the others mixtures of those"
    return [
        f"passages: the shipped pack and as many as the table says about other machines, half English ({words:.0f} "
        f"words) half Chinese ({characters:.0f} characters); {vectors}",
        f"ingest: from text to acknowledged in batches of {BATCH}, embedder warm; without embedding: the store alone",
        f"searched in a new process, {len(questions())} questions, each once before; median of {TRIES} processes",
        "recall is of the pack's questions of the benchmark above, to see that the many others do not bury it",
        "peak memory is that of the searching process with the embedder's weights; of Weaviate's, the client alone",
    ]


def main() -> None:
    """The benchmark alone, or one of its own processes."""
    from tests.benchmarks.__main__ import markdown

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.knowledge_scale", description=__doc__)
    parser.add_argument("--full", action="store_true", help="make every vector with the default embedder")
    parser.add_argument("--passages", type=int, default=COUNT)
    parser.add_argument("--probe", help=argparse.SUPPRESS)
    parser.add_argument("--import", dest="importing", help=argparse.SUPPRESS)
    args: Any = parser.parse_args()
    if args.probe:
        print(json.dumps(probe(args.probe)))
    elif args.importing:
        keep_importing(args.importing)
    else:
        print(markdown({"knowledge_scale": run(Path(), args.passages, args.full)}))


if __name__ == "__main__":
    main()
