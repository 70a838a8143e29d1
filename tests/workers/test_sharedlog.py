"""The log that processes share: whole lines, none lost, and no more kept than was said."""

import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from workers.sharedlog import SharedLog

ROOT = Path(__file__).parents[2]
WRITES = """
import logging, sys
from pathlib import Path
from workers.sharedlog import SharedLog
handler = SharedLog(Path(sys.argv[1]), most_bytes=40_000, old_files=200)
log = logging.getLogger("x")
log.addHandler(handler)
log.setLevel(logging.INFO)
for i in range(2000):
    log.info("ref %s-%05d %s", sys.argv[2], i, "液" * 40)
"""


def lines(folder):
    return [line for path in folder.glob("andon.log*") for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def record():
    return lambda text: logging.LogRecord("x", logging.INFO, "f", 1, text, None, None)


@pytest.mark.timeout(120)
def test_several_processes_lose_no_line_while_the_file_is_rotated(tmp_path):
    path = tmp_path / "andon.log"
    crew = [
        subprocess.Popen([sys.executable, "-c", WRITES, str(path), name], cwd=ROOT,
                         env=os.environ | {"PYTHONPATH": str(ROOT)})
        for name in "abc"
    ]  # fmt: skip
    assert [each.wait() for each in crew] == [0, 0, 0]
    found = lines(tmp_path)
    assert sorted(line.split()[1] for line in found) == [f"{name}-{i:05d}" for name in "abc" for i in range(2000)]
    assert {len(line) for line in found} == {len("ref a-00000 ") + 40}
    assert len(list(tmp_path.glob("andon.log.*"))) > 10


def test_a_fork_and_threads_write_too(tmp_path, record):
    handler = SharedLog(tmp_path / "andon.log", most_bytes=300, old_files=100)
    handler.emit(record("before"))
    pid = os.fork()
    if pid == 0:
        for i in range(50):
            handler.emit(record(f"child {i}"))
        os._exit(0)
    crew = [threading.Thread(target=lambda n=n: [handler.handle(record(f"thread {n} {i}")) for i in range(50)])
            for n in range(3)]  # fmt: skip
    for each in crew:
        each.start()
    for each in crew:
        each.join()
    os.waitpid(pid, 0)
    handler.close()
    wanted = ["before", *(f"child {i}" for i in range(50)), *(f"thread {n} {i}" for n in range(3) for i in range(50))]
    assert sorted(lines(tmp_path)) == sorted(wanted)


def test_no_more_is_kept_than_was_said_and_the_newest_is(tmp_path, record):
    handler = SharedLog(tmp_path / "andon.log", most_bytes=1000, old_files=2)
    for i in range(500):
        handler.emit(record(f"line {i:04d}"))
    handler.close()
    kept = sorted(path.name for path in tmp_path.glob("andon.log*"))
    assert kept == ["andon.log", "andon.log.1", "andon.log.2"]
    assert sum(path.stat().st_size for path in tmp_path.glob("andon.log*")) <= 3000
    assert "line 0499" in (tmp_path / "andon.log").read_text()
    assert lines(tmp_path)[0] > "line 0100"


def test_a_file_that_was_moved_away_is_not_written_into(tmp_path, record):
    handler = SharedLog(tmp_path / "andon.log")
    handler.emit(record("first"))
    (tmp_path / "andon.log").rename(tmp_path / "elsewhere")
    handler.emit(record("second \ud83d"))
    handler.close()
    assert (tmp_path / "elsewhere").read_text() == "first\n"
    assert (tmp_path / "andon.log").read_text() == "second \\ud83d\n"
