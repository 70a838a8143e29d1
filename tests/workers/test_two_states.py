"""What about the whole file makes a verdict doubtful stands right after it: two states, and times that repeat."""

import numpy as np
import pandas as pd
import pytest

from workers.contracts import Question
from workers.running.pipeline import answer
from workers.settings import Settings

ROWS = 1500


def ask(tmp_path, text, step_at, lang="en"):
    """A fan whose vibration and bearing temperature go up for good at row `step_at`, asked about in this process."""
    rng = np.random.default_rng(4)
    late = np.arange(ROWS) >= step_at
    table = pd.DataFrame(
        {
            "time": pd.date_range("2025-06-12", periods=ROWS, freq="min").astype(str),
            "vibration": (2.1 + 2.6 * late + 0.08 * rng.normal(size=ROWS)).round(3),
            "bearing_temp": (51 + 9 * late + 0.4 * rng.normal(size=ROWS)).round(2),
            "damper": (60 + rng.normal(size=ROWS)).round(2),
            "current": (88 + 0.8 * rng.normal(size=ROWS)).round(2),
        }
    )
    source = tmp_path / "fan.csv"
    table.to_csv(source, index=False)
    settings = Settings(data_dir=tmp_path / "data")
    question = Question(id="q", text=text, artifact=str(source), lang=lang)
    return answer(question, settings, tmp_path / "out", lambda *_: None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_earlier_state_is_asked_about_and_no_reading_is_said_to_fall(tmp_path, lang):
    told = ask(tmp_path, "有没有异常" if lang == "zh" else "any anomaly?", 270, lang)
    note = next(b.text for b in told.blocks if ("two states" in b.text or "两种状态" in b.text))
    rows = told.receipt["first_state_rows"]
    assert str(rows) in note
    assert 200 <= rows <= 270
    early = [f for f in told.findings if f.sensor == "vibration"]
    assert early
    assert all(("lower than" in f.text or "比正常时段低" in f.text) for f in early)


def test_with_the_earlier_rows_named_normal_the_rise_is_told(tmp_path):
    told = ask(tmp_path, "the first 250 rows are normal, any anomaly?", 270)
    assert not any("two states" in block.text for block in told.blocks)
    assert any(f.sensor == "vibration" and f.kind in ("rise", "drift_up") for f in told.findings)


def test_a_fault_after_the_normal_period_asks_nothing(tmp_path):
    told = ask(tmp_path, "any anomaly?", 1000)
    assert not any("two states" in block.text for block in told.blocks)
    assert "first_state_rows" not in told.receipt


def times_repeat(tmp_path, copies, lang="en"):
    """Two recordings pasted together, the first with a fault, of which the first `copies` rows share their times."""
    rng = np.random.default_rng(7)
    times = pd.date_range("2025-06-12", periods=1000, freq="min").astype(str)
    parts = [pd.DataFrame({"time": times[:rows], "oil": (50 + lift + rng.normal(size=rows)).round(2)})
             for rows, lift in ((copies, 20), (1000, 0))]  # fmt: skip
    source = tmp_path / "pasted.csv"
    pd.concat(parts).to_csv(source, index=False)
    question = Question(id="q", text="any anomaly?", artifact=str(source), lang=lang)
    return answer(question, Settings(data_dir=tmp_path / "data"), tmp_path / "out", lambda *_: None)


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "1,000 of 2,000 rows repeat the time"), ("zh", "2,000行中有1,000行")]
)
def test_two_recordings_at_the_same_times_are_told_right_after_the_verdict(tmp_path, lang, words):
    assert times_repeat(tmp_path, 1000, lang).blocks[1].text.startswith(words)


def test_a_few_repeated_times_are_not_worth_a_line(tmp_path):
    assert not any("repeat the time" in block.text for block in times_repeat(tmp_path, 20).blocks)
