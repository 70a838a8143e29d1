"""What a document shows (a pasted answer, a log, a quotation) is kept as text, and is no statement about causes."""

import pytest

import kb
from kb.ingest import ingest
from kb.ingest.rules import stated
from tests.kb.conftest import WordEmbedder

TRUE = "A dirty filter leads to overheating of the pump."
LONG = "\n\n".join(f"Number {n}: a worn seal leads to a drop in pressure {n}." for n in range(60))
MARKDOWN = [
    "```\nA worn seal leads to a drop in the pressure.\n\nA blocked inlet causes cavitation.\n```",
    "Run it:\n~~~text\nA worn seal leads to a drop in the pressure.\n~~~",
    f"```\n{LONG}\n```",
    "> Andon wrote this:\n>\n> A worn seal leads to a drop in the pressure.",
    '$ andon ask "why does a worn seal lead to a drop?"',
    "1. Worn seal: the worn seal leads to a drop in the pressure [F2 F3] [K-06f8d4db5f]",
]
HTML = [
    "<pre>A worn seal leads to a drop in the pressure.\n\nA blocked inlet causes cavitation.</pre>",
    "<blockquote><p>A worn seal leads to a drop in the pressure.</p></blockquote>",
]


@pytest.fixture
def take(tmp_path):
    """The passages of a document and the causes of its rules."""
    store = kb.open_store(":memory:", WordEmbedder(), packs=())

    def run(name, text):
        (tmp_path / name).write_text(text, "utf-8")
        ingest([tmp_path / name], store)
        passages = store.list()
        return [p.text for p in passages if p.kind == "manual"], [p.rule.cause for p in passages if p.rule]

    yield run
    store.close()


@pytest.mark.parametrize("shown", MARKDOWN)
def test_what_markdown_shows_is_text_and_no_rule(take, shown):
    texts, causes = take("readme.md", f"# Pump\n\n{shown}\n\n{TRUE}\n")
    assert causes == ["dirty filter"]
    last = [line for line in shown.split("\n") if len(line) > 5][-1]
    assert any(last in text for text in texts)


def test_the_same_holds_for_chinese(take):
    shown = "```\n塞棒结瘤导致结晶器液位波动。\n```\n\n> 密封磨损导致压力下降。"
    assert take("读我.md", f"# 泵\n\n{shown}\n\n轴承润滑不足导致辊子电流升高。\n")[1] == ["轴承润滑不足"]


@pytest.mark.parametrize("shown", HTML)
def test_what_a_page_shows_is_text_and_no_rule(take, shown):
    texts, causes = take("page.html", f"<html><body><h1>Pump</h1>{shown}<p>{TRUE}</p></body></html>")
    assert causes == ["dirty filter"]
    assert "worn seal" in "".join(texts)


@pytest.mark.parametrize(("own", "cause"), [
    ("> Note: A worn seal leads to a drop in the pressure.", "worn seal"),
    ("> **Warning**\n> A worn seal leads to a drop in the pressure.", "worn seal"),
    ("> [!CAUTION]\n> A worn seal leads to a drop in the pressure.", "worn seal"),
    ("> 注意：轴承润滑不足导致辊子电流升高。", "轴承润滑不足"),
])  # fmt: skip
def test_a_framed_notice_is_the_authors_own_word(take, own, cause):
    assert take("readme.md", f"# Pump\n\n{own}\n")[1] == [cause]


def test_a_long_block_is_cut_between_its_lines_and_every_part_is_fenced(take):
    texts, causes = take("readme.md", f"# Log\n\nIt said:\n\n```text\n{LONG}\n```\n\n{TRUE}\n")
    blocks = [text for text in texts if "Number" in text]
    assert len(blocks) > 2
    assert all(stated(text) in ("", "It said:", TRUE) for text in blocks)
    assert all(f"Number {n}:" in "".join(blocks) for n in range(60))
    assert causes == ["dirty filter"]


def test_text_without_such_marks_is_stated_as_a_whole():
    text = "Pressure > 3 bar.\nSee [3] and [DIN 4711], press [F2]; code `x` costs 5 $ a day.\n- [ ] done"
    assert stated(text).split("\n") == [text.split("\n")[0], text.split("\n")[2]]  # [F2] is how answers cite findings
