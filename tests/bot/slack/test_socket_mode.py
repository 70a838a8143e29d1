"""Socket Mode against the strict Slack: acknowledged only when taken, connected for good, nothing secret in the log."""

import logging

import pytest

from bot.outlet import Refused
from bot.slack import socketmode
from tests.bot.slack.conftest import settings_for


@pytest.fixture
def andon(slack, settings, run):
    running = run(settings)
    running.wait(lambda: slack.open_sockets == 1)
    return running


def test_a_mention_is_taken_twice_under_one_id_and_acknowledged(slack, andon):
    ts = slack.say("C0STRAND", "U0ANNA", "<@U0ANDON> level is jumping, why?")
    andon.wait(lambda: len(andon.taken) == 2)  # app_mention and message
    assert {i.event_id for i in andon.taken} == {f"slack:T0PLANT:C0STRAND:{ts}"}
    assert {(i.text, i.addressed, i.thread) for i in andon.taken} == {("level is jumping, why?", True, ts)}
    andon.wait(lambda: all(d.outcome == "acked" for d in slack.dispatch.deliveries))


def test_an_event_that_was_not_taken_comes_again(slack, andon):
    slack.ack_timeout = 0.3
    andon.refuse = True
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "why?")
    andon.wait(lambda: slack.dispatch.deliveries and slack.dispatch.deliveries[0].attempts == 2)
    assert slack.dispatch.deliveries[0].outcome == ""
    andon.refuse = False
    andon.wait(lambda: slack.dispatch.deliveries[0].outcome == "acked")
    assert [i.text for i in andon.taken] == ["why?"]


def test_a_press_a_form_and_a_command_are_acknowledged_without_words(slack, andon):
    done = slack.slash("U0ANNA", "C0STRAND", "/andon", "status")
    assert done.acked
    assert done.response is None
    assert (andon.taken[0].kind, andon.taken[0].action) == ("command", "status")


def test_refreshes_and_cuts_lose_nothing(slack, andon):
    slack.ack_timeout = 0.5
    texts = []
    for number in range(12):
        texts.append(f"question {number}")
        slack.say(slack.dm("U0ANNA"), "U0ANNA", texts[-1])
        if number % 4 == 1:
            slack.ask_disconnect("refresh_requested")
        elif number % 4 == 3:
            slack.cut_sockets()
            andon.wait(lambda: slack.open_sockets >= 1)
    andon.wait(lambda: {i.text for i in andon.taken} == set(texts), 20)


def test_a_refresh_opens_the_new_socket_before_the_old_one_is_left(slack, andon):
    slack.ask_disconnect("warning")
    andon.wait(lambda: slack.sockets_ever == 2)
    assert slack.open_sockets == 2


def test_a_socket_that_went_dead_is_replaced(slack, andon, monkeypatch):
    monkeypatch.setattr(socketmode, "HEARTBEAT", 0.4)  # for the sockets to come
    slack.cut_sockets()
    andon.wait(lambda: slack.sockets_ever == 2)
    assert slack.kill_sockets_silently() == 1
    andon.wait(lambda: slack.sockets_ever == 3, 5)
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "still there?")
    andon.wait(lambda: andon.taken)


def test_a_dead_socket_is_noticed_within_half_a_minute_by_default():
    assert socketmode.HEARTBEAT * 1.5 + socketmode.LONGEST < 30


@pytest.mark.parametrize(
    ("kind", "options"),
    [("error", {"status": 500}), ("html", {}), ("cut_before", {}), ("rate", {"retry_after": 1}),
     ("slack_error", {"error": "internal_error"})],
)  # fmt: skip
def test_it_connects_again_whatever_apps_connections_open_answers(slack, andon, kind, options):
    slack.fault("apps.connections.open", kind, times=2, **options)
    before = len(slack.api.calls)
    slack.cut_sockets()
    andon.wait(lambda: slack.sockets_ever == 2, 10)
    assert len(slack.api.calls) - before == 3  # two that failed and one: no storm


def test_refused_sockets_are_tried_again_with_a_new_address(slack, andon):
    slack.refuse_sockets(1.0)
    slack.cut_sockets()
    andon.wait(lambda: slack.sockets_ever == 2, 10)


def test_the_start_waits_for_a_slack_that_does_not_answer_yet(slack, settings, run):
    slack.fault("auth.test", "error", times=2, status=503)
    andon = run(settings)
    andon.wait(lambda: slack.open_sockets == 1)


def test_a_refused_token_ends_the_start(slack, run):
    andon = run(settings_for(slack, slack_bot_token="xoxb-wrong"))
    andon.wait(lambda: andon.failed is not None)
    assert isinstance(andon.failed, Refused)
    assert andon.failed.code == "invalid_auth"


def test_ready_is_said_once_and_nothing_secret_is_logged(slack, settings, run, caplog):
    caplog.set_level(logging.INFO)
    andon = run(settings)
    andon.wait(lambda: slack.open_sockets == 1)
    slack.ack_timeout = 0.3
    andon.refuse = True
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "topsecret words")
    andon.wait(lambda: slack.dispatch.deliveries[0].attempts == 2)
    slack.fault("apps.connections.open", "slack_error", error="invalid_auth")
    slack.refuse_sockets(0.5)
    slack.cut_sockets()
    andon.wait(lambda: slack.sockets_ever == 2)
    andon.wait(lambda: "again" in caplog.text)
    ours = [r for r in caplog.records if r.name != "aiohttp.access"]  # that one is the strict Slack's own
    log = "\n".join(logging.Formatter().format(record) for record in ours)
    assert sum("ready" in r.getMessage() for r in ours) == 1
    for secret in ("topsecret", slack.bot_token, slack.app_token, "ticket="):
        assert secret not in log


def test_what_is_being_taken_is_finished_before_it_leaves(slack, settings, run):
    andon = run(settings)
    andon.wait(lambda: slack.open_sockets == 1)
    andon.slow = 0.6
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "last words")
    andon.wait(lambda: andon.begun)  # sent is not enough: a slow process has not read it yet
    andon.stop()
    assert [i.text for i in andon.taken] == ["last words"]
    andon.wait(lambda: slack.dispatch.deliveries[0].outcome == "acked")


def test_an_envelope_that_nobody_can_read_does_no_harm(slack, andon):
    slack.ack_timeout = 0.2

    def send():
        for payload in ([1], "words", {"type": "event_callback"}, {"type": "block_actions", "actions": []}):
            slack.dispatch.send("events_api", payload)

    slack._do(send)
    slack.say(slack.dm("U0ANNA"), "U0ANNA", "still there?")
    andon.wait(lambda: [i.text for i in andon.taken] == ["still there?"])
