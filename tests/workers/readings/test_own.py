"""Andon's own columns that come back: what it wrote is no sensor; what a plant calls "score" or "event" is."""

import numpy as np
import pandas as pd
import pytest

from workers.readings.own import own_columns

ROWS = 60


def table(**columns):
    """A CSV of two pressures and these columns; None is an empty cell."""
    rng = np.random.default_rng(1)
    made = pd.DataFrame({"time": pd.date_range("2025-03-01 06:00", periods=ROWS, freq="s").astype(str),
                         "p1 [bar]": rng.normal(20, 1, ROWS), "p2 [bar]": rng.normal(30, 1, ROWS)})  # fmt: skip
    return made.assign(**columns).to_csv(index=False)


def event(*stretches):
    numbers = [None] * ROWS
    for number, (start, end) in enumerate(stretches, start=1):
        numbers[start:end] = [number] * (end - start)
    return pd.array(numbers, "Int64")


ANOMALY = np.r_[np.zeros(40), np.ones(20)].astype(int)


@pytest.mark.parametrize(
    ("columns", "own"),
    [
        ({"anomaly": ANOMALY, "event": event((40, 60))}, ["anomaly", "event"]),
        ({"anomaly": np.zeros(ROWS, int), "event": event()}, ["anomaly", "event"]),
        ({"score": np.linspace(0, 3, ROWS), "flag": ANOMALY, "event": event((40, 60))}, ["score", "flag", "event"]),
        ({"event": event((10, 14), (40, 60))}, ["event"]),
        ({"anomaly": ANOMALY, "event": event((40, 60)), "p1_label": ANOMALY}, ["anomaly", "event", "p1_label"]),
        ({"anomaly": ANOMALY, "event": event((40, 60)), "label2": ANOMALY}, ["anomaly", "event", "label2"]),
    ],
)
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_what_andon_wrote_is_left_out_and_told(load, columns, own, lang):
    reading = load(table(**columns), lang=lang)
    assert list(reading.frame.columns) == ["p1", "p2"]
    assert sorted(reading.receipt.own_columns) == sorted(own)
    assert not reading.receipt.gaps
    assert any("Andon" in note for note in reading.receipt.notes)


@pytest.mark.parametrize(
    "columns",
    [
        {"score": np.linspace(0, 3, ROWS)},
        {"flag": ANOMALY},
        {"event": np.tile([1, 2, 3, 7], 15)},
        {"event": np.linspace(0.1, 7.7, ROWS), "score": np.linspace(-3, 3, ROWS)},
    ],
)
def test_a_plants_signal_of_such_a_name_stays_a_sensor(load, columns):
    assert set(columns) <= set(load(table(**columns)).frame.columns)


def test_a_label_of_a_sensor_that_is_not_there_is_a_sensor():
    assert own_columns(["p1", "p9_label"], np.c_[np.arange(9.0), np.ones(9)]) == set()


def test_a_file_of_scores_alone_is_told_as_what_it_is(refused):
    scores = table(score=np.linspace(0, 3, ROWS), flag=ANOMALY, event=event((40, 60)))
    alone = pd.read_csv(pd.io.common.StringIO(scores)).drop(columns=["p1 [bar]", "p2 [bar]"]).to_csv(index=False)
    assert refused(alone).code == "failure_data_own_only"
