"""Opening the database: settings for each kind, the schema brought up to date, transactions."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from kb.wal import use_wal
from workers.errors import AndonError
from workers.state.patience import TCP, be_patient, unlimited

MIGRATIONS = Path(__file__).parent / "migrations"
BUSY_MS = 30_000  # how long a writer of SQLite waits for another process
CONNECT_S = 10  # how long a server may take to let us in; a server's driver would wait for minutes
UPGRADE_LOCK = 0x616E646F  # PostgreSQL advisory lock: one process at a time changes the schema


def open_database(url: str, *, upgrade: bool = True, beside: bool = False, laptop: bool = False) -> Engine:
    """An engine on `url` with the newest schema. Raises AndonError when it can't be reached or is not usable.

    `beside`: for a command beside bots and workers, which alone bring an older schema up to date: a worker of before
    would not start again. A SQLite file that is new is made all the same; with `laptop` an older one is changed, too.
    """
    try:
        parsed = make_url(url)
        if "@" in (parsed.host or ""):  # of a password that is not escaped: the driver would quote it as a host's name
            raise ValueError("unescaped")
        engine = _sqlite(url) if parsed.get_backend_name() == "sqlite" else _server(parsed, beside)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError) as error:  # ValueError: a port in words
        raise AndonError("failure_database_url", why=type(error).__name__) from None  # its text may quote the URL
    shown = parsed.set(query={}).render_as_string(hide_password=True)  # a query may hold a password too
    try:
        if beside and not (engine.dialect.name == "sqlite" and (laptop or revision(engine) is None)):
            _current(engine, shown)
        elif upgrade or beside:
            bring_up_to_date(engine)
    except DBAPIError as error:
        raise AndonError("failure_database", url=shown, why=_short(error)) from error
    except CommandError as error:  # its revision is none of ours
        raise AndonError("failure_database_newer", url=shown) from error
    return engine


def _sqlite(url: str) -> Engine:
    path = make_url(url).database
    if path and path != ":memory:":
        try:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise AndonError("failure_database", url=url, why=error.strerror) from error
    engine = create_engine(url, connect_args={"timeout": BUSY_MS / 1000}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _prepare(connection, _record) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        connection.isolation_level = None  # we say BEGIN ourselves, see below
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {BUSY_MS}")
        use_wal(cursor.execute, BUSY_MS / 1000)
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Taking the write lock at once is what makes read-then-write safe between processes.
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _server(url: URL, beside: bool) -> Engine:
    ours = url.get_backend_name() == "postgresql"
    if ours:
        wanted = {"connect_timeout": str(CONNECT_S), **TCP}
        url = url.update_query_dict({name: value for name, value in wanted.items() if name not in url.query})
    # hide_parameters: errors of statements go into the log, and their values are people's words
    engine = create_engine(
        url, pool_pre_ping=True, pool_size=10, max_overflow=20, pool_recycle=1800, hide_parameters=True
    )
    if ours:
        be_patient(engine, limits="options" not in url.query and not beside)
    return engine


def _short(error: DBAPIError) -> str:
    """The driver's first line: it names host and reason, never the password."""
    return str(error.orig).strip().splitlines()[0][:200] if error.orig else type(error).__name__


def bring_up_to_date(engine: Engine) -> None:
    """Run the migrations that are missing. Several processes may start at once: one does it, the others wait."""
    if revision(engine) == newest():
        return
    with _alone(engine), engine.connect() as connection:
        unlimited(connection)
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(engine: Engine, shown: str) -> None:
    """Raise AndonError unless the database has the schema that this code needs; change nothing."""
    have, need = revision(engine), newest()
    if have == need:
        return
    ours = {each.revision for each in ScriptDirectory.from_config(_config()).walk_revisions()}
    if have is not None and have not in ours:
        raise AndonError("failure_database_newer", url=shown)
    raise AndonError("failure_database_older", url=shown, have=have or "-", need=need)


def revision(engine: Engine) -> str | None:
    """The revision that the database has."""
    with engine.connect().execution_options(writes=False) as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest() -> str | None:
    """The revision that this code needs."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        with engine.connect() as connection:
            unlimited(connection)
            connection.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADE_LOCK})
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADE_LOCK})
        return
    path = engine.url.database
    if not path or path == ":memory:":
        yield
        return
    with open(f"{path}.upgrade", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
