"""Asked of the causal graph, a sensor's course or its times on and off: the first sentence tells it in numbers."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked
from workers.replying.course import period_of

ROWS = 3_000


def ar(rng, rows, part=0.9):
    noise, values = rng.normal(size=rows), np.zeros(rows)
    for row in range(1, rows):
        values[row] = part * values[row - 1] + noise[row]
    return values


@pytest.fixture(scope="module")
def plant(tmp_path_factory):
    """Two days at a minute: the flow drives the pressure 4 min later; the oil climbs from noon on, 2 in the hour; the
    tank empties every 4 h; the divert valve is on three times; the fan stands still."""
    rng = np.random.default_rng(3)
    flow = ar(rng, ROWS)
    pressure = np.concatenate([np.zeros(4), flow[:-4]]) + 0.3 * ar(rng, ROWS, 0.5)
    row = np.arange(ROWS)
    divert = ((row >= 1_000) & (row < 1_010)) | ((row >= 1_500) & (row < 1_560)) | ((row >= 2_000) & (row < 2_005))
    table = pd.DataFrame({
        "time": pd.date_range("2026-03-04 06:00", periods=ROWS, freq="1min"),
        "feed_flow": 120 + flow, "line_pressure [bar]": 6 + 0.1 * pressure,
        "oil_temp [C]": 50 + 2 / 60 * np.maximum(0, row - 1_800) + rng.normal(0, 1, ROWS),
        "tank_level [%]": 20 + 60 * (row % 240) / 240 + rng.normal(0, 0.5, ROWS),
        "Flow divert FDV-105": divert.astype(int), "fan_speed [rpm]": 1_450.0,
    })  # fmt: skip
    path = tmp_path_factory.mktemp("data") / "plant.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def ask(plant, asking):
    return asking(plant)


@pytest.mark.parametrize(
    ("text", "begins", "says"),
    [
        ("does feed_flow drive line_pressure, and after what delay?", "Yes: feed_flow runs 4 min ahead", "not proof"),
        ("does line_pressure drive feed_flow?", "No edge found from line_pressure", "other way round .* 4 min ahead"),
        ("does oil_temp affect feed_flow?", "No edge found from oil_temp to feed_flow", "rows"),
        ("does fan_speed affect feed_flow?", "Not tested: fan_speed", "neither yes nor no"),
        ("what drives line_pressure?", "Ahead of line_pressure run: feed_flow (lag 4 min", "not proof"),
        ("how sure is the edge feed_flow -> line_pressure? p-value?", "Yes: feed_flow", "gives p below 1e-12"),
        ("what happens to line_pressure if I raise feed_flow by 5?", "I can't say by how much", "4 min ahead"),
        ("correlation between feed_flow and line_pressure at lag 4 min", "Correlation with feed_flow 4 min", "0.9"),
        ("feed_flow对line_pressure有影响吗", "有：feed_flow领先line_pressure4分钟", "不能证明因果"),
        ("is the oil temperature drifting?", "Yes: oil_temp climbs since about", r"\+\S+ C an hour.*outside its usual"),
        ("is feed_flow drifting?", "None that stands out", "varies too much"),
        ("how fast does the oil temperature climb?", "oil_temp climbs since about", r"\+\S+ C an hour"),
        ("油温有没有漂移", "是：oil_temp自约", "每小时"),
        ("what is the period of tank_level?", "tank_level swings with a period of 4 h", "% of its variation"),
        ("does feed_flow oscillate?", "No period stands out in feed_flow", ""),
        ("is there a daily cycle in tank_level?", "Not determined", "two and a half days"),
        ("how long was it in divert", "Flow divert FDV-105 was 1 for 75 min in all, 3 times", r"longest .*\(60 min\)"),
        ("When was FDV-105 on?", "Flow divert FDV-105 was 1 for 75 min", "first at 03-04 22:40"),
    ],
)
def test_the_first_sentence_tells_what_was_asked_in_numbers(ask, text, begins, says):
    answer = ask(text)
    line = answer.text.splitlines()[0]
    assert line.startswith(begins)
    assert re.search(says, line)
    assert not [picture for picture in answer.pictures if picture.file.startswith("plot")]
    assert not unbacked(line, answer.model_dump(mode="json"))


def test_a_wander_has_no_period():
    rng = np.random.default_rng(0)
    assert sum(period_of(ar(rng, ROWS, 0.99), 4.0) is not None for _ in range(40)) <= 2
    assert period_of(np.sin(np.arange(ROWS) / 10) + rng.normal(0, 0.3, ROWS), 4.0) is not None
    assert period_of(np.full(ROWS, 5.0), 4.0) is None
    assert period_of(np.full(ROWS, np.nan), 4.0) is None
