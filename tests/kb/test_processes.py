"""Which process lives: one that ended is gone, also while its parent has not asked; in doubt it lives."""

import os
import subprocess
import sys

from kb.processes import gone, machine, start_of
from tests.services import wait_until


def test_this_process_lives_and_its_number_under_another_start_does_not():
    assert all(machine())
    assert start_of(os.getpid()).isdigit()
    assert not gone(os.getpid(), start_of(os.getpid()))
    assert not gone(os.getpid(), "")  # not known
    assert gone(os.getpid(), "1")


def test_a_process_that_ended_is_gone_before_and_after_its_parent_asks():
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    start = start_of(child.pid)
    assert not gone(child.pid, start)
    child.kill()
    wait_until(lambda: gone(child.pid, start), 10, "the end of the child")  # a zombie: nobody waited for it
    child.wait()
    assert gone(child.pid, start)


def test_a_number_that_no_process_can_have_is_no_harm():
    assert not gone(2**70, "1")
