"""How long a connection to PostgreSQL waits for what: a lost host, a lock, a statement, a server that stands still.

The server holds statements and locks to their time. It cannot when it is frozen itself: its machine still confirms what
was sent, so no timeout of TCP runs out either. Then the connection is given up from our side.
"""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any

from sqlalchemy import Connection, Engine, event

STATEMENT_S, LOCK_S = 60, 30
SILENT_S = 75.0  # without an answer: longer than any statement may take
LONG_S = 900.0  # the same where statements are not held to a time
# libpq: a host that is gone is noticed within half a minute, also when nothing is being sent.
TCP = {"keepalives": "1", "keepalives_idle": "15", "keepalives_interval": "5", "keepalives_count": "3",
       "tcp_user_timeout": "30000"}  # fmt: skip


def be_patient(engine: Engine, *, limits: bool = True) -> None:
    """Give connections of `engine` their times. `limits`: of statements and locks too; not where the URL says its own,
    nor for a command that goes through a plant's whole history."""
    from psycopg import Connection as Native
    from psycopg import OperationalError

    class Patient(Native[Any]):
        """A connection that gives a silent server up."""

        silent_s: float | None = SILENT_S if limits else LONG_S

        def wait(self, gen: Any, *given: Any, **named: Any) -> Any:
            """As psycopg's, for `silent_s` at most (None: for as long as it takes)."""
            if self.silent_s is None:
                return super().wait(gen, *given, **named)
            return super().wait(self._until(gen, time.monotonic() + self.silent_s), *given, **named)

        def _until(self, gen: Any, deadline: float) -> Generator[Any, Any, Any]:
            """`gen` as psycopg drives it: asked several times a second whether there is something (0: nothing)."""
            try:
                state = next(gen)
                while True:
                    ready = yield state
                    if not ready and time.monotonic() > deadline:
                        self.pgconn.finish()
                        raise OperationalError(f"the server was silent for {self.silent_s:g} s")
                    state = gen.send(ready)
            except StopIteration as end:
                return end.value

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: Any, _record: Any, given: Any, named: Any) -> Any:
        return Patient.connect(*given, **named)

    @event.listens_for(engine, "connect")
    def _limit(connection: Any, _record: Any) -> None:
        if limits:
            _set(connection, STATEMENT_S, LOCK_S)
            connection.commit()  # else the first rollback would take it back


def unlimited(connection: Connection) -> None:
    """Let what this connection does next take its time, until it is given back to the pool: a change of the schema."""
    if connection.dialect.name != "postgresql":
        return
    native = connection.connection.driver_connection
    native.silent_s = None  # type: ignore[union-attr]
    _set(native, 0, 0)
    native.commit()  # type: ignore[union-attr]
    connection.detach()  # nobody gets it with these times


def _set(connection: Any, statement_s: int, lock_s: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET statement_timeout = '{statement_s}s'")
        cursor.execute(f"SET lock_timeout = '{lock_s}s'")
