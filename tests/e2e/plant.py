"""A whole plant for end-to-end tests: Redis, `andon worker`, `andon bot ...` as processes, against strict platforms."""

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests import preloaded
from tests.services import RedisServer, wait_until

ROOT = Path(__file__).parents[2]
REACTIONS = {"en": ("Copy", "Quote", "Query", "Agree", "Disagree"), "zh": ("复制", "引用", "查询", "同意", "不同意")}


def kept():
    """What a process takes over from the tester's environment."""
    names = ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH", "HOME", "ANDON_CACHE_DIR")
    return {name: os.environ[name] for name in names if name in os.environ}


class Program:
    """`andon ...` as a process whose log is kept: of an interpreter of its own where its `plant` is fresh, else
    preloaded."""

    def __init__(self, plant, *argv, **environment):
        self.plant, self.argv, self.environment = plant, argv, environment
        self.log = plant.folder / f"{'-'.join(argv).replace('--', '')}.{time.monotonic_ns()}.log"
        self.process = None

    def start(self):
        with self.log.open("ab") as log:
            popen = subprocess.Popen if self.plant.fresh else preloaded.Popen
            self.process = popen(
                [sys.executable, "-m", "bot.cli", *self.argv], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                stderr=subprocess.STDOUT, start_new_session=True,
                env=kept() | self.plant.environment | self.environment,
            )  # fmt: skip
        return self

    def ready(self, seconds=60):
        def over():
            return "ready" in self.text() or self.process.poll() is not None

        wait_until(over, seconds, f"{self.argv} to be ready")
        assert self.process.poll() is None, self.text()[-3000:]
        return self

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def children(self):
        """Process ids of all descendants that do something, from /proc."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                name, _, rest = stat.read_text().rpartition(")")
                if name.endswith(f"({preloaded.SPARE}"):
                    continue
                fields = rest.split()
                parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
            except (OSError, IndexError, ValueError):
                continue
        found, queue = [], [self.process.pid]
        while queue:
            more = parents.get(queue.pop(), [])
            found += more
            queue += more
        return found

    def kill(self):
        """kill -9 the whole tree, as a power cut would."""
        for pid in [self.process.pid, *self.children()]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self.process.wait()

    def stop(self, seconds=20):
        self.leave()
        self.over(seconds)

    def leave(self):
        """Tell it to stop, unless it has ended."""
        if self.process.poll() is None:
            self.process.terminate()

    def over(self, seconds=20):
        """Wait for the end of a program that was told to stop."""
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()


class Plant:
    """Redis and the processes of Andon in a folder of their own. Settings may be added before a process starts."""

    def __init__(self, folder, fresh=False, **environment):
        self.folder, self.fresh = Path(folder), fresh
        (self.folder / "redis").mkdir(parents=True, exist_ok=True)
        self.redis = RedisServer(self.folder / "redis")
        self.environment = {
            "ANDON_DATA_DIR": str(self.folder / "data"),
            "REDIS_URL": self.redis.url,
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            **environment,
        }
        self.programs = []

    def __enter__(self):
        self.redis.start()
        return self

    def __exit__(self, *_error):
        for program in self.programs:
            program.leave()
        for program in self.programs:
            program.over()
        self.redis.stop()

    def run(self, *argv, **environment):
        """Start `andon argv...` and keep it until the end."""
        program = Program(self, *argv, **environment).start()
        self.programs.append(program)
        return program

    def command(self, *argv, **environment):
        """Run `andon argv...` to its end; gives the finished process with text output."""
        return preloaded.run(
            [sys.executable, "-m", "bot.cli", *argv], cwd=ROOT, text=True, timeout=120,
            env=kept() | self.environment | environment,
        )  # fmt: skip

    def ledger(self):
        """The plant's memory, for looking."""
        from workers.state import Ledger, open_database

        url = self.environment.get("DATABASE_URL", f"sqlite:///{self.folder / 'data' / 'andon.sqlite'}")
        return Ledger(open_database(url))

    def logs(self):
        """Everything that the processes logged."""
        return "\n".join(program.text() for program in self.programs)


def small_csv(rows=240, onset=160, step="s", name="pump", seed=3, shift=8.0):
    """A small sensor file (bytes): four sensors on one load, the first steps at `onset`."""
    import numpy as np
    import pandas as pd

    rng = np.random.default_rng(seed)
    load = np.convolve(rng.normal(size=rows + 19), np.ones(20) / 4, "valid")
    table = pd.DataFrame({f"{name}{i} [bar]": (20 + load + 0.5 * rng.normal(size=rows)).round(3) for i in range(4)})
    table.iloc[onset:, 0] += shift
    table.insert(0, "time", pd.date_range("2025-03-01 06:00:00", periods=rows, freq=step).astype(str))
    return table.to_csv(index=False).encode()


def big_csv():
    """A sensor file (bytes, gzip) that takes seconds to look at, so that work on it can be seen and broken off."""
    return gzip.compress(small_csv(rows=150_000, onset=110_000))
