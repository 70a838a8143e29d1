"""The part of the file that a request calls normal is learnt from; where it cannot be, one sentence says why."""

import numpy as np
import pandas as pd
import pytest

from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings

ROWS = 1200


@pytest.fixture
def ask(tmp_path):
    noise = np.random.default_rng(5).normal(size=(3, ROWS))
    step = np.where(np.arange(ROWS) >= 900, 6.0, 0.0)
    pd.DataFrame({
        "time": pd.date_range("2025-04-08 06:00", periods=ROWS, freq="s").astype(str),
        "S1 [bar]": (50 + 0.3 * noise[0] + step).round(3), "S2 [A]": (44 + 0.2 * noise[1]).round(3),
        "S3 [A]": (9 + 0.2 * noise[2]).round(3), "TC3": (7 + 0.2 * noise[2]).round(3),
    }).to_csv(tmp_path / "f.csv", index=False)  # fmt: skip

    def run(text):
        question = Question(id="1", text=text, artifact=str(tmp_path / "f.csv"), file_name="f.csv")
        return pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)

    return run


def reference(answer):
    found = answer.receipt["detection"]["reference"]
    return found["how"], found["first_row"], found["last_row"]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("find anomalies; rows 301 to 700 are normal", ("given", 300, 699)),
        ("第301到700行是正常的，检测异常", ("given", 300, 699)),
        ("ignore the first 100 rows; rows 301 to 700 are normal; find anomalies", ("given", 200, 599)),
        ("find anomalies, take 06:05-06:10 as normal", ("given", 300, 600)),
        ("以6点5分到6点10分为基准检测异常", ("given", 300, 600)),
        ("find anomalies; the last 200 rows are normal", ("given", 1000, 1199)),
    ],
)
def test_the_part_that_is_called_normal_is_learnt_from(ask, text, rows):
    assert reference(ask(text)) == rows


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("find anomalies; rows 5000 to 5800 are normal",
         "Rows 5,000 to 5,800 cannot be the normal period: the file has 1,200 rows."),
        ("第5000到5800行是正常的，检测异常", "第5,000至5,800行不能作为正常时段：文件共1,200行。"),
        ("find anomalies; rows 20 to 25 are normal",
         "Rows 20 to 25 cannot be the normal period: it takes at least 10 rows."),
        ("第20到25行正常，检测异常", "第20至25行不能作为正常时段：至少需要10行。"),
        ("find anomalies; rows 1 to 1200 are normal", "Rows 1 to 1,200 cannot be the normal period: that is the whole"),
        ("what happened between 06:14 and 06:16? take 06:13-06:18 as normal",
         "06:13:00 to 06:18:00 cannot be the normal period: you ask about it."),
        ("6点14分到6点16分发生了什么？以6点13分到6点18分为基准",
         "06:13:00至06:18:00不能作为正常时段：您问的正是这一段。"),
        ("ignore the first 400 rows; rows 100 to 300 are normal; find anomalies",
         "Rows 100 to 300 cannot be the normal period: these rows are left out as you asked."),
    ],
)  # fmt: skip
def test_what_cannot_be_learnt_from_is_said_in_one_sentence(ask, text, says):
    answer = ask(text)
    assert any(line.startswith(says) for line in answer.text.splitlines()[1:3])
    assert reference(answer)[0] == "proposed"


def test_rows_beyond_the_end_are_used_as_far_as_they_go_and_that_is_said(ask):
    answer = ask("find anomalies; rows 1001 to 9000 are normal")
    assert "as far as there are readings: rows 1,001 to 9,000" in answer.text
    assert reference(answer) == ("given", 1000, 1199)


@pytest.mark.parametrize(
    ("text", "says"),
    [("plot S1; rows 300 to 700 are normal",
      "What you asked for needs no normal period; I did not use rows 300 to 700."),
     ("画S1，第300到700行是正常的", "您的要求不需要正常时段，因此未使用第300至700行。")],
)  # fmt: skip
def test_a_request_that_needs_no_normal_period_says_so(ask, text, says):
    assert says in ask(text).text


@pytest.mark.parametrize(
    ("text", "says"),
    [("find anomalies, ignore sensor 3",
      "“sensor 3” may be S3, TC3, so none was left out; name the one that you mean."),
     ("检测异常，忽略3号测点", "“3号测点”可能是S3、TC3，因此没有排除任何测点；请说明是哪一个。"),
     ("find anomalies, ignore sensor 9",
      "No sensor is called “sensor 9”, so none was left out; the file has S1, S2, S3, TC3."),
     ("检测异常，忽略9号测点", "没有叫“9号测点”的传感器，因此没有排除任何测点；文件中有S1、S2、S3、TC3等。"),
     ("plot sensor 3", "“sensor 3” may be S3, TC3; name the one that you mean.")],
)  # fmt: skip
def test_a_number_that_names_no_one_sensor_is_answered_in_one_sentence(ask, text, says):
    assert ask(text).text.splitlines()[1] == says


@pytest.mark.parametrize(
    ("text", "says"),
    [("mean of S2; ignore the time before 06:05", "Times cannot be left out here"),
     ("S2的平均值，忽略6点5分之前的数据", "这里不能排除某段时间"),
     ("mean of S2 for rows 100 to 200", "Rows cannot be picked out by their numbers here"),
     ("第100到200行S2的平均值", "这里不能按行号挑选数据"),
     ("label S2 above 44 A for more than 5 minutes", "How long the limit is passed was not taken into account"),
     ("把S2超过44A持续5分钟的标为异常", "未考虑超限持续的时间")],
)  # fmt: skip
def test_what_cannot_be_narrowed_down_to_is_said_and_the_whole_file_is_used(ask, text, says):
    answer = ask(text)
    assert answer.text.splitlines()[1].startswith(says)
    task = next(step for step in answer.plan if step.kind in ("statistics", "label"))
    assert not task.values.get("start")
    assert not task.values.get("end")


@pytest.mark.parametrize("text", ["plot S1 and S2 but not S3", "画所有测点，不含S3"])
def test_but_not_leaves_a_sensor_out(ask, text):
    second = ask(text).text.splitlines()[1]
    assert second.startswith(("Left out as you asked", "按您的要求"))
    assert "S3" in second
