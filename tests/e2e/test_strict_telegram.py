"""The strict local Telegram refuses what Telegram refuses, and the real python-telegram-bot works against it."""

import asyncio
import http.server
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

pytest.importorskip("telegram", reason="extra `chat` is not installed")
pytest.importorskip("aiohttp", reason="extra `chat` is not installed")

import telegram

from tests.e2e.strict_telegram import Pace, TelegramServer
from tests.e2e.strict_telegram.html import CannotParse, parse
from tests.e2e.strict_telegram.images import png

pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def server():
    """One server for the plain calls; each test looks only at what it made itself."""
    with TelegramServer() as running:
        running.state.webhook.delays = (0.05,)
        yield running


@pytest.fixture
def fresh():
    """A server of one's own."""
    with TelegramServer() as running:
        yield running


@pytest.fixture
def bot_process(tmp_path):
    """start(server, *argv) -> the bot as a process; all are killed at the end."""
    running = []

    def start(server, *argv):
        kept = {k: v for k, v in os.environ.items() if k in ("PATH", "LANG", "LD_LIBRARY_PATH")}
        log = (tmp_path / f"bot{len(running)}.log").open("w")
        command = [sys.executable, "-m", "tests.e2e.strict_telegram.echo_bot", *map(str, argv)]
        running.append(subprocess.Popen(command, cwd=ROOT, env=kept | server.environment, stdout=log, stderr=log))
        return running[-1]

    yield start
    for process in running:
        process.kill()
        process.wait(5)


def call(server, method, token=None, **args):
    """(status, answer) of a plain JSON call."""
    body = json.dumps(args).encode()
    request = urllib.request.Request(f"{server.url}/bot{token or server.token}/{method}", body)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=20) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as refused:
        return refused.code, json.loads(refused.read())


def done(server, method, **args):
    """The result of a call that must succeed."""
    status, answer = call(server, method, **args)
    assert status == 200, answer
    return answer["result"]


def real_bot(server, **more):
    """The library's bare bot."""
    return telegram.Bot(server.token, f"{server.url}/bot", f"{server.url}/file/bot", **more)


def with_bot(server, work):
    """Runs `await work(bot)`."""

    async def main():
        async with real_bot(server) as bot:
            return await work(bot)

    return asyncio.run(main())


def keyboard(*rows):
    return {"inline_keyboard": [list(row) for row in rows]}


def button(text="Go", **action):
    return {"text": text} | (action or {"callback_data": "x"})


TEXT_REFUSALS = [
    ({"text": ""}, "message text is empty"),
    ({"text": " \n "}, "text must be non-empty"),
    ({"text": "x" * 4097}, "message is too long"),
    ({"text": "😀" * 2049}, "message is too long"),
    ({"text": "<b>" + "x" * 4097 + "</b>", "parse_mode": "HTML"}, "message is too long"),
    ({"text": "a < b", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "" at byte offset 2'),
    ({"text": "é <t1>", "parse_mode": "HTML"}, 'can\'t parse entities: Unsupported start tag "t1" at byte offset 3'),
    (
        {"text": "<b>x", "parse_mode": "HTML"},
        "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
    ),
    ({"text": "<b></b>" * 5000 + "x", "parse_mode": "HTML"}, "text is too long"),
    (
        {"text": "x", "entities": [{"type": "blink", "offset": 0, "length": 1}]},
        "can't parse MessageEntity",
    ),
    ({"text": "x", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
    ({"text": "x", "parse_mode": "bbcode"}, "unsupported parse_mode"),
    ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "can't parse entities: "),
    ({"text": "😀", "entities": [{"type": "bold", "offset": 0, "length": 1}]}, "can't parse entities: "),
    ({"text": "x", "reply_parameters": {"message_id": 999999}}, "message to be replied not found"),
    ({"text": "x", "message_thread_id": 77}, "message thread not found"),
    ({"text": "x", "chat_id": 12345}, "chat not found"),
    ({"text": "x", "chat_id": ""}, "chat_id is empty"),
]


@pytest.mark.parametrize(("args", "description"), TEXT_REFUSALS, ids=[d[:40] for _, d in TEXT_REFUSALS])
def test_send_message_is_refused_in_telegrams_words(server, args, description):
    status, answer = call(server, "sendMessage", **{"chat_id": server.anna.id, **args})
    assert (status, answer["error_code"]) == (400, 400)
    assert answer["description"].startswith(f"Bad Request: {description}")


KEYBOARD_REFUSALS = [
    (keyboard([button(callback_data="")]), "BUTTON_DATA_INVALID"),
    (keyboard([button(callback_data="x" * 65)]), "BUTTON_DATA_INVALID"),
    (keyboard([button(callback_data="é" * 33)]), "BUTTON_DATA_INVALID"),
    (keyboard([button(copy_text={"text": "x" * 257})]), "BUTTON_COPY_TEXT_INVALID"),
    (keyboard([button(copy_text={"text": ""})]), "BUTTON_COPY_TEXT_INVALID"),
    (keyboard([button(text="")]), "BUTTON_TEXT_INVALID"),
    (keyboard([{"text": "Go"}]), "can't parse inline keyboard button: Text buttons are unallowed"),
    (keyboard([button(callback_data="x", url="https://example.com")]), "BUTTON_TYPE_INVALID"),
    (keyboard([button(url="nowhere")]), "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
    (keyboard([button()] * 9), "BUTTON_ROW_TOO_LONG"),
    (keyboard(*[[button()] * 8] * 13), "reply markup is too long"),
    (keyboard(*[[button(text="x" * 120)]] * 90), "reply markup is too long"),
    ({"inline_keyboard": [button()]}, 'field "inline_keyboard"'),
    ("{broken", "can't parse reply keyboard markup JSON object"),
]


@pytest.mark.parametrize(("markup", "description"), KEYBOARD_REFUSALS, ids=[d[:30] for _, d in KEYBOARD_REFUSALS])
def test_keyboards_are_refused_in_telegrams_words(server, markup, description):
    status, answer = call(server, "sendMessage", chat_id=server.anna.id, text="x", reply_markup=markup)
    assert status == 400
    assert answer["description"].startswith(f"Bad Request: {description}")


def test_limits_themselves_are_accepted(server):
    rows = [[button(callback_data="x" * 64), button(copy_text={"text": "y" * 256})]] + [[button()] * 7] * 14
    sent = done(server, "sendMessage", chat_id=server.anna.id, text="😀" * 2048, reply_markup=keyboard(*rows))
    assert len(server.message(server.anna, sent["message_id"]).buttons) == 100
    assert done(server, "sendMessage", chat_id=server.anna.id, text="<b>" + "x" * 4096 + "</b>", parse_mode="HTML")


OTHER_REFUSALS = [
    ("editMessageText", {"text": "x"}, "message identifier is not specified"),
    ("editMessageText", {"message_id": 999999, "text": "x"}, "message to edit not found"),
    ("deleteMessage", {"message_id": 999999}, "message to delete not found"),
    ("sendPhoto", {"photo": "unknown"}, "wrong file identifier/HTTP URL specified"),
    ("sendPhoto", {}, "there is no photo in the request"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "x"}]}, "too few messages to send as an album"),
    ("sendMediaGroup", {"media": [{"type": "photo", "media": "x"}] * 11}, "too many messages to send as an album"),
    (
        "sendMediaGroup",
        {"media": [{"type": "photo", "media": "x"}, {"type": "document", "media": "x"}]},
        "document can't be mixed with other media types",
    ),
    ("sendChatAction", {"action": "thinking"}, "wrong parameter action in request"),
    ("getFile", {"file_id": "nothing"}, "invalid file_id"),
    ("answerCallbackQuery", {"callback_query_id": "1"}, "query is too old and response timeout expired or query ID is"),
    ("setMyCommands", {"commands": [{"command": "Help", "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "x" * 33, "description": "x"}]}, "BOT_COMMAND_INVALID"),
    ("setMyCommands", {"commands": [{"command": "h", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "h", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
    ("setMyCommands", {"commands": [{"command": "h", "description": "x"}] * 101}, "BOT_COMMANDS_TOO_MUCH"),
    ("setMyCommands", {"commands": [], "language_code": "zh-hans"}, "LANG_CODE_INVALID"),
    (
        "setMyCommands",
        {"commands": [], "scope": {"type": "chat"}},
        "can't parse BotCommandScope: Can't find field \"ch",
    ),
    ("setMyShortDescription", {"short_description": "x" * 121}, "ABOUT_TOO_LONG"),
    ("setMessageReaction", {"message_id": 999999}, "message to react not found"),
    ("forwardMessage", {"from_chat_id": 1}, "chat not found"),
    (
        "setWebhook",
        {"url": "http://127.0.0.1:1/x", "secret_token": "a b"},
        "secret token contains unallowed characters",
    ),
]


@pytest.mark.parametrize(("method", "args", "description"), OTHER_REFUSALS, ids=[d[:40] for *_, d in OTHER_REFUSALS])
def test_other_methods_are_refused_in_telegrams_words(server, method, args, description):
    status, answer = call(server, method, **{"chat_id": server.anna.id, **args})
    assert status == 400
    assert answer["description"].startswith(f"Bad Request: {description}")


def test_wrong_token_and_unknown_method(server):
    unauthorized = {"ok": False, "error_code": 401, "description": "Unauthorized"}
    assert call(server, "getMe", token="1:wrong") == (401, unauthorized)
    assert call(server, "sendStars")[0] == 404
    assert done(server, "getme")["can_read_all_group_messages"] is False


HTML = [
    ("<b>a</b><i>b</i><u>c</u><s>d</s>", "abcd", ["bold 0 1", "italic 1 1", "underline 2 1", "strikethrough 3 1"]),
    ("😀<code>a&lt;b</code>", "😀a<b", ["code 2 3"]),
    ("<b>x<i>y</i></b>", "xy", ["bold 0 2", "italic 1 1"]),
    ("&nbsp;&#65;&#x42;&quot;&amp;amp;", '&nbsp;AB"&amp;', []),
    ('<pre><code class="language-python">x</code></pre>', "x", ["pre 0 1 python"]),
    ("<code><b>x</b></code>", "x", ["code 0 1"]),
    ('<a href="https://a.io/?x=1&amp;y=2">l</a>', "l", ["text_link 0 1"]),
    ('<span class="tg-spoiler">x</span><tg-spoiler>y</tg-spoiler>', "xy", ["spoiler 0 1", "spoiler 1 1"]),
    ("<blockquote expandable>q</blockquote>", "q", ["expandable_blockquote 0 1"]),
    ('<tg-emoji emoji-id="53">👍</tg-emoji>', "👍", ["custom_emoji 0 2"]),
]


@pytest.mark.parametrize(("source", "text", "entities"), HTML, ids=[each[0][:30] for each in HTML])
def test_html_becomes_text_and_entities_in_utf16_units(source, text, entities):
    found, marked = parse(source)
    marked.sort(key=lambda e: (e["offset"], -e["length"]))
    assert found == text
    shown = [f"{e['type']} {e['offset']} {e['length']} {e.get('language', '')}".rstrip() for e in marked]
    assert shown == entities


BROKEN_HTML = [
    ("<br>", 'Unsupported start tag "br" at byte offset 0'),
    ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
    ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
    ("x</b>", "Unexpected end tag at byte offset 1"),
    ("<b>x</b", "Unclosed end tag at byte offset 4"),
    ("温 <b", "Unclosed start tag at byte offset 4"),
    ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ('<a href="x', "Unclosed start tag at byte offset 0"),
    ("<a href=x/>y</a>", "Unexpected end of name token at byte offset 8"),
    ('<i ="x">', 'Empty attribute name in the tag "i" at byte offset 0'),
    ("<p>x</p>", 'Unsupported start tag "p" at byte offset 0'),
    ("<b><i>x</i>", 'Can\'t find end tag corresponding to start tag "b"'),
]


@pytest.mark.parametrize(("source", "problem"), BROKEN_HTML, ids=[each[0] for each in BROKEN_HTML])
def test_broken_html_names_the_byte_offset(source, problem):
    with pytest.raises(CannotParse) as refused:
        parse(source)
    assert str(refused.value) == problem


def test_white_space_goes_at_the_ends_but_not_inside_a_first_entity(server):
    sent = done(server, "sendMessage", chat_id=server.anna.id, text=" \n<pre>  a\n</pre>  ", parse_mode="HTML")
    assert sent["text"] == "  a"
    assert sent["entities"] == [{"type": "pre", "offset": 0, "length": 3}]


def test_edits_follow_telegrams_rules(server):
    chat, keys = server.anna.id, keyboard([button()])
    number = done(server, "sendMessage", chat_id=chat, text="one", reply_markup=keys)["message_id"]
    same = {"chat_id": chat, "message_id": number, "text": "one", "reply_markup": keys}
    assert "message is not modified: specified new message" in call(server, "editMessageText", **same)[1]["description"]
    assert call(server, "editMessageText", **same | {"text": "x" * 4097})[1]["description"].endswith("MESSAGE_TOO_LONG")
    edited = done(server, "editMessageText", **same | {"text": "two", "reply_markup": None})
    assert edited["edit_date"]
    assert "reply_markup" not in edited  # an edit without keyboard takes it away
    assert [version.text for version in server.edits(server.anna, number)] == ["one", "two"]
    mine = server.say(server.anna, server.anna, "mine")
    foreign = call(server, "editMessageText", chat_id=chat, message_id=mine.id, text="x")[1]
    assert foreign["description"] == "Bad Request: message can't be edited"
    done(server, "deleteMessage", chat_id=chat, message_id=number)
    assert call(server, "editMessageText", **same)[1]["description"] == "Bad Request: message to edit not found"


def test_replies_quotes_and_topics(server):
    asked = server.say(server.forum, server.anna, "why is the 温度 jumping?", topic=server.topics["Strand 1"])
    place = {"chat_id": server.forum.id, "text": "because"}
    sent = done(server, "sendMessage", **place, reply_parameters={"message_id": asked.id, "quote": "温度 jumping"})
    assert sent["message_thread_id"] == server.topics["Strand 1"]
    assert sent["quote"] == {"text": "温度 jumping", "position": 11, "is_manual": True}
    wrong = call(server, "sendMessage", **place, reply_parameters={"message_id": asked.id, "quote": "pressure"})
    assert wrong[1]["description"] == "Bad Request: QUOTE_TEXT_INVALID"
    lenient = {"message_id": 99999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in done(server, "sendMessage", **place, reply_parameters=lenient)
    assert call(server, "sendMessage", **place, message_thread_id=5)[0] == 400


def test_callback_answers_count_once_and_grow_old(server):
    sent = done(server, "sendMessage", chat_id=server.li.id, text="x", reply_markup=keyboard([button("同意")]))
    tap = server.tap(server.li, server.li, sent["message_id"], "同意")
    assert done(server, "answerCallbackQuery", callback_query_id=tap.id, text="好")
    assert "query is too old" in call(server, "answerCallbackQuery", callback_query_id=tap.id)[1]["description"]
    assert tap.answer.text == "好"
    late = server.tap(server.li, server.li, sent["message_id"], "x")
    late.created -= 60
    assert call(server, "answerCallbackQuery", callback_query_id=late.id)[0] == 400
    with pytest.raises(AssertionError, match="no button 'Gone'"):
        server.tap(server.li, server.li, sent["message_id"], "Gone")
    copy = keyboard([button("Copy", copy_text={"text": "x"})])
    sent = done(server, "sendMessage", chat_id=server.li.id, text="y", reply_markup=copy)
    with pytest.raises(AssertionError, match="does nothing"):
        server.tap(server.li, server.li, sent["message_id"], "Copy")


def test_forbidden_chats_and_upgraded_groups(fresh):
    fresh.block(fresh.li)
    assert call(fresh, "sendMessage", chat_id=fresh.li.id, text="x") == (
        403,
        {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"},
    )
    new = fresh.upgrade(fresh.group)
    status, answer = call(fresh, "sendMessage", chat_id=fresh.group.id, text="x")
    assert (status, answer["parameters"]) == (400, {"migrate_to_chat_id": new.id})
    fresh.remove_bot(new, fresh.anna)
    assert call(fresh, "sendMessage", chat_id=new.id, text="x")[1]["description"].startswith(
        "Forbidden: bot was kicked"
    )
    stranger = fresh.add_user("Tom", started=False)
    assert "can't initiate conversation" in call(fresh, "sendMessage", chat_id=stranger.id, text="x")[1]["description"]


def test_privacy_mode_hides_what_is_not_meant_for_the_bot(fresh):
    group = fresh.group
    answer = fresh.message(group, done(fresh, "sendMessage", chat_id=group.id, text="x")["message_id"])
    seen = ["/help", "/help@andon_bot", "@andon_bot why?", "😀 hey @Andon_bot"]
    hidden = ["just talk", "/help@other_bot", "mail me at x@andon_bot"]
    assert [t for t in seen + hidden if fresh.say(group, fresh.anna, t).update_id] == seen
    assert fresh.say(group, fresh.anna, "and now?", reply_to=answer).update_id
    assert fresh.react(group, fresh.anna, answer, "👍") is None
    fresh.promote_bot(group, fresh.anna)
    assert fresh.say(group, fresh.anna, "just talk").update_id


def test_update_kinds_offsets_and_conflicts(fresh):
    first, second = (fresh.say(fresh.anna, fresh.anna, text) for text in ("one", "two"))
    got = done(fresh, "getUpdates", limit=1)
    assert [u["update_id"] for u in got] == [first.update_id]
    assert [u["update_id"] for u in done(fresh, "getUpdates")] == [first.update_id, second.update_id]  # unconfirmed
    done(fresh, "getUpdates", offset=second.update_id)
    assert [c.update_id for c in fresh.confirmations] == [first.update_id]
    assert fresh.react(fresh.anna, fresh.anna, first, "👍") is None  # not asked for
    done(fresh, "getUpdates", offset=second.update_id + 1, allowed_updates=["message", "message_reaction"])
    assert fresh.react(fresh.anna, fresh.anna, first, "👎")
    reaction = done(fresh, "getUpdates")[0]["message_reaction"]
    assert reaction["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert reaction["new_reaction"] == [{"type": "emoji", "emoji": "👎"}]
    fresh.repeat(first)
    assert first.update_id in [u["update_id"] for u in done(fresh, "getUpdates")]
    done(fresh, "setWebhook", url="http://127.0.0.1:9/hook")
    assert call(fresh, "getUpdates")[1]["description"].startswith("Conflict: can't use getUpdates method while webhook")
    fresh.wait_for(lambda: "last_error_message" in done(fresh, "getWebhookInfo"), what="a refused push")
    assert done(fresh, "deleteWebhook", drop_pending_updates=True)
    assert fresh.pending_updates == []
    fresh.state.allow_http_webhook = False
    assert "An HTTPS URL must be provided" in call(fresh, "setWebhook", url="http://127.0.0.1:9/x")[1]["description"]


def test_a_second_getupdates_ends_the_first(fresh):
    async def both(bot):
        async with real_bot(fresh) as other:
            first = asyncio.create_task(bot.get_updates(timeout=10))
            await asyncio.sleep(0.3)
            assert await other.get_updates(timeout=0) == ()
            with pytest.raises(telegram.error.Conflict, match="terminated by other getUpdates"):
                await first

    with_bot(fresh, both)


def test_files_are_held_to_size_and_shape(server):
    async def work(bot):
        chat = server.anna.id
        for picture, problem in (
            (png(9000, 1001), "Photo_invalid_dimensions"),
            (png(2100, 100), "Photo_invalid_dimensions"),
            (b"no picture", "Image_process_failed"),
            (png(10, 10, 10 * 2**20 + 1), "too big for a photo"),
        ):
            with pytest.raises(telegram.error.BadRequest, match=problem):
                await bot.send_photo(chat, picture)
        with pytest.raises(telegram.error.BadRequest, match="non-empty"):
            await bot.send_document(chat, b"", filename="empty.csv")
        with pytest.raises(telegram.error.BadRequest, match="caption is too long"):
            await bot.send_document(chat, b"x", filename="a.csv", caption="x" * 1025)
        with pytest.raises(telegram.error.NetworkError, match="Request Entity Too Large"):
            await bot.send_document(chat, bytes(50 * 2**20 + 1), filename="big.bin", write_timeout=20)
        big = server.send_file(server.anna, server.anna, "year.csv", None, size=20 * 2**20 + 1)
        with pytest.raises(telegram.error.BadRequest, match="File is too big"):
            await bot.get_file(big.document.file_id)

    with_bot(server, work)


def test_the_real_bot_sends_edits_uploads_and_downloads(server):
    async def work(bot):
        chat = server.anna.id
        sent = await bot.send_message(chat, "<b>T1</b> &lt; 5 😀 <i>°C</i>", parse_mode="HTML")
        assert sent.parse_entity(sent.entities[1]) == "°C"
        with pytest.raises(telegram.error.BadRequest, match="Message is not modified"):
            await sent.edit_text("T1 < 5 😀 °C", entities=sent.entities)
        photo = await bot.send_photo(chat, png(640, 480), caption="chart")
        assert (photo.photo[-1].width, photo.photo[-1].height) == (640, 480)
        await photo.edit_caption(
            "chart, full",
            reply_markup=telegram.InlineKeyboardMarkup.from_button(
                telegram.InlineKeyboardButton("Copy", copy_text=telegram.CopyTextButton("plain"))
            ),
        )
        again = await bot.send_photo(chat, photo.photo[-1].file_id, reply_to_message_id=sent.message_id)
        assert again.reply_to_message.message_id == sent.message_id
        table = await bot.send_document(chat, "温度,1\n".encode(), filename="温度.csv")
        kept = server.message(chat, table.message_id).document
        assert (kept.name, kept.mime, kept.data) == ("温度.csv", "text/csv", "温度,1\n".encode())
        assert bytes(await (await table.document.get_file()).download_as_bytearray()) == kept.data
        album = await bot.send_media_group(
            chat, [telegram.InputMediaPhoto(png(10 + n, 10), caption=f"n{n}") for n in range(3)]
        )
        assert len({m.media_group_id for m in album}) == 1
        assert [m.caption for m in album] == ["n0", "n1", "n2"]
        assert await bot.set_my_commands([telegram.BotCommand("help", "帮助")], language_code="zh")
        assert await bot.set_message_reaction(chat, sent.message_id, "👀")
        copy = await bot.copy_message(server.li.id, chat, table.message_id)
        assert server.message(server.li, copy.message_id).document is kept
        assert await bot.send_chat_action(chat, "typing")
        assert await bot.delete_message(chat, sent.message_id)
        assert isinstance(await bot.get_chat_member(server.group.id, server.anna.id), telegram.ChatMemberOwner)

    with_bot(server, work)


def test_faults_reach_the_real_bot_as_its_errors(fresh):
    async def work(bot):
        chat = fresh.anna.id
        fresh.fault("sendMessage", "rate", retry_after=7)
        with pytest.raises(telegram.error.RetryAfter) as limited:
            await bot.send_message(chat, "a")
        assert "Retry in 7 seconds" in str(limited.value)
        fresh.fault("sendMessage", "error", status=502, html=True)
        with pytest.raises(telegram.error.NetworkError):
            await bot.send_message(chat, "b")
        fresh.fault("sendMessage", "telegram_error", code=403, description="Forbidden: user is deactivated")
        with pytest.raises(telegram.error.Forbidden, match="user is deactivated"):
            await bot.send_message(chat, "c")
        fresh.fault("*", "cut_before")
        with pytest.raises(telegram.error.NetworkError):
            await bot.send_message(chat, "d")
        fresh.fault("sendMessage", "slow", seconds=0.3)
        begun = time.monotonic()
        await bot.send_message(chat, "e")
        assert time.monotonic() - begun >= 0.3
        assert [m.text for m in fresh.messages(chat)] == ["e"]
        fresh.fault("sendMessage", "cut_after", where=lambda args: args["text"] == "f")
        with pytest.raises(telegram.error.NetworkError):
            await bot.send_message(chat, "f")
        assert [m.text for m in fresh.messages(chat)] == ["e", "f"]  # done, but the reply was lost
        sent = fresh.send_file(fresh.anna, fresh.anna, "a.csv", b"1,2\n" * 20000)
        file = await bot.get_file(sent.document.file_id)
        fresh.fault("download", "cut_after")
        with pytest.raises(telegram.error.NetworkError):
            await file.download_as_bytearray()
        fresh.chaos({"error": 1.0}, seed=1, spare=("getMe",), status=500)
        assert await bot.get_me()
        with pytest.raises(telegram.error.NetworkError):
            await bot.get_my_commands()
        fresh.chaos(None)

    with_bot(fresh, work)
    assert [call.status for call in fresh.calls if call.fault][:4] == [429, 502, 403, 0]
    assert {call.fault for call in fresh.calls if call.fault} >= {"rate", "error", "cut_before", "cut_after", "slow"}


def test_pace_counts_those_who_send_too_fast(fresh):
    fresh.pace = Pace(burst=3)
    answers = [call(fresh, "sendMessage", chat_id=fresh.anna.id, text=str(n)) for n in range(5)]
    assert [status for status, _ in answers] == [200, 200, 200, 429, 429]
    body = {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1"}
    assert answers[3][1] == body | {"parameters": {"retry_after": 1}}
    assert [violation.waited for violation in fresh.pace.violations] == [True, False]
    fresh.pace = Pace(burst=100)
    several = [call(fresh, "sendMessage", chat_id=fresh.group.id, text=str(n))[0] for n in range(21)]
    assert several.count(429) == 1


def test_arguments_come_by_query_form_and_json(fresh):
    root = f"{fresh.url}/bot{fresh.token}/sendMessage"
    keys = urllib.parse.quote(json.dumps(keyboard([button()])))
    form = f"chat_id={fresh.anna.id}&text=b&reply_markup={keys}".encode()
    for query, body in ((f"?chat_id={fresh.anna.id}&text=a&reply_markup={keys}", None), ("", form)):
        with urllib.request.urlopen(root + query, body, timeout=5) as reply:
            assert json.loads(reply.read())["ok"]
    assert [(m.text, m.buttons) for m in fresh.messages(fresh.anna)] == [("a", ["Go"]), ("b", ["Go"])]
    assert [c.args["chat_id"] for c in fresh.calls_of("sendMessage")] == [fresh.anna.id] * 2


def test_a_method_in_the_answer_to_a_webhook_is_carried_out(fresh):
    class Hook(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            update = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            chat_id = update["message"]["chat"]["id"]
            answer = json.dumps({"method": "sendMessage", "chat_id": chat_id, "text": "at once"}).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Hook) as hook:
        threading.Thread(target=hook.serve_forever, daemon=True).start()
        done(fresh, "setWebhook", url=f"http://127.0.0.1:{hook.server_port}/x")
        fresh.say(fresh.anna, fresh.anna, "hello")
        fresh.wait_for(lambda: fresh.bot_messages(fresh.anna), what="the answer")
        hook.shutdown()
    assert [(c.by_webhook, c.status) for c in fresh.calls_of("sendMessage")] == [(True, 200)]


def test_wait_for_says_what_was_awaited(fresh):
    call(fresh, "sendMessage", chat_id=1, text="x")
    with pytest.raises(AssertionError, match=r"waited 0.1 s for an answer; 0 updates pending\n(.*\n)+.*chat not found"):
        fresh.wait_for(lambda: None, 0.1, "an answer")


def test_the_real_application_polls_and_survives_a_restart_and_an_outage(fresh, bot_process):
    chat, anna = fresh.anna, fresh.anna
    running = bot_process(fresh)
    asked = fresh.say(chat, anna, "hello")
    answer = fresh.wait_for(lambda: fresh.bot_messages(chat), what="an echo")[0]
    assert (answer.text, answer.reply_to_id, answer.buttons) == ("echo hello", asked.id, ["Agree"])
    tap = fresh.tap(chat, anna, answer.id, "Agree")
    fresh.wait_for(lambda: answer.text == "you pressed a:1", what="the edit")
    assert tap.answer.text == "noted"
    assert [version.text for version in fresh.edits(chat, answer.id)] == ["echo hello", "you pressed a:1"]
    fresh.react(chat, anna, answer, "👍")
    fresh.edit(chat, asked, "hello again")
    fresh.album(chat, anna, [("a.csv", b"1234"), ("b.csv", b"12")], caption="both")
    wanted = {"reaction 👍", "edited to hello again", "a.csv: 4 bytes", "b.csv: 2 bytes"}
    fresh.wait_for(lambda: {m.text for m in fresh.bot_messages(chat)} >= wanted, what="all answers")
    fresh.outage(0.5)
    fresh.say(chat, anna, "after the outage")
    fresh.wait_for(lambda: "echo after the outage" in [m.text for m in fresh.messages(chat)], what="the bot's return")
    running.send_signal(signal.SIGKILL)
    running.wait(5)
    told = fresh.say(chat, anna, "while you were away")
    assert told.update_id in [update["update_id"] for update in fresh.pending_updates]
    bot_process(fresh)
    fresh.wait_for(lambda: "echo while you were away" in [m.text for m in fresh.messages(chat)], what="the late echo")
    fresh.wait_for(lambda: told.update_id in [c.update_id for c in fresh.confirmations], what="the confirmation")


def test_the_real_application_serves_a_webhook_and_survives_a_restart(fresh, bot_process):
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    running = bot_process(fresh, port)
    fresh.wait_for(lambda: fresh.webhook.url, what="setWebhook")
    fresh.say(fresh.li, fresh.li, "你好")
    fresh.wait_for(lambda: "echo 你好" in [m.text for m in fresh.messages(fresh.li)], what="an echo")
    assert fresh.webhook.secret == "s3cret_-"
    running.send_signal(signal.SIGKILL)
    running.wait(5)
    told = [fresh.say(fresh.li, fresh.li, f"n{n}") for n in range(3)]
    fresh.wait_for(lambda: fresh.webhook.last_error, what="a refused push")
    assert len(fresh.pending_updates) == 3
    bot_process(fresh, port)
    fresh.wait_for(lambda: len(fresh.confirmations) == 4, what="the late updates")
    assert [c.update_id for c in fresh.confirmations][1:] == [m.update_id for m in told]
    fresh.wait_for(lambda: len(fresh.bot_messages(fresh.li)) == 4, what="all echoes")
    assert fresh.refused == []
    fresh.webhook.lost_answers = 1
    again = fresh.say(fresh.li, fresh.li, "twice")
    fresh.wait_for(lambda: [m.text for m in fresh.bot_messages(fresh.li)].count("echo twice") == 2, what="a repeat")
    assert fresh.given(again.update_id) == 2
    fresh.webhook.secret = "another"
    fresh.say(fresh.li, fresh.li, "forged")
    fresh.wait_for(lambda: fresh.webhook.pushes[-1][1] == 403, what="the bot's refusal")
    assert "403" in fresh.webhook.last_error[1]


def test_it_runs_alone_and_prints_the_environment():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "tests.e2e.strict_telegram", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, stdin=subprocess.DEVNULL)
    try:
        assert process.stdout.readline().strip() == f"export TELEGRAM_API_URL=http://127.0.0.1:{port}"
        assert process.stdout.readline().startswith("export TELEGRAM_BOT_TOKEN=")
    finally:
        process.terminate()
        process.wait(5)
        process.stdout.close()
