"""A question after a limit: already, when, or not in that time; every number of the sentence stands in the values."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from roles.manager import Subtask
from roles.types import Sensor
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.predicting import limits, outlook
from workers.settings import Settings

ROWS = 5000


def asked(values, lang="en", slope=0.004, more=0.0, end=None):
    """The finding of a forecast task on a current that climbs by `slope` A a second since row 3000."""
    rng = np.random.default_rng(0)
    current = 40 + slope * np.maximum(np.arange(ROWS) - 3000, 0) + 0.3 * rng.standard_normal(ROWS) + more
    index = pd.date_range("2025-03-11 22:00", periods=ROWS, freq="1s", tz="UTC")
    if end is not None:
        current[-1200:] = end
    frame = pd.DataFrame({"S8": current}, index=index)
    names = Names({"S8": Sensor(name="S8", unit="A")}, {"S8": "S8"})
    reading = SimpleNamespace(frame=frame, receipt=SimpleNamespace(step_s=1.0))
    teller = Teller(index, names, Settings().zone, lang)
    task = Subtask(order=1, kind="forecast", sensors=["S8"], values={"side": "above", **values})
    ahead = outlook.predict(reading, task, names, teller, None)
    return (ahead.made or [None])[0], ahead.findings[0]


def test_a_climb_is_told_with_its_interval():
    _, finding = asked({"limit": 48.8, "horizon_s": 2400.0})
    assert finding.text.startswith("S8 will pass 48.8 A in about ")
    assert "(90 %:" in finding.text
    v = finding.values
    assert v["earliest_s"] <= 200 <= v["latest_s"]  # 40 + 0.004 * 2200 = 48.8, 200 s from now
    assert v["limit"] == 48.8


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "S8 is already above 45 A, since 23:1"), ("zh", "已高于45 A（现为4")]
)
def test_what_is_above_already_says_since_when(lang, words):
    _, finding = asked({"limit": 45.0, "horizon_s": 600.0}, lang)
    assert words in finding.text
    assert finding.values["now"] == pytest.approx(48, abs=0.3)


@pytest.mark.parametrize(
    ("limit", "slope", "more", "words"),
    [
        (-55.0, -0.0045, -80.0, "S8 will likely fall below -55 A"),  # -40 at first, -49 now
        (-55.0, -0.0085, -80.0, "S8 is already below -55 A"),
        (45.0, 0.004, 0.0, "S8 is already above 45 A"),
        (48.8, 0.004, 0.0, "S8 will pass 48.8 A"),
    ],
)
def test_a_value_to_be_come_to_is_come_to_from_where_the_readings_are(limit, slope, more, words):
    text = asked({"limit": limit, "side": "toward", "horizon_s": 2400.0}, slope=slope, more=more)[1].text
    assert words in text


@pytest.mark.parametrize(("lang", "words"), [("en", "S8 is not expected to pass 90 A within 40 min"),
                                             ("zh", "预计S8在40分钟内不会超过90 A")])  # fmt: skip
def test_what_is_far_is_not_foreseen(lang, words):
    assert asked({"limit": 90.0, "horizon_s": 2400.0}, lang, slope=0.0)[1].text.startswith(words)


def test_a_limit_with_many_digits_is_told_whole():
    assert "235.2545 A" in asked({"limit": 235.2545, "horizon_s": 600.0}, slope=0.0)[1].text


def test_below_is_told_as_a_fall():
    assert "fall below 20 A" in asked({"limit": 20.0, "side": "below", "horizon_s": 600.0})[1].text


def test_a_question_without_a_span_looks_a_quarter_of_the_file_ahead():
    made, _ = asked({"limit": 52.0, "horizon_s": 600.0, "assumed": True})
    assert len(made.value) == ROWS // 4
    assert limits.horizon_s(600.0, True, True, 86_400.0) == 7200.0
    assert limits.horizon_s(600.0, True, False, 86_400.0) == 600.0
    assert limits.horizon_s(300.0, False, True, 86_400.0) == 300.0


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(41.3, "41 s"), (1123.0, "19 min"), (5003.0, "83 min"), (144.0, "2.4 min"), (9000.0, "2.5 h")],
)
def test_times_are_told_no_finer_than_anybody_knows_them(seconds, words):
    assert limits.rough(seconds, "en") == words


@pytest.mark.parametrize("limit", [52.0, 54.0, 58.0, 66.0])
def test_the_forecast_and_the_passage_are_one_account(limit):
    """A climb with setbacks, of which a damped forecast and the scenarios of a passage think differently."""
    setbacks = np.where((np.arange(ROWS) > 3000) & ((np.arange(ROWS) - 3000) % 900 > 700), -3.0, 0.0)
    made, finding = asked({"limit": limit, "horizon_s": 1200.0}, slope=0.005, more=setbacks)
    passes = "passes_in_s" in finding.values
    assert passes or finding.values["value"] < limit + 0.3
    assert not passes or made.high.max() > limit
    assert finding.values["value"] == made.value[-1]
    assert len(made.value) == len(made.low) == len(made.high) == 1200


NO = ("is not expected to", "will likely not", "不会")  # 多半不会 too


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("limit", [48.3, 49.0, 51.0, 56.0])
def test_a_longer_look_never_turns_a_yes_into_a_no(limit, lang):
    setbacks = np.where((np.arange(ROWS) > 3000) & ((np.arange(ROWS) - 3000) % 900 > 700), -3.0, 0.0)
    for more in (0.0, setbacks):
        said = [asked({"limit": limit, "horizon_s": 60.0 * minutes}, lang, 0.004, more)[1] for minutes in
                (1, 2, 3, 5, 8, 10, 15, 20, 30, 40)]  # fmt: skip
        yes = [not any(words in str(each.values["said"]) for words in NO) for each in said]
        assert yes == sorted(yes)
        waits = {each.values["passes_in_s"] for each in said if "passes_in_s" in each.values}
        assert len(waits) <= 1


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Readings of S8 check a forecast for at most 28 min ahead; what is farther is extrapolated"),
     ("zh", "S8的历史数据最多只能检验28分钟以内的预测，更远的为外推")],
)  # fmt: skip
@pytest.mark.parametrize("limit", [{}, {"limit": 90.0}])
def test_a_look_farther_than_the_file_can_check_says_so(lang, words, limit):
    assert asked({"horizon_s": 1500.0, **limit}, lang)[1].text.count(words) == 0
    finding = asked({"horizon_s": 7200.0, **limit}, lang)[1]
    assert finding.text.count(words) == 1
    assert finding.values["checked_s"] == ROWS // 3


@pytest.mark.parametrize(("end", "lang", "words"), [
    (40.25, "en", "S8 is stuck at 40.2 A since 23:03"), (40.25, "zh", "S8自23:03"),
    (np.nan, "en", "S8 has no readings since 23:03"), (np.nan, "zh", "S8自23:03"),
])  # fmt: skip
@pytest.mark.parametrize("limit", [{}, {"limit": 52.0}])
def test_nothing_is_foretold_of_a_sensor_that_is_stuck_or_silent(end, lang, words, limit):
    made, finding = asked({"horizon_s": 600.0, **limit}, lang, end=end)
    assert made is None
    assert finding.text.startswith(words)


def test_a_forecast_from_old_readings_says_how_old_they_are():
    made, finding = asked({"horizon_s": 1800.0}, end=np.nan)
    assert len(made.value) == 1800
    assert "No readings of S8 since 23:03; forecast from there. Readings of S8 check" in finding.text


@pytest.mark.parametrize(
    ("values", "context", "sensors"),
    [
        ({"limit": 85.0}, "", ["Bearing DS", "Bearing TS"]),  # 85 C, not 85 mm/s
        ({"limit": 85.0, "unit": "mm/s"}, "", ["Vibration"]),
        ({"limit": 85.0}, "is bearing TS ok?; Bearing TS is 80 C now", ["Bearing TS"]),
        ({"limit": 85.0}, "what is the speed?; bearing DS is 80 C now", ["Bearing DS"]),
    ],
)
def test_a_limit_without_unit_and_sensor_is_not_told_of_another_quantity(values, context, sensors):
    rise = np.linspace(0, 1, 300)
    frame = pd.DataFrame({
        "Bearing DS": 55 + 25 * rise, "Bearing TS": 55 + 20 * rise, "Vibration": 2 + 28 * rise, "Speed": 900 + rise,
    })  # fmt: skip
    units = {"Bearing DS": "C", "Bearing TS": "C", "Vibration": "mm/s", "Speed": "m/min"}
    names = Names({name: Sensor(name=name, unit=unit) for name, unit in units.items()}, {})
    task = Subtask(order=1, kind="forecast", values={"side": "above", **values})
    assert outlook.meant(SimpleNamespace(frame=frame), task, names, context).sensors == sensors
