"""The keeper of a worker's processes, with real ones."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.services import wait_until
from workers.office import open_office
from workers.queues.local import MuteQueue
from workers.settings import Settings

ROOT = Path(__file__).parents[2]

KEEPS = """
import os, signal, subprocess, sys, time
from workers.commands import keeper
from workers.settings import Settings

started = []

class Popen(subprocess.Popen):
    def __init__(self, argv, **options):
        super().__init__([sys.executable, "-c", "import time; time.sleep(600)"], **options)
        started.append(self.pid)
        print("started", self.pid, flush=True)
        if len(started) == int(sys.argv[1]):  # told to stop before the keeper knows of this one
            os.kill(os.getpid(), getattr(signal, sys.argv[2]))

keeper.subprocess.Popen = Popen
keeper.SLOW_RESTART_S = 0.1
if __name__ == "__main__":
    sys.exit(keeper.Keeper([["chat"], ["cpu", "gpu"]], Settings(), None).run())
"""


@pytest.fixture
def keeps(tmp_path):
    """Starts a keeper of two sleeping processes that is told to stop while the given one is starting."""
    settings = Settings(data_dir=tmp_path, redis_url=None, database_url=None)
    open_office(settings, MuteQueue()).close()
    ran = []

    def start(*args):
        env = os.environ | {"PYTHONPATH": str(ROOT), "ANDON_DATA_DIR": str(tmp_path)}
        ran.append(subprocess.Popen([sys.executable, "-c", KEEPS, *args], cwd=ROOT, env=env, stdout=subprocess.PIPE))
        return ran[-1]

    yield start
    for each in ran:
        each.kill()
        each.wait()


def alive(pid):
    return Path(f"/proc/{pid}").exists() and ") Z " not in Path(f"/proc/{pid}/stat").read_text()


@pytest.mark.timeout(60)
@pytest.mark.parametrize("told", ["SIGTERM", "SIGINT"])
@pytest.mark.parametrize("which", [1, 2])
def test_a_stop_that_comes_while_a_process_is_started_reaches_that_one_too(keeps, which, told):
    keeper = keeps(str(which), told)
    out, _ = keeper.communicate(timeout=30)
    pids = [int(line.split()[1]) for line in out.decode().splitlines()]
    assert (keeper.returncode, len(pids)) == (0, 2)
    assert [pid for pid in pids if alive(pid)] == []


@pytest.mark.timeout(60)
def test_a_stop_that_comes_while_a_dead_process_is_started_again_reaches_the_new_one(keeps):
    keeper = keeps("3", "SIGTERM")
    pids = [int(keeper.stdout.readline().split()[1]) for _ in range(2)]
    os.kill(pids[0], signal.SIGKILL)
    out, _ = keeper.communicate(timeout=30)
    pids += [int(line.split()[1]) for line in out.decode().splitlines()]
    assert (keeper.returncode, len(pids)) == (0, 3)
    assert [pid for pid in pids if alive(pid)] == []


@pytest.mark.timeout(60)
def test_processes_end_when_their_keeper_is_killed(keeps):
    keeper = keeps("0", "SIGTERM")
    pids = [int(keeper.stdout.readline().split()[1]) for _ in range(2)]
    time.sleep(0.2)
    keeper.kill()
    wait_until(lambda: not any(map(alive, pids)), 10, "the orphans to end")
