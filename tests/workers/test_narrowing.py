"""A request that leaves sensors out, narrows down to rows, or groups by a text column is done so, and it is said."""

import json

import numpy as np
import pandas as pd
import pytest

from workers.artifacts import ArtifactStore
from workers.contracts import Question, Source
from workers.errors import AndonError
from workers.running import pipeline
from workers.settings import Settings
from workers.staged import perform, ready
from workers.staged.performing import done

ROWS = 1200


def table(shift=0.0):
    """Twenty minutes of a press: the pressure steps up at row 800, the product changes at row 600."""
    noise = np.random.default_rng(7).normal(size=(4, ROWS))
    step = np.where(np.arange(ROWS) >= 800, 6.0 + shift, 0.0)
    product = np.where(np.arange(ROWS) < 600, "LID-120", "CAP-38")
    return pd.DataFrame({
        "time": pd.date_range("2025-04-08 06:00", periods=ROWS, freq="s").strftime("%Y-%m-%d %H:%M:%S"),
        "Pump pressure [bar]": (50 + 0.3 * noise[0] + step).round(3),
        "Oil temperature [℃]": (44 + shift + 0.2 * noise[1]).round(3),
        "Cycle time [s]": (np.where(np.arange(ROWS) < 600, 24.5, 28.7) + 0.1 * noise[2]).round(3),
        "Vibration DE [mm/s]": (2.0 + 0.05 * noise[3] + step / 4).round(3),
        "Machine status": np.where(np.arange(ROWS) % 100 < 90, "RUN", "STOP"),
        "Product": product,
    })  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("narrowed")
    table().to_csv(made / "press.csv", index=False)
    table(2.0).assign(time=pd.date_range("2025-04-09 06:00", periods=ROWS, freq="s").astype(str)).to_csv(
        made / "press_next.csv", index=False
    )
    return made


@pytest.fixture
def ask(folder, tmp_path):
    def run(text, *files):
        paths = [folder / name for name in files or ("press.csv",)]
        more = [Source(artifact=str(path), file_name=path.name) for path in paths[1:]]
        question = Question(id="1", text=text, artifact=str(paths[0]), file_name=paths[0].name, more=more)
        return pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)

    return run


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ignore Vibration DE", "Left out as you asked, from detection, graph and answer: Vibration DE."),
        (
            "what is wrong? exclude Vibration DE",
            "Left out as you asked, from detection, graph and answer: Vibration DE.",
        ),
        (
            "leave out Vibration DE and look again",
            "Left out as you asked, from detection, graph and answer: Vibration DE.",
        ),
        ("不看Vibration DE，重新分析", "按您的要求，检测、因果图和结论均不含：Vibration DE。"),
        ("忽略 Vibration DE", "按您的要求，检测、因果图和结论均不含：Vibration DE。"),
    ],
)
def test_an_ignored_sensor_is_in_no_finding_edge_or_cause(ask, text, says):
    answer = ask(text)
    assert answer.text.splitlines()[1] == says
    assert any(step.kind == "diagnose" for step in answer.plan)
    assert all(f.sensor != "Vibration DE" for f in answer.findings)
    assert all("Vibration DE" not in (e.cause, e.effect) for e in answer.graph.discovered + answer.graph.corrected)
    told = [line for line in answer.text.splitlines() if line != says]
    assert not any("Vibration DE" in line for line in told)
    assert any(f.sensor == "Pump pressure" for f in answer.findings)


def test_without_a_sensor_holds_for_a_plot_too(ask):
    answer = ask("plot everything without Vibration DE")
    assert [step.kind for step in answer.plan] == ["plot"]
    assert "Left out as you asked" in answer.text.splitlines()[1]
    assert "Vibration DE, " not in answer.text


@pytest.mark.parametrize(
    "text", ["without flow the pump runs dry, why?", "is the pressure ok without Vibration DE rising?"]
)
def test_without_in_the_middle_of_a_thought_leaves_nothing_out(ask, text):
    assert "Left out" not in ask(text).text


@pytest.mark.parametrize(
    ("text", "says"),
    [("average cycle time per product", "Cycle time [s], mean per Product: LID-120: 24.5, CAP-38: 28.7"),
     ("按产品统计Cycle time的平均值", "Cycle time [s]，按Product的均值：LID-120: 24.5, CAP-38: 28.7")],
)  # fmt: skip
def test_statistics_are_split_by_a_text_column(ask, text, says):
    assert says in ask(text).text


def test_a_group_that_the_file_lacks_is_said_in_the_first_lines(ask):
    first, second, *_ = ask("average cycle time per recipe").text.splitlines()
    assert first == "Done in part; what was not done is named below"
    assert second == "Not split by “recipe”: no column of texts is called so (there are: Machine status, Product)."


@pytest.mark.parametrize(
    ("text", "says"),
    [("average cycle time, only RUN status", "Only rows with Machine status = RUN as you asked: 1,080 of 1,200"),
     ("average cycle time for product LID-120", "Only rows with Product = LID-120 as you asked: 600 of 1,200"),
     ("只看RUN状态，Cycle time的平均值", "按您的要求只看Machine status = RUN的行：1,200行中的1,080行")],
)  # fmt: skip
def test_only_the_rows_of_a_state_are_looked_at(ask, text, says):
    answer = ask(text)
    assert answer.text.splitlines()[1].startswith(says)
    mean = next(f.values["mean"] for f in answer.findings if f.sensor == "Cycle time")
    assert mean == pytest.approx(24.5 if "LID" in text else 26.6, abs=0.1)


@pytest.mark.parametrize(
    ("text", "says"),
    [("which product was running at 06:15?",
      "Product at 06:15:00: CAP-38; LID-120 from 06:00:00, CAP-38 from 06:10:00"),
     ("when was the product change?", "Product: LID-120 from 06:00:00, CAP-38 from 06:10:00"),
     ("6点15分是什么产品？", "06:15:00的Product：CAP-38")],
)  # fmt: skip
def test_what_a_text_column_says_is_told(ask, text, says):
    assert ask(text).text.startswith(says)


@pytest.mark.parametrize(
    ("text", "says"),
    [("what is the vibration DE now?", "Vibration DE is 3.48 mm/s at 06:19:59, the last reading"),
     ("现在Vibration DE多少？", "Vibration DE当前为3.48 mm/s（06:19:59，最后一次读数）")],
)  # fmt: skip
def test_the_present_value_is_the_last_reading_with_its_time(ask, text, says):
    last = table()["Vibration DE [mm/s]"].iloc[-1]
    assert ask(text).text.startswith(says.replace("3.48", f"{last:.2f}"))


@pytest.mark.parametrize("text", ["label Oil temperature > 44 °C as abnormal", "把Oil temperature大于44℃的标为异常",
                                  "把Oil temperature大于44度的标为异常"])  # fmt: skip
def test_celsius_in_any_spelling_is_the_unit_of_the_file(ask, text):
    answer = ask(text)
    assert next(f.values["limit"] for f in answer.findings if f.kind == "limit") == 44.0


def test_one_sensor_against_another_is_a_scatter(ask):
    for text in ("plot Pump pressure against Oil temperature", "画Pump pressure和Oil temperature的关系图"):
        answer = ask(text)
        assert next(s.values["values"]["form"] for s in answer.plan if s.kind == "plot") == "scatter"


def test_two_files_are_compared_sensor_by_sensor(ask):
    for files in (("press.csv", "press_next.csv"), ("press_next.csv", "press.csv")):
        answer = ask("compare with yesterday's file", *files)
        assert answer.text.startswith("press_next.csv against press.csv, the biggest differences: Oil temperature +2 ℃")
        oil = next(f for f in answer.findings if f.sensor == "Oil temperature")
        assert oil.values["change"] == pytest.approx(2.0, abs=0.05)
    assert ask("对比两个文件", "press.csv", "press_next.csv").text.startswith(
        "press_next.csv与press.csv相比，差别最大的是"
    )


def test_files_without_a_common_sensor_are_not_compared_and_that_is_said(ask, folder):
    table().rename(columns=lambda name: name if name == "time" else f"Other {name}").to_csv(
        folder / "o.csv", index=False
    )
    assert "no sensor of the same name" in ask("compare the two files", "press.csv", "o.csv").text


@pytest.mark.parametrize(("text", "says"), [("compare with yesterday's file", "I have only one file, press.csv"),
                                            ("和昨天的文件对比一下", "只有一个文件press.csv")])  # fmt: skip
def test_a_comparison_with_one_file_asks_for_the_other(ask, text, says):
    assert ask(text).text.startswith(says)


@pytest.mark.parametrize(
    "text", ["what changed since 06:10?", "what about only between 06:10 and 06:19?", "只看6点10分到6点19分呢？"]
)
def test_a_question_with_a_time_is_answered_not_drawn(ask, text):
    answer = ask(text)
    assert not any(step.kind == "plot" for step in answer.plan)
    assert "06:13" in answer.text.splitlines()[0]


def test_a_question_since_when_a_sensor_is_high_is_answered(ask):
    assert ask("since when is Pump pressure high?").text.startswith("At 06:13")


def a_day(first_faulty):
    """A day of three shifts: the pressure is higher all through the shift `first_faulty`."""
    minutes, rng = np.arange(1440), np.random.default_rng(1)
    shift = np.select([minutes < 480, minutes < 960], ["morning", "afternoon"], "night")
    return pd.DataFrame({
        "time": pd.date_range("2025-04-08 06:00", periods=1440, freq="min").astype(str),
        "pump_pressure": 50 + 0.3 * rng.normal(size=1440) + 5.0 * (shift == first_faulty),
        "tank_level": 5 + 0.05 * rng.normal(size=1440), "shift": shift,
    })  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [
    ("what is wrong? only the night shift", "what is normal was learnt from all of them"),
    ("有什么问题？只看shift为night的数据", "正常范围仍由全部行得出"),
])  # fmt: skip
def test_a_shift_that_is_faulty_from_end_to_end_is_held_against_the_other_shifts(ask, folder, text, says):
    a_day("night").to_csv(folder / "night.csv", index=False)
    answer = ask(text, "night.csv")
    assert says in answer.text
    rise = next(f for f in answer.findings if f.sensor == "pump_pressure" and "change" in f.values)
    assert rise.values["change"] == pytest.approx(5.0, abs=0.1)


def test_what_happened_in_another_shift_is_not_told(ask, folder):
    a_day("night").to_csv(folder / "night.csv", index=False)
    answer = ask("what is wrong? only the morning shift", "night.csv")
    assert answer.diagnosis.verdict == "normal"
    assert "pump_pressure +" not in answer.text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "ignore the first 100 rows; rows up to 500 are normal",
            "Left out as you asked: the first 100 rows of the file; 1,100 are looked at.",
        ),
        ("忽略前100行，500行之前是正常的", "按您的要求，文件前100行不参与分析，分析其余1,100行。"),
    ],
)
def test_rows_at_the_start_are_left_out_and_the_normal_ones_counted_as_in_the_file(ask, text, says):
    answer = ask(text)
    assert answer.text.splitlines()[1] == says
    assert "06:01:40" in answer.text  # row 100 of the file is the first that is normal,
    assert "06:08:19" in answer.text  # row 499 the last
    assert any("Pump pressure" in finding.text for finding in answer.findings)


def test_too_many_rows_left_out_are_refused_with_what_is_possible(ask):
    with pytest.raises(AndonError) as failure:
        ask("skip the first 1190 rows")
    assert failure.value.code == "failure_rows_left_out"
    assert failure.value.values["most"] == ROWS - 20


def test_normal_rows_that_are_all_left_out_are_refused_in_rows_of_the_file(ask):
    with pytest.raises(AndonError) as failure:
        ask("ignore the first 500 rows; the first 300 rows are normal")
    assert failure.value.code == "failure_train_words"
    assert failure.value.values == {"train": 300, "least": 510, "most": ROWS - 1}


def test_in_stages_the_rows_of_the_other_shifts_are_kept_for_the_detection(ask, folder, tmp_path):
    a_day("night").to_csv(folder / "night.csv", index=False)
    text, path = "what is wrong? only the night shift", folder / "night.csv"
    question = Question(id="1", text=text, artifact=str(path), file_name=path.name)
    store = ArtifactStore(str(tmp_path / "store"))
    while todo := ready(done(store, "runs/1")):
        for stage in todo:
            perform(stage, question, Settings(data_dir=tmp_path), store, "runs/1", lambda *_: None)
    assert json.loads(store.read_bytes("runs/1/answer.json"))["text"] == ask(text, "night.csv").text
