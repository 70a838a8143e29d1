"""Chat and every command answer in one language: that of the sentence, whatever its names are in."""

import json

import pytest

from bot.cli import main
from bot.conversation.scene import language
from workers.contracts import Question
from workers.running.pipeline import spoken
from workers.settings import Settings
from workers.spoken import spoken_in

SENTENCES = [
    ("why is 冷却水流量 rising?", "en"),
    ("what are the signs of 水口堵塞 and 结晶器液位波动?", "en"),
    ("cooling_flow 为什么升高", "zh"),
    ("stopper clogging 的征兆是什么？", "zh"),
    ("Warum steigt der Druck an Strang 2?", "en"),
    ("¿por qué sube la presión?", "en"),
    ("K1112", "zh"),  # in no language: as ANDON_LANG says
]


@pytest.mark.parametrize(("text", "lang"), SENTENCES)
def test_chat_and_analyze_take_the_language_of_the_sentence(text, lang):
    assert spoken_in(text, "zh") == lang
    assert language(text, None, None, "zh") == lang
    assert spoken(Question(id="1", text=text), Settings(lang="zh")) == lang


@pytest.mark.parametrize(
    ("asked_for", "hint", "lang"), [("zh", "en", "zh"), (None, "zh", "zh"), (None, None, "en"), ("en", "zh", "en")]
)
def test_what_is_in_no_language_is_answered_as_asked_for_there_then_as_the_app_speaks(asked_for, hint, lang):
    assert spoken_in("S8?", "en", asked_for, hint) == lang


def test_what_was_asked_for_in_a_conversation_gives_way_to_a_chinese_sentence_alone():
    assert spoken_in("why is 冷却水流量 rising?", "en", "zh") == "zh"
    assert spoken_in("冷却水流量为什么升高", "en", "en") == "zh"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("what are the signs of 水口堵塞 and 结晶器液位波动 there?", "Sources"),
        ("stopper clogging 的征兆是什么？", "来源"),
    ],
)
def test_ask_speaks_as_the_sentence(tmp_path, monkeypatch, capsys, text, says):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    assert main(["ask", text, "--json"]) == 0
    assert says in json.loads(capsys.readouterr().out)["text"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("simulate 水口堵塞 at 1.2 m/min for two hours", "Casting"),
        ("模拟stopper clogging，拉速1.2 m/min，两小时", "拉速"),
    ],
)
def test_simulate_speaks_as_the_sentence(tmp_path, monkeypatch, capsys, text, says):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    main(["simulate", "--ask", text, "--out", str(tmp_path / "f.csv")])
    told = capsys.readouterr()
    assert says.casefold() in (told.out + told.err).casefold()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("the first 5 rows are normal, find anomalies", "does not fit this file"),
        ("前5行正常，检测异常", "与此文件不符"),
    ],
)
def test_a_refusal_is_in_the_language_of_the_question(tmp_path, monkeypatch, capsys, text, says):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    rows = "\n".join(f"2025-04-08 06:00:{i:02d},{i % 7}" for i in range(60))
    (tmp_path / "f.csv").write_text(f"time,S1\n{rows}\n")
    assert main(["analyze", str(tmp_path / "f.csv"), "--ask", text]) == 2
    assert says in capsys.readouterr().err
