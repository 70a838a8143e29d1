"""Where sentences end, for every role alike."""

import pytest

from roles.deciding.symptoms import patterns
from roles.sentences import first_sentences, sentences, sentences_of_lines, statements
from roles.supervising.reading import read
from roles.types import Sensor

TEXT = "Check the valve, e.g. its seat.  It wears\nslowly! 磨损后更换；再复位。好了"


def test_a_sentence_ends_at_its_sign_and_not_at_a_line_an_abbreviation_or_a_decimal_point():
    assert sentences(TEXT) == ["Check the valve, e.g. its seat.", "It wears slowly!", "磨损后更换；再复位。", "好了"]
    assert sentences("at 0.5 mm. Then stop.") == ["at 0.5 mm.", "Then stop."]
    assert first_sentences("at 0.5 mm. Then stop. Go on.", 2) == "at 0.5 mm. Then stop."


def test_lines_and_semicolons_part_what_is_said_of_different_things():
    assert sentences_of_lines(TEXT)[1:3] == ["It wears", "slowly!"]
    assert statements("流量下降；压力上升。\nLevel rises; flow falls") == [
        "流量下降；",
        "压力上升。",
        "Level rises;",
        "flow falls",
    ]
    assert all(part in TEXT for part in statements(TEXT))  # word for word, so that it can be found again


@pytest.mark.parametrize("text", ["A disturbance, e.g. of the valve, raises the level.", "阀门开度影响液位。"])
def test_an_abbreviation_does_not_tear_a_relation_apart(text):
    assert read(text, ["valve", "阀门开度"], ["level", "液位"]) == "acts"


def test_an_abbreviation_does_not_tear_the_signs_of_a_document_apart():
    sensors = [Sensor(name="flow", label="flow"), Sensor(name="pressure", label="pressure")]
    (found,) = patterns("Signs: flow falls, e.g. by a third, pressure rises.", sensors)
    assert [sign.way for sign in found.signs] == ["down", "up"]
