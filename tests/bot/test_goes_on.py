"""Questions that go on from the one before them in a conversation: another part, another shift, yesterday's file."""

from datetime import timedelta

import pytest

from bot.conversation import gathering
from bot.conversation.scene import spot_of
from bot.dialogue import Dialogue
from workers.settings import Settings
from workers.state.models import Question, now


def asked(office, begin, place, text, *names, hours_ago=0.0):
    """A question with its files, as it stands in the ledger."""
    question = begin.question(text=text, files=[{"id": name, "name": name} for name in names], conversation=place)
    with office.ledger.talk.writing() as session:
        session.get(Question, question.id).created = now() - timedelta(hours=hours_ago)
    for file in office.ledger.talk.files(question.id):
        office.ledger.talk.fetched(file.id, f"files/{file.name}")
    return office.ledger.talk.question(question.id)


def request(office, question):
    return gathering.request_of(office, question, office.ledger.talk.files(question.id), spot_of(office, question))


def test_another_strand_is_asked_the_same_and_a_third_one_after_it(office, begin):
    here = begin.conversation(thread="1.0")
    asked(office, begin, here, "3号流液位正常吗？")
    assert request(office, asked(office, begin, here, "1号流呢")).text == "1号流液位正常吗？"
    assert request(office, asked(office, begin, here, "那2号流呢")).text == "2号流液位正常吗？"


def test_below_a_quoted_answer_it_is_the_question_of_that_answer(office, begin):
    here = begin.conversation(thread="1.0")
    question = begin.question(text="is the level on strand 3 ok?", conversation=here)
    quoted = begin.answer(begin.run(question, text="is the level on strand 3 ok?"))
    asked(office, begin, here, "what is the mean speed of strand 3?")
    told = asked(office, begin, here, "and strand 2?")
    with office.ledger.talk.writing() as session:
        session.get(Question, told.id).about_id = quoted.id
    assert request(office, office.ledger.talk.question(told.id)).text == "is the level on strand 2 ok?"


@pytest.mark.parametrize("text", ["和昨天的文件比", "compare with yesterday's file"])
def test_yesterdays_file_is_the_one_that_was_sent_the_day_before(office, begin, text):
    here = begin.conversation(thread="1.0")
    asked(office, begin, here, "有问题吗", "昨天.csv", hours_ago=24)
    asked(office, begin, here, "有问题吗", "早上.csv", hours_ago=0.002)
    asked(office, begin, here, "有问题吗", "现在.csv")
    told = request(office, asked(office, begin, here, text))
    assert [told.file_name, *(source.file_name for source in told.more)] == ["现在.csv", "昨天.csv"]


def test_without_the_word_file_an_old_one_is_not_meant(office, begin):
    here = begin.conversation(thread="1.0")
    asked(office, begin, here, "有问题吗", "昨天.csv", hours_ago=24)
    asked(office, begin, here, "有问题吗", "现在.csv")
    told = request(office, asked(office, begin, here, "和昨天比怎么样"))
    assert (told.file_name, told.more) == ("现在.csv", [])


def test_on_the_console_it_is_said_what_was_answered_and_both_files_are_compared(tmp_path):
    talk = Dialogue(Settings(data_dir=tmp_path / "data"), None)
    for name, shift in (("前天.csv", 0), ("今天.csv", 5)):
        rows = "\n".join(f"2026-05-0{1 + bool(shift)} 00:{n // 60:02d}:{n % 60:02d},{60 + shift},{70 - shift}"
                         for n in range(600))  # fmt: skip
        (tmp_path / name).write_text(f"time,1号流水温,2号流水温\n{rows}\n", encoding="utf-8")
        talk.reply(f"{tmp_path / name} 1号流水温最高是多少")
    said = talk.reply("2号流呢")
    assert "按“2号流水温最高是多少”回答。" in said
    assert "65" in said
    compared = talk.reply("和昨天的文件比")
    assert "今天.csv与前天.csv相比" in compared
