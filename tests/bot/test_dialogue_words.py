"""On the terminal: what is said to be remembered is, a judgement is not lost in silence, courtesy keeps the thread."""

import pytest

from bot.dialogue import Dialogue
from bot.verdict_words import judgement
from tests.workers.diagnosed import data, diagnosed
from workers.settings import Settings


@pytest.fixture
def talk(tmp_path):
    made = Dialogue(Settings(data_dir=tmp_path), None)
    made.last = diagnosed()
    return made


@pytest.mark.parametrize(
    "text", ["remember: valve V7 of strand 2 sticks in cold weather", "记住：2号流S14减速机上周刚换过"]
)
def test_a_sentence_to_remember_goes_into_the_knowledge_base(talk, text):
    said = talk.reply(text)
    assert "1" in said.splitlines()[0]
    assert talk.last.text == diagnosed().text
    assert any(word in said for word in ("Learnt", "Read", "已学习", "已读取"))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("agree", ""), ("I agree", ""), ("同意", ""), ("disagree", ""), ("that is wrong", ""),
        ("不对，是减速机的问题", "是减速机的问题"), ("I disagree, it was the gearbox", "it was the gearbox"),
        ("wrong, it was the coupling not the bearing", "it was the coupling not the bearing"),
        ("No, it was the coupling, not the bearing", "it was the coupling, not the bearing"),
        ("wrong, the valve is stuck", "the valve is stuck"), ("Wrong!", ""), ("不对，是阀卡住了", "是阀卡住了"),
        ("no, it is fine", None), ("no, plot S8", None), ("no false alarms please", None),
        ("wrong readings on S8, why?", None),
        ("what is wrong?", None), ("plot S8", None), ("is that wrong?", None), ("哪里不对？", None),
    ],
)  # fmt: skip
def test_judgements_are_recognised_with_what_is_right(text, right):
    assert judgement(text) == right


def test_a_judgement_is_not_kept_here_and_that_is_said_with_what_works(talk):
    said = talk.reply("不对，是减速机的问题")
    assert "不保存" in said
    assert "记住：是减速机的问题" in said
    assert "not kept" in talk.reply("agree")


def test_courtesy_leaves_the_answer_before_it_to_be_asked_about(talk):
    assert "You are welcome" in talk.reply("thanks")
    assert diagnosed().diagnosis.causes[0].text in talk.reply("why?")


def test_no_button_is_shown_that_does_nothing_here(talk):
    said = talk.reply(f"{data('unknown')} pump pressure jumped, why?")
    assert "[Agree]" not in said
    assert "“checklist”" in said


def test_it_is_the_sensor_that_was_spoken_of(talk):
    talk.reply(f"{data('unknown')} is the pump pressure ok?")
    assert "pump pressure" in talk._context("when will it pass 80?").lower()
    assert talk._context("plot S8") == ""
