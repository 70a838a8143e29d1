"""The first sentence answers the question: yes or no, when, in that window; what was not done is named."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings

ROWS = 3_000


@pytest.fixture(scope="module")
def step(tmp_path_factory):
    """An hour at 1 s: the pressure steps from 50 to 58 bar at 06:33:20, the motor follows, the oil stays."""
    rng = np.random.default_rng(1)
    late = np.arange(ROWS) >= 2_000
    table = pd.DataFrame({
        "time": pd.date_range("2026-03-04 06:00", periods=ROWS, freq="1s"),
        "pump_pressure [bar]": 50 + 8 * late + rng.normal(0, 0.4, ROWS),
        "oil_temp [C]": 45 + rng.normal(0, 0.3, ROWS),
        "motor_current [A]": 100 + 10 * late + rng.normal(0, 1, ROWS),
    })  # fmt: skip
    path = tmp_path_factory.mktemp("data") / "step.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def ask(step, asking):
    return asking(step)


def first(answer):
    return answer.text.splitlines()[0]


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("is the oil temperature ok?", "Yes: ", "inside its usual"),
        ("is the oil temperature too high?", "No: ", "inside its usual"),
        ("油温正常吗？", "是：", "平常范围"),
        ("is the pump pressure ok?", "No: ", "above its usual .* since 06:33"),
        ("压力正常吗？", "否：", "高于其平常范围.*自06:33"),
        ("pump pressure limit is 55 bar, is it exceeded?", "Yes: ", "above 55 bar since 06:33"),
        ("pump pressure limit is 90 bar, is it exceeded?", "No: ", "never above 90 bar; the highest"),
        ("油温超过65度了吗", "没有：", "最高读数为"),
        (
            "when did the pump pressure go above 55 and how long in all?",
            "pump_pressure has been above 55 bar since",
            "in all",
        ),
        ("压力什么时候超过55的", "pump_pressure自06:33", "累计"),
        ("is the pump pressure ok? limit is 55", "pump_pressure has been above 55 bar since 06:33", "in all"),
        ("what is the pump pressure now, min is 60", "pump_pressure is 57.", "has been below 60 bar since 06:00"),
        ("how much did the motor current rise and since when", "At 06:33: ", "rose"),
        ("when did the motor current rise?", "At 06:33: ", "rose"),
        ("when did the oil temperature rise?", "I found no clear rise", "06:00 to 06:49"),
        ("which sensors are in the file?", "3 sensors", ""),
        ("between 06:30 and 06:40 what happened?", "From 06:30 to 06:40 this began: ", "rose"),
        (
            "between 05:00 and 06:20 what happened?",
            "From 05:00 to 06:20 (the file covers",
            "nothing out of the ordinary",
        ),
        ("between 06:40 and 09:00 what happened?", "From 06:40 to 09:00 (the file covers 06:00 to 06:49)", "going on"),
        ("between 08:00 and 09:00 what happened?", "The file has no readings from 08:00", "06:00 to 06:49"),
        ("how is my mother?", "I did not understand “how is my mother?”", ""),
        ("why not roll misalignment?", "Roll misalignment: ", ""),
        ("is the pump stuck?", "No, its reading moves: ", "pump_pressure.* between"),
        ("油温卡住了吗？", "没有，读数在变化：", "之间变动"),
        ("is the compressor working?", "No reading in this file is called “compressor”", ""),
        ("is the pump broken?", "Its readings alone can't tell: ", "above its usual"),
        ("which sensor moved first?", "In order of onset: ", r"(?:pump_pressure|motor_current) .*06:3\d"),
        ("哪个传感器最先变化？", "按开始的先后：", "06:3"),
    ],
)
def test_the_first_sentence_answers_the_question_with_measured_numbers(ask, text, begins, says):
    answer = ask(text)
    assert first(answer).startswith(begins)
    assert re.search(says, first(answer))
    assert not unbacked(first(answer), answer.model_dump(mode="json"))


@pytest.mark.parametrize("text", ["is it the sensor?", "why is there a moulding alarm?", "why does the water rise?"])
def test_a_word_that_tells_no_fault_from_others_names_none(ask, text):
    answer = ask(text)
    assert not re.search("none of its signs|Stuck sensor|Unsteady bulging|Secondary cooling", answer.text)


def test_what_names_a_fault_in_short_still_does(ask):
    assert first(ask("is it clogging?")).startswith("Stopper clogging: ")


def test_what_needs_no_more_is_short_and_what_is_wrong_is_told_in_full(ask):
    short, full = ask("is the oil temperature ok?"), ask("is the pump pressure ok?")
    assert "The whole file: " in short.text
    assert not [b for b in short.blocks if b.kind in ("cause", "action")]
    assert [b for b in full.blocks if b.kind == "cause"]
    assert not [b for b in ask("how is my mother?").blocks if b.kind in ("cause", "action")]


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("plot motor current with limit 105", "Done as you asked", "with the limit 105 A as a dashed line"),
        ("motor current上限105A，画图", "已按要求完成", "限值105 A以虚线标出"),
        ("plot motor current with limit 105 bar", "Done in part", "not drawn for motor_current"),
        ("plot presure and oil temp", "Done in part", "do not know “presure”; did you mean pump_pressure"),
        ("show me the oil level", "I could not do what you asked", "did you mean oil_temp"),
        ("plot motor current coloured by hour", "Done in part", "Not done: a curve cannot be coloured"),
        ("remove outliers and export as xlsx", "Done in part", "I write no xlsx file; the table is processed.csv"),
        ("remove outliers and export as xlsx", "Done in part", "spikes removed"),
        ("compare before and after 06:33", "Done as you asked", "before 06:33: mean 50 .*after 06:33: mean 5[78]"),
    ],
)  # fmt: skip
def test_each_piece_is_done_or_named_as_not_done(ask, text, begins, says):
    answer = ask(text)
    assert first(answer).startswith(begins)
    assert re.search(says, answer.text)


def test_nothing_is_drawn_for_a_sensor_that_is_not_there_and_two_plots_where_two_are_asked_for(ask):
    answer = ask("show me the oil level")
    assert not answer.pictures
    both = "histogram of oil temp and scatter of pump pressure against motor current"
    assert len(ask(both).pictures) == 2
    assert {p.name for p in ask.out_of(both).glob("plot*.png")} == {"plot.png", "plot2.png"}


def test_a_limit_without_a_sensor_is_for_those_whose_readings_it_suits(ask):
    answer = ask("when will it drop below 30?")
    assert {f.sensor for f in answer.findings if f.kind == "forecast"} == {"pump_pressure"}


def test_a_reading_to_be_come_to_is_a_limit_from_the_side_of_the_present_value(ask):
    for text, word in (("when will the pump pressure be at 70 bar?", "70 bar"), ("压力什么时候到50bar？", "50 bar")):
        answer = ask(text)
        assert word in first(answer)
        assert "already" not in first(answer)
        assert "已" not in first(answer)


def test_rows_said_to_be_normal_that_do_not_fit_are_refused_in_the_words_of_the_sentence(ask):
    with pytest.raises(Exception, match="failure_train_words"):
        ask("the first 9000 rows are normal, what is wrong?")


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("is it serious?", "going on when the data ended"),
        ("should we stop?", "for you and your plant's rules to decide"),
        ("严重吗？", "数据结束时仍在持续"),
        ("pump loud, why?? can we run on", "for you and your plant's rules to decide"),
    ],
)
def test_a_first_question_worded_like_a_follow_up_is_told_like_one(ask, text, begins):
    answer = ask(text)
    assert begins in first(answer)
    assert "pump_pressure" in answer.text
    assert answer.receipt["ordinary"]  # for who wants the whole
    assert unbacked(answer.text, answer.model_dump(mode="json")) == []


def test_a_frozen_reading_is_told_as_frozen_with_what_that_does_not_show(step, tmp_path):
    table = pd.read_csv(step)
    table.loc[2_000:, "pump_pressure [bar]"] = 58.0
    table.to_csv(tmp_path / "frozen.csv", index=False)
    question = Question(
        id="t", text="is the pump stuck?", artifact=str(tmp_path / "frozen.csv"), file_name="frozen.csv"
    )
    answer = pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)
    assert first(answer).startswith("Yes, its reading stands still: ")
    assert "seen at the part itself" in first(answer)


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("why is the oil temperature rising?", "oil_temp is not rising: from 06:00 to"),
        ("油温为什么在下降？", "oil_temp并未下降：06:00"),
        ("why is the pump pressure falling?", "pump_pressure is not falling: "),
    ],
)
def test_what_a_question_takes_for_granted_and_is_not_so_is_said_first(ask, text, begins):
    assert first(ask(text)).startswith(begins)


def test_what_it_does_instead_is_told_with_its_finding(ask):
    assert "Rather: pump_pressure rose by" in first(ask("why is the pump pressure falling?"))


@pytest.mark.parametrize(
    "text",
    [
        "why is the pump pressure rising?", "why is the oil temperature not rising?",
        "why is the oil temperature high?",
        "does the pressure rise when the oil temperature falls?", "what happens if the oil temperature is rising?",
    ],
)  # fmt: skip
def test_what_is_so_or_is_not_taken_for_granted_is_not_denied(ask, text):
    assert "is not rising" not in first(ask(text))
    assert "is not falling" not in first(ask(text))
