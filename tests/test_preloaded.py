"""What tests/preloaded starts is what `subprocess.Popen` would have started."""

import json
import os
import resource
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import preloaded
from tests.e2e.plant import Plant, kept
from tests.services import wait_until

SAID = """
import json, logging, os, signal, sys, threading
umask = os.umask(0)
fds = []
for fd in range(200):
    try:
        os.fstat(fd)
        fds.append(fd)
    except OSError:
        pass
print(json.dumps({
    "argv": sys.argv, "path": sys.path, "name": __name__, "folder": os.getcwd(), "environment": dict(os.environ),
    "fds": fds, "umask": umask, "stdin": sys.stdin.read(), "encoding": sys.stdout.encoding, "spec": __spec__.name,
    "signals": {s.name: str(signal.getsignal(s)) for s in signal.Signals},
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])), "threads": threading.active_count(),
    "tasks": len(os.listdir("/proc/self/task")), "parent": os.getppid(), "leads": os.getsid(0) == os.getpid(),
    "handlers": str(logging.getLogger().handlers), "zone": __import__("time").tzname,
}))
print("on the other", file=sys.stderr)
sys.exit(3)
"""
DRAWN = "import random, numpy, uuid; print(random.random(), numpy.random.random(), uuid.uuid4(), hash('a'))"
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process adopt another's child")


def given(**more):
    """An environment like the plants', so that one preloaded process serves all; no folder that is relative to who
    starts it."""
    own = {name: value for name, value in kept().items() if name != "PYTHONPATH"}
    return {**own, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", **more}


def module(folder, source):
    """`python -m said`, to be started in `folder`."""
    (folder / "said.py").write_text(source, encoding="utf-8")
    return [sys.executable, "-m", "said", "--flag", "泵"]


def started(popen, folder, source=SAID, words="typed", **options):
    """(exit code, stdout, stderr) of a program, started by `popen` and given `words`."""
    streams = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    options = {"env": given(TZ="Asia/Shanghai", ANDON_LANG="zh")} | options
    with popen(module(folder, source), cwd=folder, text=True, **streams, **options) as process:
        out, err = process.communicate(words, timeout=60)
    return process.returncode, out, err


@pytest.mark.parametrize("options", [{}, {"start_new_session": True}], ids=["", "session"])
def test_a_process_finds_the_same_as_one_of_its_own_interpreter(tmp_path, options):
    reading, writing = os.pipe()
    known, new = (
        started(popen, tmp_path, pass_fds=(writing,), **options) for popen in (subprocess.Popen, preloaded.Popen)
    )
    os.close(reading)
    os.close(writing)
    assert json.loads(new[1]) == json.loads(known[1])
    assert json.loads(new[1])["parent"] == os.getpid()
    assert new[0] == known[0] == 3
    assert new[2] == known[2] == "on the other\n"


def test_what_andon_says_is_the_same(tmp_path):
    argv = [sys.executable, "-m", "bot.cli", "ask", "why?"]
    options = {"cwd": tmp_path, "timeout": 60, "env": given(ANDON_DATA_DIR=str(tmp_path), ANDON_LANG="zh")}
    known = subprocess.run(argv, capture_output=True, **options)
    new = preloaded.run(argv, **options)
    assert known.stdout
    assert (new.returncode, new.stdout, new.stderr) == (known.returncode, known.stdout, known.stderr)


def test_two_processes_draw_different_numbers(tmp_path):
    first, second = (started(preloaded.Popen, tmp_path, DRAWN)[1].split()[:3] for _ in range(2))
    assert not set(first) & set(second)


def test_a_program_that_fails_says_why_and_one_that_is_killed_is_gone(tmp_path):
    code, _, err = started(preloaded.Popen, tmp_path, "raise ValueError('so')")
    assert (code, "ValueError: so" in err) == (1, True)
    process = preloaded.Popen(module(tmp_path, "import time; time.sleep(60)"), cwd=tmp_path, env=given())
    assert process.poll() is None
    process.kill()
    assert process.wait(10) == -signal.SIGKILL
    assert not Path(f"/proc/{process.pid}").exists()


def test_what_is_run_first_is_run_in_the_child(tmp_path):
    source = "import resource; print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    out = started(preloaded.Popen, tmp_path, source, preexec_fn=few_files)[1]
    assert out == "77\n"
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] != 77


def few_files():
    resource.setrlimit(resource.RLIMIT_NOFILE, (77, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))


def test_many_threads_may_start_processes(tmp_path):
    folders = [tmp_path / str(number) for number in range(8)]
    for folder in folders:
        folder.mkdir()
    with ThreadPoolExecutor(8) as pool:
        outs = list(pool.map(lambda folder: started(preloaded.Popen, folder, "print(input())", folder.name), folders))
    assert outs == [(0, f"{number}\n", "") for number in range(8)]


def test_a_keepers_children_are_its_own_and_end_with_it(tmp_path):
    with Plant(tmp_path) as plant:
        worker = plant.run("worker", "--queues", "chat").ready()
        children = worker.children()
        assert len(children) == 1
        os.kill(children[0], signal.SIGKILL)
        wait_until(lambda: worker.children() not in ([], children), 30, "another child")
        again = worker.children()
        os.kill(worker.process.pid, signal.SIGKILL)
        worker.process.wait()
        wait_until(lambda: not Path(f"/proc/{again[0]}").exists(), 30, "the end of the child")
