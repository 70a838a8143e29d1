"""Slack's events become Incoming, or nothing."""

import json

import pytest

from bot.incoming import first_id
from bot.slack.events import files, translate
from bot.slack.identity import Me

ME = Me(team="T1", user="UME", bot="BME")
CHANNEL = {"type": "message", "channel": "C1", "channel_type": "channel", "user": "U1", "ts": "1700000000.000100"}
DM = {**CHANNEL, "channel": "D1", "channel_type": "im"}


def wrapped(event, **more):
    return {"type": "event_callback", "team_id": "T1", "event_id": "Ev1", "event": event, **more}


def read(event, **more):
    return translate(wrapped(event, **more), ME)


def test_a_mention_tells_the_same_in_both_of_its_events():
    words = {"text": "<@UME> why?", "files": [{"id": "F1", "name": "a.csv", "size": 3, "mode": "hosted"}]}
    message = read({**CHANNEL, **words, "subtype": "file_share"})
    mention = {k: v for k, v in CHANNEL.items() if k != "channel_type"}
    mention = read({**mention, **words, "type": "app_mention"})
    assert message == mention
    assert message.event_id == "slack:T1:C1:1700000000.000100"
    assert (message.text, message.addressed, message.private) == ("why?", True, False)
    assert message.thread == message.message == "1700000000.000100"
    assert message.at.timestamp() == pytest.approx(1700000000.0001)


def test_a_direct_message_is_addressed_and_private():
    incoming = read({**DM, "text": "why?"})
    assert (incoming.addressed, incoming.private, incoming.thread) == (True, True, DM["ts"])


def test_a_thread_reply_without_mention_is_told_as_not_addressed():
    incoming = read({**CHANNEL, "text": "and now?", "thread_ts": "1600000000.000001"})
    assert (incoming.addressed, incoming.thread) == (False, "1600000000.000001")


def test_a_group_direct_message_needs_a_mention():
    assert read({**CHANNEL, "channel": "G1", "channel_type": "mpim", "text": "lunch?"}) is None
    assert read({**CHANNEL, "channel": "G1", "channel_type": "mpim", "text": "<@UME> why?"}).private is False


@pytest.mark.parametrize(
    "event",
    [
        {**CHANNEL, "text": "no mention"},
        {**CHANNEL, "text": "<@UYOU> not for us"},
        {**DM, "text": "ours", "user": "UME"},
        {**DM, "text": "another bot", "bot_id": "B2"},
        {**DM, "text": "a bot", "subtype": "bot_message", "user": None},
        {**DM, "text": "joined", "subtype": "channel_join"},
        {**DM, "subtype": "message_deleted", "deleted_ts": "1.0"},
        {**CHANNEL, "type": "app_mention", "text": "<@UME> edited", "edited": {"ts": "2.0"}},
        {"type": "member_joined_channel", "user": "U2", "channel": "C1"},
        {"type": "assistant_thread_context_changed"},
        {"type": "app_home_opened", "user": "U1"},
    ],
)
def test_what_is_nothing_to_us(event):
    assert read(event) is None


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("<@UME> a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
        ("<@UME>: why?", "why?"),
        ("why <@UME|andon>?", "why?"),
        ("<@U2|bob> and <@U3>", "@bob and @U3"),
        ("<#C2|strand> <#C3>", "#strand #C3"),
        ("see <http://a.csv|a.csv> in <https://x.y/z|the log>", "see a.csv in the log (https://x.y/z)"),
        ("<https://x.y?a=1&amp;b=2>", "https://x.y?a=1&b=2"),
        ("<mailto:a@b.c|a@b.c>", "a@b.c"),
        ("<!here> <!channel> <!subteam^S1|@crew>", "@here @channel @crew"),
        ("since <!date^1700000000^{date_short}|Nov 14>", "since Nov 14"),
        ("2号流 <@UME> 为什么？", "2号流 为什么？"),
    ],
)
def test_markup_becomes_what_the_writer_saw(written, seen):
    assert read({**DM, "text": written}).text == seen


def test_an_edit_of_the_words_is_told_once_and_only_then():
    new = {k: v for k, v in DM.items() if k not in ("channel", "channel_type")}
    old = {**new, "text": "wy?"}
    new = {**new, "text": "why?", "edited": {"user": "U1", "ts": "1700000009.000000"}}
    event = {"type": "message", "subtype": "message_changed", "channel": "D1", "channel_type": "im", "ts": "1.2"}
    edit = read({**event, "message": new, "previous_message": old})
    assert (edit.kind, edit.text, edit.message) == ("edit", "why?", DM["ts"])
    assert edit.event_id == f"slack:T1:D1:{DM['ts']}/edit/1700000009.000000"
    unfurled = {**old, "attachments": [{"from_url": "http://x"}]}
    assert read({**event, "message": unfurled, "previous_message": old}) is None
    assert read({**event, "message": {**new, "attachments": [1]}, "previous_message": new}) is None
    assert read({**event, "message": {**new, "bot_id": "BME"}, "previous_message": old}) is None
    in_channel = {**event, "channel": "C1", "channel_type": "channel"}
    assert read({**in_channel, "message": new, "previous_message": old}) is None
    mentioned = {**new, "text": "<@UME> why?"}
    assert read({**in_channel, "message": mentioned, "previous_message": old}).addressed
    assert read({**in_channel, "message": new, "previous_message": {**old, "text": "<@UME> y"}}).addressed is False


@pytest.mark.parametrize(
    ("native", "kind"),
    [
        ({"mode": "hosted", "url_private": "https://files.slack.com/x"}, "file"),
        ({"mode": "snippet"}, "file"),
        ({"mode": "hosted", "mimetype": "image/png"}, "picture"),
        ({"mode": "hosted", "mimetype": "audio/mp4"}, "sound"),
        ({"mode": "hosted", "mimetype": "video/quicktime"}, "sound"),
        ({"mode": "hosted", "mimetype": "text/csv"}, "file"),
        ({"mode": "external", "is_external": True}, "external"),
        ({"mode": "hosted", "is_external": True}, "external"),
        ({"mode": "file_access", "file_access": "check_file_info"}, "foreign"),
        ({"mode": "hosted", "file_access": "access_denied"}, "foreign"),
    ],
)
def test_files_by_where_they_live(native, kind):
    assert [file.kind for file in files([{"id": "F1", **native}])] == [kind]


def test_files_that_are_gone_are_left_out():
    assert files([{"id": "F1", "mode": "tombstone"}, {"id": "F2", "mode": "hidden_by_limit"}]) == []
    assert files(None) == []


def test_the_workspace_is_ours_also_in_a_shared_channel():
    body = {"team_id": "TOTHER", "authorizations": [{"team_id": "T1", "is_bot": True}], "is_ext_shared_channel": True}
    incoming = read({**CHANNEL, "text": "<@UME> hi", "user": "UFOREIGN", "user_team": "TOTHER"}, **body)
    assert (incoming.workspace, incoming.team, incoming.user) == ("T1", "TOTHER", "UFOREIGN")


@pytest.mark.parametrize(
    ("named", "shared", "team"),
    [
        ({"user_team": "TOTHER", "source_team": "T1", "team": "T1"}, True, "TOTHER"),
        ({"source_team": "TOTHER"}, True, "TOTHER"), ({"team": "TOTHER"}, True, "TOTHER"),
        ({"user_team": "T1"}, True, "T1"), ({}, True, ""), ({}, False, "T1"),
    ],
)  # fmt: skip
def test_whose_workspace_an_author_is_of(named, shared, team):
    body = {"team_id": "T1", "authorizations": [{"team_id": "T1"}], "is_ext_shared_channel": shared}
    assert read({**CHANNEL, **named, "text": "<@UME> hi"}, **body).team == team
    edit = {**CHANNEL, **named, "text": "<@UME> hi", "edited": {"ts": "2.0"}}
    event = {"type": "message", "subtype": "message_changed", "channel": "C1", "ts": "3.0", "message": edit}
    assert read(event, **body).team == team


def test_an_emoji_in_a_shared_channel_is_of_nobody_we_know():
    item = {"type": "message", "channel": "C1", "ts": "1.5"}
    event = {"type": "reaction_added", "user": "U1", "reaction": "+1", "item_user": "UME", "item": item}
    assert read({**event, "event_ts": "1.6"}, is_ext_shared_channel=True).team == ""
    assert read({**event, "event_ts": "1.6"}).team == "T1"


@pytest.mark.parametrize(
    ("emoji", "action"), [("+1", "+1"), ("thumbsup", "+1"), ("-1::skin-tone-3", "-1"), ("eyes", "eyes")]
)
@pytest.mark.parametrize("value", ["added", "removed"])
def test_an_emoji_on_our_message(emoji, action, value):
    event = {
        "type": f"reaction_{value}",
        "user": "U1",
        "reaction": emoji,
        "item_user": "UME",
        "event_ts": "1700000001.0",
    }
    event["item"] = {"type": "message", "channel": "C1", "ts": "1.5"}
    incoming = read(event)
    assert (incoming.kind, incoming.action, incoming.value, incoming.message) == ("reaction", action, value, "1.5")
    assert read({**event, "item_user": "U2"}) is None
    assert read({**event, "user": "UME"}) is None
    assert read({**event, "item": {"type": "file", "file": "F1"}}) is None


def test_where_we_come_in():
    thread = {"user_id": "U1", "channel_id": "D1", "thread_ts": "1.1", "context": {}}
    started = read({"type": "assistant_thread_started", "assistant_thread": thread, "event_ts": "1.2"})
    assert (started.kind, started.private, started.thread, started.user) == ("joined", True, "1.1", "U1")
    invited = read(
        {"type": "member_joined_channel", "user": "UME", "channel": "C1", "inviter": "U1", "event_ts": "1.3"}
    )
    assert (invited.kind, invited.channel, invited.user) == ("joined", "C1", "U1")


PRESS = {
    "type": "block_actions", "user": {"id": "U1", "username": "anna"}, "trigger_id": "9.8.7", "team": {"id": "TOTHER"},
    "container": {"type": "message", "message_ts": "1.5", "channel_id": "C1", "thread_ts": "1.1"},
    "channel": {"id": "C1"}, "actions": [{"type": "button", "action_id": "agree:1", "value": "42", "action_ts": "1.9"}],
}  # fmt: skip


def test_a_press_on_a_message():
    press = translate(PRESS, ME)
    assert (press.kind, press.action, press.value, press.ticket) == ("press", "agree", "42", "9.8.7")
    assert (press.workspace, press.channel, press.thread, press.message) == ("T1", "C1", "1.1", "1.5")
    assert press.team == "TOTHER"
    assert translate({**PRESS, "user": {**PRESS["user"], "team_id": "T1"}}, ME).team == "T1"
    assert translate({**PRESS, "trigger_id": "again"}, ME).event_id == press.event_id
    assert (press.user, press.user_name) == ("U1", "anna")


def test_a_press_inside_a_modal_comes_from_where_the_modal_was_opened():
    meta = json.dumps({"channel": "C1", "thread": "1.1", "message": "1.5", "value": "", "private": False})
    view = {"id": "V1", "private_metadata": meta}
    press = translate({**PRESS, "container": {"type": "view", "view_id": "V1"}, "channel": None, "view": view}, ME)
    assert (press.channel, press.thread, press.message) == ("C1", "1.1", "1.5")
    assert press.ticket.split() == ["9.8.7", "view"]
    assert translate({**PRESS, "view": {"id": "V1", "private_metadata": ""}}, ME) is None


def test_a_choice_in_a_form_is_no_press():
    assert translate({**PRESS, "actions": [{"type": "radio_buttons", "action_id": "field"}]}, ME) is None


def test_a_form():
    meta = json.dumps({"channel": "D1", "thread": "1.1", "message": "1.5", "value": "42", "private": True})
    state = {
        "cause": {"field": {"type": "radio_buttons", "selected_option": {"value": "sen", "text": {}}}},
        "reason": {"field": {"type": "plain_text_input", "value": None}},
        "other": {"field": {"type": "static_select", "selected_option": None}},
        "more": {"field": {"type": "plain_text_input", "value": "x < y"}},
    }
    view = {"id": "V1", "callback_id": "correct", "private_metadata": meta, "state": {"values": state}}
    form = translate({"type": "view_submission", "user": {"id": "U1"}, "view": view, "team": {"id": "T1"}}, ME)
    assert form.form == {"cause": "sen", "reason": "", "other": "", "more": "x < y"}
    assert (form.kind, form.action, form.value, form.private, form.channel) == ("form", "correct", "42", True, "D1")
    assert (
        translate({"type": "view_submission", "user": {"id": "U1"}, "view": {**view, "private_metadata": "{}"}}, ME)
        is None
    )


@pytest.mark.parametrize(
    ("text", "action", "rest"),
    [("", "help", ""), ("Digest on now", "digest", "on now"), ("kb search <@U2>", "kb", "search @U2")],
)
def test_a_command(text, action, rest):
    body = {"command": "/andon", "text": text, "channel_id": "C1", "user_id": "U1", "user_name": "anna",
            "trigger_id": "9.8", "response_url": "https://hooks.slack.com/x", "team_id": "T1"}  # fmt: skip
    command = translate(body, ME)
    assert (command.kind, command.action, command.text) == ("command", action, rest)
    assert command.ticket == "9.8 https://hooks.slack.com/x"


@pytest.mark.parametrize(
    "body", [{}, {"type": "shortcut"}, {"type": "view_closed", "view": {}}, {"type": "url_verification"}]
)
def test_other_requests_are_nothing(body):
    assert translate(body, ME) is None


def test_a_deleted_message_is_known_by_the_message_that_it_was():
    old = {"type": "message", "user": "U1", "text": "why?", "ts": "5.0", "thread_ts": "4.0"}
    body = {"type": "message", "subtype": "message_deleted", "channel": "C1", "channel_type": "channel", "ts": "6.0",
            "event_ts": "6.0", "deleted_ts": "5.0", "previous_message": old}  # fmt: skip
    heard = read(body)
    assert (heard.kind, heard.user, heard.thread, heard.message) == ("deleted", "U1", "4.0", "5.0")
    assert first_id(heard.event_id).endswith(":C1:5.0")
    assert not heard.addressed
    assert read({**body, "previous_message": {**old, "bot_id": "B1"}}) is None
