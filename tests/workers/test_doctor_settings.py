"""What the doctor says of settings that look right and are not, and of where things lie."""

import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace

import pytest
from alembic import command

from tests.services import free_port
from workers import state
from workers.commands import checking, doctor, letters, placing, purge, tokens
from workers.errors import AndonError
from workers.settings import Settings
from workers.state import open_database

GOOD = {"slack_bot_token": "xoxb-1-2-abc", "slack_app_token": "xapp-1-A-2-b",
        "telegram_bot_token": "123456789:AAF-abcdefghijklmnopqrstuvwxyz01234"}  # fmt: skip


@pytest.fixture(autouse=True)
def bare(monkeypatch):
    """Nothing of the tester's environment is read."""
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)


def told(lang="en", **given):
    check = checking.settings_(Settings(**given), lang)
    return check.status, check.remedy


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"slack_bot_token": "xapp-1-A-2-b"}, "SLACK_BOT_TOKEN"),
        ({"slack_app_token": "xoxb-1-2-abc"}, "SLACK_APP_TOKEN"),
        ({"telegram_bot_token": "AAF-abcdefghijklmnopqrstuvwxyz01234"}, "TELEGRAM_BOT_TOKEN"),
        ({"slack_allowed": '"U1",U2'}, "SLACK_ALLOWED"),
        ({"keepers": "U1 U2"}, "ANDON_KEEPERS"),
        ({"mode": "production", "database_url": "postgresql+psycopg://h/andon"}, "REDIS_URL"),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_value_in_the_wrong_form_is_named(given, name, lang):
    status, remedy = told(lang, **given)
    assert status == "broken"
    assert name in remedy


@pytest.mark.parametrize(
    "given",
    [GOOD, {"slack_allowed": "T0ABC, C0DEF,U1 ,*"}, {"telegram_allowed": "-1001234567,42,"}, {"keepers": "anna@x.org"}],
)
def test_what_is_right_is_not_doubted(given):
    assert told(**given) == ("ok", "")


def test_a_misspelt_name_is_told_with_the_nearest(monkeypatch):
    monkeypatch.setenv("ANDON_KEEPER", "U1")
    monkeypatch.setenv("ANDON_WORK_ORDER_SECRET_FILE", "/run/secrets/order")
    status, remedy = told(work_order_secret="x")
    assert status == "missing"
    assert "ANDON_KEEPER " in remedy
    assert "ANDON_KEEPERS" in remedy
    assert "SECRET_FILE" not in remedy


def test_a_plant_on_sqlite_is_told_that_it_is_bound_to_its_machine():
    assert told(mode="production", redis_url="redis://h")[0] == "missing"


def test_a_secret_may_stand_in_a_file(tmp_path, monkeypatch):
    (tmp_path / "token").write_text("xoxb-1-2-abc\n")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "token"))
    assert Settings().slack_bot_token.get_secret_value() == "xoxb-1-2-abc"
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-own")
    assert Settings().slack_bot_token.get_secret_value() == "xoxb-own"
    monkeypatch.delenv("SLACK_BOT_TOKEN")
    monkeypatch.setenv("SLACK_BOT_TOKEN_FILE", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="SLACK_BOT_TOKEN_FILE"):
        Settings()


@pytest.mark.parametrize(("name", "value"), [("data_dir", " "), ("slack_listen", "3000"), ("slack_listen", "h:0")])
def test_an_empty_folder_and_an_address_that_is_none_are_refused(name, value):
    with pytest.raises(ValueError, match=str(Settings.model_fields[name].alias)):
        Settings(**{str(Settings.model_fields[name].alias): value})


@contextmanager
def platform(status, body):
    """A platform's API that answers one thing."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body.encode())

        do_GET = do_POST

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/api/"
    finally:
        server.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "why"),
    [
        (200, json.dumps({"ok": True}), None),
        (200, json.dumps({"ok": False, "error": "token_revoked"}), "token_revoked"),
        (401, json.dumps({"ok": False, "description": "Unauthorized"}), "Unauthorized"),
        (429, json.dumps({"ok": False, "error": "ratelimited"}), ""),
        (502, "<html>", ""),
        (200, "<html>a hotel's login page", ""),
    ],
)
def test_a_platform_that_refuses_the_token_is_told_from_one_that_could_not_be_asked(status, body, why):
    with platform(status, body) as url:
        settings = Settings(**GOOD, slack_api_url=url, telegram_api_url=url)
        assert [tokens.refused(name, settings) for name in ("Slack", "Telegram")] == [why, why]
        check = checking.chat(settings, "en")
    assert (check.status == "broken") is bool(why)
    assert ("could not be asked" in check.seen) is (why == "")


def test_without_a_network_the_doctor_says_that_it_could_not_ask():
    url = f"http://127.0.0.1:{free_port()}/api/"
    check = checking.chat(Settings(**GOOD, slack_api_url=url, telegram_api_url=url), "en")
    assert check.status != "broken"
    assert check.seen.count("could not be asked") == 2


def test_a_store_that_cannot_be_written_is_broken_and_one_that_can_is_left_as_it_was(tmp_path):
    (tmp_path / "file").write_text("")
    bad = placing.artifact_store(Settings(data_dir=tmp_path, artifacts_url=str(tmp_path / "file")), "en")
    assert bad.status == "broken"
    assert "ANDON_ARTIFACTS_URL" in bad.remedy
    good = placing.artifact_store(Settings(data_dir=tmp_path, artifacts_url=f"memory://{tmp_path}"), "en")
    assert good.status == "ok"
    assert list((tmp_path).glob("**/doctor/*")) == []


@pytest.mark.parametrize(("free", "status"), [(100 * 2**30, "ok"), (2**30, "missing"), (10 * 2**20, "broken")])
def test_a_disk_that_fills_up_is_told_before_it_is_full(tmp_path, monkeypatch, free, status):
    monkeypatch.setattr(placing.shutil, "disk_usage", lambda _path: SimpleNamespace(free=free))
    assert placing.data_dir(Settings(data_dir=tmp_path), "en").status == status


@pytest.mark.parametrize(("mode", "status"), [("development", "missing"), ("production", "broken")])
def test_a_plant_without_a_living_worker_is_told(tmp_path, mode, status):
    check = placing.workers(Settings(data_dir=tmp_path, mode=mode, redis_url="redis://127.0.0.1:1"), "en")
    assert check.status == status
    assert "andon worker" in check.remedy


@pytest.mark.parametrize(("lang", "seen"), [("en", "not usable"), ("zh", "无法使用")])
def test_a_part_that_cannot_be_used_says_what_and_the_next_step_and_no_name_of_an_error(tmp_path, lang, seen):
    settings = Settings(data_dir=tmp_path, embedding_model="nope")
    for name in ("embedder", "knowledge base"):
        check = doctor._safely(name, doctor.CHECKS[name], settings, lang)
        assert (check.status, check.seen) == ("broken", seen)
        assert "ANDON_EMBEDDING_MODEL" in check.remedy


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_look_changes_no_database_of_before_and_says_who_does(tmp_path, lang):
    settings = Settings(data_dir=tmp_path)
    engine = open_database(settings.database)
    config = state.database._config()
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "-1")
    have = state.database.revision(engine)
    check = doctor._safely("database", doctor.database, settings, lang)
    assert check.status == "broken"
    assert have in check.remedy
    assert "worker" in check.remedy
    for act in (lambda: purge.run(SimpleNamespace(older_than="90d", dry_run=True, lang=lang), settings),
                lambda: letters.replay(SimpleNamespace(key=None, all=True, lang=lang), settings)):  # fmt: skip
        with pytest.raises(AndonError, match="failure_database_older"):
            act()
    assert state.database.revision(open_database(settings.database, upgrade=False)) == have


def test_a_laptop_without_any_database_is_well(tmp_path):
    assert doctor.database(Settings(data_dir=tmp_path), "en").status == "ok"
