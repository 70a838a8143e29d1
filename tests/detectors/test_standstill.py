"""Blank or held readings while the file names a standstill are no broken sensors; everything else still is one."""

import numpy as np
import pandas as pd
import pytest

from detectors.detect import detect
from tests.detectors.plant import plant

ROWS, TRAIN = 4000, 2000
STOP = slice(2600, 2700)


def found(state, rows=STOP, column="status", hold=False, sensors=("s1", "s3")):
    """Kinds of events where `sensors` are blank (or hold) in STOP and `column` says `state` in `rows`."""
    frame, texts = plant(ROWS), np.full(ROWS, "RUN", dtype=object)
    texts[rows] = state
    for sensor in sensors:
        frame.loc[frame.index[STOP], sensor] = frame[sensor].iloc[STOP.start] if hold else np.nan
    context = pd.DataFrame({column: texts}, index=frame.index)
    return [event.kind for event in detect(frame, train=TRAIN, context=context).events]


@pytest.mark.parametrize("state", ["CHANGEOVER", "Stopped", "idle", "Setup", "Rüsten", "换产", "停机"])
@pytest.mark.parametrize("hold", [False, True])
def test_a_standstill_that_the_file_names_breaks_no_sensor(state, hold):
    kinds = found(state, hold=hold)
    assert "dropout" not in kinds
    assert "stuck" not in kinds


@pytest.mark.parametrize("state", ["RUN", "FAULT", "sensor alarm", "stopped: fault 12", "故障停机", "CAP-38"])
def test_other_states_excuse_nothing(state):
    assert "dropout" in found(state)


def test_a_loss_that_outlasts_the_standstill_is_told():
    assert "dropout" in found("STOP", slice(2600, 2640))


def test_a_state_that_the_normal_period_has_as_well_excuses_nothing():
    frame, texts = plant(ROWS), np.full(ROWS, "STOP", dtype=object)
    frame.loc[frame.index[STOP], "s1"] = np.nan
    context = pd.DataFrame({"status": texts}, index=frame.index)
    assert "dropout" in [event.kind for event in detect(frame, train=TRAIN, context=context).events]
