"""Writers take turns: one at a time for each tenant.

Weaviate has no conditional write (of several inserts of one UUID at the same moment, several are accepted), so whoever
writes raises a flag first and goes on only if no other flag is up: of two who do so at once, at least one sees the
other. A flag is a tenant, without data, of the collection of turns, because tenants go through the cluster's Raft log:
everybody sees them in one order, however many copies of the data there are. Who finds another's flag takes the own
one down and tries again after a pause of random length. The flag of a writer that was killed falls when it has not
been renewed for `Place.turn` seconds by the watch of the one who waits; clocks of hosts are not compared. A flag also
names the process that raised it: whoever waits on the same machine sees that it is dead and waits only as long as the
server may still be at its last request.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from kb.errors import KnowledgeError
from kb.processes import gone, machine, start_of
from kb.stores.weaviate.connection import Connection
from kb.stores.weaviate.schema import TURNS

WAIT = 60.0  # seconds that a writer waits for its turn, besides the time after which a silent flag falls
PAUSE = (0.005, 0.04)  # seconds between two looks, random
PARTS = 6  # of a flag: tenant, machine, process, its start, this turn, times renewed
RENEWALS = 4  # a flag is renewed that often in the time after which it would fall
DEAD = 1 / 6  # share of that time after which the flag of a process falls that is seen to be dead
SAFE = 0.7  # share of that time after which its holder gives up by itself


class Turn:
    """A turn that is had: `keep()` before every write."""

    def __init__(self, connection: Connection, mark: str) -> None:
        self._connection, self._mark = connection, mark
        self._count = 0
        self.flag = ""
        self._raised = 0.0

    def up(self) -> None:
        """Raise the flag under a new number, then take the former down."""
        former, since = self.flag, time.monotonic()
        self._count += 1
        self.flag = f"{self._mark}-{self._count}"
        flags = self._connection.whole(TURNS).tenants
        self._connection.patiently(lambda: flags.create([_inactive(self.flag)]))
        self._raised = since  # not later than anybody could see it
        if former:
            self._connection.patiently(lambda: flags.remove([former]))

    def down(self) -> None:
        """Take the flag down; if the server is away, it falls by itself later."""
        flags = self._connection.whole(TURNS).tenants
        with suppress(KnowledgeError):
            self._connection.patiently(lambda: flags.remove([self.flag]))

    def keep(self) -> None:
        """Renew the flag when it is time; KnowledgeError when others may think by now that nobody holds it."""
        age, lasts = time.monotonic() - self._raised, self._connection.place.turn
        if age > SAFE * lasts:
            raise KnowledgeError("failure_kb_weaviate_busy", url=self._connection.place.url)
        if age > lasts / RENEWALS:
            self.up()


class Turns:
    """The turns of one tenant, as one process sees them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._prefix = _short(connection.place.tenant, 12)
        self._seen: dict[str, float] = {}  # another's flag -> when it was first seen
        self._dead: dict[str, float] = {}  # the same of flags of the dead -> when that was first seen

    @contextmanager
    def take(self, wait: float | None = None) -> Iterator[Turn]:
        """Wait for a turn, at most `wait` seconds, and have it; KnowledgeError when others do not end theirs."""
        turn = Turn(self._connection, f"{self._prefix}-{_myself()}-{uuid.uuid4().hex[:12]}")
        end = time.monotonic() + (WAIT + self._connection.place.turn if wait is None else wait)
        while not self._won(turn):
            if time.monotonic() >= end:
                raise KnowledgeError("failure_kb_weaviate_busy", url=self._connection.place.url)
            time.sleep(random.uniform(*PAUSE))
        try:
            yield turn
        finally:
            turn.down()

    def _won(self, turn: Turn) -> bool:
        if self._others(turn):
            return False
        turn.up()
        try:
            if not self._others(turn):
                return True
        except BaseException:
            turn.down()
            raise
        turn.down()
        return False

    def _others(self, turn: Turn) -> list[str]:
        """Flags of others that stand; those that fell silent are taken down."""
        flags = self._connection.whole(TURNS).tenants
        there = self._connection.patiently(flags.get)
        others = [name for name in there if name.startswith(self._prefix) and name != turn.flag]
        now = time.monotonic()
        self._seen = {name: self._seen.get(name, now) for name in others}
        self._dead = {name: self._dead.get(name, now) for name in others if name in self._dead or _dead(name)}
        lasts = self._connection.place.turn
        silent = [
            name for name in others
            if now - self._seen[name] > lasts or now - self._dead.get(name, now) > lasts * DEAD
        ]  # fmt: skip
        if silent:
            self._connection.patiently(lambda: flags.remove(silent))
        return [name for name in others if name not in silent]


def _short(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:digits]


def _here() -> str:
    """This machine since it was started, as far as it numbers its processes together; "" where that cannot be told."""
    boot, namespace = machine()
    return _short(f"{boot} {namespace}", 8) if boot and namespace else ""


def _myself() -> str:
    """This process, as a part of a flag: machine, number, start."""
    return f"{_here() or 'x'}-{os.getpid()}-{start_of(os.getpid()) or 'x'}"


def _dead(flag: str) -> bool:
    """True when the process that raised the flag was one of this machine and is no more; in doubt it lives."""
    parts = flag.split("-")
    if len(parts) != PARTS or parts[1] != _here() or not parts[2].isdigit():
        return False
    return gone(int(parts[2]), parts[3])


def _inactive(name: str) -> Any:
    from weaviate.classes.tenants import Tenant, TenantActivityStatus

    return Tenant(name=name, activity_status=TenantActivityStatus.INACTIVE)
