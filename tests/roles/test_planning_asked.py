"""What kind of first sentence a question wants, names that no column has, limits given by name, plots side by side."""

from datetime import datetime, timedelta

import pytest

from roles.manager import MANAGER
from roles.planning.wants.asked import courtesy, form, is_question
from roles.planning.words import normal
from tests.roles.rendering import plan_text
from tests.roles.test_planning import request


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is the tundish temperature ok?", "normal"),
        ("拉速正常吗？", "normal"),
        ("is S8 too high", "normal"),
        ("when did the motor current rise?", "rise"),
        ("S8电流什么时候开始升高的？", "rise"),
        ("when did the pressure drop?", "fall"),
        ("when did S8 start to swing?", "change"),
        ("S8 limit is 45 A, is it exceeded?", "beyond"),
        ("S8超过45A了吗", "beyond"),
        ("which sensors are in the file?", "sensors"),
        ("文件里有哪些传感器？", "sensors"),
        ("which sensors are abnormal?", None),
        ("the level is above 110 mm, label it", None),
        ("plot S8", None),
        ("why does the level jump?", None),
    ],
)
def test_the_form_of_a_question_is_told(text, expected):
    assert form(normal(text)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hello", "greeting"), ("你好！", "greeting"), ("good morning team", "greeting"),
        ("thanks a lot for your help!", "thanks"), ("好的，谢谢", "thanks"),
        ("help", "help"), ("what can you do?", "help"), ("你能做什么？", "help"),
        ("hello, what is wrong?", None), ("why", None), ("thanks, now plot S8", None), ("谢谢，画出S8", None),
        ("", None),
    ],
)  # fmt: skip
def test_mere_courtesy_is_told_from_requests(text, expected):
    assert courtesy(normal(text)) == expected


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("plot S8 upper with limit 45", "plot(S8u limit=45 side=above)"),
        ("S8上辊电流上限50A，画图", "plot(S8u limit=50 side=above unit=A)"),
        ("plot S8 upper with a lower limit of 30 A", "plot(S8u limit=30 side=below unit=A)"),
        ("S8 upper limit is 45 A, is it exceeded?", "label(S8u limit=45 side=above unit=A)"),
        ("histogram of mould level and scatter of casting speed against mould level",
         "plot(mould_level form=histogram) plot(casting_speed mould_level form=scatter)"),
        ("画出液位的直方图和拉速与液位的散点图",
         "plot(mould_level form=histogram) plot(casting_speed mould_level form=scatter)"),
        ("when will the stopper be at 30 mm?",
         "clean() forecast(stopper_position assumed=True horizon_s=600 limit=30 side=toward unit=mm)"),
        ("how long do I have until the stopper is at 30 mm?",
         "clean() forecast(stopper_position assumed=True horizon_s=600 limit=30 side=toward unit=mm)"),
        ("塞棒什么时候到30mm？",
         "clean() forecast(stopper_position assumed=True horizon_s=600 limit=30 side=toward unit=mm)"),
        ("how long do I have until the stopper is fully open?",
         "clean() forecast(stopper_position assumed=True horizon_s=600 kept=upper)"),
        ("which sensors are in the file?", "statistics(list=True)"),
        ("is stopper clogging dangerous?", "ask()"),
        ("box plot per hour", "code(refused=True text=box plot per hour words=box plot) plot()"),
        ("how is my mother?", "DIAGNOSIS(unread=True)"),
        ("tell me a joke", "DIAGNOSIS(unread=True)"),
        ("现在能继续浇吗？", "DIAGNOSIS(unread=True)"),
        ("strand 2 night shift please", "DIAGNOSIS()"),
    ],
)  # fmt: skip
def test_each_piece_of_a_request_has_its_step(text, steps):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == steps
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("plot stoper and mold level", ["stoper"]),
        ("plot S8 and the argon valve for the last hour", ["argon valve"]),
        ("show me the torque", ["torque"]),
        ("画出扭矩", ["扭矩"]),
        ("plot S8 and S9 for the night shift", []),
        ("what was the mean current after we stopped?", []),
        ("plot S8 currently and nicely", []),
        ("what was the mean and spread of S8?", []),
        ("label S8 above 45 A, please mark those rows", []),
    ],
)
def test_names_that_no_column_has_are_told_and_other_words_are_not(text, unknown):
    assert MANAGER.rules(request(text)).unknown == unknown


@pytest.mark.parametrize("text", ["compare S8 upper before and after 02:00", "S8上辊02:00前后对比"])
def test_before_and_after_is_both_sides(text):
    given = request(text)
    steps = {task.kind: task for task in MANAGER.rules(given).subtasks}
    assert steps["plot"].start is None
    assert steps["plot"].end is None
    split = datetime.fromisoformat(steps["statistics"].values["split"])
    assert split - given.end.replace(hour=2, minute=0) == timedelta(0)
    assert steps["statistics"].sensors == ["S8_upper_current"]


def test_a_limit_of_a_plot_is_for_the_sensor_beside_it():
    plan = MANAGER.rules(request("plot mould level and S8 upper with limit 45"))
    assert plan.subtasks[0].values["limit_for"] == ["S8_upper_current"]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("mould level", "plot(mould_level)"),
        ("and the mould level?", "plot(mould_level)"),
        ("how did the mould level develop?", "plot(mould_level)"),
        ("mould level ok?", "DIAGNOSIS(mould_level)"),
        ("液位正常不", "DIAGNOSIS(mould_level)"),
        ("since when is the mould level going up", "DIAGNOSIS(mould_level)"),
        ("when exactly did the mould level change, and how sure is that time?", "DIAGNOSIS(mould_level)"),
        ("the mould level wanders about", "DIAGNOSIS(mould_level)"),
        ("液位一直升", "DIAGNOSIS(mould_level)"),
        ("液位怎么涨了", "DIAGNOSIS(mould_level)"),
        ("怎么降低液位", "ask()"),
        ("how long was the mould level on?", "DIAGNOSIS(mould_level)"),
        ("is the mould level drifting?", "DIAGNOSIS(mould_level)"),
        ("what is the period of the mould level?", "DIAGNOSIS(mould_level)"),
        ("min mould level?", "statistics(mould_level what=min)"),
        ("same for yesterday", "DIAGNOSIS()"),
    ],
)
def test_a_picture_is_the_answer_only_where_one_is_asked_for(text, steps):
    given = request(text)
    plan = MANAGER.rules(given)
    assert plan_text(plan) == steps
    assert MANAGER.check(given, plan) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("is S8 drifting?", "drift"),
        ("S8有没有漂移", "drift"),
        ("how fast does S8 climb?", "pace"),
        ("S8上升得多快", "pace"),
        ("what is the period of S8?", "period"),
        ("is there a daily cycle in S8?", "period"),
        ("S8的周期是多少", "period"),
        ("why is S8 drifting?", None),
        ("why does S8 oscillate?", None),
        ("S8为什么漂移", None),
    ],
)
def test_the_course_of_a_sensor_is_asked_for_in_numbers(text, expected):
    assert form(normal(text)) == expected


def test_questions_are_told_from_statements():
    assert is_question(normal("is it so"))
    assert is_question(normal("现在能继续浇吗"))
    assert not is_question(normal("the level jumps"))
