"""A limit in another unit of the same quantity is converted and that is said; another quantity is refused."""

import json

import numpy as np
import pandas as pd
import pytest

from roles.llm.speeches.manager import Asked, assemble
from roles.manager import Plan, Request
from roles.types import Sensor
from workers.contracts import Question
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.readings.units import in_percent
from workers.running import pipeline
from workers.settings import Settings
from workers.units import converted, in_unit

ROWS = 600


@pytest.mark.parametrize(
    ("value", "given", "wanted", "found"),
    [
        (0.045, "kA", "A", 45.0),
        (600, "kPa", "bar", 6.0),
        (0.6, "MPa", "bar", 6.0),
        (87, "psi", "bar(g)", 5.998439),
        (140, "F", "°C", 60.0),
        (313.15, "K", "℃", 40.0),
        (45, "°", "°C", 45.0),
        (113, "°", "°F", 113.0),
        (4.5, "cm", "mm", 45.0),
        (0.045, "m", "[mm]", 45.0),
        (0.18, "m/min", "mm/s", 3.0),
        (6, "m3/h", "l/min", 100.0),
        (6, "m³/h", "L/min", 100.0),
        (100, "mV", "V", 0.1),
        (1500, "W", "kW", 1.5),
        (2, "min", "s", 120.0),
        (1.5, "h", "min", 90.0),
        (50, "千帕", "kPa", 50.0),
        (120, "1/min", "Hz", 2.0),
        (0.5, "%", "ppm", 5000.0),
    ],
)
def test_units_of_one_quantity(value, given, wanted, found):
    assert converted(value, given, wanted) == pytest.approx(found, rel=1e-7)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("bar", "A"), ("kVA", "kW"), ("rpm", "Hz"), ("bara", "barg"), ("Nm3/h", "m3/h"), ("gal", "bar"), ("A", "strange")],
)
def test_what_measures_something_else_or_would_need_more_is_not_converted(given, wanted):
    assert converted(1.0, given, wanted) is None


def test_a_limit_keeps_what_was_said():
    assert in_unit({"limit": 0.045, "side": "above", "unit": "kA"}, " A") == {
        "limit": 45.0, "side": "above", "unit": "A", "said_limit": 0.045, "said_unit": "kA",
    }  # fmt: skip
    band = in_unit({"low": 580.0, "high": 620.0, "unit": "kPa"}, "bar")
    assert (band["low"], band["high"], band["said_low"], band["said_high"]) == (5.8, 6.2, 580.0, 620.0)
    assert in_unit({"limit": 45.0}, "A") == {"limit": 45.0}
    assert in_unit({"limit": 45.0, "unit": "kA"}, "") == {"limit": 45.0, "unit": "kA"}
    assert in_unit({"limit": 45.0, "unit": "bar"}, "A") is None


@pytest.fixture
def ask(tmp_path):
    noise = np.random.default_rng(2).normal(size=(4, ROWS))
    climb = np.maximum(np.arange(ROWS) - 300, 0) * 0.02
    pd.DataFrame({
        "time": pd.date_range("2025-04-08 06:00", periods=ROWS, freq="s").astype(str),
        "S8 [A]": (40 + 0.2 * noise[0] + climb).round(3), "Oil pressure [bar]": (6 + 0.02 * noise[1]).round(3),
        "Cycle time [s]": (100 + noise[2]).round(2), "plain": (5 + 0.1 * noise[3]).round(3),
    }).to_csv(tmp_path / "f.csv", index=False)  # fmt: skip

    def run(text, **settings):
        question = Question(id="1", text=text, artifact=str(tmp_path / "f.csv"), file_name="f.csv")
        made = Settings(data_dir=tmp_path, **settings)
        return pipeline.answer(question, made, tmp_path / "out", lambda *_: None)

    return run


@pytest.mark.parametrize(
    ("text", "says", "limit"),
    [
        ("label S8 > 0.045 kA as abnormal", "Your limit in the sensor's unit: 0.045 kA = 45 A.", 45.0),
        ("把S8超过0.045千安的标为异常", "限值已换算为传感器的单位：0.045 kA = 45 A。", 45.0),
        ("label Oil pressure below 598 kPa", "Your limit in the sensor's unit: 598 kPa = 5.98 bar.", 5.98),
        ("label Cycle time > 1.7 min as abnormal", "Your limit in the sensor's unit: 1.7 min = 102 s.", 102.0),
        ("把Cycle time超过1.7分钟的标为异常", "限值已换算为传感器的单位：1.7 min = 102 s。", 102.0),
        ("when will S8 reach 0.048 kA?", "Your limit in the sensor's unit: 0.048 kA = 48 A.", 48.0),
        ("S8什么时候超过0.048千安？", "限值已换算为传感器的单位：0.048 kA = 48 A。", 48.0),
        ("did S8 exceed 0.045 kA?", "Your limit in the sensor's unit: 0.045 kA = 45 A.", 45.0),
    ],
)
def test_a_limit_in_another_unit_is_converted_and_that_is_said(ask, text, says, limit):
    answer = ask(text)
    assert says in answer.text.splitlines()[:3]
    assert next(f.values["limit"] for f in answer.findings if "limit" in f.values) == pytest.approx(limit)
    assert answer.receipt["units"][0]["as"] == pytest.approx(limit)


def test_the_rows_are_those_beyond_the_limit_in_the_sensors_unit(ask):
    rows = [
        next(f.values["rows"] for f in ask(text).findings if f.kind == "limit")
        for text in ("label S8 > 0.045 kA", "label S8 > 45 A", "label S8 > 45")
    ]
    assert rows[0] == rows[1] == rows[2] > 0


def test_limits_of_two_quantities_are_each_in_their_sensors_unit(ask):
    text = ask("label rows where both S8 > 0.04 kA and Oil pressure > 590 kPa").text
    assert "S8 above 40 A and Oil pressure above 5.9 bar" in text
    assert "0.04 kA = 40 A, 590 kPa = 5.9 bar" in text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("plot S8, limit 0.045 kA", "with the limit 45 A"),
        ("画S8，上限0.045千安", "45 A"),
    ],
)
def test_a_limit_is_drawn_in_the_sensors_unit(ask, text, says):
    assert says in ask(text).text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("label S8 > 45 bar as abnormal", "you gave the limit in bar, but S8 is in A"),
        ("把S8超过45巴的标为异常", "限值单位为bar，而S8的单位是A"),
        ("when will S8 reach 45 bar?", "You gave the limit in bar, but S8 is in A, so I looked for no limit."),
        ("S8什么时候超过45巴？", "限值单位为bar，而S8的单位是A，因此没有预测何时越限。"),
    ],
)
def test_a_limit_of_another_quantity_is_refused_with_its_reason(ask, text, says):
    answer = ask(text)
    assert says in answer.text
    assert all("limit" not in finding.values for finding in answer.findings)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("label plain > 5.1 kA as abnormal", "The file names no unit for plain; I took its readings to be in kA."),
        ("把plain超过5.1千安的标为异常", "文件未注明plain的单位，按kA处理。"),
    ],
)
def test_a_sensor_without_a_unit_is_taken_to_be_in_the_limits(ask, text, says):
    assert says in ask(text).text.splitlines()[:3]


def test_a_language_model_that_drops_the_unit_does_not_change_the_limit():
    """With privacy, too: the number comes back from its placeholder, its unit from the request."""
    sensor = Sensor(name="S8", unit="A")
    request = Request(text="label S8 > 0.045 kA as abnormal", lang="en", sensors=[sensor])
    said = Asked.model_validate({"steps": [{"kind": "label", "sensors": ["S8"], "limit": 0.045, "side": "above"}]})
    plan = Plan.model_validate(assemble(request, said))
    index = pd.date_range("2025-04-08", periods=3, freq="s", tz="UTC")
    teller = Teller(index, Names({"S8": sensor}, {"S8": "S8"}), Settings().zone, "en")
    handled = handle(pd.DataFrame({"S8": [44.0, 46.0, 47.0]}, index=index), plan, teller)
    assert json.dumps(handled.labels["S8_label"].tolist()) == "[0.0, 1.0, 1.0]"


@pytest.mark.parametrize(
    ("value", "given", "wanted", "found"),
    [(5.0, "MW", "mW", 5e9), (5.0, "mW", "MW", 5e-9), (5.0, "mw", "mW", 5.0), (5.0, "MW", "MW", 5.0),
     (1.0, "mPa", "MPa", 1e-9), (1.0, "mPa·s", "Pa·s", 1e-3), (1.0, "KPA", "kPa", 1.0), (1.0, "xyz", "XYZ", 1.0)],
)  # fmt: skip
def test_units_that_capitals_tell_apart_are_not_the_same(value, given, wanted, found):
    assert converted(value, given, wanted) == pytest.approx(found)


def test_degrees_of_whatever_the_sensor_has_are_not_told_as_another_unit():
    assert in_unit({"limit": 75.0, "unit": "°"}, "℃") == {"limit": 75.0, "unit": "°"}
    assert in_unit({"limit": 75.0, "unit": "°F"}, "℃")["said_unit"] == "°F"


@pytest.mark.parametrize(("name", "unit", "percent"), [
    ("level", "%", True), ("TIC-205.OP", None, True), ("FIC101_OUT", "", True), ("TIC-205.OP", "mA", False),
    ("TIC-205.PV", None, False), ("STOP", None, False), ("pump_co", None, False),
])  # fmt: skip
def test_the_output_of_a_controller_is_counted_in_percent(name, unit, percent):
    assert in_percent(name, unit) is percent
