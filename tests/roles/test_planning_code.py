"""Operations beyond the built-in steps: code where it can be written, else the nearest step and an honest word."""

import pytest

from roles.manager import MANAGER, Plan, Subtask
from tests.roles.rendering import plan_text
from tests.roles.test_planning import request

# request, steps of the rules alone; with code these become one step of code
PLAIN = [
    ("histogram of S8 upper per shift", "plot(S8u by=shift form=histogram)"),
    ("画出各班次S8上辊电流的直方图", "plot(S8u by=shift form=histogram)"),
    ("scatter of level against speed coloured by hour", "plot(mould_level casting_speed colour=hour form=scatter)"),
    ("拉速与液位的散点图，按小时着色", "plot(casting_speed mould_level colour=hour form=scatter)"),
    ("label rows where both S8 upper > 45 A and speed < 0.9", "label(S8u casting_speed all=S8u>45,casting_speed<0.9)"),
    ("把S8上辊大于45A并且拉速低于0.9的行标为异常", "label(S8u casting_speed all=S8u>45,casting_speed<0.9)"),
    ("S8上辊大于45A或拉速低于0.9时标为异常", "label(S8u casting_speed any=S8u>45,casting_speed<0.9)"),
    ("label S8 upper > 45 A or speed < 0.9 as abnormal", "label(S8u casting_speed any=S8u>45,casting_speed<0.9)"),
]
BEYOND = [
    ("rolling correlation of S3 and S8", "rolling correlation"),
    ("fit a line to S8 upper and give the residuals", "fit a line"),
    ("PCA of the roll currents", "pca"),
    ("S3和S8的滚动相关", "滚动相关"),
    ("对辊电流做主成分分析", "主成分分析"),
    ("对S8上辊电流做线性拟合并给出残差", "拟合"),
]
RULES = [
    ("label S8 > 45 A as abnormal", "label(S8 limit=45 side=above unit=A)"),
    (
        "S8 > 45 A and S9 > 50 A are abnormal",
        "label(S8 limit=45 side=above unit=A) label(S9 limit=50 side=above unit=A)",
    ),
    ("statistics of S8 per shift", "statistics(S8 by=shift)"),
    ("按班次统计液位平均值", "statistics(mould_level by=shift what=mean)"),
    ("use the PCA model", "model(wanted=pca)"),
    ("what is PCA?", "ask()"),
    ("什么是聚类", "ask()"),
    ("plot S8", "plot(S8)"),
]


@pytest.mark.parametrize(("text", "steps"), PLAIN)
def test_rules_do_the_common_forms(text, steps):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == steps
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize("text", [text for text, _ in [*PLAIN, *BEYOND]])
def test_with_a_model_they_are_a_step_of_code(text):
    given = request(text, codes=True)
    plan = MANAGER.rules(given)
    assert {task.kind for task in plan.subtasks} == {"code"}
    assert not plan.subtasks[0].values.get("refused")
    assert plan.subtasks[0].sensors
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize(("text", "word"), BEYOND)
def test_without_one_what_cannot_be_done_is_named_and_the_columns_are_plotted(text, word):
    given = request(text)
    plan = MANAGER.rules(given)
    assert [task.kind for task in plan.subtasks] == ["code", "plot"]
    assert plan.subtasks[0].values["refused"] is True
    assert plan.subtasks[0].values["words"][0] == word
    assert plan.subtasks[1].sensors == plan.subtasks[0].sensors
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize("codes", [False, True])
@pytest.mark.parametrize(("text", "steps"), RULES)
def test_what_a_built_in_step_does_well_stays_with_it(text, steps, codes):
    assert plan_text(MANAGER.rules(request(text, codes=codes))) == steps


def test_code_and_a_diagnosis_may_be_asked_for_together():
    plan = MANAGER.rules(request("why does the level swing? show a histogram of the level", codes=True))
    assert [task.kind for task in plan.subtasks] == ["clean", "detect", "causes", "code", "diagnose"]


def test_a_plan_with_code_where_none_can_be_written_is_a_complaint():
    plan = Plan(lang="en", subtasks=[Subtask(order=1, kind="code", values={"text": "pca"})])
    assert "no code can be written here" in " ".join(MANAGER.check(request("pca of S8"), plan))
    assert MANAGER.check(request("pca of S8", codes=True), plan) == []


def test_limits_of_a_combined_label_must_have_been_said():
    parts = [{"sensor": "S8_upper_current", "limit": 46.0, "side": "above"}, {"sensor": "nope", "limit": 0.9}]
    plan = Plan(lang="en", subtasks=[Subtask(order=1, kind="label", values={"all": parts})])
    found = " ".join(MANAGER.check(request("label rows where both S8 upper > 45 A and speed < 0.9"), plan))
    assert "limit 46.0 stands nowhere" in found
    assert "no column 'nope'" in found
