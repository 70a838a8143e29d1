"""A shift with a change of product: what is blank in it is no broken sensor, what rose with it rose then, and the fault
that came later is told."""

import re

import numpy as np
import pandas as pd
import pytest

from tests.workers.numbers_in import unbacked

ROWS, STOP, START, LEAK = 2_880, 1_908, 1_980, 2_400  # 06:00, 11:18, 11:30, 12:40


def wander(rng, phi, spread):
    """A level that wanders around 0 by itself, (ROWS,)."""
    noise, values = rng.normal(0, spread * np.sqrt(1 - phi**2), ROWS), np.zeros(ROWS)
    for i in range(1, ROWS):
        values[i] = phi * values[i - 1] + noise[i]
    return values


@pytest.fixture(scope="module")
def shift(tmp_path_factory):
    """Eight hours of a moulding machine at 10 s; the cushion sinks from 12:40 on."""
    rng, rows = np.random.default_rng(3), np.arange(ROWS)
    new, changing = rows >= START, (rows >= STOP) & (rows < START)
    table = pd.DataFrame({
        "time": pd.date_range("2026-04-08 06:00", periods=ROWS, freq="10s"),
        "Melt temperature [C]": 228 + wander(rng, 0.97, 0.6) + 14 * new,
        "Injection pressure [bar]": 920 + wander(rng, 0.9, 6) + 160 * new,
        "Cycle time [s]": 24.5 + wander(rng, 0.8, 0.12) + 4.2 * new,
        "Mould temperature [C]": 48 + wander(rng, 0.98, 0.3) + 6 * new,
        "Cushion [mm]": 6.2 + wander(rng, 0.9, 0.08) - 2.4 * np.clip((rows - LEAK) / 480, 0, 1),
        "Oil temperature [C]": 44 + wander(rng, 0.995, 0.2),
        "Machine status": np.where(changing, "CHANGEOVER", "RUN"),
        "Product": np.where(new, "CAP-38", "LID-120"),
    })  # fmt: skip
    table.loc[changing, ["Injection pressure [bar]", "Cycle time [s]"]] = np.nan
    path = tmp_path_factory.mktemp("data") / "shift.csv"
    table.to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def ask(shift, asking):
    return asking(shift)


def first(answer):
    return answer.text.splitlines()[0]


@pytest.mark.parametrize("text", ["what is wrong?", "what is wrong with the cushion?"])
def test_the_fault_is_told_and_the_blank_cells_are_not(ask, text):
    answer = ask(text)
    assert re.search("Cushion sinking", first(answer))
    assert re.search(r"since about 12:[34]\d", first(answer))
    assert "dropout" not in answer.text
    assert "loses readings" not in answer.text
    assert not [f for f in answer.findings if f.kind == "dropout"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("when did the injection pressure rise?", r"Injection pressure rose from 9[12]\d to 1,0[78]\d bar"),
        ("when did the melt temperature rise?", r"Melt temperature rose from 22\d to 24\d C"),
    ],
)
def test_what_rose_with_the_planned_change_rose_then(ask, text, says):
    answer = ask(text)
    assert first(answer).startswith("At 11:30: ")
    assert re.search(says, first(answer))
    assert "Product changed from LID-120 to CAP-38" in first(answer)
    assert "climbs steadily" not in first(answer)
    assert not unbacked(first(answer), answer.model_dump(mode="json"))


def test_when_the_fault_began_is_told_once(ask):
    line = first(ask("when did the cushion fall?"))
    assert re.match(r"At 12:[34]\d: ", line)
    assert line.count("Cushion") == 1


def test_a_sensor_that_stayed_did_not_rise(ask):
    assert first(ask("when did the oil temperature rise?")).startswith("I found no clear rise")
