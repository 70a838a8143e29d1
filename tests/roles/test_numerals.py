"""Numbers in words, read alike wherever they stand."""

import re

import pytest

from roles.answering.check import check
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.deciding.quantities import told
from roles.numerals import FIGURE, number_of, value_of
from roles.planning.words import normal
from roles.querying.rules import _count
from roles.simulating.rules import order
from roles.simulator import problems
from roles.types import Passage
from workers.logbook.asking import wish
from workers.logbook.calendar import number_of as place_or_number
from workers.simulating import request


@pytest.mark.parametrize(
    ("word", "value"),
    [("3", 3), ("three", 3), ("Eleven", 11), ("nineteen", 19), ("twenty", 20), ("forty-five", 45), ("ninety-nine", 99),
     ("三", 3), ("两", 2), ("十", 10), ("十二", 12), ("二十", 20), ("三十五", 35), ("一百二十", 120), ("二百零五", 205),
     ("", None), ("third", None), ("many", None), ("三号", None), ("½", None)],
)  # fmt: skip
def test_a_number_is_read_in_digits_and_in_words_of_both_languages(word, value):
    assert number_of(word) == value


@pytest.mark.parametrize(
    ("text", "as_written"),
    [("the last eleven hours", "the last 11 hours"), ("for fifty minutes", "for 50 minutes"),
     ("twenty-five minutes ago", "25 minutes ago"), ("最近十二小时", "最近12小时")],
)  # fmt: skip
def test_a_request_may_spell_any_number_before_a_unit(text, as_written):
    assert normal(text) == as_written


@pytest.mark.parametrize(
    ("text", "top"),
    [("top four downtime causes", 4), ("top seven reasons", 7), ("停机前十二的原因", 12), ("前三的停机原因", 3)],
)
def test_a_log_is_asked_for_as_many_as_the_words_say(text, top):
    assert wish(text).top == top


@pytest.mark.parametrize(("text", "values"), [
    ("it took twenty-five minutes", [25]), ("eleven times as wide", [11]), ("十二秒后", [12]), ("一百二十秒后", [120]),
    ("翻了一倍", [2]), ("one times", []), ("上百倍", []),
])  # fmt: skip
def test_a_sentence_is_held_to_the_whole_number_that_it_spells(text, values):
    assert [number.value for number in told(text)] == values


@pytest.mark.parametrize(("word", "value"), [("a", 1), ("second", 2), ("4th", 4), ("十一", 11), ("x", 0)])
def test_a_calendar_reads_places_too(word, value):
    assert place_or_number(word) == value


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("simulate clogging for eleven hours", 39600), ("simulate clogging for thirty-five minutes", 2100),
     ("模拟结瘤四十五分钟", 2700), ("模拟结瘤十一个半小时", 41400)],
)  # fmt: skip
def test_a_simulation_lasts_as_long_as_the_words_say(text, seconds):
    given = request(text, "en" if text.isascii() else "zh")
    made = order(given)
    assert made.duration_s == seconds
    assert problems(given, made) == []


@pytest.mark.parametrize(("text", "most"), [
    ("show the top seven models by f1", 7), ("top twelve models", 12), ("前七的模型", 7), ("top models", None),
])  # fmt: skip
def test_as_many_models_are_listed_as_the_words_say(text, most):
    assert _count(text, ordered=False) == most


def test_a_number_in_words_has_to_stand_in_the_passage():
    passage = Passage(id="K-1", title="Rod", text="Change the rod after twenty-five heats.", confidence=0.9, lang="en")
    given = KnowledgeQuestion(question="when to change the rod", lang="en", passages=[passage], threshold=0.5)

    def complaints(says):
        return check(given, KnowledgeAnswer(sentences=[Sentence(says=says, evidence=["K-1"])]))

    assert complaints("Change the rod after twenty-five heats.") == []
    assert complaints("Change the rod after thirty-five heats.") == ["the number 'thirty-five' is in no cited passage"]
    assert complaints("Change the rod after five heats.") == ["the number 'five' is in no cited passage"]


@pytest.mark.parametrize(("text", "value"), [
    ("1,200", 1200), ("12,345.5", 12345.5), ("1,234,567", 1234567), ("-1,200", -1200), ("38,25", 38.25),
    ("0,125", 0.125), ("45.5", 45.5), ("1200", 1200), ("1,2", 1.2), ("1,2000", 1.2),
    ("3e-4", 3e-4), ("1.2e2", 120), ("-2,5e+3", -2500), ("3x10^-4", 3e-4), ("3×10−4", 3e-4), ("3.5 * 10^5", 3.5e5),
])  # fmt: skip
def test_groups_of_thousands_are_told_from_a_decimal_comma(text, value):
    assert re.findall(FIGURE, f"above {text} A") == [text]
    assert value_of(text) == value
