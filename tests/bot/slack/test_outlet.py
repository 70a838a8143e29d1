"""SlackOutlet against the strict Slack: once and only once, lost replies found again, files, pictures, modals."""

import io
import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bot.incoming import FileRef
from bot.outlet import FileTrouble, Gone, Place, Refused, Sent, Unreachable, Unsure, Wait
from bot.reply import Button, Choice, Field_, Form, Picture, Reply, Section, Sheet
from bot.slack import outlet as outlets
from bot.slack.events import files
from bot.slack.outlet import SlackOutlet
from tests.bot.slack.conftest import settings_for
from workers.contracts import Block

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
ANSWER = Reply(
    kind="answer",
    blocks=[Block(kind="headline", text="Clogging since 03:12"), Block(kind="cause", text="1. *S1* <!channel>")],
    rows=[[Button(label="Agree", action="agree", value="7"), Button(label="More...", action="more", value="7")]],
)
LONG = Reply(kind="answer", blocks=[Block(kind="plain", text=f"{n}: {'word ' * 400}") for n in range(10)])


@pytest.fixture
def outlet(slack, settings):
    return SlackOutlet(settings)


@pytest.fixture
def place(slack):
    ts = slack.say("C0STRAND", "U0ANNA", "<@U0ANDON> why?")
    return Place(platform="slack", workspace="T0PLANT", channel="C0STRAND", thread=ts, reply_to=ts, user="U0ANNA")


def test_a_post_lands_in_the_thread(slack, outlet, place):
    sent = outlet.post(place, ANSWER, "run/1")
    message = slack.message(sent.channel, sent.message)
    assert message["thread_ts"] == place.thread
    assert message["blocks"][0]["block_id"] == "andon:run/1"
    assert message["metadata"]["event_payload"] == {"key": "run/1"}
    assert not slack.warnings


def test_a_lost_reply_is_found_again(slack, outlet, place):
    slack.fault("chat.postMessage", "cut_after")
    with pytest.raises(Unsure):
        outlet.post(place, ANSWER, "run/1")
    sent = outlet.post(place, ANSWER, "run/1", again=True)
    assert [m["ts"] for m in slack.from_bot(place.channel, place.thread)] == [sent.message]
    other = outlet.post(place, ANSWER, "run/2", again=True)
    assert other != sent


def test_files_below_an_answer_are_found_again(slack, outlet, place, tmp_path):
    for name in ("processed.csv", "other.csv"):
        (tmp_path / name).write_text("time,S1\n")
    table, other = (Picture(path=str(tmp_path / name), name=name) for name in ("processed.csv", "other.csv"))
    sent = outlet.post(place, ANSWER, "run/1")
    assert not outlet.attached(place, sent, [table])
    outlet.attach(place, sent, [table])
    wait_for_files(slack, place, 1)
    assert outlet.attached(place, sent, [table])
    assert not outlet.attached(place, sent, [table, other])


def test_a_lost_reply_outside_a_thread_is_found_again(slack, outlet):
    place = Place(platform="slack", channel="C0SHIFT")
    sent = outlet.post(place, ANSWER, "digest/1")
    assert outlet.post(place, ANSWER, "digest/1", again=True) == sent


def test_without_the_right_to_look_it_posts(slack, outlet, place):
    slack.scopes -= {"channels:history", "groups:history", "im:history"}
    outlet.post(place, ANSWER, "run/1", again=True)
    assert len(slack.from_bot(place.channel, place.thread)) == 1


@pytest.mark.parametrize(
    ("fault", "options", "kind", "done"),
    [("rate", {"retry_after": 7}, Wait, 0), ("error", {"status": 500}, Unsure, 0), ("cut_before", {}, Unsure, 0),
     ("cut_after", {}, Unsure, 1), ("html", {}, Unsure, 0), ("slack_error", {"error": "is_archived"}, Gone, 0),
     ("slack_error", {"error": "invalid_blocks"}, Refused, 0), ("slack_error", {"error": "ratelimited"}, Wait, 0)],
)  # fmt: skip
def test_trouble_is_told_and_nothing_is_repeated(slack, outlet, place, fault, options, kind, done):
    slack.fault("chat.postMessage", fault, times=1, **options)
    with pytest.raises(kind) as told:
        outlet.post(place, ANSWER, "run/1")
    assert len(slack.from_bot(place.channel, place.thread)) == done
    assert sum(call.method == "chat.postMessage" for call in slack.api.calls) == 1
    if fault == "rate":
        assert told.value.seconds == 7


def test_a_slack_that_is_not_there_is_unreachable(slack, place):
    outlet = SlackOutlet(settings_for(slack, slack_api_url="http://127.0.0.1:9/api/"))
    with pytest.raises(Unreachable):
        outlet.post(place, ANSWER, "run/1")


def test_places_that_are_gone(slack, outlet):
    for channel, code in (("C0AWAY", "not_in_channel"), ("C0NOWHERE", "channel_not_found")):
        with pytest.raises(Gone) as told:
            outlet.post(Place(platform="slack", channel=channel), ANSWER, "run/1")
        assert told.value.code == code
    with pytest.raises(Gone):
        outlet.edit(Sent(channel="C0STRAND", message="1700000000.000001"), ANSWER)


def test_an_edit_replaces_text_and_buttons(slack, outlet, place):
    sent = outlet.post(place, Reply(kind="progress", blocks=[Block(kind="plain", text="Detecting")]), "p/1")
    outlet.edit(sent, ANSWER)
    message = slack.message(sent.channel, sent.message)
    assert "Clogging" in message["text"]
    assert message["blocks"][-1]["type"] == "actions"


def test_what_is_too_long_follows_as_a_file(slack, outlet, place):
    outlet.post(place, LONG, "run/1")
    slack_file = wait_for_files(slack, place, 1)[0]
    stored = slack.world.files[slack_file["id"]].content.decode()
    assert stored.strip().endswith("word")
    assert "9: word" in stored


def test_the_file_with_the_rest_comes_once(slack, outlet, place):
    first = outlet.post(place, LONG, "run/1")
    wait_for_files(slack, place, 1)
    assert outlet.post(place, LONG, "run/1", again=True) == first
    outlet.post(place, LONG, "run/2", again=True)
    assert len({f["name"] for f in wait_for_files(slack, place, 2)}) == 2
    assert len(slack.from_bot(place.channel, place.thread)) == 4


def test_what_is_too_long_follows_as_messages_when_files_are_refused(slack, outlet, place):
    slack.scopes -= {"files:write"}
    outlet.post(place, LONG, "run/1")
    said = " ".join(m["text"] for m in slack.from_bot(place.channel, place.thread))
    assert len(slack.from_bot(place.channel, place.thread)) > 1
    assert "9: word" in str(slack.from_bot(place.channel, place.thread)), said


def wait_for_files(slack, place, count):
    for _ in range(200):
        found = [f for m in slack.from_bot(place.channel, place.thread) for f in m.get("files", [])]
        if len(found) >= count:
            return found
        threading.Event().wait(0.02)
    raise AssertionError("no files in the thread")


@pytest.fixture
def pictures(tmp_path):
    made = []
    for name in ("overview.png", "causal.png"):
        (tmp_path / name).write_bytes(PNG)
        made.append(Picture(path=str(tmp_path / name), name=name, caption=f"The {name}"))
    return made


def test_pictures_stand_in_the_answer_above_its_buttons(slack, outlet, place, pictures):
    slack.processing_time = 0.6
    sent = outlet.post(place, ANSWER, "run/1")
    ids = outlet.show_pictures(place, sent, ANSWER, pictures)
    message = slack.message(sent.channel, sent.message)
    assert [b["slack_file"]["id"] for b in message["blocks"] if b["type"] == "image"] == ids
    assert message["blocks"][-1]["type"] == "actions"
    outlet.edit(sent, ANSWER, ids)
    assert len(slack.from_bot(place.channel, place.thread)) == 1


def test_without_files_read_the_image_blocks_are_tried_until_they_are_taken(slack, outlet, place, pictures):
    slack.scopes -= {"files:read"}
    sent = outlet.post(place, ANSWER, "run/1")
    assert len(outlet.show_pictures(place, sent, ANSWER, pictures)) == 2


def test_pictures_that_cannot_stand_in_the_answer_are_shared_below_it(slack, outlet, place, pictures, monkeypatch):
    monkeypatch.setattr(outlets, "PROCESSING", 0.3)
    slack.fault("chat.update", "slack_error", times=50, error="invalid_blocks")
    sent = outlet.post(place, ANSWER, "run/1")
    assert outlet.show_pictures(place, sent, ANSWER, pictures) == []
    assert [f["name"] for f in wait_for_files(slack, place, 2)] == ["overview.png", "causal.png"]


def test_a_failed_upload_is_told_and_leaves_the_answer(slack, outlet, place, pictures):
    sent = outlet.post(place, ANSWER, "run/1")
    slack.fault("upload", "error", status=500)
    with pytest.raises(Unsure):
        outlet.show_pictures(place, sent, ANSWER, pictures)
    assert "Clogging" in slack.message(sent.channel, sent.message)["text"]


def test_whispers(slack, outlet, place):
    outlet.whisper(place, ANSWER)
    assert [m["to"] for m in slack.ephemerals] == ["U0ANNA"]
    private = Place(platform="slack", channel=slack.dm("U0ANNA"), private=True, user="U0ANNA")
    outlet.whisper(private, ANSWER)
    assert len(slack.from_bot(private.channel)) == 1


def test_a_command_is_answered_where_we_are_no_member(slack, outlet):
    act = slack.slash("U0ANNA", "C0AWAY", "/andon", "help", wait=False)
    url = act.payload["response_url"]
    outlet.whisper(Place(platform="slack", channel="C0AWAY", user="U0ANNA"), ANSWER, f"1.2.3 {url}")
    assert "Clogging" in slack.ephemerals[-1]["text"]


FORM = Form(title="What is right, in your opinion?", action="correct", value="7", submit="Send", cancel="Cancel",
            fields=[Field_(key="cause", label="Cause", choices=[Choice(value="a", label="SEN")]),
                    Field_(key="reason", label="Why", long=True)])  # fmt: skip


def test_forms_and_sheets_go_round(slack, settings, outlet, place, run):
    andon = run(settings)
    sent = outlet.post(place, ANSWER, "run/1")
    assert slack.click(place.channel, "U0ANNA", sent.message, "more").acked
    press = andon.taken[-1]
    there = place.model_copy(update={"reply_to": press.message})
    section = Section(text="F1 <b>", buttons=[Button(label="Disagree", action="disagree", value="7")])
    assert outlet.open_sheet(there, Sheet(title="Details", close="Close", sections=[section]), press.ticket)
    view = list(slack.world.views)[-1]
    assert slack.click_view("U0ANNA", view, "disagree").acked
    press = andon.taken[-1]
    assert (press.action, press.value, press.message, press.thread) == ("disagree", "7", sent.message, place.thread)
    assert outlet.open_form(there, FORM, press.ticket)
    form = list(slack.world.views)[-1]
    done = slack.submit("U0ANNA", form, {"cause": "a", "reason": "it was moved"})
    assert done.acked
    assert done.response is None
    filled = andon.taken[-1]
    assert (filled.kind, filled.action, filled.value) == ("form", "correct", "7")
    assert filled.form == {"cause": "a", "reason": "it was moved"}
    assert (filled.channel, filled.thread, filled.message) == (place.channel, place.thread, sent.message)


def test_a_late_form_is_gone(slack, outlet, place):
    with pytest.raises(Gone):
        outlet.open_form(place, FORM, "1.2.3")


def test_a_status_in_an_assistant_thread_and_no_trouble_elsewhere(slack, outlet, place):
    channel, thread = slack.open_assistant("U0ANNA")
    outlet.working(Place(platform="slack", channel=channel, thread=thread, private=True), "is detecting...")
    assert slack.world.statuses[-1]["status"] == "is detecting..."
    slack.fault("assistant.threads.setStatus", "error", status=500)
    outlet.working(Place(platform="slack", channel=channel, thread=thread, private=True), "again")
    outlet.working(place, "in a channel")


def test_names(slack, outlet):
    assert outlet.name_of("U0ANNA") == "anna"
    slack.scopes -= {"users:read"}
    assert outlet.name_of("U0ANNA") == "anna"
    assert outlet.name_of("U0BOB") == "U0BOB"


def test_only_public_channels_are_open_to_each_other_and_none_where_another_organisation_reads(slack, outlet):
    for kind in ("channel", "group", "mpim"):
        slack.add_channel(f"C0{kind.upper()}", f"a-{kind}", kind=kind)
    assert outlet.open_between("C0CHANNEL", "C0STRAND")
    assert outlet.open_between("C0CHANNEL", "C0GROUP")
    assert outlet.open_between("C0CHANNEL", None)
    for closed in ("C0GROUP", "C0MPIM", slack.dm("U0ANNA"), "C0NOWHERE"):
        assert not outlet.open_between(closed, "C0STRAND")
    slack.share("C0STRAND")
    assert not outlet.open_between("C0CHANNEL", "C0STRAND")
    slack.scopes -= {"channels:read", "groups:read", "im:read"}
    assert not outlet.open_between("C0CHANNEL", None)
    slack.fault("conversations.info", "rate", retry_after=3)
    with pytest.raises(Wait):
        outlet.open_between("C0CHANNEL", None)


def shared(slack, name="a.csv", content=b"time,a\n1,2\n"):
    slack.say("C0STRAND", "U0ANNA", "", files=[(name, content)])
    return files(slack.messages("C0STRAND")[-1]["files"])[0]


def test_a_file_is_fetched(slack, outlet):
    for file in (shared(slack), shared(slack).model_copy(update={"url": ""})):
        sink = io.BytesIO()
        assert outlet.fetch(file, sink, 1000) == 11
        assert sink.getvalue() == b"time,a\n1,2\n"


def test_files_that_cannot_be_fetched(slack, outlet):
    file = shared(slack)
    cases = [
        (file, 5, "too_large"),
        (file.model_copy(update={"size": None}), 5, "too_large"),
        (file.model_copy(update={"kind": "external"}), 99, "external"),
        (file.model_copy(update={"kind": "foreign"}), 99, "external"),
        (file.model_copy(update={"url": file.url.replace(file.id, "F0NOTHING")}), 99, "gone"),
        (FileRef(id="F0NOTHING", name="a.csv"), 99, "gone"),
        (file.model_copy(update={"url": "http://files.slack.com.evil.example/a.csv"}), 99, "external"),
    ]
    for one, limit, code in cases:
        with pytest.raises(FileTrouble) as told:
            outlet.fetch(one, io.BytesIO(), limit)
        assert told.value.code == code
    slack.scopes -= {"files:read"}
    for one in (file, file.model_copy(update={"url": ""})):
        with pytest.raises(FileTrouble) as told:
            outlet.fetch(one, io.BytesIO(), 99)
        assert told.value.code == "no_permission"


def test_a_cut_download_is_told(slack, outlet):
    file = shared(slack, content=b"x" * 200_000)
    slack.fault("download", "cut_after")
    with pytest.raises(Unsure):
        outlet.fetch(file, io.BytesIO(), 10**6)


def test_the_token_is_shown_to_no_other_host(slack):
    """Another host, asked directly or through a redirect, sees no token and no request at all."""
    seen = []

    class Other(BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(self.headers.get("Authorization"))
            self.send_response(200)
            self.end_headers()

    class Redirecting(Other):
        def do_GET(self):
            self.send_response(302)
            self.send_header("Location", f"http://127.0.0.1:{other.server_port}/a.csv")
            self.end_headers()

    other, slack_like = (ThreadingHTTPServer(("127.0.0.1", 0), kind) for kind in (Other, Redirecting))
    for server in (other, slack_like):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    outlet = SlackOutlet(settings_for(slack, slack_api_url=f"http://127.0.0.1:{slack_like.server_port}/api/"))
    for port, code in ((other.server_port, "external"), (slack_like.server_port, "no_permission")):
        with pytest.raises(FileTrouble) as told:
            outlet.fetch(FileRef(id="F1", name="a.csv", url=f"http://127.0.0.1:{port}/a.csv"), io.BytesIO(), 99)
        assert told.value.code == code
    assert seen == []
    for server in (other, slack_like):
        server.shutdown()
        server.server_close()


def test_threads_share_an_outlet(slack, outlet, place):
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda n: outlet.post(place, ANSWER, f"run/{n}"), range(16)))
    assert len({one.message for one in sent}) == 16


def test_nothing_secret_is_logged(slack, outlet, place, caplog):
    for fault in ("error", "cut_after", "html"):
        slack.fault("chat.postMessage", fault)
        with pytest.raises(Unsure):
            outlet.post(place, ANSWER, "run/1")
    log = "\n".join(str(r.getMessage()) for r in caplog.records if r.name != "aiohttp.access")
    assert slack.bot_token not in log
    assert "Clogging" not in log


def test_a_login_page_for_a_token_that_is_no_more_is_told_as_the_token(slack, outlet):
    file = shared(slack)
    slack.scopes -= {"files:read"}
    slack.fault("auth.test", "slack_error", error="token_revoked")
    with pytest.raises(Refused) as told:
        outlet.fetch(file, io.BytesIO(), 99)
    assert told.value.code == "token_revoked"


@pytest.mark.parametrize("known", [True, False])
def test_a_login_page_is_no_web_page_that_somebody_shared(slack, outlet, known):
    """It comes with status 200 as what a file called .html would be: its size tells."""
    page = b"<html><body>tap the ladle</body></html>"
    file = shared(slack, "manual.html", page)
    file = file if known else file.model_copy(update={"size": None})
    kept = io.BytesIO()
    assert outlet.fetch(file, kept, 10_000) == len(page)
    assert kept.getvalue() == page
    slack.scopes -= {"files:read"}
    with pytest.raises(FileTrouble) as told:
        outlet.fetch(file.model_copy(update={"size": len(page)}), io.BytesIO(), 10_000)
    assert told.value.code == "no_permission"
