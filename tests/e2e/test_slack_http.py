"""HTTP mode: without SLACK_APP_TOKEN Slack's events, presses and commands come to /slack/events."""

import json
import urllib.request

import pytest

from tests.e2e.plant import Plant, small_csv
from tests.e2e.workspace import Workspace, shown, unfaulted
from tests.services import free_port

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def slack():
    with Workspace() as server:
        yield server


@pytest.fixture(scope="module")
def plant(slack, tmp_path_factory):
    port = free_port()
    given = {name: value for name, value in slack.env.items() if name != "SLACK_APP_TOKEN"}
    given["ANDON_SLACK_LISTEN"] = f"127.0.0.1:{port}"
    slack.http_target = f"http://127.0.0.1:{port}/slack/events"
    with Plant(tmp_path_factory.mktemp("slack"), fresh=True, **given) as plant:
        worker, bot = plant.run("worker"), plant.run("bot", "slack")
        worker.ready()
        bot.ready()
        yield plant


@pytest.fixture
def place(slack, plant):
    return slack.place()


def test_a_question_a_press_a_form_and_a_command(slack, place):
    ts, answer = slack.ask(place, "U0ANNA")
    slack.settled(place, ts)
    assert slack.click(place, "U0LI", answer["ts"], "copy").acked
    slack.whispered("U0LI", "pump0")
    slack.click(place, "U0LI", answer["ts"], "quote")
    assert slack.submit("U0LI", slack.form()["id"], {"text": "plot pump1 please"}).result == "closed"
    slack.answered(place, ts, 2)
    assert slack.slash("U0ANNA", place, "/andon", "status").acked
    slack.said(place, "Your role")
    assert slack.sockets_ever == 0


def test_slack_is_answered_within_its_three_seconds(slack, place):
    slack.ask(place, "U0ANNA")
    assert max(ack.seconds for ack in slack.acks) < 3
    assert [a for a in slack.attempts if a.retry_num] == []


@pytest.mark.parametrize("sign", ["wrong", "stale", None])
def test_what_is_not_signed_by_slack_now_is_refused(slack, place, sign):
    slack.say(place, "U0ANNA", "status", mention=True)
    slack.said(place, "Your role")
    event = next(e for e in slack.events if e["event"]["type"] == "app_mention" and e["event"]["channel"] == place)
    forged = {**event, "event": {**event["event"], "ts": "1700000000.000100", "text": "<@U0ANDON> help"}}
    assert slack.post_event(forged, sign)[0] in (401, 403)
    assert slack.post_event(event)[0] == 200
    slack.say(place, "U0ANNA", "models", mention=True)
    slack.said(place, "ensemble")
    assert [m for m in slack.from_bot(place) if "/andon status" in shown(m)] == []


def test_the_address_is_verified(slack, plant):
    assert slack.verify_url()


def test_health_is_told(slack, plant):
    where = slack.http_target.replace("/slack/events", "/healthz")
    with urllib.request.urlopen(where, timeout=5) as reply:
        assert (reply.status, reply.read()) == (200, b"ready")


def test_nonsense_does_no_harm(slack, plant, place):
    for body in (b"", b"{", b"[]", b'"x"', b"\xff\xfe", b"{}"):
        assert slack.post_raw(body)[0] in (200, 400, 401, 404)
    slack.say(place, "U0ANNA", "status", mention=True)
    slack.said(place, "Your role")


def test_a_delivery_that_is_repeated_is_answered_once(slack, place):
    ts, _ = slack.ask(place, "U0ANNA")
    event = next(e for e in slack.events if e["event"].get("ts") == ts)
    body = json.dumps(event).encode()
    for number in ("1", "2", "3"):
        headers = {"X-Slack-Retry-Num": number, "X-Slack-Retry-Reason": "http_timeout"}
        assert slack.post_raw(body, **headers)[0] == 200
    slack.settled(place, ts)
    slack.answered(place, ts)


def test_events_while_redis_is_down_get_no_200_and_come_again(slack, plant, place):
    slack.retry_delays = (0.3, 2.0, 4.0, 8.0)
    plant.redis.kill()
    ts = slack.say(place, "U0ANNA", "why?", files=[("pumps.csv", small_csv())], mention=True)
    slack.wait_for(lambda: [a for a in slack.attempts if a.status == 503 or a.error], 15, "an event to be refused")
    plant.redis.start()
    slack.answered(place, ts)
    slack.settled(place, ts)
    slack.answered(place, ts)


def test_nothing_was_refused_and_nothing_leaked(slack, plant):
    assert unfaulted(slack) == []
    assert slack.failed == []
    logs = plant.logs() + (plant.folder / "data/logs/andon.log").read_text()
    for words in ("xoxb-", slack.signing_secret, "pump pressure jumped"):  # Redis was killed: its client's traces stay
        assert words not in logs
