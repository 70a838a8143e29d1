"""The outlet against a strict local Telegram, with faults on demand."""

import contextlib
import http.server
import inspect
import io
import logging
import os
import threading
import time

import pytest

from bot.incoming import FileRef
from bot.outlet import FileTrouble, Gone, Outlet, Place, Refused, Sent, Unreachable, Unsure, Wait
from bot.reply import Button, Picture, Reply
from bot.telegram import download
from bot.telegram.outlet import TelegramOutlet
from tests.bot.telegram.conftest import png
from tests.workers.together import together
from workers.contracts import Block
from workers.settings import Settings


def reply(text="Level swings", rows=True, **more):
    buttons = [
        [Button(label="Agree", action="agree", value="7"), Button(label="Disagree", action="disagree", value="7")]
    ]
    return Reply(kind="answer", blocks=[Block(kind="headline", text=text)], rows=buttons if rows else [], **more)


def last(server, chat):
    return server.bot_messages(chat)[-1]


def test_a_post_replies_to_the_question_and_carries_its_buttons(server, outlet, anna):
    sent = outlet.post(anna, reply('S<1> & "x" 热🔥'), "k1")
    found = last(server, server.anna)
    assert str(found.id) == sent.message
    assert found.text == 'S<1> & "x" 热🔥'
    assert str(found.reply_to.id) == anna.reply_to
    assert found.buttons == ["Agree", "Disagree"]


def test_a_topic_keeps_its_thread_and_a_deleted_question_does_not_stop_the_answer(server, outlet):
    topic = server.topics["Strand 1"]
    place = Place(platform="telegram", channel=str(server.forum.id), thread=str(topic), reply_to="99999")
    outlet.post(place, reply(), "k")
    assert last(server, server.forum).topic == topic


def test_an_edit_replaces_text_and_buttons_and_not_modified_is_success(server, outlet, anna):
    sent = outlet.post(anna, reply(), "k")
    outlet.edit(sent, reply("Done", rows=False))
    outlet.edit(sent, reply("Done", rows=False))
    assert last(server, server.anna).text == "Done"
    assert last(server, server.anna).buttons == []


def test_a_message_too_long_says_so_and_its_rest_follows_as_a_file_once(server, outlet, anna):
    long = reply(rows=False, code="液位🔥 " * 2000, lang="zh")
    sent = outlet.post(anna, long, "k")
    outlet.edit(sent, long)
    text, file = server.bot_messages(server.anna)[-2:]
    assert text.text.endswith("其余内容见下面的文件。")
    assert (file.file.name, file.file.data.decode().strip()) == ("其余内容.txt", long.code.strip())
    assert file.reply_to.id == text.id
    assert len(server.bot_messages(server.anna)) == 2
    server.fault("sendDocument", "cut_before")
    outlet.post(anna, long, "k2")
    outlet.whisper(anna, long)
    assert last(server, server.anna).file


def test_asked_replies_force_a_reply(server, outlet, anna):
    outlet.post(anna, reply("What is right?", rows=False, asks=True), "k")
    assert server.calls_of("sendMessage")[-1].args["reply_markup"] == {"force_reply": True, "selective": True}


@pytest.mark.parametrize(
    ("fault", "options", "wanted"),
    [
        ("rate", {"retry_after": 3}, Wait),
        ("error", {"status": 500}, Unsure),
        ("error", {"status": 502, "html": True}, Unsure),
        ("cut_before", {}, Unsure),
        ("cut_after", {}, Unsure),
        ("telegram_error", {"code": 403, "description": "Forbidden: bot was blocked by the user"}, Gone),
        ("telegram_error", {"code": 401, "description": "Unauthorized"}, Refused),
        ("telegram_error", {"code": 400, "description": "Bad Request: group chat was upgraded to a supergroup chat",
                            "parameters": {"migrate_to_chat_id": -1007}}, Gone),
    ],
)  # fmt: skip
def test_faults_are_told_by_what_can_be_done(server, outlet, anna, fault, options, wanted):
    server.fault("sendMessage", fault, **options)
    with pytest.raises(wanted) as error:
        outlet.post(anna, reply(), "k")
    if fault == "rate":
        assert error.value.seconds == 3
    if "parameters" in options:
        assert error.value.code == "migrated:-1007"


def test_an_outage_is_unreachable_and_ends(server, outlet, anna):
    outlet.post(anna, reply(), "k")
    server.outage()
    with pytest.raises((Unreachable, Unsure)):  # a kept connection that breaks leaves it open
        outlet.post(anna, reply(), "k")
    with pytest.raises(Unreachable):
        outlet.post(anna, reply(), "k")
    server.resume()
    outlet.post(anna, reply(), "k")


def test_a_message_or_chat_that_is_not_there_is_gone(server, outlet, anna):
    with pytest.raises(Gone):
        outlet.edit(Sent(channel=anna.channel, message="424242"), reply())
    with pytest.raises(Gone):
        outlet.post(Place(platform="telegram", channel="999"), reply(), "k")


def picture(tmp_path, name, data, caption=""):
    path = tmp_path / name
    path.write_bytes(data)
    return Picture(path=str(path), name=name, caption=caption)


def kinds(server):
    return [call.method for call in server.calls if call.method.startswith("send")]


def test_one_picture_is_a_photo_and_a_document(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    ids = outlet.show_pictures(anna, sent, reply(), [picture(tmp_path, "a.png", png(80, 60), "S<1> 热")])
    assert kinds(server) == ["sendMessage", "sendPhoto", "sendDocument"]
    photo, document = server.bot_messages(server.anna)[1:]
    assert [str(photo.id), str(document.id)] == ids
    assert (photo.text, document.text) == ("S<1> 热", "")
    assert str(photo.reply_to.id) == sent.message


def test_several_pictures_are_albums(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    files = [picture(tmp_path, f"{i}.png", png(80, 60), f"c{i}") for i in range(3)]
    assert len(outlet.show_pictures(anna, sent, reply(), files)) == 6
    assert kinds(server)[1:] == ["sendMediaGroup", "sendMediaGroup"]
    assert not server.refused


def test_a_picture_beyond_the_photo_limits_goes_as_a_document_alone(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    files = [picture(tmp_path, "wide.png", png(2200, 100)), picture(tmp_path, "a.png", png(80, 60))]
    outlet.show_pictures(anna, sent, reply(), files)
    assert kinds(server)[1:] == ["sendPhoto", "sendMediaGroup"]


def test_a_long_caption_goes_on_below_the_document(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    outlet.show_pictures(anna, sent, reply(), [picture(tmp_path, "a.png", png(80, 60), "word " * 300)])
    photo, document = server.bot_messages(server.anna)[1:]
    assert photo.text.endswith("…")
    assert (photo.text[:-1] + " " + document.text[1:]).split() == ["word"] * 300


def test_photos_are_not_sent_twice_when_their_documents_fail(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    shown = [picture(tmp_path, "a.png", png(80, 60))]
    server.fault("sendDocument", "cut_before")
    assert len(outlet.show_pictures(anna, sent, reply(), shown)) == 1
    server.fault("sendDocument", "rate", retry_after=1)
    assert len(outlet.show_pictures(anna, sent, reply(), shown)) == 2
    server.fault("sendPhoto", "rate", retry_after=30)
    with pytest.raises(Wait):
        outlet.show_pictures(anna, sent, reply(), shown)


def test_files_are_attached_below_the_answer(server, outlet, anna, tmp_path):
    sent = outlet.post(anna, reply(), "k")
    outlet.attach(anna, sent, [picture(tmp_path, "processed.csv", b"a,b\n1,2\n", "cleaned")])
    found = last(server, server.anna)
    assert (found.file.name, found.text, str(found.reply_to.id)) == ("processed.csv", "cleaned", sent.message)
    with pytest.raises(Refused):
        outlet.attach(anna, sent, [Picture(path=str(tmp_path / "gone"), name="x")])


def test_a_press_is_answered_and_too_late_is_success(server, outlet, anna):
    sent = outlet.post(anna, reply(), "k")
    query = server.tap(server.anna, server.anna, int(sent.message), "Agree")
    outlet.toast(query.id, "热" * 300)
    assert len(server.answered_callbacks[-1].text) == 200
    outlet.toast("12345", "")


def test_signs_of_life_never_fail_and_forms_are_not_ours(server, outlet, anna):
    outlet.working(anna, "")
    assert server.state.actions
    outlet.working(Place(platform="telegram", channel="999"), "")
    assert not outlet.open_form(anna, None, "")
    assert not outlet.open_sheet(anna, None, "")


def test_a_file_is_streamed_within_its_limit(server, outlet, anna):
    data = os.urandom(300_000)
    said = server.send_file(server.anna, server.anna, "s.csv", data)
    ref, sink = FileRef(id=said.file.file_id, name="s.csv"), io.BytesIO()
    assert outlet.fetch(ref, sink, 10**6) == len(data)
    assert sink.getvalue() == data
    with pytest.raises(FileTrouble) as error:
        outlet.fetch(ref, io.BytesIO(), 1000)
    assert error.value.code == "too_large"
    server.fault("download", "cut_after")
    with pytest.raises(Unreachable):
        outlet.fetch(ref, io.BytesIO(), 10**6)


@pytest.mark.timeout(30)
def test_a_file_that_comes_a_byte_at_a_time_is_given_up(monkeypatch):
    monkeypatch.setattr(download, "WHOLE_S", 1.0)
    over = threading.Event()

    class Drip(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            while not over.wait(0.1):
                with contextlib.suppress(OSError):
                    self.wfile.write(b"x")

        def log_message(self, *_):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Drip) as slow:
        slow.daemon_threads = True
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        begin = time.monotonic()
        with pytest.raises(Unreachable) as told:
            download._stream(f"http://127.0.0.1:{slow.server_address[1]}/", io.BytesIO(), 10**6)
        over.set()
        slow.shutdown()
    assert told.value.code == "slow_download"
    assert time.monotonic() - begin < 10


def test_files_that_cannot_be_had(server, outlet, anna, settings):
    big = server.send_file(server.anna, server.anna, "b.csv", None, size=30 * 2**20)
    for ref, code in (
        (FileRef(id=big.file.file_id, name="b.csv"), "too_large"),
        (FileRef(id="nonsense", name="x"), "gone"),
        (FileRef(id="x", name="x", kind="external"), "external"),
    ):
        with pytest.raises(FileTrouble) as error:
            outlet.fetch(ref, io.BytesIO(), 10**9)
        assert error.value.code == code


def test_a_big_file_is_refused_before_asking_when_the_cloud_would_refuse_it():
    cloud = TelegramOutlet(Settings(telegram_bot_token="1:a"))
    with pytest.raises(FileTrouble) as error:
        cloud.fetch(FileRef(id="x", name="x", size=21 * 2**20), io.BytesIO(), 10**9)
    assert error.value.code == "too_large"


def test_absolute_paths_of_a_local_server_are_not_opened(server, outlet, settings, tmp_path):
    from bot.telegram.download import _url

    for path in ("/etc/passwd", f"/data/{server.token}/../x", "http://elsewhere/x"):
        with pytest.raises(FileTrouble):
            _url(settings, path)
    offered = settings.model_copy(update={"telegram_file_url": "http://files:9/"})
    assert _url(offered, f"/var/lib/{server.token}/documents/a b.csv") == (
        f"http://files:9/file/bot{server.token}/documents/a%20b.csv"
    )


def test_threads_share_an_outlet(server, outlet, anna):
    together(12, lambda i: outlet.post(anna, reply(f"m{i}"), f"k{i}"))
    assert len({m.text for m in server.bot_messages(server.anna)}) == 12


def test_a_forked_child_starts_anew(server, outlet, anna):
    outlet.post(anna, reply("parent"), "k")
    pid = os.fork()
    if pid == 0:
        try:
            outlet.post(anna, reply("child"), "k")
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    assert last(server, server.anna).text == "child"


def test_neither_token_nor_texts_reach_the_log(server, outlet, anna, caplog):
    caplog.set_level(logging.INFO)
    said = server.send_file(server.anna, server.anna, "s.csv", b"1,2\n")
    outlet.post(anna, reply("a secret headline"), "k")
    outlet.fetch(FileRef(id=said.file.file_id, name="s.csv"), io.BytesIO(), 100)
    server.fault("sendMessage", "telegram_error", code=401, description="Unauthorized")
    with pytest.raises(Refused) as refused:
        outlet.post(anna, reply("a secret headline"), "k")
    assert server.token not in caplog.text + repr(refused.value)
    assert "secret headline" not in caplog.text


def test_the_outlet_keeps_the_contract(outlet):
    for name, method in inspect.getmembers(Outlet, inspect.isfunction):
        if not name.startswith("_"):
            assert inspect.signature(method) == inspect.signature(getattr(TelegramOutlet, name)), name
