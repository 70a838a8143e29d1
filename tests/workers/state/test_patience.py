"""A database that stands still, is locked or too slow gives an error in time; a command beside the workers changes
nothing."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.services import postgres_server
from workers.errors import AndonError
from workers.state import database, open_database, patience
from workers.state.database import revision


@pytest.fixture
def frozen(tmp_path):
    """A PostgreSQL of its own; gives its URL, and what stops all its processes and lets them go on."""
    with postgres_server(tmp_path) as url:
        leader = int((tmp_path / "pg" / "postmaster.pid").read_text().split()[0])

        def to_all(number):
            told = subprocess.run(["pgrep", "-P", str(leader)], capture_output=True, text=True)
            above = int(subprocess.run(["ps", "-o", "ppid=", str(leader)], capture_output=True, text=True).stdout)
            starter = [above] if number == signal.SIGCONT and above != os.getpid() else []  # runuser stops along
            for pid in [leader, *map(int, told.stdout.split()), *starter]:
                os.kill(pid, number)

        try:
            yield url, lambda: to_all(signal.SIGSTOP)
        finally:
            to_all(signal.SIGCONT)


@pytest.mark.timeout(120)
def test_a_server_that_stands_still_is_given_up_and_found_again(frozen, monkeypatch):
    url, freeze = frozen
    engine = open_database(url)
    monkeypatch.setattr(patience, "SILENT_S", 2.0)
    engine = open_database(url, upgrade=False)
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
        freeze()
        start = time.monotonic()
        with pytest.raises(DBAPIError, match="silent for 2 s") as told:
            connection.execute(text("SELECT 1"))
        assert told.value.connection_invalidated
    assert 1.5 < time.monotonic() - start < 15


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_statements_and_locks_are_held_to_their_time_and_a_change_of_the_schema_is_not(url, monkeypatch):
    monkeypatch.setattr(patience, "STATEMENT_S", 1)
    engine = open_database(url)
    with engine.connect() as connection, pytest.raises(DBAPIError, match="statement timeout"):
        connection.execute(text("SELECT pg_sleep(5)"))
    with engine.connect() as connection:
        patience.unlimited(connection)
        connection.execute(text("SELECT pg_sleep(1.5)"))
    with engine.connect() as connection:  # the next one has its limits again
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "1s"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "30s"
        assert connection.execute(text("SHOW tcp_keepalives_idle")).scalar() is not None


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_a_command_beside_the_workers_may_take_its_time(url):
    with open_database(url, beside=True).connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "0"
        assert connection.connection.driver_connection.silent_s == patience.LONG_S


@pytest.mark.parametrize("databases", ["postgresql"], indirect=True)
def test_what_the_url_says_of_timeouts_counts(url):
    engine = open_database(f"{url}?options=-c%20statement_timeout%3D7s&keepalives_idle=99")
    with engine.connect() as connection:
        assert connection.execute(text("SHOW statement_timeout")).scalar() == "7s"
        told = connection.connection.driver_connection.info.get_parameters()
    assert (told["keepalives_idle"], told["tcp_user_timeout"]) == ("99", "30000")


def test_an_error_of_a_statement_does_not_tell_its_values(url):
    with open_database(url).connect() as connection, pytest.raises(DBAPIError) as told:
        connection.execute(text("SELECT * FROM nowhere WHERE words = :words"), {"words": "the valve of Mrs Wang"})
    assert "Wang" not in str(told.value)


def older(url):
    """Take the last migration back."""
    engine = open_database(url)
    config = database._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    return revision(engine)


def test_a_command_beside_the_workers_refuses_an_older_schema_and_leaves_it(databases):
    url = databases.own()
    assert open_database(url, beside=True) is not None
    have = older(url)
    with pytest.raises(AndonError) as told:
        open_database(url, beside=True)
    assert (told.value.code, told.value.values["have"]) == ("failure_database_older", have)
    assert revision(open_database(url, upgrade=False)) == have
    assert revision(open_database(url)) == database.newest()  # a worker brings it up to date


def test_a_command_beside_the_workers_refuses_a_newer_schema(databases):
    url = databases.own()
    with open_database(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(AndonError) as told:
        open_database(url, beside=True)
    assert told.value.code == "failure_database_newer"


def test_a_new_file_of_a_laptop_is_made_and_an_empty_server_is_not(tmp_path, postgresql_databases):
    assert revision(open_database(f"sqlite:///{tmp_path / 'new' / 'a.sqlite'}", beside=True)) == database.newest()
    with pytest.raises(AndonError) as told:
        open_database(postgresql_databases.empty(), beside=True)
    assert told.value.code == "failure_database_older"


def test_a_laptop_of_before_goes_on_with_its_file(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    older(url)
    assert revision(open_database(url, beside=True, laptop=True)) == database.newest()


def test_only_bots_and_workers_bring_a_schema_up_to_date():
    """Every other command opens the database beside them, or only looks."""
    room = Path(__file__).parents[3]
    may = {"workers/office.py", "workers/commands/keeper.py", "workers/state/database.py"}
    for path in [*(room / "workers").rglob("*.py"), *(room / "bot").rglob("*.py")]:
        source = path.read_text(encoding="utf-8")
        if "open_database(" in source and str(path.relative_to(room)) not in may:
            assert source.count("open_database(") == source.count("beside=True") + source.count("upgrade=False"), path
