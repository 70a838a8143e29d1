"""The console keeps the thread: follow-ups are about the last answer, the level is kept, a file is remembered."""

import pytest

from bot.dialogue import Dialogue
from tests.workers.diagnosed import data, diagnosed
from workers.settings import Settings


@pytest.fixture
def talk(tmp_path):
    made = Dialogue(Settings(data_dir=tmp_path), None)
    made.last = diagnosed()
    return made


def test_follow_ups_are_about_the_last_answer_in_the_language_of_the_words(talk):
    cause = diagnosed().diagnosis.causes[0].text
    assert cause in talk.reply("why?")
    assert "☐" in talk.reply("checklist")
    assert talk.reply("make a work order").startswith("Work order WO-")
    assert talk.reply("开工单").startswith("工单 WO-")
    assert "为什么" in talk.reply("为什么？")
    assert talk.last is not None
    assert talk.last.text == diagnosed().text  # a follow-up does not take the place of what it is about


def test_a_level_is_kept_until_it_is_taken_back(talk, tmp_path):
    assert "engineers" in talk.reply("I am an engineer")
    assert "工程师" in talk.reply("我是谁？")
    answer = talk.reply(f"{data('unknown')} pump pressure jumped, why?")
    assert "alarm threshold" in answer
    assert "everybody" in talk.reply("level off")
    assert "alarm threshold" not in talk.reply("pump pressure jumped, why?")


def test_what_cannot_be_done_is_a_sentence(talk):
    talk.last = diagnosed("unknown")
    assert "no diagnosis" in talk.reply("make a work order")
    assert talk.reply("  ") == ""
