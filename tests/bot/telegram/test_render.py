"""Rendering: within every limit, parseable by Telegram, and nothing lost, whatever the text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import ForceReply, InlineKeyboardMarkup

from bot.reply import Button, Reply
from bot.telegram.render import CAPTION, TEXT, captions, clean, render, short
from bot.telegram.spans import units
from bot.telegram.wording import BOOK, say
from tests.e2e.strict_telegram.html import parse
from workers.contracts import Block

NASTY = ["<b>", "</b>", "&lt;", "&", '"', "'", "\u200b", "\u202e", "شاشة", "🔥", "结晶器液位", "\x00", "\ud800", "[F1]"]
NASTY += [": ", "\n", "S8.com", "@all", "/stop", "<pre>", "a" * 900, "热" * 700]
texts = st.lists(st.sampled_from(NASTY) | st.text(max_size=40), max_size=12).map("".join)
blocks = st.builds(
    Block,
    kind=st.sampled_from(["headline", "cause", "action", "ask", "note", "data", "plain"]),
    text=texts,
    refs=st.lists(st.text(min_size=1, max_size=8), max_size=3),
)
replies = st.builds(
    Reply, kind=st.just("answer"), lang=st.sampled_from(["en", "zh"]), blocks=st.lists(blocks, max_size=8), code=texts
)


def read(html):
    text, entities = parse(html)
    return text, entities


@settings(max_examples=150, deadline=None)
@given(replies)
def test_any_reply_is_within_limits_parses_and_loses_nothing(reply):
    done = render(reply)
    text, _ = read(done.text)
    assert 0 < units(text) <= TEXT
    whole = text + "\n" + done.overflow
    for block in reply.blocks:
        plain = clean(block.text)
        found = plain if "[" not in plain else plain[: plain.rindex("[")].rstrip()
        assert not plain.strip() or found in whole or text == "…"
        assert not plain.strip() or text == "…" or all(clean(ref) in whole for ref in block.refs)
    assert not clean(reply.code).strip() or clean(reply.code) in whole or text == "…"
    if done.overflow:
        assert say("rest_in_file", reply.lang) in text


@given(st.text(max_size=3000), st.sampled_from([1024, 200]))
@settings(max_examples=60, deadline=None)
def test_captions_and_short_texts_hold_their_limits(text, limit):
    first, rest = captions(text)
    shown, _ = read(first)
    assert units(shown) <= CAPTION
    assert units(short(text, limit)) <= limit
    whole = clean(text).strip()
    assert "".join(((shown.removesuffix("…") if rest else shown) + rest.removeprefix("…")).split()) == "".join(
        whole.split()
    )


def test_what_does_not_fit_goes_whole_into_the_file_and_the_message_says_so():
    long = " ".join(["word"] * 800)
    lines = [("headline", "Level swings since 03:12"), ("note", long), ("action", "Do now: stop")]
    reply = Reply(kind="answer", blocks=[Block(kind=kind, text=text) for kind, text in lines])
    assert render(reply).overflow == ""
    reply = reply.model_copy(update={"blocks": [*reply.blocks, Block(kind="data", text=f"Data: {long[:200]}")]})
    done = render(reply)
    assert done.overflow.startswith("Data: word")
    assert done.text.startswith("<b>Level swings since 03:12</b>\nword")
    assert done.text.endswith(f"<i>{say('rest_in_file', 'en')}</i>")


def test_a_single_block_that_is_too_long_shows_its_beginning():
    done = render(Reply(kind="notice", lang="zh", blocks=[Block(kind="headline", text="热" * 5000)]))
    assert done.overflow == "热" * 5000
    assert done.text.startswith("热" * 50)
    assert say("rest_in_file", "zh") in done.text


def test_headline_and_labels_are_bold_and_references_small():
    done = render(Reply(kind="answer", blocks=[
        Block(kind="headline", text="Level <swings>"),
        Block(kind="cause", text="1. Stopper clogging (0.9): position +9 mm [F2 !F5]", refs=["F2", "!F5"]),
        Block(kind="action", text="现在：检查氩气", refs=["CC-9"]),
        Block(kind="plain", text="at 22:36 all: fine [F12]", refs=["F1"]),
    ]))  # fmt: skip
    assert done.text.split("\n") == [
        "<b>Level &lt;swings&gt;</b>",
        "<b>现在：</b>检查氩气 <code>[CC-9]</code>",
        "<b>1. Stopper clogging (0.9):</b> position +9 mm <code>[F2 !F5]</code>",
        "at 22:36 all: fine [F12] <code>[F1]</code>",
    ]


def test_an_answer_says_what_to_do_before_why_and_folds_what_it_rests_on():
    kinds = ["headline", "cause", "cause", "action", "note", "action", "ask", "data", "data", "note", "data"]
    lines = [Block(kind=kind, text=f"{kind} {i}") for i, kind in enumerate(kinds)]
    text, entities = read(render(Reply(kind="answer", blocks=lines)).text)
    told = text.split("\n")
    assert told[:6] == ["headline 0", "action 3", "action 5", "cause 1", "note 4", "cause 2"]
    folded = [e for e in entities if e["type"] == "expandable_blockquote"]
    assert [text[e["offset"] : e["offset"] + e["length"]] for e in folded] == ["ask 6\ndata 7\ndata 8"]
    assert told[-2:] == ["note 9", "data 10"]
    plain = render(Reply(kind="notice", blocks=lines)).text
    assert "blockquote" not in plain


def test_a_reply_without_anything_to_see_is_still_a_message():
    assert render(Reply(kind="notice", blocks=[Block(kind="plain", text="\u200b")])).text == "…"


def labels(rows):
    done = render(Reply(kind="answer", rows=rows)).keyboard
    return [[button.text for button in row] for row in done.inline_keyboard]


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        (["复制", "引用", "查询", "同意", "不同意"], [5]),
        (["Copy", "Quote", "Query", "Agree", "Disagree"], [2, 3]),
        (["1", "2", "3", "4", "5", "6", "7"], [3, 4]),
        (["A very long label for one button indeed"] * 2, [1, 1]),
    ],
)
def test_rows_show_their_labels_whole(words, rows):
    found = labels([[Button(label=word, action="a", value="1") for word in words]])
    assert [len(row) for row in found] == rows
    assert [word for row in found for word in row] == words


def test_short_answers_are_copied_by_the_app_and_long_ones_by_a_press():
    buttons = [Button(label="Copy", action="copy", value="7", copy_text=text) for text in ("热" * 256, "热" * 257)]
    near, far = render(Reply(kind="answer", rows=[buttons])).keyboard.inline_keyboard[0]
    assert near.copy_text.text == "热" * 256
    assert near.callback_data is None
    assert far.callback_data == "copy:7"
    assert far.copy_text is None


def test_callback_data_beyond_64_bytes_is_our_mistake():
    with pytest.raises(ValueError, match="65 bytes"):
        render(Reply(kind="answer", rows=[[Button(label="x", action="a", value="v" * 63)]]))


def test_an_asked_reply_opens_the_keyboard_unless_there_are_buttons():
    asked = Reply(kind="notice", blocks=[Block(kind="plain", text="what is right?")], asks=True)
    keyboard = render(asked).keyboard
    assert isinstance(keyboard, ForceReply)
    assert keyboard.selective
    with_buttons = asked.model_copy(update={"rows": [[Button(label="x", action="a")]]})
    assert isinstance(render(with_buttons).keyboard, InlineKeyboardMarkup)


def test_every_sentence_stands_in_both_languages():
    for key, sentences in BOOK.entries.items():
        assert set(sentences) == {"en", "zh"}, key
        if key.startswith("command_"):
            assert all(1 <= units(s) <= 256 for s in sentences.values())
    assert all(units(s) <= 120 for s in BOOK.entries["short_description"].values())
