"""Doing things at the same time: in threads of this process, and in other processes."""

import threading
from concurrent.futures import ThreadPoolExecutor


def together(count, act):
    """act(i) in `count` threads at once; their results. What one of them raises is raised."""
    start = threading.Barrier(count)

    def run(i):
        start.wait()
        return act(i)

    with ThreadPoolExecutor(count) as crew:
        return list(crew.map(run, range(count)))


def in_step(crew):
    """Let processes (tests.services.Actor) that have come to their point go on together; what each says then."""
    for each in crew:
        assert each.says() == "there"
    for each in crew:
        each.go_on()
    return [each.end() for each in crew]
