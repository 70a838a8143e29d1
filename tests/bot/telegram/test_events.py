"""Native events in: payloads as Telegram sends them become Incomings."""

import pytest
from telegram import Update, User

from bot.telegram.events import translate

ME = User(7, "Andon", True, username="andon_bot")
ANNA = {"id": 11, "is_bot": False, "first_name": "Anna", "last_name": "K", "language_code": "en"}
LI = {"id": 12, "is_bot": False, "first_name": "Li", "language_code": "zh-hans"}
BOT = {"id": 7, "is_bot": True, "first_name": "Andon", "username": "andon_bot"}
PRIVATE = {"id": 11, "type": "private", "first_name": "Anna"}
GROUP = {"id": -100, "type": "supergroup", "title": "Crew"}
DOCUMENT = {"file_id": "D1", "file_unique_id": "u", "file_name": "s2.csv", "file_size": 5}


def units(text):
    return len(text.encode("utf-16-le")) // 2


def entity(kind, text, word, **more):
    return {"type": kind, "offset": units(text[: text.index(word)]), "length": units(word), **more}


def message(chat=PRIVATE, sender=ANNA, **fields):
    return {"message_id": 5, "date": 1700000000, "chat": chat, "from": sender, **fields}


def told(**update):
    return translate(Update.de_json({"update_id": 99, **update}, None), ME)


def one(**update):
    found = told(**update)
    assert len(found) == 1
    return found[0]


def test_a_private_message_is_addressed():
    got = one(message=message(text="why?"))
    assert (got.event_id, got.kind, got.channel, got.message) == ("telegram:7:11:5", "message", "11", "5")
    assert (got.user, got.user_name, got.lang, got.private, got.addressed) == ("11", "Anna K", "en", True, True)
    assert got.at.timestamp() == 1700000000


@pytest.mark.parametrize(
    ("code", "lang"), [("zh-hans", "zh"), ("zh", "zh"), ("en-GB", "en"), ("de", None), (None, None)]
)
def test_the_language_of_the_app_is_a_hint(code, lang):
    assert one(message=message(sender=ANNA | {"language_code": code}, text="x")).lang == lang


@pytest.mark.parametrize(
    ("text", "kind", "word", "left"),
    [
        ("@andon_bot why?", "mention", "@andon_bot", "why?"),
        ("🔥热 @Andon_Bot 液位为什么波动", "mention", "@Andon_Bot", "🔥热 液位为什么波动"),
        ("液位🔥 @andon_bot", "mention", "@andon_bot", "液位🔥"),
        ("/ask@andon_bot 🔥 why", "bot_command", "/ask@andon_bot", "🔥 why"),
        ("/ask why", "bot_command", "/ask", "why"),
    ],
)
def test_mention_and_command_are_taken_out_of_the_text(text, kind, word, left):
    got = one(message=message(GROUP, text=text, entities=[entity(kind, text, word)]))
    assert (got.text, got.addressed, got.kind) == (left, True, "message")


def test_a_mention_without_a_username_counts_by_its_id():
    text = "🔥 Andon why"
    got = one(message=message(GROUP, text=text, entities=[entity("text_mention", text, "Andon", user=BOT)]))
    assert (got.text, got.addressed) == ("🔥 why", True)


def test_unaddressed_talk_in_a_group_says_so():
    text = "ask @somebody"
    got = one(message=message(GROUP, text=text, entities=[entity("mention", text, "@somebody")]))
    assert (got.addressed, got.text, got.private) == (False, text, False)


@pytest.mark.parametrize("word", ["/status", "/Status@andon_bot", "/kb", "/start"])
def test_commands_carry_name_and_rest(word):
    text = f"{word} strand 2"
    got = one(message=message(GROUP, text=text, entities=[entity("bot_command", text, word)]))
    assert (got.kind, got.action, got.text) == ("command", word[1:].split("@")[0].lower(), "strand 2")
    assert got.addressed


def test_a_command_after_our_name_is_a_command():
    text = "@andon_bot /status now"
    entities = [entity("mention", text, "@andon_bot"), entity("bot_command", text, "/status")]
    got = one(message=message(GROUP, text=text, entities=entities))
    assert (got.kind, got.action, got.text) == ("command", "status", "now")


@pytest.mark.parametrize("word", ["/status@other_bot", "/weather"])
def test_commands_for_other_bots_are_nothing_to_us(word):
    assert told(message=message(GROUP, text=word, entities=[entity("bot_command", word, word)])) == []


def test_an_unknown_command_in_private_reaches_the_conversation():
    got = one(message=message(text="/weather", entities=[entity("bot_command", "/weather", "/weather")]))
    assert (got.kind, got.action) == ("command", "weather")


def test_a_command_in_mid_sentence_is_text():
    text = "say /status please"
    got = one(message=message(text=text, entities=[entity("bot_command", text, "/status")]))
    assert (got.kind, got.text) == ("message", text)


def test_a_file_with_its_caption_as_question():
    caption = "/ask@andon_bot 为什么"
    got = one(message=message(GROUP, document=DOCUMENT, caption=caption, media_group_id="33",
                              caption_entities=[entity("bot_command", caption, "/ask@andon_bot")]))  # fmt: skip
    assert (got.text, got.album, got.files[0].name, got.files[0].size) == ("为什么", "telegram:-100:33", "s2.csv", 5)


@pytest.mark.parametrize(
    ("media", "name", "kind"),
    [
        ({"photo": [{"file_id": "a", "file_unique_id": "a", "width": 9, "height": 9},
                    {"file_id": "b", "file_unique_id": "b", "width": 90, "height": 90}]}, "photo.jpg", "picture"),
        ({"voice": {"file_id": "b", "file_unique_id": "b", "duration": 1}}, "voice.ogg", "sound"),
        ({"document": {"file_id": "b", "file_unique_id": "b", "mime_type": "text/csv"}}, "document.csv", "file"),
        ({"video": {"file_id": "b", "file_unique_id": "b", "width": 1, "height": 1, "duration": 1,
                    "file_name": "a.mp4"}}, "a.mp4", "sound"),
    ],
)  # fmt: skip
def test_other_media_are_named(media, name, kind):
    got = one(message=message(**media)).files[0]
    assert (got.id, got.name, got.kind) == ("b", name, kind)


def test_a_big_file_keeps_its_size():
    big = DOCUMENT | {"file_size": 30 * 2**20}
    assert one(message=message(document=big)).files[0].size == 30 * 2**20


def test_reply_and_quote_are_context():
    ours = message(GROUP, BOT, text="Level swings") | {"message_id": 3}
    got = one(message=message(GROUP, text="why", reply_to_message=ours,
                              quote={"text": "swings", "position": 6}))  # fmt: skip
    assert (got.reply_to, got.quote, got.addressed) == ("3", "swings", True)


def test_a_question_as_a_reply_to_somebodys_file_takes_the_file():
    file = message(GROUP, LI, document=DOCUMENT) | {"message_id": 3}
    text = "@andon_bot why"
    asked = {"text": text, "entities": [entity("mention", text, "@andon_bot")], "reply_to_message": file}
    assert [f.id for f in one(message=message(GROUP, **asked)).files] == ["D1"]
    assert one(message=message(GROUP, text="nice", reply_to_message=file)).files == []


def test_a_topic_is_the_thread_and_its_first_message_is_no_reply():
    root = message(GROUP, BOT, forum_topic_created={"name": "Strand 1", "icon_color": 1}) | {"message_id": 40}
    topic = {"message_thread_id": 40, "is_topic_message": True}
    got = one(message=message(GROUP, text="why", reply_to_message=root, **topic))
    assert (got.thread, got.reply_to, got.addressed) == ("40", "", False)
    assert one(message=message(GROUP, text="why", message_thread_id=40)).thread == ""


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": BOT, "text": "x"},
        {"chat": GROUP, "text": "x", "is_automatic_forward": True},
        {"chat": GROUP, "new_chat_title": "x"},
        {"chat": GROUP, "sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                                    "is_animated": False, "is_video": False}},
    ],
)  # fmt: skip
def test_nothing_to_us(fields):
    assert told(message=message(**fields)) == []


def test_channel_posts_are_nothing_to_us():
    assert told(channel_post=message({"id": -9, "type": "channel", "title": "c"}, text="x")) == []


def test_an_edit_has_its_own_event():
    got = one(edited_message=message(text="why now?", edit_date=1700000060))
    assert (got.kind, got.event_id, got.text) == ("edit", "telegram:7:11:5/edit/1700000060", "why now?")
    assert got.at.timestamp() == 1700000060


def press(where):
    query = {"id": "q1", "from": LI, "chat_instance": "1", "data": "agree:12:3", "message": where}
    return one(callback_query=query)


def test_a_press_carries_action_value_and_ticket():
    got = press(message(GROUP, BOT, text="a", message_thread_id=40, is_topic_message=True))
    assert (got.event_id, got.kind, got.action, got.value) == ("telegram:7:callback:q1", "press", "agree", "12:3")
    assert (got.ticket, got.user, got.message, got.thread, got.lang) == ("q1", "12", "5", "40", "zh")


def test_a_press_on_a_message_of_long_ago_still_works():
    got = press({"chat": PRIVATE, "message_id": 5, "date": 0})
    assert (got.channel, got.message, got.private, got.action) == ("11", "5", True, "agree")


def reaction(old, new, **more):
    emoji = [[{"type": "emoji", "emoji": e} for e in side] for side in (old, new)]
    return told(message_reaction={"chat": GROUP, "message_id": 5, "date": 1700000000, "user": ANNA,
                                  "old_reaction": emoji[0], "new_reaction": emoji[1], **more})  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ("", "👍", [("+1", "added")]),
        ("👍", "👎", [("+1", "removed"), ("-1", "added")]),
        ("👎", "", [("-1", "removed")]),
        ("👍", "👍🔥", [("🔥", "added")]),
        ("👍", "👍", []),
    ],
)
def test_reactions_are_told_as_changes(old, new, changes):
    got = reaction(old, new)
    assert [(i.action, i.value) for i in got] == changes
    assert len({i.event_id for i in got}) == len(got)
    assert all(i.event_id.startswith("telegram:7:update:99") and i.message == "5" for i in got)


def test_anonymous_reactions_and_custom_emoji_are_nothing_to_us():
    assert reaction("", "👍", user=None, actor_chat=GROUP) == []
    assert reaction("", "", new_reaction=[{"type": "custom_emoji", "custom_emoji_id": "1"}]) == []


def member(status, **more):
    return {"user": BOT, "status": status, **more}


@pytest.mark.parametrize(
    ("chat", "old", "new", "count"),
    [
        (GROUP, member("left"), member("member"), 1),
        (GROUP, member("kicked", until_date=0), member("member"), 1),
        (GROUP, member("member"), member("left"), 0),
        (PRIVATE, member("kicked", until_date=0), member("member"), 0),
    ],
)
def test_being_added_to_a_group_is_told(chat, old, new, count):
    change = {"chat": chat, "from": ANNA, "date": 1, "old_chat_member": old, "new_chat_member": new}
    got = told(my_chat_member=change)
    assert [(i.kind, i.user) for i in got] == [("joined", "11")] * count


def test_a_group_that_becomes_a_supergroup_tells_its_new_id():
    group = {"id": -5, "type": "group", "title": "Crew"}
    got = one(message=message(group, migrate_to_chat_id=-1005))
    assert (got.kind, got.action, got.value, got.channel) == ("joined", "migrated", "-1005", "-5")
