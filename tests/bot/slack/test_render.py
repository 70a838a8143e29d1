"""Whatever is said fits into Slack's limits, loses nothing, formats nothing and notifies nobody."""

import json
import re

from hypothesis import given
from hypothesis import settings as pace
from hypothesis import strategies as st

from bot.outlet import Place
from bot.reply import Button, Choice, Field_, Form, Reply, Section, Sheet
from bot.slack import wording
from bot.slack.fitting import cost, cut, shortened
from bot.slack.render import block_id, fallback, render
from bot.slack.views import form_view, sheet_view
from tests.e2e.strict_slack.blocks import check_message, check_view
from workers.contracts import Block

KINDS = ["headline", "cause", "action", "ask", "note", "data", "plain"]
NASTY = [
    "*S1*",
    "_x_",
    "~y~",
    "`z`",
    "```",
    "<!channel>",
    "<@U1>",
    "@here",
    ":fire:",
    "&amp;",
    "a|b",
    "温度 2号流",
    "𝛥T",
]
texts = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(NASTY), max_size=300).map(" ".join),
    st.integers(0, 9000).map(lambda n: "S1 rises. " * (n // 10)),
    st.integers(0, 9000).map(lambda n: "x" * n),
)
buttons = st.builds(Button, label=st.text(min_size=1, max_size=120), action=st.sampled_from(["agree", "more"]),
                    value=st.text("abc1", max_size=20), style=st.sampled_from(["", "primary", "danger"]))  # fmt: skip
replies = st.builds(
    Reply,
    kind=st.sampled_from(["progress", "answer", "notice"]),
    lang=st.sampled_from(["en", "zh"]),
    blocks=st.lists(st.builds(Block, kind=st.sampled_from(KINDS), text=texts), max_size=12),
    code=texts,
    rows=st.lists(st.lists(buttons, max_size=8), max_size=4),
)


def known(reference):
    return None


def written(blocks):
    """Every text of the blocks as people read it, buttons and notes on the rest left out."""
    notes = {sentence for one in wording.BOOK.entries.values() for sentence in one.values()}
    parts = []
    for block in blocks:
        if block["type"] == "rich_text":  # literal: nothing is an entity there
            parts += [e["text"].replace("&", "&amp;") for s in block["elements"] for e in s["elements"]]
            continue
        for text in [block.get("text"), *(e for e in block.get("elements", []) if block["type"] == "context")]:
            if text is not None and text["text"] not in notes:
                parts.append(text["text"].removeprefix("```\n").removesuffix("\n```"))
    return "".join(parts).replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def bare(text):
    return re.sub(r"[\s\u200b\ufffd\x00-\x1f\x7f\ud800-\udfff]", "", text)


@pace(max_examples=80, deadline=None)
@given(replies, st.lists(st.just("F0123456789"), max_size=4))
def test_every_message_is_within_slacks_limits_and_complete(reply, pictures):
    made = render(reply, "run/7", pictures)
    code, why = check_message(made.blocks, known)
    assert code is None, why
    assert made.text
    assert len(made.text) <= 4000
    assert bare(written(made.blocks) + made.overflow) == bare("".join(b.text for b in reply.blocks) + reply.code)
    said = json.dumps(made.blocks, ensure_ascii=False)
    assert (wording.say("rest_in_file", reply.lang) in said) == bool(made.overflow)


@pace(max_examples=30, deadline=None)
@given(replies)
def test_nothing_in_a_message_formats_or_notifies(reply):
    made = render(reply)
    for text in [made.text, *objects(made.blocks, "plain_text"), *objects(made.blocks, "mrkdwn")]:
        assert "<" not in text
        assert ">" not in text
    for text in objects(made.blocks, "mrkdwn"):  # only code, which its own fences close
        assert text.startswith("```\n")
        assert text.endswith("\n```")
        assert "``" not in text[3:-3]


def objects(node, kind):
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node["text"]
        node = list(node.values())
    if isinstance(node, list):
        for one in node:
            yield from objects(one, kind)


def test_an_answer_reads_top_down():
    reply = Reply(
        kind="answer",
        blocks=[
            Block(kind="headline", text="Mould level swings since 03:12; stopper clogging (0.74)"),
            Block(kind="cause", text="1. Stopper clogging (0.74) [F2 K14]"),
            Block(kind="cause", text="2. Drift (0.15) [F5]"),
            Block(kind="action", text="Do now: check argon"),
            Block(kind="note", text="Normal period assumed"),
            Block(kind="data", text="Data: 22,310 rows"),
        ],
        rows=[[Button(label="Agree", action="agree", value="7"), Button(label="Other", action="agree", value="8")]],
    )
    made = render(reply, "k", ["F0123456789"])
    assert [b["type"] for b in made.blocks] == ["header", "section", "rich_text", "context", "image", "actions"]
    assert made.blocks[0]["block_id"] == "andon:k"
    assert made.blocks[1]["text"]["text"].count("\n") == 1
    assert [b["action_id"] for b in made.blocks[-1]["elements"]] == ["agree", "agree:1"]
    assert made.text == reply.plain


def test_labels_of_actions_and_wishes_are_bold_and_their_lines_literal():
    told = ["Do now: check *argon* _x_", "立即：检查", "no label in this line"]
    made = render(Reply(kind="answer", blocks=[Block(kind="action", text=text) for text in told]))
    (section,) = made.blocks[0]["elements"]
    bold = [e["text"] for e in section["elements"] if e.get("style") == {"bold": True}]
    assert bold == ["Do now:", "立即："]
    assert {e["type"] for e in section["elements"]} == {"text"}
    assert "".join(e["text"] for e in section["elements"]) == "\n".join(told)


def test_a_line_that_could_be_read_in_two_ways_stays_plain_text():
    for text in ("Do now: stop <!channel>", "Do now: R&D", "Do now: :fire:"):
        (block,) = render(Reply(kind="answer", blocks=[Block(kind="action", text=text)])).blocks
        assert (block["type"], block["text"]["type"]) == ("section", "plain_text")


def test_a_long_headline_goes_on_below():
    made = render(Reply(kind="answer", blocks=[Block(kind="headline", text="word " * 60)]))
    assert [b["type"] for b in made.blocks] == ["header", "section"]


def test_keys_of_any_length_make_a_block_id():
    assert block_id("a" * 249) == "andon:" + "a" * 249
    assert len(block_id("a" * 250)) <= 255
    assert block_id("a" * 250) != block_id("a" * 251)


def test_an_empty_reply_still_has_a_fallback():
    assert render(Reply(kind="notice")).text == "…"


@given(texts, st.integers(1, 300))
def test_cutting_loses_nothing_and_keeps_the_room(text, room):
    head, rest = cut(text, room)
    assert head + rest == text
    assert cost(head) <= room


@given(st.text(max_size=300), st.integers(3, 80))
def test_labels_fit(text, room):
    assert len(shortened(text, room)) <= room


def test_cuts_are_made_at_ends():
    assert cut("first line\nsecond line", 15) == ("first line\n", "second line")
    assert cut("It is so. Then not.", 14) == ("It is so. ", "Then not.")
    assert fallback("a" * 5000).endswith("…")


PLACE = Place(platform="slack", channel="C1", thread="1.1", reply_to="1.2", private=False)
lines = st.text(min_size=1, max_size=300)
fields = st.lists(
    st.builds(Field_, key=st.uuids().map(str), label=lines, hint=st.text(max_size=50), long=st.booleans(),
              choices=st.lists(st.builds(Choice, value=st.uuids().map(str), label=lines), max_size=14)),
    min_size=1, max_size=6,
)  # fmt: skip


@pace(max_examples=30, deadline=None)
@given(st.builds(Form, title=lines, action=st.just("correct"), value=st.text(max_size=60), fields=fields,
                 submit=lines, cancel=lines))  # fmt: skip
def test_every_form_is_a_valid_modal(form):
    view = form_view(form, PLACE)
    code, why = check_view(view, known)
    assert code is None, why
    assert json.loads(view["private_metadata"])["message"] == "1.2"


sections = st.lists(st.builds(Section, text=texts, buttons=st.lists(buttons, max_size=7)), min_size=1, max_size=60)


@pace(max_examples=30, deadline=None)
@given(st.builds(Sheet, title=lines, close=st.just("Close"), lang=st.sampled_from(["en", "zh"]), sections=sections))
def test_every_sheet_is_a_valid_modal(sheet):
    view = sheet_view(sheet, PLACE)
    code, why = check_view(view, known)
    assert code is None, why
    empty = "" if any(section.buttons for section in sheet.sections) else "…"  # buttons alone need no words
    complete = bare(written(view["blocks"])) == (bare("".join(s.text for s in sheet.sections)) or empty)
    rest = wording.say("sheet_rest", sheet.lang) in json.dumps(view, ensure_ascii=False)
    assert complete or rest


def test_the_words_of_rendering_are_in_both_languages():
    assert all(set(one) == {"en", "zh"} and all(one.values()) for one in wording.BOOK.entries.values())
