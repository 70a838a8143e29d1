"""Requests in both languages become the right steps; the table is requests.toml."""

import random
import tomllib
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roles.manager import MANAGER, Plan, Request, Subtask
from roles.planning.limits.numbers import limits
from roles.planning.owed import owed
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.plant import caster
from tests.roles.rendering import plan_text

ZONE = ZoneInfo("Asia/Shanghai")
START, END = datetime(2024, 3, 9, 22, 5, tzinfo=ZONE), datetime(2024, 3, 10, 6, 0, tzinfo=ZONE)
TABLE = tomllib.loads((Path(__file__).parent / "requests.toml").read_text(encoding="utf-8"))
CASES = [*TABLE["designed"], *TABLE["missed"], *TABLE["later"], *TABLE["second"], *TABLE["heldout"]]


def request(text, **changes):
    lang = "zh" if any("一" <= c <= "鿿" for c in text) else "en"
    given = {"text": text, "lang": lang, "sensors": caster(), "start": START, "end": END}
    return Request(**(given | changes))


@pytest.mark.parametrize(("text", "steps"), CASES, ids=[text for text, _ in CASES])
def test_request_becomes_steps_that_pass_the_check(text, steps):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == steps
    assert MANAGER.check(given, plan) == []


def test_without_a_file_the_knowledge_base_is_asked():
    given = request("plot S8", has_data=False, sensors=[], start=None, end=None)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == "ask()"
    assert MANAGER.check(given, plan) == []


FOREIGN = [
    Sensor(name=n)
    for n in ("Accelerometer1RMS", "Current", "Pressure", "Thermocouple", "Volume Flow RateRMS", "a", "on")
]


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("plot Accelerometer1RMS", ["Accelerometer1RMS"]),
        ("plot accelerometer 1", ["Accelerometer1RMS"]),
        ("plot the current", ["Current"]),
        ("show the current pressure", ["Pressure"]),
        ("画出压力和电流", ["Current", "Pressure"]),
        ("plot volume flow rate", ["Volume Flow RateRMS"]),
        ("draw a plot on pressure", ["Pressure"]),
        ('plot column a and "on"', ["a", "on"]),
        ("plot thermocuple", ["Thermocouple"]),
        ("plot Accelerometer2RMS", []),
    ],
)
def test_columns_of_a_plant_without_vocabulary(text, columns):
    plan = MANAGER.rules(request(text, sensors=FOREIGN))
    assert plan.subtasks[-1].sensors == columns


def test_a_column_that_is_one_digit_off_is_unknown_not_guessed():
    plan = MANAGER.rules(request("plot Accelerometer2RMS", sensors=FOREIGN))
    assert plan.unknown == ["accelerometer2rms"]


@pytest.mark.parametrize("text", ["see strand2_0400.csv", "alarm code E2041", "steel grade X65", "evidence F2 and K14"])
def test_words_that_only_look_like_sensors_are_not_unknown(text):
    assert MANAGER.rules(request(text)).unknown == []


@pytest.mark.parametrize(
    ("text", "horizon_s"),
    [
        ("forecast hydraulic pressure for the next 3 weeks", 3 * 604_800),
        ("predict S8 two weeks ahead", 2 * 604_800),
        ("forecast the next month", 30 * 86_400),
        ("will S8 reach 45 A in 2 months?", 60 * 86_400),
        ("预测未来三周的液压压力", 3 * 604_800),
        ("预测下周S8", 604_800),
        ("未来两个星期S8会超过45A吗", 2 * 604_800),
        ("预测接下来一个半月的液位", 45 * 86_400),
        ("预测6个月", 180 * 86_400),
    ],
)
def test_weeks_and_months_are_horizons(text, horizon_s):
    given = request(text)
    plan = MANAGER.rules(given)
    task = next(task for task in plan.subtasks if task.kind == "forecast")
    assert task.values["horizon_s"] == horizon_s
    assert "assumed" not in task.values
    assert task.sensors != ["S8_lower_current"]  # "下周" is no lower roll
    assert plan.unknown == []
    assert MANAGER.check(given, plan) == []


def test_a_horizon_beyond_reason_is_the_default():
    task = MANAGER.rules(request(f"forecast the next {'9' * 400} weeks")).subtasks[-1]
    assert task.values == {"horizon_s": 600.0, "assumed": True}


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("asdf qwer", ["asdf", "qwer"]),
        ("Asdf, qwer zxcv. uiop", ["asdf", "qwer", "zxcv"]),
        ("hello", []),
        ("good morning", []),
        ("please help", []),
        ("asdf strand", []),
        ("hydraulic", []),
        ("asdf?", []),
        ("what about asdf", []),
        ("is everything fine", []),
        ("你好", []),
        ("", []),
    ],
)
def test_words_that_mean_nothing_are_named_beside_the_diagnosis(text, unknown):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan.unknown == unknown
    assert plan.subtasks[-1].kind in ("diagnose", "ask")
    assert MANAGER.check(given, plan) == []


ODDS = TABLE["odds"].split()
FEW = [sensor for sensor in caster() if sensor.instance in ("S8", "S9") or sensor.tag == "mould_level"]


def test_odd_mixes_of_words_numbers_and_times_never_crash():
    dice = random.Random(20240310)
    for _ in range(200):
        text = dice.choice(["", " "]).join(dice.choices(ODDS, k=dice.randint(1, 9)))
        assert MANAGER.rules(request(text, sensors=FEW)).subtasks, text


@pytest.mark.parametrize("text", ["画出1:00到25:99的S8", "plot S8 from 1:00 to 25:99"])
def test_an_impossible_end_leaves_the_period_open(text):
    task = MANAGER.rules(request(text)).subtasks[-1]
    assert (task.kind, task.start, task.end) == ("plot", datetime(2024, 3, 10, 1, 0, tzinfo=ZONE), None)


def complaints(text, **changes):
    given = request(text)
    plan = MANAGER.rules(given)
    task = plan.subtasks[-1].model_copy(update=changes)
    return MANAGER.check(given, plan.model_copy(update={"subtasks": [*plan.subtasks[:-1], task]}))


@pytest.mark.parametrize(
    ("text", "changes", "complaint"),
    [
        ("plot S8", {"sensors": ["S99"]}, "no column 'S99'"),
        ("label S8 > 45 A", {"values": {"limit": 50.0, "side": "above"}}, "limit 50.0 stands nowhere"),
        ("label S8 > 45 A", {"values": {}}, "a label needs a limit"),
        ("label S8 > 45 A", {"values": {"limit": 45.0, "side": "beside"}}, "side 'beside'"),
        ("forecast the next 10 minutes", {"values": {"horizon_s": 900.0}}, "horizon_s 900.0 stands nowhere"),
        ("forecast", {"values": {"horizon_s": 900.0, "assumed": True}}, "the default is 600"),
        ("forecast", {"values": {}}, "needs horizon_s > 0"),
        ("plot S8", {"order": 7}, "orders are not"),
        ("plot S8", {"kind": "diagnose"}, "diagnose needs detect before it"),
        ("plot S8", {"start": END, "end": START}, "start is not before end"),
        ("plot S8", {"start": datetime(1999, 1, 1, tzinfo=ZONE)}, "far outside the file"),
        ("plot S8", {"start": datetime(2024, 3, 10, 1, 0)}, "time zone"),
    ],
)
def test_check_complains_about(text, changes, complaint):
    assert any(complaint in c for c in complaints(text, **changes)), complaints(text, **changes)


def test_check_refuses_an_empty_plan_and_data_work_without_data():
    given = request("plot S8", has_data=False)
    plan = Plan(lang="en", subtasks=[])
    assert MANAGER.check(given, plan) == ["the plan has no subtasks"]
    work = plan.model_copy(update={"subtasks": [Subtask(order=1, kind="plot")]})
    assert MANAGER.check(given, work) == ["without data only ask and model are possible"]


@settings(max_examples=60, deadline=None)
@example("A0:PLOT:A0:AND S1")  # two names that no column has, and a word between them
@given(
    st.text(max_size=80)
    | st.lists(st.sampled_from(" ".join(text for text, _ in CASES).split()), max_size=14).map(" ".join)
)
def test_any_text_becomes_a_plan_that_passes_the_check(text):
    asked = request(text)
    assert MANAGER.check(asked, MANAGER.rules(asked)) == []


@pytest.mark.parametrize(
    "text", ["why is the level jumping? The first 5000 rows are normal.", "前5000行为正常，液位为什么波动？",
             "the first 5000 rows are normal"],
)  # fmt: skip
def test_what_is_called_normal_holds_for_whatever_is_asked(text):
    made = MANAGER.rules(request(text))
    assert [t.values.get("train_rows") for t in made.subtasks if t.kind == "detect"] == [5000]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("use strand2-july to check this", "strand2-july"),
        ("Find anomalies with the Strand2-July model", "strand2-july"),
        ("用我们训练好的模型二号流看看有没有异常", "二号流"),
        ("用strand2-july检测异常", "strand2-july"),
        ("is strand2-july running well?", None),  # a name alone is no wish for a model
        ("check strand2-july", None),
        ("换成新的模型检测异常", None),
    ],
)
def test_models_of_the_plant_are_known_by_name(text, wanted):
    asked = request(text, models=["strand2-july", "二号流"])
    said = [task.values.get("wanted") for task in MANAGER.rules(asked).subtasks if task.kind == "model"]
    assert [name for name in said if name] == ([wanted] if wanted else [])


DIAGNOSED = ["clean", "detect", "causes", "diagnose"]


@pytest.mark.parametrize(("text", "kinds"), [
    ("don't plot anything, just tell me why the level jumps", DIAGNOSED),
    ("I do not need a forecast, only statistics of S8", ["statistics"]),
    ("predictions are not needed, plot S8", ["plot"]),
    ("预测就不用了，画S8曲线", ["plot"]),
    ("The forecast from yesterday was wrong, what happened?", DIAGNOSED),
    ("Yesterday's plot showed a drift. Why?", DIAGNOSED),
    ("昨天的预测不准，现在为什么液位波动？", DIAGNOSED),
    ("we labelled the rows above 45 A yesterday; why did the level jump?", DIAGNOSED),
    ("how high was the level when it jumped, and why?", DIAGNOSED),
])  # fmt: skip
def test_a_plan_may_leave_out_what_is_not_wanted_or_only_told(text, kinds):
    assert owed(request(text), kinds) == []


@pytest.mark.parametrize(("text", "kinds", "lacks"), [
    ("plot S8 and its statistics", ["plot"], ["statistics"]),
    ("when will S8 pass 45 A, and why is the level jumping?", DIAGNOSED, ["forecast"]),
    ("why is the level jumping?", ["plot"], ["diagnose"]),
    ("label S8 above 45 A and plot it", ["plot"], ["label"]),
    ("画出S8并预测10分钟", ["plot"], ["forecast"]),
    ("把S8超过45A的标为异常，液位为什么波动", DIAGNOSED, ["label"]),
    ("flag rows where S8 exceeded 45 A; plot the level", ["plot"], ["label"]),
    ("the level jumped, why? then plot S8", DIAGNOSED, ["plot"]),
    ("average of S8", ["plot"], ["statistics"]),
])  # fmt: skip
def test_a_plan_that_drops_what_was_asked_for_is_refused(text, kinds, lacks):
    assert owed(request(text), kinds) == lacks


@pytest.mark.parametrize("text", [
    "mark outliers beyond 4 robust sigma in S8", "flag values more than 3 standard deviations from the mean of S8",
    "标出S8超过3倍标准差的点", "S8超过3σ的点", "label points above 5 MAD in S8", "flag S8 above the 95th percentile",
    "S8 above 2 of the 3 rolls",
])  # fmt: skip
def test_a_number_of_spreads_or_ranks_is_no_limit_of_the_readings(text):
    assert not any(task.kind == "label" for task in MANAGER.rules(request(text)).subtasks)
    assert [t.values["limit"] for t in MANAGER.rules(request("S8 above 45 A is abnormal")).subtasks][-1:] == [45.0]


@pytest.mark.parametrize(("text", "limit"), [
    ("label S8 above 1,200 A as abnormal", 1200.0), ("S8 > 38,25 A", 38.25), ("label S8 above 1,200 rows", None),
    ("S8大于1,200A标为异常", 1200.0),
])  # fmt: skip
def test_a_limit_may_be_written_with_thousands(text, limit):
    found = limits(normal(text))
    assert [one.values.get("limit") for one in found] == ([limit] if limit is not None else [])
