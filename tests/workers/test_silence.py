"""An answer says when nothing was recorded, and where the normal rows of a file without order were taken from."""

import numpy as np
import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings

ROWS = 900


@pytest.fixture
def ask(tmp_path):
    def run(table, text="what is wrong?", **more):
        path = tmp_path / "line.csv"
        table.to_csv(path, index=False)
        question = Question(id="1", text=text, artifact=str(path), file_name=path.name, **more)
        return pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)

    return run


def line():
    values = np.random.default_rng(0).normal(50, 1, size=(ROWS, 4)).round(3)
    table = pd.DataFrame(values, columns=["flow", "pressure", "level", "speed"])
    table.insert(0, "time", pd.date_range("2026-03-02 06:00", periods=ROWS, freq="10s").astype(str))
    return table


@pytest.mark.parametrize(
    ("text", "gone", "held", "open_end"),
    [
        ("what is wrong?", "Hardly any sensor has readings from 07:40", "Nearly all 4 sensors repeat one value each",
         "I cannot say that it is fine"),
        ("有什么问题？", "几乎所有传感器都没有读数", "4个传感器几乎全部读数不变", "无法判断是否正常"),
    ],
)  # fmt: skip
def test_a_silence_is_said_right_after_the_verdict(ask, text, gone, held, open_end):
    table, sensors = line(), ["flow", "pressure", "level", "speed"]
    table.loc[600:699, sensors] = np.nan
    answer = ask(table, text)
    assert gone in answer.text.splitlines()[1]
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
    table.loc[600:699, sensors] = 0.0
    assert held in ask(table, text).text.splitlines()[1]
    table.loc[800:, sensors] = np.nan
    assert open_end in ask(table, text).text


def test_rows_without_order_say_which_were_taken_as_normal(ask):
    shuffled = line().sample(frac=1, random_state=1)
    assert "the earliest 400 rows were taken as normal" in ask(shuffled, train_rows=400).text
    assert "earliest" not in ask(line(), train_rows=400).text


@pytest.mark.parametrize("rows", [20, 34, 49])
def test_a_short_file_is_answered_as_detect_does_it(ask, rows):
    answer = ask(line().head(rows))
    assert answer.text.startswith("No anomaly found in 4 sensors")
    assert "small changes go unseen" in answer.text
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
