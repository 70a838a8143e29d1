"""The schema: made from nothing and from every older state, by one of several processes; URLs that can't be used."""

import socket
import sqlite3
from datetime import datetime, timedelta, timezone

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError

from tests.services import Actor
from tests.workers.together import in_step
from workers.errors import AndonError
from workers.state import Ledger, database, open_database
from workers.state.models import Base
from workers.wording import say

REVISIONS = [r.revision for r in ScriptDirectory.from_config(database._config()).walk_revisions()][::-1]


def differences(engine):
    """What alembic would change to make the database equal the models."""
    with engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)


def move_to(url, revision, how=command.upgrade):
    """Bring a database to a revision of long ago."""
    engine = open_database(url, upgrade=False)
    config = database._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        how(config, revision)
    engine.dispose()


def test_migrations_from_nothing_make_what_the_models_say(databases):
    engine = open_database(databases.empty())
    assert differences(engine) == []
    assert database.revision(engine) == REVISIONS[-1]


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_database_of_any_older_version_keeps_its_rows_and_becomes_todays(databases, revision):
    url = databases.empty()
    move_to(url, revision)
    old = open_database(url, upgrade=False)
    with old.begin() as connection:
        connection.execute(
            text("INSERT INTO conversations (platform, workspace, channel, thread, private, created) "
                 "VALUES ('slack', 'T', 'C', '1.2', :no, :at)"),
            {"no": False, "at": "2025-01-02 03:04:05"},
        )  # fmt: skip
    old.dispose()
    engine = open_database(url)
    assert differences(engine) == []
    kept = Ledger(engine).talk.conversation("slack", "T", "C", "1.2", private=False, make=False)
    assert kept is not None
    assert kept.created.year == 2025


def test_runs_and_files_of_before_keep_their_place_in_the_store_and_new_ones_get_their_own(databases):
    url = databases.empty()
    move_to(url, "0005")
    old = open_database(url, upgrade=False)
    with old.begin() as connection:
        for row in (
            "conversations (id, platform, workspace, channel, thread, private, created) "
            "VALUES (1, 'slack', 'T', 'C', '', :no, :at)",
            'questions (id, key, conversation_id, "user", user_name, text, lang, message, state, created) '
            "VALUES (7, 'q', 1, 'U', '', '', 'en', '', 'running', :at)",
            "files (id, question_id, platform_id, name, ref) VALUES (7, 7, 'F', 'a.csv', '{}')",
            "runs (id, question_id, number, state, request, doing, share, shown, ref, stopped_by, created) "
            "VALUES (7, 7, 1, 'failed', '{}', '', 0, -1, '', '', :at)",
        ):
            given = {"no": False, "at": "2025-01-02 03:04:05"}
            connection.execute(text(f"INSERT INTO {row}"), {k: v for k, v in given.items() if f":{k}" in row})
    old.dispose()
    ledger = Ledger(open_database(url))
    assert (ledger.runs.get(7).prefix, ledger.talk.files(7)[0].prefix) == ("runs/7", "files/7")
    assert ledger.runs.begin(7, {}).prefix not in ("runs/7", "runs/8")


def test_every_migration_can_be_taken_back(databases):
    url = databases.empty()
    open_database(url).dispose()
    move_to(url, "base", command.downgrade)
    engine = open_database(url)
    assert differences(engine) == []


def test_opening_again_changes_nothing(databases):
    url = databases.ready()
    first, second = open_database(url), open_database(url)
    assert database.revision(first) == database.revision(second) == database.newest()


@pytest.mark.timeout(60)
def test_processes_that_open_a_new_database_at_once_all_get_it(databases):
    url = databases.empty()
    in_step([Actor("opens", url) for _ in range(3)])
    assert differences(open_database(url)) == []


def test_times_keep_their_moment_and_one_without_a_zone_is_refused(ledger, begin):
    place = begin.conversation()
    ledger.answers.subscribe(place.id, "06:00", "en", "U1")
    moment = datetime(2025, 3, 1, 6, tzinfo=timezone(timedelta(hours=8)))
    (wanted,) = ledger.answers.subscriptions()
    ledger.answers.digested(wanted.id, moment)
    (wanted,) = ledger.answers.subscriptions()
    assert (wanted.last, wanted.last.utcoffset()) == (moment, timedelta())
    with pytest.raises(StatementError, match="without a zone"):
        ledger.answers.digested(wanted.id, datetime(2025, 3, 1, 6))


BAD = {
    "words": "my database",
    "nothing": "://",
    "no driver": "postgresql+nonsense://andon:geheim@localhost/andon",
    "another database": "mssql+pyodbc://andon:geheim@localhost/andon",
    "port in words": "postgresql+psycopg://andon:geheim@localhost:five/andon",
    "nobody there": "postgresql+psycopg://andon:geheim@127.0.0.1:1/andon",
    "no such host": "postgresql+psycopg://andon:geheim@nowhere.invalid/andon",
    "bad option": "postgresql+psycopg://andon:geheim@127.0.0.1:1/andon?sslmode=nonsense",
    "password as an option": "postgresql+psycopg://127.0.0.1:1/andon?user=andon&password=geheim",
    "folder of a file": "sqlite:////etc/passwd/andon.sqlite",
    "a folder": "sqlite:////tmp",
}


def refused(url):
    """The AndonError for a URL; its sentences are complete and tell no password."""
    with pytest.raises(AndonError) as told:
        open_database(url)
    for lang in ("en", "zh"):
        sentence = say(told.value.code, lang, **told.value.values)
        assert "geheim" not in sentence
        assert "DATABASE_URL" in sentence
        assert "\n" not in sentence
    assert "geheim" not in str(told.value)
    return told.value


@pytest.mark.timeout(30)
@pytest.mark.parametrize("url", BAD.values(), ids=BAD.keys())
def test_a_url_that_cannot_be_used_is_a_sentence_without_the_password(url):
    refused(url)


def test_a_file_that_is_no_database_is_a_sentence(tmp_path):
    path = tmp_path / "andon.sqlite"
    path.write_bytes(b"time;level\n" * 500)
    assert refused(f"sqlite:///{path}").code == "failure_database"


def test_a_database_that_the_server_does_not_have_is_a_sentence(postgresql_databases):
    nowhere = postgresql_databases.server.replace("andon@", "andon:geheim@") + "_elsewhere"
    assert refused(nowhere).code == "failure_database"


def test_a_database_of_a_newer_andon_is_a_sentence_and_stays_as_it_is(databases):
    url = databases.own()
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    refused(url)
    with engine.begin() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


@pytest.mark.timeout(20)
def test_a_server_that_never_answers_is_given_up(monkeypatch):
    monkeypatch.setattr(database, "CONNECT_S", 2)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        refused(f"postgresql+psycopg://andon:geheim@127.0.0.1:{mute.getsockname()[1]}/andon")


def test_a_sqlite_file_survives_a_power_cut_by_its_settings(sqlite_databases):
    url = sqlite_databases.ready()
    with open_database(url).connect() as connection:
        asked = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    assert asked == {"journal_mode": "wal", "synchronous": 2}
    with sqlite3.connect(url.removeprefix("sqlite:///")) as plain:
        assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
