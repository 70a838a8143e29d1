"""The knowledge base with 100,000 passages: how fast it is searched and filled, what it takes, what a crash costs.

The shipped pack and the first REAL passages of tests/benchmarks/distractors.py get vectors of the default embedder,
and that part is timed as ingest. Making the vectors of the others takes many minutes, so by default each of them
gets the mixture of two of those vectors, of its language: as many numbers, in the same cone, which is what latency,
memory and disk depend on. All words are real. ANDON_BENCH_FULL=1 (or --full) makes every vector.

Each store is filled once and looked at on the way. Filling ends when its share of `--minutes` is used up, so that a
busy machine gives a smaller table, not none; the column "passages" says how far it came, and a goal that is about
100,000 passages is not judged on fewer. Searches are timed in new processes that do nothing else: every second question
of the benchmark, after the others. Weaviate: the server at TEST_WEAVIATE_URL (and WEAVIATE_GRPC_PORT), else one that
is started here, where its program is.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

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
from tests.benchmarks.knowledge import questions
from tests.benchmarks.knowledge_probes import TRIES, crash, place_of, probed
from tests.benchmarks.report import Goal, Report

COUNT = 100_000  # passages
REAL = 5_000  # of them with vectors of their own
MINUTES = 15.0  # for everything; a third of it for filling the embedded store, half of it for Weaviate
BATCH = 200  # passages of an import that are stored at once
QUIET = 75.0  # seconds after which Weaviate has written an import to its files: it does so after a minute's quiet
COLUMNS = ["store", "passages", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "server CPU ms", "recall@1", "recall@5",
           "ingest /s", "ingest CPU ms", "without embedding /s", "open s", "first search s", "peak MB",
           "disk MB"]  # fmt: skip


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


class Filled(NamedTuple):
    """How a store was filled: passages, a second, and this process's milliseconds of work for each."""

    count: int
    rate: float
    work: float


def fill(store: KnowledgeBase, passages: Sequence[Passage], end: float = float("inf")) -> Filled:
    """Add them in batches, text in until acknowledged, until all are there or it is `end` (time.monotonic)."""
    start, busy, done = time.perf_counter(), time.process_time(), 0
    while done < len(passages) and time.monotonic() < end:
        store.add(passages[done : done + BATCH])
        done += len(passages[done : done + BATCH])
        if done % (50 * BATCH) == 0:
            tell(f"  {done:,} passages, {done / (time.perf_counter() - start):.0f} a second")
    seconds = time.perf_counter() - start
    return Filled(done, done / seconds, 1000 * (time.process_time() - busy) / max(done, 1))


def tell(line: str) -> None:
    """Progress, on stderr: an interrupted run has told what it knew."""
    print(line, file=sys.stderr, flush=True)


@contextmanager
def weaviate(folder: Path) -> Iterator[tuple[Place, int | None]]:
    """An empty place on a Weaviate server and the server's process; pytest's Skipped when there is none."""
    from tests.services import weaviate_server

    tenant = f"bench-{uuid.uuid4().hex[:8]}"
    if url := os.environ.get("TEST_WEAVIATE_URL"):
        place = Place(url=url, grpc_port=int(os.environ.get("WEAVIATE_GRPC_PORT", "50051")), tenant=tenant)
        try:
            yield place, None
        finally:
            forget(place)
    else:
        with weaviate_server(folder) as server:
            yield Place(url=server.url, grpc_port=server.grpc_port, tenant=tenant), server.process.pid


def forget(place: Place) -> None:
    """Remove the tenant from a server that is not ours."""
    from kb.stores.weaviate.connection import Connection

    connection = Connection(place)
    for name in connection.names():
        tenants = connection.whole(name).tenants
        if place.tenant in tenants.get():
            tenants.remove([place.tenant])
    connection.close()


class Measured(NamedTuple):
    """A row of the table, its figures, and how many passages there were."""

    row: list[object]
    found: dict[str, float]
    count: int


def measure(
    name: str, words: str, passages: Sequence[Passage], end: float, full: bool, server: int | None = None,
    quiet: float = 0.0,
) -> Iterator[Measured]:  # fmt: skip
    """Fill the store at `words` and search it `quiet` seconds later, with the passages that have vectors of their own
    and with all."""
    embedder = Mixed(default_embedder())
    embedder.encode(["warm"])
    store = kb.open_store(place_of(words), embedder)  # with the shipped pack
    real = len(passages) if full else min(REAL, len(passages))
    made = fill(store, passages[:real], end)
    store.close()
    time.sleep(quiet)
    yield _measured(name, words, made, "", made.count, server)
    if real < len(passages):
        embedder.mixing = True
        store = kb.open_store(place_of(words), embedder)
        bare = fill(store, passages[real:], end)
        store.close()
        time.sleep(quiet)
        yield _measured(name, words, made, bare.rate, made.count + bare.count, server)


def _measured(name: str, words: str, made: Filled, bare: object, count: int, server: int | None) -> Measured:
    found = probed(words, server) | {"rate": made.rate, "work": made.work}
    disk: object = ""
    if isinstance(place_of(words), str):
        disk = sum(f.stat().st_size for f in Path(words).iterdir()) / 1e6
    row = [name, count, found["p50"], found["p95"], found["p99"], found["busy"], found["server"] if server else "",
           found["recall@1"], found["recall@5"], made.rate, made.work, bare, found["open"], found["first"],
           found["peak"], disk]  # fmt: skip
    tell("  ".join(f"{column} {value}" for column, value in zip(COLUMNS, row, strict=True)))
    return Measured(row, found, count)


def run(
    data: Path, count: int = COUNT, full: bool = bool(os.environ.get("ANDON_BENCH_FULL")), minutes: float = MINUTES,
    stores: Sequence[str] = ("embedded", "weaviate"),
) -> Report:  # fmt: skip
    """`data` is not needed: passages and questions are this project's own."""
    report = Report("Knowledge base at scale", COLUMNS)
    report.notes.append(f"{cores()} cores, load average {os.getloadavg()[0]:.1f} when it began")
    passages = distractors(count)
    for store, measured, share in (("embedded", on_embedded, 1 / 3), ("weaviate", on_weaviate, 1 / 2)):
        if store not in stores:
            continue
        end = float("inf") if full else time.monotonic() + 60 * share * minutes
        with tempfile.TemporaryDirectory() as folder:
            try:
                measured(report, passages, Path(folder), end, full)
            except (pytest.skip.Exception, pytest.fail.Exception, KnowledgeError, RuntimeError, OSError) as reason:
                report.missing.append(f"{store}: {reason}")  # the other one is still worth its figures
                tell(f"{store}: {reason}")
    report.notes.append(f"load average {os.getloadavg()[0]:.1f} when it ended")
    report.notes += notes(passages, full)
    return report


def on_embedded(report: Report, passages: Sequence[Passage], folder: Path, end: float, full: bool) -> None:
    """The embedded store, small and whole, and its crash."""
    for found in measure("embedded", str(folder / "filled"), passages, end, full):
        report.rows.append(found.row)
    goals(report, "embedded", found, 150, len(passages))
    if found.count == len(passages):
        most = found.found["peak"]
        name = f"embedded, {found.count:,} passages: peak memory of a search, MB"
        report.goals.append(Goal(name, most, "< 1200", most < 1200))
    acknowledged, lost = crash(folder / "crash")
    name = f"embedded: lost of {acknowledged:,} acknowledged passages after kill -9"
    report.goals.append(Goal(name, lost, "0", lost == 0))


def on_weaviate(report: Report, passages: Sequence[Passage], folder: Path, end: float, full: bool) -> None:
    """The same on Weaviate; its crash is tested in tests/kb."""
    with weaviate(folder) as (place, server):
        for found in measure("Weaviate", place.model_dump_json(), passages, end, full, server, QUIET):
            report.rows.append(found.row)
    goals(report, "Weaviate", found, 50, len(passages))


def goals(report: Report, name: str, found: Measured, most: float, count: int) -> None:
    """What every store should reach; the time of a search only where all passages are there."""
    late, rate = found.found["p95"], found.found["rate"]
    if found.count == count:
        goal = Goal(f"{name}, {count:,} passages: search p95, ms", late, f"< {most:.0f}", late < most)
        report.goals.append(goal)
    else:
        report.missing.append(f"{name}: {count:,} passages; the time was up at {found.count:,}")
    report.goals.append(Goal(f"{name}: ingest with the default embedder, passages/s", rate, ">= 200", rate >= 200))
    report.notes.append(
        f"{name}, processor time of this side at {found.count:,} passages: {found.found['work']:.1f} ms for a passage "
        f"taken in, {found.found['late']:.0f} ms for a search at p95; what is above it in the table is the server, or "
        "waiting for a busy machine"
    )


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
        f"searched in a new process, {len(questions()) // 2} questions, after as many others; the smaller figure of "
        f"{TRIES} processes, CPU their mean; Weaviate {QUIET:.0f} s after the last passage was taken in",
        "recall is of the pack's questions of the benchmark above, to see that the many others do not bury it",
        "peak memory is that of the searching process with the embedder's weights; of Weaviate's, the client alone",
    ]


def main() -> None:
    """The benchmark alone."""
    from tests.benchmarks.__main__ import markdown

    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.knowledge_scale", description=__doc__)
    parser.add_argument("--full", action="store_true", help="make every vector with the default embedder")
    parser.add_argument("--passages", type=int, default=COUNT)
    parser.add_argument("--minutes", type=float, default=MINUTES, help="filling ends when this is used up")
    parser.add_argument("--store", action="append", choices=["embedded", "weaviate"], help="default: both")
    args: Any = parser.parse_args()
    report = run(Path(), args.passages, args.full, args.minutes, args.store or ("embedded", "weaviate"))
    print(markdown({"knowledge_scale": report}))


if __name__ == "__main__":
    main()
