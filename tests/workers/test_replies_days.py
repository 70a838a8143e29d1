"""A file of one day and questions about today, yesterday or another file; how often a limit was passed."""

import re

import numpy as np
import pandas as pd
import pytest

from detectors.types import Closest, Symptom
from tests.workers.numbers_in import unbacked
from workers.contracts import Question
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.running import pipeline
from workers.settings import Settings

ROWS = 1_440


@pytest.fixture(scope="module")
def ask(tmp_path_factory, asking):
    """Eight hours of air at 20 s, at rest but for three dips of the dew point below -40."""
    rng = np.random.default_rng(5)
    dew = -35 + rng.normal(0, 0.3, ROWS)
    for first, last in ((300, 303), (600, 630), (1_437, ROWS)):
        dew[first:last] -= 8
    table = pd.DataFrame({
        "time": pd.date_range("2024-11-29 06:00", periods=ROWS, freq="20s"),
        "air_pressure [bar]": 7 + rng.normal(0, 0.05, ROWS), "dew_point [C]": dew,
    })  # fmt: skip
    path = tmp_path_factory.mktemp("data") / "air.csv"
    table.to_csv(path, index=False)
    return asking(path)


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("compressed air ok today?", "On 2024-11-29 (the file covers 06:00 to 13:59)", "last reading .*29 13:59"),
        ("what happened yesterday?", "On 2024-11-29", "last reading .* 2024-11-29 13:59"),
        ("昨天发生了什么", "2024-11-29", "最后读数为2024-11-29 13:59"),
        ("air ok last night?", "The file has no readings from 18:00 to 05:59", "it covers 06:00 to 13:59"),
        ("compare with yesterday", "I have only one file, air.csv", ""),
        ("compare the pressure with last week", "I have only one file, air.csv", ""),
        ("和上周对比一下", "只有一个文件air.csv", ""),
        ("post a summary here every morning at 6", "Done in part", "nothing is set up here to be sent at set times"),
    ],
)  # fmt: skip
def test_days_are_told_with_their_date_and_what_is_missing_is_named(ask, text, begins, says):
    answer = ask(text)
    assert answer.text.splitlines()[0].startswith(begins)
    assert re.search(says, answer.text)


def test_a_difference_that_is_asked_why_is_no_comparison_of_files(ask):
    assert "only one file" not in ask("why is the pressure different than yesterday?").text


def test_a_file_that_ends_today_is_the_present(tmp_path):
    index = pd.date_range(end=pd.Timestamp.now("UTC").floor("s"), periods=400, freq="1s")
    table = pd.DataFrame({"time": index, "air_pressure": 7 + np.random.default_rng(1).normal(0, 0.1, 400)})
    path = tmp_path / "now.csv"
    table.to_csv(path, index=False)
    question = Question(id="t", text="is the pressure ok now?", artifact=str(path), file_name=path.name)
    answer = pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)
    assert "The last reading of this file" not in answer.text


def test_a_limit_passed_more_than_once_is_told_from_its_first_time(ask):
    answer = ask("was the dew point below -40?")
    line = answer.text.splitlines()[0]
    assert re.search(r"^Yes: .* since 13:59 .* 3 times, first at 07:40, the longest from 09:20 to 09:29", line)
    assert not unbacked(line, answer.model_dump(mode="json"))


def test_figures_that_say_nothing_are_words():
    index = pd.date_range("2026-03-04", periods=10, freq="1min", tz="UTC")
    teller = Teller(index, Names({}, {}), Settings().zone, "en")
    assert "just below the threshold" in teller.closest("F1", Closest("a", 3, 0.998)).text
    assert "0.86 of the threshold" in teller.closest("F1", Closest("a", 3, 0.86)).text
    calm = {"spread_ratio": 0.001, "spread": 0.1}
    still = Symptom(event=1, sensor="a", kind="calm", onset=2, end=9, strength=5.0, values=calm)
    assert "hardly moves any more" in teller.symptom("F1", still).text
