"""Black box: the `andon` command as a script would run it, in a folder and a home of its own; and a crew's Slack with
one plant for all tests of a module."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests import preloaded
from workers.simulator import simulate, write

SECONDS = 120  # a command that takes longer than this hangs
INSTALLED = Path(sys.executable).with_name("andon")


@dataclass(frozen=True)
class Ran:
    """What a finished command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self):
        """The one JSON document on stdout; fails when anything else stands there."""
        return json.loads(self.out)

    @property
    def lines(self):
        """One JSON document a line."""
        return [json.loads(line) for line in self.out.splitlines()]


class Shell:
    """Runs `andon` with nothing of the tester's environment that it could read: each command the first time as it was
    installed, then preloaded."""

    def __init__(self, folder: Path):
        self.folder, self.data, self.home, self.temp = folder, folder / "data", folder / "home", folder / "temp"
        self.known = set()
        for each in (self.home, self.temp):
            each.mkdir()

    def __call__(self, *argv, cwd=None, **environment):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH", "PYTHONPATH")}
        set_here = {
            "HOME": str(self.home),
            "TMPDIR": str(self.temp),
            "ANDON_DATA_DIR": str(self.data),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        words = [str(word) for word in argv]
        options = {"env": kept | set_here | environment, "cwd": cwd or self.folder, "stdin": subprocess.DEVNULL}
        command = tuple(word for word in words[:2] if word.isalpha())
        if command in self.known:
            done = preloaded.run([sys.executable, "-m", "bot.cli", *words], timeout=SECONDS, **options)
        else:
            done = subprocess.run([INSTALLED, *words], timeout=SECONDS, capture_output=True, **options)
        self.known.add(command)
        return Ran(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


@pytest.fixture(scope="module")
def andon(tmp_path_factory):
    """The command with a data folder that the tests of one file share."""
    return Shell(tmp_path_factory.mktemp("andon"))


@pytest.fixture(scope="session")
def simulated(tmp_path_factory):
    """simulated(fault, rows) -> the CSV of a simulated shift, made once."""
    folder = tmp_path_factory.mktemp("simulated")

    def make(fault, rows, seed=7):
        path = folder / f"{fault}_{rows}_{seed}.csv"
        if not path.exists():
            write(simulate(fault, rows=rows, seed=seed), path)
        return path

    return make


@pytest.fixture(scope="module")
def slack():
    """The strict Slack of a module."""
    from tests.e2e.workspace import Workspace

    with Workspace() as server:
        yield server


@pytest.fixture(scope="module")
def plant_settings():
    """Settings of the module's plant; a module that needs some defines this anew."""
    return {}


@pytest.fixture(scope="module")
def plant(slack, plant_settings, tmp_path_factory):
    """A plant with one worker and the Slack bot, connected to `slack`."""
    from tests.e2e.workspace import slack_plant

    with slack_plant(slack, tmp_path_factory.mktemp("slack"), **plant_settings) as plant:
        yield plant


@pytest.fixture(scope="module")
def ledger(plant):
    """The memory of the module's plant."""
    ledger = plant.ledger()
    yield ledger
    ledger.close()


@pytest.fixture(scope="module")
def shift(simulated):
    """A shift with a clogging stopper, as a file's bytes."""
    return simulated("stopper_clogging", 3600).read_bytes()


def small_table(rows=600, sensors=4, onset=420, seed=3):
    """Sensors that share one load; the first steps by eight times its noise at `onset`. No time column."""
    rng = np.random.default_rng(seed)
    load = np.convolve(rng.normal(size=rows + 19), np.ones(20) / 4, "valid")
    table = pd.DataFrame({f"pump{i} [bar]": (20 + load + 0.5 * rng.normal(size=rows)).round(3) for i in range(sensors)})
    table.iloc[onset:, 0] += 8
    return table


@pytest.fixture(scope="session")
def plant_table():
    """The small table behind an ISO time column."""
    table = small_table()
    table.insert(0, "time", pd.date_range("2025-03-01 06:00:00", periods=len(table), freq="s").astype(str))
    return table


def pytest_make_parametrize_id(config, val):
    """Short names for parameters that are functions."""
    return getattr(val, "__name__", None)
