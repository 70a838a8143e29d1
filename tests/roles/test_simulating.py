"""A sentence as a simulator run: what the rules read in both languages, what is refused, and an engine's say."""

import pytest

from roles.role import run
from roles.simulator import SIMULATOR, SimulationOrder, problems
from tests.roles.scripted import ScriptedEngine
from workers.simulating import request

READ = [
    ("Simulate a stopper clogging at 1.2 m/min for two hours",
     {"scenario": "stopper_clogging", "speed": 1.2, "duration_s": 7200}),
    ("模拟拉速1.2下塞棒结瘤两小时", {"scenario": "stopper_clogging", "speed": 1.2, "duration_s": 7200}),
    ("simulate a severe S9 roll misalignment, starting after 40 min, for 90 minutes, seed 7, every 2 s",
     {"scenario": "roll_misalignment", "roll": "S9_upper_current", "onset_s": 2400, "duration_s": 5400, "seed": 7,
      "step_s": 2, "severity": 1.4}),
    ("模拟8号下辊轴承卡滞，半小时后开始，持续一个半小时，种子3",
     {"scenario": "roll_bearing_seizing", "roll": "S8_lower_current", "onset_s": 1800, "duration_s": 5400, "seed": 3}),
    ("模拟液位计漂移，轻微，每10秒一行，8小时",
     {"scenario": "level_sensor_drift", "severity": 0.6, "step_s": 10, "duration_s": 28800}),
    ("simulate an hour and a half of normal operation", {"scenario": "normal", "duration_s": 5400}),
    ("please simulate a mild hydraulic leak for 2h from 30 min on",
     {"scenario": "hydraulic_leak", "severity": 0.6, "duration_s": 7200, "onset_s": 1800}),
    ("模拟拉速1.2米/分时水口结瘤，第60分钟开始，共3小时",
     {"scenario": "stopper_clogging", "speed": 1.2, "onset_s": 3600, "duration_s": 10800}),
    ("simulate clogging", {"scenario": "stopper_clogging"}),
]  # fmt: skip


def given(text):
    return request(text, "zh" if any("一" <= c <= "鿿" for c in text) else "en")


@pytest.mark.parametrize(("text", "wanted"), READ, ids=[text for text, _ in READ])
def test_the_rules_read_what_is_said_and_nothing_else(text, wanted):
    order = run(SIMULATOR, given(text)).output
    assert order == SimulationOrder(**wanted)
    assert problems(given(text), order) == []


@pytest.mark.parametrize("name", [each.name for each in given("").scenarios])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_every_scenario_is_understood_by_its_own_title(name, lang):
    title = next(each.title for each in request("", lang).scenarios if each.name == name)
    text = f"simulate {title}" if lang == "en" else f"模拟{title}"
    assert run(SIMULATOR, request(text, lang)).output.scenario == name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("simulate clogging at 2.5 m/min", "0.7 to 1.3 m/min, not at 2.5"),
        ("模拟拉速2.5下的结瘤", "0.7～1.3"),
        ("simulate clogging for 5 minutes", "17 min to 55 h"),
        ("simulate clogging for 2 h starting after 1 min", "between 12 min and 108 min"),
        ("simulate nozzle erosion", "I cannot simulate Stopper or nozzle erosion; I can do: roll bearing seizing"),
        ("模拟水口侵蚀", "无法模拟塞棒或水口侵蚀；可选：辊子轴承卡滞"),
        ("simulate a unicorn", "Say what to simulate"),
        ("simulate S20 bearing seizing", "S1-S16, not S20 upper"),
        ("simulate clogging with severity 9", "0.3 to 1.5"),
    ],
)
def test_what_cannot_be_is_one_sentence_with_what_can(text, words):
    found = problems(given(text), run(SIMULATOR, given(text)).output)
    assert words in found[0]


def test_what_no_parameter_can_hold_is_told():
    assert run(SIMULATOR, given("simulate clogging with 45 A")).output.unused == ["45 a"]
    assert run(SIMULATOR, given("simulate S8 hydraulic leak")).output.unused == ["s8"]


def test_an_engine_may_read_what_the_rules_cannot():
    text = "simulate the nozzle slowly closing up with alumina for two hours"
    with ScriptedEngine(("simulation_request", {"scenario": "stopper_clogging", "duration_s": 7200})) as engine:
        outcome = run(SIMULATOR, given(text), engine)
    assert (outcome.engine, outcome.output.scenario) == ("scripted", "stopper_clogging")


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"scenario": "meltdown"}, "Say what to simulate"),
        ({"scenario": "stopper_clogging", "speed": 1.1}, "the sentence says 1.2 for speed"),
        ({"scenario": "stopper_clogging", "speed": 9.0}, "0.7 to 1.3"),
        ({"scenario": "hydraulic_leak", "roll": "S8_upper_current"}, "hits no roll"),
    ],
)
def test_an_engines_say_is_checked_as_the_rules_are(said, complaint):
    text = "simulate clogging at 1.2 m/min"
    step = ("simulation_request", said)
    with ScriptedEngine(step, step) as engine:
        outcome = run(SIMULATOR, given(text), engine)
    assert complaint in engine.history[1][2]
    assert outcome.engine == "rules"
    assert outcome.output.speed == 1.2


def test_an_engine_invents_no_number_where_the_sentence_has_none():
    step = ("simulation_request", {"scenario": "stopper_clogging", "seed": 5})
    with ScriptedEngine(step, step) as engine:
        run(SIMULATOR, given("simulate clogging"), engine)
    assert "seed cannot be known" in engine.history[1][2]
