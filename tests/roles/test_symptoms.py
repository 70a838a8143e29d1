"""What a text says that sensors do: quantity and movement in one sentence, and what is not read as one."""

import pytest

from roles.deciding.symptoms import patterns
from roles.types import Sensor

COOLER = ["一室篦下压力Pa", "二室篦下压力Pa", "二次风温℃", "窑头罩负压Pa", "窑主机电流A", "入窑斗提电流A"]
FAN = ["驱动端振动(mm/s)", "非驱动端振动(mm/s)", "轴承温度(℃)"]
MIXER = ["Drive end vibration", "Oil inlet pressure"]
DAIRY = ["Steam valve TCV-110 position", "Hot water temp TT-112", "Steam pressure PT-110", "Flow divert FDV-105",
         "Homogeniser current M-130"]  # fmt: skip


def read(text, columns):
    found = patterns(text, [Sensor(name=column) for column in columns])
    return [(sensor, sign.way) for pattern in found for sign in pattern.signs for sensor in sign.sensors]


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("征兆：一室压力持续升高、二次风温下降、窑头罩正压。",
         [("一室篦下压力Pa", "up"), ("二次风温℃", "down"), ("窑头罩负压Pa", "up")]),
        ("窑电流缓慢上升且二次风温也上升，一般是窑皮长厚。", [("窑主机电流A", "up"), ("二次风温℃", "up")]),
    ],
)  # fmt: skip
def test_a_chinese_sentence_names_sensors_by_a_part_of_their_names(text, signs):
    assert read(text, COOLER) == signs


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        ("When the steam valve TCV-110 opens more and more while the hot water temperature TT-112 falls, look.",
         [(DAIRY[0], "up"), (DAIRY[1], "down")]),
        ("Falling steam pressure and rising hot water temperature.", [(DAIRY[2], "down"), (DAIRY[1], "up")]),
        ("The homogeniser current swings.", [(DAIRY[4], "swing")]),
    ],
)  # fmt: skip
def test_an_english_sentence_names_sensors_by_their_words_or_their_tags(text, signs):
    assert read(text, DAIRY) == signs


@pytest.mark.parametrize(
    "text",
    [
        "The steam pressure must not fall.", "The pressure rises.", "The cold water temperature falls.",
        "The hot water temp TT-113 falls.", "Check that the steam pressure rises.", "The steam pressure does not fall.",
        "The steam pressure rises and falls again.", "A steam pressure drop of 0.2 bar is normal.",
        "一室压力不升高。", "应降低二次风温。", "三次风温下降。", "三室压力升高。", "压力升高。", "提升高度78 m。",
        "窑电流突然大幅上升又下降。", "二次风温不低于850℃。",
    ],
)  # fmt: skip
def test_advice_negations_and_other_quantities_are_no_signs(text):
    assert read(text, [*COOLER, *DAIRY]) == []


def test_what_else_a_list_of_signs_has_is_kept_to_be_looked_at():
    found = patterns("征兆：一室压力持续升高、料层表面不动、二次风温下降。", [Sensor(name=c) for c in COOLER])
    assert [pattern.unread for pattern in found] == [("料层表面不动",)]


@pytest.mark.parametrize(
    ("text", "columns", "signs"),
    [
        ("除尘风机驱动端振动升高且轴承温度随之升高，最常见原因是叶轮积灰。", FAN, [(FAN[0], "up"), (FAN[2], "up")]),
        ("除尘风机非驱动端振动升高。", FAN, [(FAN[1], "up")]),
        ("除尘风机非驱动端振动升高。", FAN[:1], []),
        ("3号风机轴承温度下降。", FAN, []),
        ("The mixer drive end vibration rises and its oil inlet pressure falls too.", MIXER,
         [(MIXER[0], "up"), (MIXER[1], "down")]),
        ("The non drive end vibration rises.", MIXER, []),
        ("The pump 2 oil inlet pressure falls.", MIXER, []),
    ],
)  # fmt: skip
def test_a_machine_may_stand_before_the_whole_name_of_a_sensor(text, columns, signs):
    assert read(text, columns) == signs
