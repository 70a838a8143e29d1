"""A document that names the measured signs is proposed, modestly, with what it does not explain and what it advises."""

import pytest

from roles.decision import DECISION_MAKER
from roles.types import Passage, RootCause, Sensor
from tests.roles.faults import case, finding, ruled

COLUMNS = ["一室篦下压力", "二次风温", "窑头罩负压", "篦床液压压力", "环境温度", "出料温度"]
SENSORS = [Sensor(name=name) for name in COLUMNS]
TEXT = ("征兆：一室压力持续升高、料层表面不动、二次风温下降、窑头罩正压。\n- 先提高一段篦速。\n- 检查前先挂牌上锁。\n"
        "预防：燃烧器不要太靠窑口。")  # fmt: skip
SOP = Passage(id="K-1", title="检修规程 › 2 堆雪人的处理", text=TEXT, lang="zh", confidence=0.3)


def did(number, sensor, kind, **more):
    return finding(number, sensor, kind, sensors=SENSORS, **({"strength": 30} | more))


def decide(findings, passage=SOP, **more):
    return ruled(case(findings, lang="zh", sensors=SENSORS, faults=[], passages=[passage], **more))


SEEN = [did(1, COLUMNS[0], "rise"), did(2, COLUMNS[1], "fall"), did(3, COLUMNS[2], "drift_up")]


def test_the_signs_of_a_document_make_it_a_modest_cause_with_its_steps():
    decision = decide([*SEEN, did(4, COLUMNS[3], "rise")])
    cause = decision.causes[0]
    assert decision.verdict == "unsure"
    assert 0.3 < cause.confidence <= 0.5
    assert cause.evidence == ["F1", "F2", "F3", "K-1"]
    assert "堆雪人的处理" in decision.headline
    assert "请现场查看：料层表面不动" in cause.why
    assert "它不能解释：篦床液压压力" in cause.why
    assert [(a.text, a.safety) for a in decision.actions] == [("先提高一段篦速。", False), ("检查前先挂牌上锁。", True)]


@pytest.mark.parametrize(
    "findings",
    [
        SEEN[:1],
        [SEEN[0], did(2, COLUMNS[1], "rise")],
        [did(1, COLUMNS[0], "fall"), SEEN[1]],
        [did(1, COLUMNS[3], "rise"), did(2, COLUMNS[5], "fall")],
    ],
    ids=["one sign", "one against it", "another against it", "other sensors"],
)
def test_it_is_not_proposed_of(findings):
    assert all("K-1" not in cause.evidence for cause in decide(findings).causes)


@pytest.mark.parametrize("way", ["fall", "drift_down"])
def test_a_document_that_names_a_cause_of_the_opposite_is_none(way):
    fan = [Sensor(name=name) for name in ("驱动端振动", "轴承温度")]
    text = "除尘风机驱动端振动升高且轴承温度随之升高，最常见原因是叶轮积灰。处理：停机挂牌后清灰。"
    page = Passage(id="K-2", title="除尘风机维护规程 › 振动高", text=text, lang="zh", confidence=0.9)
    against = [finding(i, s.name, way, sensors=fan, strength=30) for i, s in enumerate(fan, start=1)]
    made = [finding(i, s.name, "rise", sensors=fan, strength=30) for i, s in enumerate(fan, start=1)]
    decided = [DECISION_MAKER.rules(case(found, lang="zh", sensors=fan, faults=[], passages=[page]))
               for found in (against, made)]  # fmt: skip
    assert [any("K-2" in c.evidence for c in one.causes) for one in decided] == [False, True]
    assert decided[1].verdict == "unsure"
    assert "停机挂牌后清灰" in decided[1].actions[0].text


def test_a_document_that_is_not_approved_proposes_nothing():
    assert decide(SEEN, SOP.model_copy(update={"status": "candidate"})).actions == []


def test_the_weather_is_told_last_and_never_in_the_headline_or_as_the_origin():
    weather = did(9, "环境温度", "fall", after_min=-200, strength=20)
    roots = [RootCause(sensor="环境温度", score=0.5, reason=""), RootCause(sensor=COLUMNS[3], score=0.3, reason="")]
    decision = decide([weather, did(1, COLUMNS[3], "rise")], root_causes=roots)
    assert "环境温度" not in decision.headline
    assert [c.sensor for c in decision.causes] == [COLUMNS[3]]
    assert decision.notes[-1].startswith("环境情况：环境温度")


def test_the_origin_is_never_what_moved_after_the_rest():
    roots = [RootCause(sensor=COLUMNS[3], score=0.6, reason=""), RootCause(sensor=COLUMNS[5], score=0.2, reason="")]
    late, early = did(1, COLUMNS[3], "rise", after_min=30), did(2, COLUMNS[5], "rise")
    assert [c.sensor for c in decide([late, early], root_causes=roots).causes] == [COLUMNS[5]]
    vague = late.model_copy(update={"values": {**late.values, "onset_within_s": 1800.0}})
    assert [c.sensor for c in decide([vague, early], root_causes=roots).causes] == [COLUMNS[3]]


def test_one_movement_in_two_events_is_told_once_and_percent_as_points():
    sensors = [Sensor(name="阀位", unit="%")]
    twice = [finding(i, "阀位", "drift_up", sensors=sensors, event=i) for i in (1, 2)]
    given = case(twice, lang="zh", sensors=sensors, faults=[], passages=[],
                 root_causes=[RootCause(sensor="阀位", score=0.6, reason="")])  # fmt: skip
    cause = DECISION_MAKER.rules(given).causes[0]
    assert cause.why == "阀位持续上升9.1个百分点"
    assert cause.evidence == ["F1"]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("3号除尘风机维护规程 › 5 振动 › 5.1 振动高的判断", "振动高的判断：先停机。再清灰。"),
        ("风机规程 › 第三条 交接", "交接：先停机。再清灰。"),
        ("3号风机", "3号风机：先停机。再清灰。"),  # no number of a section
    ],
)
def test_an_answer_is_headed_by_its_own_section_and_not_by_the_path_to_it(title, said):
    first = Passage(
        id="K-0", title="规程 › 2 锁定", text="挂牌。", lead="挂牌。", quote="挂牌。", lang="zh", confidence=0.9
    )
    page = Passage(id="K-1", title=title, text="先停机。再清灰。", quote="先停机。再清灰。", lang="zh", confidence=0.9)
    given = case([], lang="zh", sensors=[], faults=[], passages=[first, page], has_data=False)
    # of the first one the headline says the rest
    assert [cause.text for cause in DECISION_MAKER.rules(given).causes] == ["锁定", said]
