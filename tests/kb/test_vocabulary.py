"""What columns mean."""

import pytest

from kb.vocabulary import Quantity, normalise, normalise_unit


@pytest.mark.parametrize(("column", "tag", "instance"), [
    ("stopper_position", "stopper_position", None), ("Stopper Rod-Pos.", "stopper_position", None),
    ("塞棒位置", "stopper_position", None), ("mold level", "mould_level", None),
    ("mould_flow_wide_inner", "mould_flow", "wide inner"), ("S8_upper_current", "roll_current_upper", "S8"),
    ("s16 Upper Current", "roll_current_upper", "S16"), ("ｓ９＿upper＿current", "roll_current_upper", "S9"),
])  # fmt: skip
def test_column_is_recognised(small_pack, column, tag, instance):
    term = small_pack.vocabulary.match(column)
    assert (term.tag, term.instance) == (tag, instance)


@pytest.mark.parametrize("column", ["xy_17", "", "upper_current", "stopper_position_of_yesterday"])
def test_unknown_column_is_nothing(small_pack, column):
    assert small_pack.vocabulary.match(column) is None


def test_unit_decides_between_equal_names(small_pack):
    assert small_pack.vocabulary.match("level", "mm").tag == "mould_level"
    assert small_pack.vocabulary.match("level", "%").tag == "ladle_level"
    assert small_pack.vocabulary.match("level").tag == "mould_level"


def test_wrong_unit_is_recognised_and_said(small_pack):
    term = small_pack.vocabulary.match("S8_upper_current", "bar")
    assert (term.tag, term.unit_agrees) == ("roll_current_upper", False)
    assert small_pack.vocabulary.match("S8_upper_current", "A").unit_agrees


def test_names_are_in_the_readers_language(small_pack):
    name = small_pack.vocabulary.name
    assert name("mould_flow", "wide inner", "en") == "wide face inner arc mould water flow"
    assert name("mould_flow", "wide inner", "zh") == "宽面内弧结晶器水流量"
    assert name("roll_current_upper", "S8", "zh") == "S8上辊电流"
    assert name("stopper_position", None, "en") == "stopper position"
    assert name("no_such_tag", "S8", "en") == "S8 no such tag"


def test_term_carries_role_and_the_words_of_both_languages(small_pack):
    term = small_pack.vocabulary.match("stopper_position")
    assert term.role == "actuator"
    assert term.aliases == ["stopper position", "塞棒开度"]
    assert small_pack.vocabulary.match("s8_upper_current").aliases[:2] == ["S8 upper roll current", "S8上辊电流"]


def test_separators_and_units_are_levelled():
    assert normalise(" Mould--Level .1 ") == "mould_level_1"
    assert normalise_unit("°C") == normalise_unit("℃") == normalise_unit("degC")
    assert normalise_unit("l / min") == normalise_unit("L/min")


def test_broken_pattern_is_named():
    with pytest.raises(ValueError, match=r"pattern '\('"):
        Quantity(tag="x", en="x", zh="x", patterns=["("])
