"""HTTP mode against the strict Slack: signatures, the handshake, 503 when an event was not taken, /healthz."""

import asyncio
import socket
import urllib.error
import urllib.request

import pytest

from bot.outlet import Refused
from bot.slack.app import serve
from tests.bot.slack.conftest import settings_for
from tests.services import free_port
from workers.client import AndonError, failure_sentence


@pytest.fixture
def andon(slack, run):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = f"127.0.0.1:{free.getsockname()[1]}"
    running = run(settings_for(slack, slack_app_token=None, slack_listen=where))
    running.wait(lambda: healthy(where))
    slack.http_target = f"http://{where}/slack/events"
    return running


def healthy(where):
    try:
        return urllib.request.urlopen(f"http://{where}/healthz", timeout=1).status == 200
    except OSError:
        return False


def test_the_handshake_and_events_arrive(slack, andon):
    assert slack.verify_url()
    slack.say("C0STRAND", "U0ANNA", "<@U0ANDON> why?", files=[("a.csv", b"time,a\n")])
    andon.wait(lambda: len(andon.taken) == 2)
    assert andon.taken[0].files == andon.taken[1].files
    assert andon.taken[0].files[0].name == "a.csv"


@pytest.mark.parametrize("sign", ["wrong", "stale", None])
def test_what_slack_did_not_sign_is_refused(slack, andon, sign, caplog):
    event = {"type": "event_callback", "event": {"type": "message", "text": "topsecret"}}
    assert slack.post_event(event, sign=sign)[0] == 401
    assert andon.taken == []
    assert "topsecret" not in caplog.text


def test_nonsense_is_refused(slack, andon):
    for body in (b"{no json", b"\xff\xfe", b"[1]", b"null"):
        assert slack.post_raw(body, "application/json")[0] in (400, 401)


def test_signed_events_of_unknown_shape_are_acknowledged(slack, andon):
    for event in ({"type": "message"}, {"type": "new_thing"}, {"type": "reaction_added", "item": {}}):
        assert slack.post_event({"type": "event_callback", "event": event})[0] == 200
    assert slack.post_interaction({"type": "block_actions", "actions": [], "user": {"id": "U1"}})[0] == 200
    assert andon.taken == []


def test_an_event_that_was_not_taken_gets_503_and_comes_again(slack, andon):
    andon.refuse = True
    event = {"type": "message", "channel": "D1", "channel_type": "im", "user": "U1", "ts": "1.000001", "text": "a"}
    assert slack.post_event({"type": "event_callback", "team_id": "T0PLANT", "event": event})[0] == 503
    slack.retry_delays = (0.05, 0.3)
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "again")
    andon.wait(lambda: slack.dispatch.deliveries[-1].attempts == 2)
    andon.refuse = False
    andon.wait(lambda: [i.text for i in andon.taken] == ["again"])


def test_a_command_and_a_press_arrive_as_forms(slack, andon):
    assert slack.slash("U0ANNA", "C0STRAND", "/andon", "digest on").acked
    assert (andon.taken[0].action, andon.taken[0].text) == ("digest", "on")


def test_without_a_signing_secret_nothing_is_served(slack, run):
    andon = run(settings_for(slack, slack_app_token=None, slack_signing_secret=None))
    andon.wait(lambda: andon.failed is not None)
    assert isinstance(andon.failed, Refused)
    assert andon.failed.code == "slack_signing_secret_missing"


def test_health_names_what_cannot_be_reached(slack, run):
    where, nobody = (f"127.0.0.1:{free_port()}" for _ in range(2))
    running = run(settings_for(slack, slack_app_token=None, slack_listen=where, redis_url=f"redis://{nobody}/0"))

    def told():
        try:
            urllib.request.urlopen(f"http://{where}/healthz", timeout=5)
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return None

    running.wait(lambda: told() == (503, "redis"))


def test_an_address_that_is_taken_is_a_sentence(slack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        where = f"127.0.0.1:{taken.getsockname()[1]}"
        settings = settings_for(slack, slack_app_token=None, slack_listen=where)
        with pytest.raises(AndonError) as told:
            asyncio.run(serve(settings, None))
    assert where in failure_sentence(told.value, "en")
    assert "ANDON_SLACK_LISTEN" in failure_sentence(told.value, "zh")
