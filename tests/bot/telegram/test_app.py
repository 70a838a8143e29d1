"""The process against a strict local Telegram: nothing is confirmed before it is taken, and nothing is lost."""

import logging
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from bot.telegram import intake, menu
from workers.client import AndonError

ROOT = Path(__file__).parents[3]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def polling(server):
    server.wait_for(lambda: server.calls_of("deleteWebhook"), what="the start")


def test_updates_come_in_order_and_are_confirmed(server, settings, serving):
    for i in range(30):
        server.say(server.anna, server.anna, f"a{i}")
        server.say(server.group, server.li, f"b{i}")
    with serving(settings) as bot:
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
        server.say(server.anna, server.anna, "later")
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    assert [t for t in bot.texts if t.startswith("a")] == [f"a{i}" for i in range(30)]
    assert [t for t in bot.texts if t.startswith("b")] == [f"b{i}" for i in range(30)]
    assert bot.texts[-1] == "later"
    assert not server.refused


def test_what_the_queue_refuses_is_not_confirmed_and_comes_again(server, settings, serving):
    with serving(settings) as bot:
        polling(server)
        bot.refusing.set()
        said = [server.say(server.anna, server.anna, text) for text in ("one", "two")]
        server.wait_for(lambda: server.given(said[0].update_id) >= 2, what="a second delivery")
        assert len(server.pending_updates) == 2
        assert bot.taken == []
        bot.refusing.clear()
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    assert bot.texts == ["one", "two"]


def test_one_refused_chat_does_not_hold_back_others(server, settings, serving):
    bot = serving(settings)
    bot.take = take_but(bot, "stuck")
    bot.refusing.set()
    with bot:
        server.say(server.anna, server.anna, "stuck")
        server.say(server.anna, server.anna, "after")
        server.say(server.group, server.li, "other")
        server.wait_for(lambda: "other" in bot.texts, what="the other chat")
        assert "after" not in bot.texts
        bot.refusing.clear()
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    order = [t for t in bot.texts if t != "other"]
    assert order == ["stuck", "after"]


def take_but(bot, text):
    async def take(incoming):
        if incoming.text == text and bot.refusing.is_set():
            raise ConnectionError("no queue")
        bot.taken.append(incoming)

    return take


def test_pending_updates_are_kept_across_a_restart(server, settings, serving):
    with serving(settings) as bot:
        server.say(server.anna, server.anna, "before")
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    server.say(server.anna, server.anna, "while away")
    with serving(settings) as again:
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    assert bot.texts == ["before"]
    assert again.texts == ["while away"]
    assert not any(call.args.get("drop_pending_updates") for call in server.calls)


def test_every_kind_of_update_arrives(server, settings, serving):
    with serving(settings) as bot:
        polling(server)
        said = server.say(server.anna, server.anna, "hi")
        server.wait_for(lambda: bot.taken, what="the message")
        server.edit(server.anna, said, "hi there")
        server.react(server.anna, server.anna, said, "👍")
        server.wait_for(lambda: len(bot.taken) == 3 and not server.pending_updates, what="edit and reaction")
    assert {i.kind for i in bot.taken} == {"message", "edit", "reaction"}
    assert [i.action for i in bot.taken if i.kind == "reaction"] == ["+1"]


def test_an_update_that_cannot_be_read_is_left_out(server, settings, serving, monkeypatch, caplog):
    def broken(update, me):
        if update.message.text == "poison":
            raise KeyError(update.message.text)
        return translate(update, me)

    translate = intake.translate
    monkeypatch.setattr(intake, "translate", broken)
    with serving(settings) as bot:
        server.say(server.anna, server.anna, "poison")
        server.say(server.anna, server.anna, "fine")
        server.wait_for(lambda: not server.pending_updates, what="confirmation")
    assert bot.texts == ["fine"]
    assert "cannot be read and is left out: KeyError" in caplog.text
    assert "in broken" in caplog.text  # the frame
    assert "poison" not in caplog.text


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("error", {"status": 502, "html": True}),
        ("cut_before", {}),
        ("rate", {"retry_after": 1}),
        ("telegram_error", {"code": 409, "description": "Conflict: terminated by other getUpdates request"}),
        ("telegram_error", {"code": 401, "description": "Unauthorized"}),
    ],
)
def test_polling_survives_faults_with_one_log_line(server, settings, serving, caplog, kind, options):
    caplog.set_level(logging.INFO)
    server.fault("getUpdates", kind, times=2, **options)
    with serving(settings) as bot:
        server.say(server.anna, server.anna, "hello")
        server.wait_for(lambda: bot.texts == ["hello"], what="the message after faults")
    lines = [r.getMessage() for r in caplog.records if r.getMessage().startswith("polling:")]
    assert len([line for line in lines if "trying again" in line]) == 1
    assert "works again" in lines[-1]


def test_a_start_without_network_waits_for_it(server, settings, serving):
    server.outage(0.7)
    with serving(settings) as bot:
        polling(server)
        server.say(server.anna, server.anna, "hello")
        server.wait_for(lambda: bot.texts == ["hello"], what="the message")


def test_a_refused_or_missing_token_ends_the_start(server, settings, serving, caplog):
    wrong = settings.model_copy(update={"telegram_bot_token": SecretStr("1:wrong")})
    for given, code in ((wrong, "refused"), (wrong.model_copy(update={"telegram_bot_token": None}), "missing")):
        with serving(given) as bot:
            bot._thread.join(5)
        assert isinstance(bot.error, AndonError)
        assert bot.error.code == f"failure_telegram_token_{code}"
    assert "1:wrong" not in caplog.text


def test_the_menu_stands_in_both_languages(server, settings, serving):
    server.fault("setMyCommands", "cut_before")
    with serving(settings):
        server.wait_for(lambda: len(server.commands) == 2, what="both menus")
        server.wait_for(lambda: len(server.calls_of("setMyShortDescription")) == 2, what="descriptions")
    found = {code: [c["command"] for c in menu_] for (_, code), menu_ in server.commands.items()}
    assert found == {"": list(menu.MENU), "zh": list(menu.MENU)}
    assert not server.refused


def test_a_refused_menu_does_not_stop_the_bot(server, settings, serving):
    server.fault("setMyCommands", "error", times=99)
    with serving(settings) as bot:
        server.say(server.anna, server.anna, "hello")
        server.wait_for(lambda: bot.texts == ["hello"], what="the message")


def test_neither_token_nor_texts_reach_the_log(server, settings, serving, caplog):
    caplog.set_level(logging.INFO)
    server.fault("getUpdates", "cut_before")
    with serving(settings) as bot:
        server.say(server.anna, server.anna, "a secret question")
        server.wait_for(lambda: bot.taken and not server.pending_updates, what="confirmation")
    assert server.token not in caplog.text
    assert "secret question" not in caplog.text
    assert "ready" in caplog.text


@pytest.fixture
def hooked(settings):
    port = free_port()
    return settings.model_copy(
        update={
            "telegram_webhook_url": f"http://127.0.0.1:{port}/hook/a.b",
            "telegram_webhook_secret": SecretStr("s3cret-_"),
            "telegram_listen": f"127.0.0.1:{port}",
        }
    )


def test_a_webhook_takes_updates_and_answers_health(server, hooked, serving):
    with serving(hooked) as bot:
        server.wait_for(lambda: server.calls_of("setWebhook"), what="the webhook")
        base = "http://" + hooked.telegram_listen
        server.wait_for(lambda: httpx.get(base + "/healthz", timeout=30).status_code == 200, what="health")
        server.say(server.anna, server.anna, "hello")
        server.wait_for(lambda: bot.texts == ["hello"] and not server.pending_updates, what="delivery")
        call = server.calls_of("setWebhook")[-1].args
        assert call["secret_token"] == "s3cret-_"
        assert "message_reaction" in call["allowed_updates"]
        assert not call.get("drop_pending_updates")


def test_health_names_what_cannot_be_reached(server, hooked, serving):
    settings = hooked.model_copy(update={"redis_url": f"redis://127.0.0.1:{free_port()}/0"})
    with serving(settings):
        server.wait_for(lambda: server.calls_of("setWebhook"), what="the webhook")
        told = httpx.get(f"http://{settings.telegram_listen}/healthz", timeout=30)
        assert (told.status_code, told.json()) == (503, {"ready": False, "trouble": "redis"})


def test_a_webhook_checks_its_secret_and_its_input(server, hooked, serving):
    with serving(hooked) as bot:
        server.wait_for(lambda: server.calls_of("setWebhook"), what="the webhook")
        url, good = hooked.telegram_webhook_url, {"X-Telegram-Bot-Api-Secret-Token": "s3cret-_"}
        update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"},
                  "from": {"id": 5, "is_bot": False, "first_name": "A"}, "text": "x"}}  # fmt: skip
        assert httpx.post(url, json=update).status_code == 403
        assert httpx.post(url, json=update, headers=dict.fromkeys(good, "wrong")).status_code == 403
        assert httpx.post(url, content=b"{", headers=good).status_code == 400
        assert httpx.get(url).status_code == 405
        assert httpx.post(url.replace("hook", "other"), json=update, headers=good).status_code == 404
        assert bot.taken == []
        assert httpx.post(url, json=update, headers=good).status_code == 200
    assert bot.texts == ["x"]


def test_a_webhook_answers_503_while_the_queue_refuses_and_gets_the_update_again(server, hooked, serving):
    with serving(hooked) as bot:
        server.wait_for(lambda: server.calls_of("setWebhook"), what="the webhook")
        bot.refusing.set()
        said = server.say(server.anna, server.anna, "hello")
        server.wait_for(lambda: server.given(said.update_id) >= 1, what="the first delivery")
        time.sleep(0.2)
        assert server.pending_updates
        bot.refusing.clear()
        server.wait_for(lambda: not server.pending_updates, what="another delivery", timeout=20)
    assert bot.texts == ["hello"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"telegram_webhook_secret": None}, "failure_telegram_webhook_secret"),
        ({"telegram_webhook_secret": SecretStr("with blanks")}, "failure_telegram_webhook_secret"),
        ({"telegram_listen": "nowhere"}, "failure_telegram_listen"),
    ],
)
def test_unusable_webhook_settings_are_told(hooked, serving, change, code):
    with serving(hooked.model_copy(update=change)) as bot:
        bot._thread.join(5)
    assert bot.error.code == code


def test_sigterm_leaves_cleanly_and_loses_nothing(server, settings, tmp_path):
    script = textwrap.dedent(
        """
        import asyncio, logging, sys
        from bot.telegram.app import serve
        from workers.settings import Settings
        logging.basicConfig(level=logging.INFO, stream=sys.stderr)
        async def take(incoming):
            if incoming.text == "held":
                raise ConnectionError
            print(incoming.text, flush=True)
        asyncio.run(serve(Settings(), take))
        print([m for m in ("pandas", "numpy", "torch", "sklearn", "matplotlib") if m in sys.modules])
        """
    )
    environment = {**os.environ, **server.environment, "ANDON_DATA_DIR": str(tmp_path)}
    run = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment, text=True,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    try:
        server.say(server.anna, server.anna, "taken")
        server.say(server.anna, server.anna, "held")
        server.wait_for(lambda: len(server.pending_updates) == 1, what="one confirmation", timeout=20)
        run.send_signal(signal.SIGTERM)
        out, log = run.communicate(timeout=10)
    finally:
        run.kill()
    assert run.returncode == 0, log
    assert out.split("\n")[0] == "taken"
    assert "[]" in out
    assert [u["message"]["text"] for u in server.pending_updates] == ["held"]
    assert "ready" in log
    assert "Traceback" not in log
    assert server.token not in log
