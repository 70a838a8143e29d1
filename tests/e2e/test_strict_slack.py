"""The strict Slack refuses what Slack refuses, and the real slack_sdk and bolt work against it."""

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("slack_bolt", reason="extra `chat` is not installed")
pytest.importorskip("aiohttp", reason="extra `chat` is not installed")

import aiohttp
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_handlers import RateLimitErrorRetryHandler

from tests.e2e.strict_slack import Shared, SlackServer

pytestmark = pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
ROOT = Path(__file__).parents[2]
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 64
CHANNEL = "C0STRAND"


@pytest.fixture(scope="module")
def slack():
    with SlackServer() as server:
        yield server


@pytest.fixture
def fresh():
    with SlackServer() as server:
        yield server


def client_of(server, token=None, retry_handlers=()):
    return WebClient(
        token=server.bot_token if token is None else token,
        base_url=f"{server.url}/api/",
        retry_handlers=list(retry_handlers),
    )


@pytest.fixture
def web(slack):
    return client_of(slack)


def run_bot(server, *mode):
    env = {**os.environ, **server.env}
    if mode[0] != "socket":
        env.pop("SLACK_APP_TOKEN")
    command = [sys.executable, "-m", "tests.e2e.strict_slack.echo_bot", *mode]
    return subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def socket_bot():
    with SlackServer() as server:
        server.ack_timeout = 1.0
        process = run_bot(server, "socket")
        try:
            server.wait_socket()
            yield server
        finally:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def http_bot():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with SlackServer() as server:
        process = run_bot(server, "http", str(port))
        server.http_target = f"http://127.0.0.1:{port}/slack/events"
        try:
            server.wait_for(lambda: _listens(port), 15, "the bot to listen")
            yield server
        finally:
            process.kill()
            process.wait()


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def refused(call, *args, **kwargs):
    with pytest.raises(SlackApiError) as caught:
        call(*args, **kwargs)
    return caught.value.response


def plain(text):
    return {"type": "plain_text", "text": text}


def md(text):
    return {"type": "mrkdwn", "text": text}


def section(text="a", **more):
    return {"type": "section", "text": md(text), **more}


def button(text="b", **more):
    return {"type": "button", "text": plain(text), **more}


def actions(*elements):
    return {"type": "actions", "elements": list(elements)}


def option(text="o", value="v", **more):
    return {"text": plain(text), "value": value, **more}


def select(count):
    return {"type": "static_select", "options": [option(value=str(n)) for n in range(count)]}


INPUT = {"type": "input", "label": plain("l"), "element": {"type": "plain_text_input", "action_id": "t"}}

GOOD = {
    "fifty blocks": [section()] * 50,
    "longest section": [section("x" * 3000)],
    "ten fields": [{"type": "section", "fields": [md("x" * 1000)] * 10}],
    "header": [{"type": "header", "text": plain("x" * 150)}],
    "context": [{"type": "context", "elements": [md("x")] * 10}],
    "25 buttons": [actions(*[button(action_id=str(n)) for n in range(25)])],
    "button in full": [actions(button("x" * 75, value="v" * 2000, style="danger", url="https://a.example"))],
    "menu": [actions(select(100))],
    "overflow": [section(accessory={"type": "overflow", "options": [option(), option(value="w")]})],
    "image by url": [{"type": "image", "image_url": "https://a.example/x.png", "alt_text": "x"}],
    "divider, table and markdown": [
        {"type": "divider"},
        {"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]},
        {"type": "markdown", "text": "# x"},
    ],
    "rich text": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": []}]}],
    "confirm": [
        actions(button(confirm={"title": plain("t"), "text": md("m"), "confirm": plain("y"), "deny": plain("n")}))
    ],
}
BAD = {
    "51 blocks": ([section()] * 51, "no more than 50 items"),
    "section too long": ([section("x" * 3001)], "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    "section empty": ([section("")], "must be more than 0"),
    "section with nothing": ([{"type": "section"}], "text or fields"),
    "eleven fields": ([{"type": "section", "fields": [md("x")] * 11}], "no more than 10"),
    "field too long": ([{"type": "section", "fields": [md("x" * 2001)]}], "less than 2001"),
    "header too long": ([{"type": "header", "text": plain("x" * 151)}], "less than 151"),
    "header in mrkdwn": ([{"type": "header", "text": md("x")}], "unsupported type: mrkdwn"),
    "context with eleven": ([{"type": "context", "elements": [md("x")] * 11}], "no more than 10"),
    "26 buttons": ([actions(*[button()] * 26)], "no more than 25"),
    "no buttons": ([actions()], "no fewer than 1"),
    "button text too long": ([actions(button("x" * 76))], "less than 76"),
    "button text in mrkdwn": ([actions({"type": "button", "text": md("x")})], "unsupported type: mrkdwn"),
    "button value too long": ([actions(button(value="x" * 2001))], "less than 2001"),
    "button style": ([actions(button(style="default"))], "must be one of primary, danger"),
    "button url": ([actions(button(url="https://" + "x" * 3000))], "less than 3001"),
    "action_id too long": ([actions(button(action_id="x" * 256))], "less than 256"),
    "action_id twice": ([actions(button(action_id="a"), button(action_id="a"))], "already exists"),
    "block_id twice": ([section(block_id="a"), section(block_id="a")], "already exists"),
    "block_id too long": ([section(block_id="x" * 256)], "less than 256"),
    "unknown block": ([{"type": "banner"}], "unsupported type: banner"),
    "unknown key": ([section(colour="red")], "invalid additional property: colour"),
    "unknown key in text": ([{"type": "section", "text": {**md("x"), "size": 3}}], "additional property: size"),
    "text is a string": ([{"type": "section", "text": "x"}], "must provide an object"),
    "block is a string": (["x"], "unsupported type"),
    "input in a message": ([INPUT], "unsupported type: input in a message"),
    "image without alt": ([{"type": "image", "image_url": "https://a.example/x.png"}], "missing required field: alt"),
    "image without source": ([{"type": "image", "alt_text": "x"}], "exactly one of image_url, slack_file"),
    "image alt too long": (
        [{"type": "image", "image_url": "https://a.example/x", "alt_text": "x" * 2001}],
        "less than 2001",
    ),
    "unknown slack_file": (
        [{"type": "image", "slack_file": {"id": "F000000000"}, "alt_text": "x"}],
        "invalid slack file: file not found",
    ),
    "malformed slack_file": ([{"type": "image", "slack_file": {"id": "f1"}, "alt_text": "x"}], "regex pattern"),
    "101 options": ([actions(select(101))], "no more than 100"),
    "option too long": ([actions({"type": "static_select", "options": [option("x" * 76)]})], "less than 76"),
    "option value": ([actions({"type": "static_select", "options": [option(value="x" * 151)]})], "less than 151"),
    "eleven radio buttons": (
        [actions({"type": "radio_buttons", "options": [option(value=str(n)) for n in range(11)]})],
        "no more than 10",
    ),
    "overflow of one": ([section(accessory={"type": "overflow", "options": [option()]})], "no fewer than 2"),
    "text input in actions": ([actions({"type": "plain_text_input"})], "unsupported type: plain_text_input"),
    "markdown too long": ([{"type": "markdown", "text": "x" * 6001}] * 2, "more than 12000 characters together"),
    "two tables": ([{"type": "table", "rows": [[{"type": "raw_text", "text": "x"}]]}] * 2, "only_one_table"),
}


@pytest.mark.parametrize("name", GOOD)
def test_allowed_blocks_are_posted(web, name):
    assert web.chat_postMessage(channel=CHANNEL, text="x", blocks=GOOD[name])["ok"]


@pytest.mark.parametrize("name", BAD)
def test_invalid_blocks_are_refused_and_the_reply_says_why(web, name):
    blocks, why = BAD[name]
    reply = refused(web.chat_postMessage, channel=CHANNEL, text="x", blocks=blocks)
    assert reply["error"] == "invalid_blocks"
    assert any(why in m for m in reply["response_metadata"]["messages"]), reply["response_metadata"]


POSTS = {
    "no_text": {"channel": CHANNEL},
    "msg_too_long": {"channel": CHANNEL, "text": "x" * 40_001},
    "msg_blocks_too_long": {"channel": CHANNEL, "text": "x", "blocks": [section("x" * 3000)] * 5},
    "channel_not_found": {"channel": "C0NOWHERE", "text": "x"},
    "not_in_channel": {"channel": "C0AWAY", "text": "x"},
    "thread_not_found": {"channel": CHANNEL, "text": "x", "thread_ts": "1700000000.000001"},
    "invalid_thread_ts": {"channel": CHANNEL, "text": "x", "thread_ts": "soon"},
    "invalid_metadata_schema": {"channel": CHANNEL, "text": "x", "metadata": {"event_type": "a"}},
    "invalid_blocks_format": {"channel": CHANNEL, "text": "x", "blocks": {"type": "divider"}},
}


@pytest.mark.parametrize("code", POSTS)
def test_post_message_answers_with_slacks_error_codes(web, code):
    assert refused(web.chat_postMessage, **POSTS[code])["error"] == code


def test_tokens_scopes_and_methods_are_checked(fresh):
    web = client_of(fresh)
    assert refused(client_of(fresh, "xoxb-wrong").auth_test)["error"] == "invalid_auth"
    assert refused(client_of(fresh, "").auth_test)["error"] == "not_authed"
    assert refused(web.api_call, "chat.shout")["error"] == "unknown_method"
    assert refused(web.apps_connections_open, app_token=fresh.bot_token)["error"] == "not_allowed_token_type"
    fresh.scopes.discard("chat:write")
    reply = refused(web.chat_postMessage, channel=CHANNEL, text="x")
    assert (reply["error"], reply["needed"]) == ("missing_scope", "chat:write")
    assert "files:read" in reply["provided"]


@pytest.mark.parametrize(
    ("body", "kind", "code"),
    [
        (b"{", "application/json", "invalid_json"),
        (b"[]", "application/json", "json_not_object"),
        (b"channel=C0STRAND&blocks=[{&text=x", "application/x-www-form-urlencoded", "invalid_blocks_format"),
    ],
)
def test_bad_json_is_never_a_success(slack, body, kind, code):
    headers = {"Authorization": f"Bearer {slack.bot_token}", "Content-Type": kind}
    request = urllib.request.Request(f"{slack.url}/api/chat.postMessage", body, headers)
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    assert caught.value.code == 400
    assert json.load(caught.value)["error"] == code


def test_threads_are_read_back_in_pages_with_metadata(web, slack):
    ts = slack.say("C0SHIFT", "U0LI", "二号流怎么了")
    mark = {"event_type": "andon_answer", "event_payload": {"run": "r1"}}
    for number in range(4):
        web.chat_postMessage(channel="C0SHIFT", thread_ts=ts, text=f"{number}", metadata=mark)
    first = web.conversations_replies(channel="C0SHIFT", ts=ts, limit=3, include_all_metadata=True)
    assert first["has_more"]
    assert first["messages"][0]["reply_count"] == 4
    assert first["messages"][1]["metadata"] == mark
    rest = web.conversations_replies(
        channel="C0SHIFT", ts=ts, limit=3, cursor=first["response_metadata"]["next_cursor"]
    )
    assert [m["text"] for m in rest["messages"]] == ["2", "3"]
    assert "metadata" not in rest["messages"][0]
    assert refused(web.conversations_replies, channel="C0SHIFT", ts="1700000000.000001")["error"] == "thread_not_found"
    assert [m["ts"] for m in web.conversations_history(channel="C0SHIFT", limit=5)["messages"]] == [ts]


def test_only_own_messages_are_edited_and_every_version_is_kept(web, slack):
    theirs = slack.say(CHANNEL, "U0ANNA", "mine")
    ours = web.chat_postMessage(channel=CHANNEL, text="10 %", blocks=[section("10 %")])["ts"]
    assert refused(web.chat_update, channel=CHANNEL, ts=theirs, text="x")["error"] == "cant_update_message"
    assert refused(web.chat_update, channel=CHANNEL, ts="1700000000.000001", text="x")["error"] == "message_not_found"
    assert refused(web.chat_update, channel=CHANNEL, ts=ours, text="x" * 4001)["error"] == "msg_too_long"
    web.chat_update(channel=CHANNEL, ts=ours, text="50 %")
    assert slack.message(CHANNEL, ours)["blocks"], "blocks stay when none are given"
    web.chat_update(channel=CHANNEL, ts=ours, text="done", blocks=[])
    assert [v.message["text"] for v in slack.history(CHANNEL, ours)] == ["10 %", "50 %", "done"]
    web.chat_delete(channel=CHANNEL, ts=ours)
    assert slack.message(CHANNEL, ours) is None


def test_uploads_are_shared_after_processing_and_shown_by_slack_file(fresh):
    web = client_of(fresh)
    parent = fresh.say(CHANNEL, "U0ANNA", "picture?")
    done = web.files_upload_v2(
        filename="overview.png", file=PNG, channel=CHANNEL, thread_ts=parent, initial_comment="c"
    )
    image = [{"type": "image", "alt_text": "overview", "slack_file": {"id": done["file"]["id"]}}]
    early = refused(web.chat_postMessage, channel=CHANNEL, text="x", blocks=image)
    assert "still being processed" in early["response_metadata"]["messages"][0]
    shared = fresh.wait_for(lambda: fresh.from_bot(CHANNEL, parent), 5, "the shared file")[0]
    assert (shared["subtype"], shared["text"]) == ("file_share", "c")
    assert web.chat_postMessage(channel=CHANNEL, text="x", blocks=image)["ok"]
    assert fresh.file_content(done["file"]["id"]) == PNG
    assert web.files_info(file=done["file"]["id"])["file"]["mimetype"] == "image/png"
    other = web.files_upload_v2(filename="processed.csv", content="a,b\n")["file"]["id"]
    time.sleep(fresh.processing_time + 0.05)
    image[0]["slack_file"]["id"] = other
    reply = refused(web.chat_postMessage, channel=CHANNEL, text="x", blocks=image)
    assert "not an image" in reply["response_metadata"]["messages"][0]
    assert refused(web.files_completeUploadExternal, files=[{"id": "F000000000"}])["error"] == "file_not_found"


def fetch(url, token):
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request) as reply:
        return reply.headers.get_content_type(), reply.read()


def test_downloads_want_the_token_and_the_scope(fresh):
    fresh.say(CHANNEL, "U0ANNA", "see", files=[("a.csv", b"t,x\n1,2\n"), Shared("big.csv", size=300_000)])
    small, big = (f["url_private_download"] for f in fresh.messages(CHANNEL)[-1]["files"])
    assert fetch(small, fresh.bot_token) == ("text/csv", b"t,x\n1,2\n")
    assert len(fetch(big, fresh.bot_token)[1]) == 300_000
    assert fetch(small, "xoxb-wrong")[0] == "text/html"
    fresh.scopes.discard("files:read")
    assert b"Sign in" in fetch(small, fresh.bot_token)[1]


def test_external_and_connect_files_look_as_slack_shows_them(fresh):
    fresh.say(CHANNEL, "U0ANNA", "", files=[Shared("a.csv", external="https://drive.example/a"), Shared("b.csv")])
    fresh.say(CHANNEL, "U0ANNA", "", files=[Shared("c.csv", b"x", connect=True)])
    linked, connected = (m["files"][0] for m in fresh.messages(CHANNEL))
    assert (linked["mode"], linked["is_external"]) == ("external", True)
    assert (connected["mode"], connected["file_access"]) == ("file_access", "check_file_info")
    assert client_of(fresh).files_info(file=connected["id"])["file"]["user_team"] == "T0PARTNER"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"title": plain("x" * 25)}, "less than 25"),
        ({"submit": plain("x" * 25)}, "less than 25"),
        ({"submit": None}, "submit"),
        ({"callback_id": "x" * 256}, "less than 256"),
        ({"private_metadata": "x" * 3001}, "less than 3001"),
        ({"blocks": [section()] * 101}, "no more than 100"),
        ({"blocks": []}, "no fewer than 1"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "in a modal"),
        ({"colour": "red"}, "additional property"),
        ({"type": "dialog"}, "unsupported type"),
    ],
)
def test_bad_modals_are_invalid_arguments(web, slack, change, why):
    view = {"type": "modal", "title": plain("t"), "submit": plain("s"), "blocks": [INPUT], **change}
    reply = refused(web.views_open, trigger_id=slack.trigger("U0ANNA"), view=view)
    assert reply["error"] == "invalid_arguments"
    assert any(why in m for m in reply["response_metadata"]["messages"]), reply["response_metadata"]


def test_a_trigger_opens_one_modal_and_soon(web, slack):
    view = {"type": "modal", "title": plain("t"), "blocks": [section()]}
    trigger = slack.trigger("U0ANNA")
    assert web.views_open(trigger_id=trigger, view=view)["view"]["id"] in {v["id"] for v in slack.views}
    assert refused(web.views_open, trigger_id=trigger, view=view)["error"] == "exchanged_trigger_id"
    late = slack.trigger("U0ANNA")
    slack.age(3.1)
    assert refused(web.views_open, trigger_id=late, view=view)["error"] == "expired_trigger_id"
    assert refused(web.views_open, trigger_id="1.2.3", view=view)["error"] == "invalid_trigger_id"
    assert refused(web.views_update, view_id="V0", view=view)["error"] == "not_found"


def test_blocks_without_fallback_text_are_noted(fresh):
    client_of(fresh).chat_postMessage(channel=CHANNEL, blocks=[section()])
    assert fresh.warnings == ["chat.postMessage: blocks without fallback text"]


def test_a_lost_reply_leaves_the_message_behind(fresh):
    fresh.fault("chat.postMessage", "cut_after")
    with pytest.raises((OSError, urllib.error.URLError)):
        client_of(fresh).chat_postMessage(channel=CHANNEL, text="once")
    assert [m["text"] for m in fresh.messages(CHANNEL)] == ["once"]
    fresh.fault("chat.postMessage", "cut_before")
    with pytest.raises((OSError, urllib.error.URLError)):
        client_of(fresh).chat_postMessage(channel=CHANNEL, text="never")
    assert [m["text"] for m in fresh.messages(CHANNEL)] == ["once"]
    assert [(c.fault, c.done) for c in fresh.calls] == [("cut_after", True), ("cut_before", False)]


def test_rate_limits_are_honoured_by_the_sdks_handler(fresh):
    fresh.fault("chat.postMessage", "rate", retry_after=1)
    begun = time.monotonic()
    client_of(fresh, retry_handlers=[RateLimitErrorRetryHandler()]).chat_postMessage(channel=CHANNEL, text="x")
    assert time.monotonic() - begun >= 1
    assert [c.status for c in fresh.calls] == [429, 200]


def test_pace_allows_a_burst_and_counts_what_is_too_fast(fresh):
    fresh.pace = True
    web = client_of(fresh)
    for _ in range(3):
        web.chat_postMessage(channel=CHANNEL, text="x")
    assert refused(web.chat_postMessage, channel=CHANNEL, text="x").status_code == 429
    assert web.chat_postMessage(channel="C0SHIFT", text="x")["ok"]
    assert fresh.pace_violations == 1


def test_other_faults_and_chaos_repeat_with_their_seed(fresh):
    web = client_of(fresh)
    fresh.fault("*", "slack_error", error="fatal_error")
    assert refused(web.auth_test)["error"] == "fatal_error"
    fresh.fault("auth.test", "error", status=503, skip=1)
    assert web.auth_test()["ok"]
    with pytest.raises(SlackApiError, match="non-JSON"):
        web.auth_test()

    def outcomes():
        fresh.chaos({"slack_error": 0.3}, seed=7)
        results = []
        for _ in range(20):
            try:
                results.append(bool(web.auth_test()["ok"]))
            except SlackApiError:
                results.append(False)
        return results

    assert outcomes() == outcomes()
    fresh.calm()
    assert web.auth_test()["ok"]


def test_waiting_says_what_for_and_shows_the_last_calls(slack, web):
    web.auth_test()
    with pytest.raises(AssertionError, match=r"(?s)for the answer.*auth\.test 200 ok"):
        slack.wait_for(lambda: False, 0.05, "the answer")


def test_a_mention_over_socket_mode_comes_as_two_events_and_is_answered(socket_bot):
    ts = socket_bot.say(CHANNEL, "U0ANNA", "why?", mention=True)
    assert socket_bot.wait_message(CHANNEL, "heard:", ts)["thread_ts"] == ts
    pair = [e for e in socket_bot.events if e["event"].get("ts") == ts]
    assert {e["event"]["type"] for e in pair} == {"message", "app_mention"}
    assert len({e["event_id"] for e in pair}) == 2
    socket_bot.wait_quiet()
    assert all(0 < a.seconds < 5 for a in socket_bot.acks)


def test_an_event_without_ack_is_delivered_again(socket_bot):
    ts = socket_bot.say(CHANNEL, "U0ANNA", "later 2", mention=True)
    socket_bot.wait_message(CHANNEL, "heard:", ts)
    attempts = [a.attempt for a in socket_bot.acks]
    assert max(attempts) == 2
    event_id = next(e["event_id"] for e in socket_bot.events if e["event"]["type"] == "app_mention")
    before = len(socket_bot.acks)
    socket_bot.repeat(event_id)
    socket_bot.wait_for(lambda: len(socket_bot.acks) > before, 5, "the repeated event")


@pytest.mark.parametrize("trouble", ["ask_disconnect", "cut_sockets", "kill_sockets_silently", "cut_and_refuse"])
def test_events_survive_a_lost_connection(socket_bot, trouble):
    opened = socket_bot.sockets_ever
    if trouble == "cut_and_refuse":
        socket_bot.refuse_sockets(0.5)
        socket_bot.cut_sockets()
    else:
        assert getattr(socket_bot, trouble)() >= 1
    ts = socket_bot.say(CHANNEL, "U0LI", f"still there after {trouble}?", mention=True)
    socket_bot.wait_message(CHANNEL, "heard:", ts, timeout=12)
    # asked to refresh, the client may still have heard it on the old socket
    socket_bot.wait_for(lambda: socket_bot.sockets_ever > opened, 12, "a new socket")


def test_a_click_and_a_modal_go_round(socket_bot):
    ts = socket_bot.say(CHANNEL, "U0BOB", "wrong", mention=True)
    answer = socket_bot.wait_message(CHANNEL, "heard:", ts)["ts"]
    assert socket_bot.click(CHANNEL, "U0BOB", answer, "agree").acked
    socket_bot.wait_for(lambda: any(e["text"] == "thanks" for e in socket_bot.ephemerals), 5, "thanks")
    socket_bot.click(CHANNEL, "U0BOB", answer, "form")
    view = socket_bot.wait_for(lambda: socket_bot.views, 5, "the form")[0]["id"]
    with pytest.raises(ValueError, match="required"):
        socket_bot.submit("U0BOB", view)
    with pytest.raises(AssertionError, match="nothing to click"):
        socket_bot.click(CHANNEL, "U0BOB", answer, "explode")
    refused_ = socket_bot.submit("U0BOB", view, {"reason": "none"})
    assert (refused_.result, list(refused_.errors)) == ("errors", ["reason"])
    assert socket_bot.submit("U0BOB", view, {"reason": "argon"}).result == "closed"
    socket_bot.wait_message(CHANNEL, "reason: argon")
    assert socket_bot.views == []


def test_a_command_is_answered_in_its_acknowledgement(socket_bot):
    act = socket_bot.slash("U0ANNA", CHANNEL, "/andon", "models")
    assert act.acked
    assert socket_bot.ephemerals[-1]["text"] == "help for models"


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request) as reply:
            return json.load(reply)
    except urllib.error.HTTPError as error:
        return json.load(error)


@contextlib.contextmanager
def acknowledging(server, payloads):
    """A bare socket that acknowledges every envelope, with the next of the payloads for interactions."""

    async def run(stop):
        async with aiohttp.ClientSession() as session, session.ws_connect(server._do(server.sockets.url)) as ws:
            while not stop.is_set():
                with contextlib.suppress(TimeoutError):
                    message = await ws.receive_json(timeout=0.05)
                    if "envelope_id" in message:
                        extra = {"payload": payloads.pop(0)} if message["type"] != "events_api" and payloads else {}
                        await ws.send_json({"envelope_id": message["envelope_id"], **extra})

    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(run(stop)))
    thread.start()
    try:
        server.wait_socket()
        yield
    finally:
        stop.set()
        thread.join(5)


def test_acknowledgements_change_modals_and_bad_ones_are_noted(fresh):
    view = {"type": "modal", "title": plain("t"), "submit": plain("s"), "blocks": [INPUT | {"block_id": "b"}]}
    acks = [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "update", "view": {**view, "title": plain("x" * 25)}},
        {"response_action": "update", "view": {**view, "title": plain("new")}},
        {"response_action": "push", "view": {**view, "title": plain("top")}},
        {"response_action": "clear"},
    ]
    opened = client_of(fresh).views_open(trigger_id=fresh.trigger("U0LI"), view=view)["view"]["id"]
    with acknowledging(fresh, acks):
        results = [fresh.submit("U0LI", opened, {"b": "x"}).result for _ in range(4)]
        assert results == ["invalid", "invalid", "updated", "pushed"]
        assert [v["title"]["text"] for v in fresh.views] == ["new", "top"]
        assert fresh.submit("U0LI", fresh.views[-1]["id"], {"t": "x"}).result == "cleared"
    assert fresh.views == []
    assert len(fresh.warnings) == 2


def test_a_response_url_replaces_and_deletes_its_message(fresh):
    row = [actions(button("Copy", action_id="copy", value="1"), button("Stop", action_id="stop"))]
    web = client_of(fresh)
    ts = web.chat_postMessage(channel=CHANNEL, text="x", blocks=row)["ts"]
    hidden = web.chat_postEphemeral(channel=CHANNEL, user="U0BOB", text="only you", blocks=row)["message_ts"]
    with acknowledging(fresh, []):
        act = fresh.click(CHANNEL, "U0BOB", ts, "copy")
        assert act.payload["actions"][0]["value"] == "1"
        assert act.payload["message"]["ts"] == act.payload["container"]["message_ts"] == ts
        assert post(act.response_url, {"replace_original": True, "text": "y" * 40_001})["error"] == "msg_too_long"
        assert post(act.response_url, {"replace_original": True, "text": "replaced"})["ok"]
        assert "blocks" not in fresh.message(CHANNEL, ts)
        assert post(act.response_url, {"delete_original": True})["ok"]
        assert fresh.message(CHANNEL, ts) is None
        private = fresh.click(CHANNEL, "U0BOB", hidden, "stop")
        assert "message" not in private.payload
        assert post(private.response_url, {"delete_original": True})["ok"]
    assert fresh.ephemerals == []


def test_response_urls_take_five_uses(fresh):
    act = fresh.slash("U0ANNA", CHANNEL, "/andon", wait=False)
    assert [post(act.response_url, {"text": "x"})["ok"] for _ in range(5)] == [True] * 5
    assert post(act.response_url, {"text": "x"})["error"] == "used_url"
    fresh.age(31 * 60)
    assert post(act.response_url, {"text": "x"})["error"] == "expired_url"


def test_sockets_take_turns_tickets_are_good_once_and_pings_are_answered(fresh):
    fresh.ack_timeout = 0.3

    async def two_sockets():
        async with aiohttp.ClientSession() as session:
            auth = {"Authorization": f"Bearer {fresh.app_token}"}
            urls = []
            for _ in range(2):
                async with session.post(f"{fresh.url}/api/apps.connections.open", headers=auth) as reply:
                    urls.append((await reply.json())["url"])
            one, two = [await session.ws_connect(u, autoping=False) for u in urls]
            with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
                await session.ws_connect(urls[0])
            hellos = [await s.receive_json() for s in (one, two)]
            await one.ping(b"mine")
            pong = await one.receive(5)
            fresh.say(CHANNEL, "U0ANNA", "first")
            pairs = [asyncio.ensure_future(s.receive_json()) for s in (one, two)]
            done, rest = await asyncio.wait(pairs, timeout=5, return_when=asyncio.FIRST_COMPLETED)
            first = done.pop().result()
            again = await asyncio.wait_for(rest.pop(), 5)
            await one.send_json({"envelope_id": again["envelope_id"]})
            return hellos, pong.data, first, again

    hellos, pong, first, again = asyncio.run(two_sockets())
    assert [(h["type"], h["num_connections"]) for h in hellos] == [("hello", 1), ("hello", 2)]
    assert pong == b"mine"
    assert (first["type"], first["accepts_response_payload"], first["retry_attempt"]) == ("events_api", False, 0)
    assert (again["retry_attempt"], again["retry_reason"]) == (1, "timeout")
    assert again["payload"] == first["payload"]
    fresh.wait_quiet()
    assert [(a.envelope_id, a.attempt) for a in fresh.acks] == [(first["envelope_id"], 1)]


def test_events_wait_for_a_connection(fresh):
    ts = fresh.say(CHANNEL, "U0ANNA", "while away", mention=True)
    assert fresh.unacked == 2
    assert not fresh.slash("U0ANNA", CHANNEL, "/andon", wait=False).acked
    process = run_bot(fresh, "socket")
    try:
        fresh.wait_message(CHANNEL, "heard:", ts)
    finally:
        process.kill()
        process.wait()
    fresh.say("C0AWAY", "U0ANNA", "the bot is not here", mention=True)
    fresh.remove_bot(CHANNEL)
    fresh.say(CHANNEL, "U0ANNA", "nor here", mention=True)
    assert not [e for e in fresh.events if "here" in e["event"].get("text", "")]
    assert refused(client_of(fresh).chat_postMessage, channel=CHANNEL, text="x")["error"] == "not_in_channel"


def test_http_mode_signs_retries_and_records(http_bot):
    assert http_bot.verify_url()
    ts = http_bot.say(CHANNEL, "U0ANNA", "later 1", mention=True)
    http_bot.wait_message(CHANNEL, "heard:", ts)
    tried = [(a.status, a.retry_num, a.retry_reason) for a in http_bot.attempts if a.status != 200 or a.retry_num]
    assert (503, 0, None) in tried
    assert (200, 1, "http_error") in tried
    for sign in ("wrong", "stale", None):
        assert http_bot.post_event({"type": "event_callback"}, sign)[0] == 401
    assert http_bot.post_raw(b"not json", sign="wrong")[0] >= 400


def test_http_mode_carries_clicks_modals_and_commands(http_bot):
    dm = http_bot.dm("U0LI")
    ts = http_bot.say(dm, "U0LI", "液位")
    answer = http_bot.wait_message(dm, "heard:", ts)["ts"]
    assert http_bot.click(dm, "U0LI", answer, "form").acked
    view = http_bot.wait_for(lambda: http_bot.views, 5, "the form")[0]["id"]
    assert http_bot.submit("U0LI", view, {"text": "none"}).result == "errors"
    assert http_bot.submit("U0LI", view, {"text": "水口"}).result == "closed"
    assert http_bot.slash("U0LI", dm, "/andon", "kb").response == "help for kb"


def test_people_change_their_minds(fresh):
    ts = fresh.say(CHANNEL, "U0ANNA", "levle jumps")
    fresh.edit(CHANNEL, ts, "level jumps")
    fresh.react("U0LI", CHANNEL, ts, "+1")
    fresh.unreact("U0LI", CHANNEL, ts, "+1")
    fresh.bot_says(CHANNEL, "ping")
    fresh.delete(CHANNEL, ts)
    place, root = fresh.open_assistant("U0BOB")
    told = [(e["event"]["type"], e["event"].get("subtype")) for e in fresh.events]
    assert told == [
        ("message", None),
        ("message", "message_changed"),
        ("reaction_added", None),
        ("reaction_removed", None),
        ("message", "bot_message"),
        ("message", "message_deleted"),
        ("assistant_thread_started", None),
    ]
    client_of(fresh).assistant_threads_setStatus(channel_id=place, thread_ts=root, status="reads the file ...")
    assert fresh.statuses[-1]["status"] == "reads the file ..."
