"""The public data sets, where they are at hand."""

import os
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("ANDON_BENCH_DATA", ROOT / "../shared/data"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="ANDON_BENCH_DATA (or ../shared/data) is not there")


@pytest.fixture
def real(load):
    def run(name: str):
        found = sorted(DATA.glob(name))
        if not found:
            pytest.skip(f"{name} is not in {DATA}")
        return load(found[0])

    return run


def test_skab_is_semicolons_with_labels_set_aside(real):
    reading = real("skab/valve1/0.csv")
    assert reading.frame.shape == (1147, 8)
    assert reading.receipt.dropped_columns == ["anomaly", "changepoint"]


def test_tennessee_eastman_is_whitespace_without_names(real):
    reading = real("tep/d00_te.dat")
    assert reading.frame.shape == (960, 52)
    assert not reading.frame.isna().any().any()


def test_hours_with_five_digits_keep_every_row(real):
    reading = real("tep_sim24/normal_85k.csv.gz")
    assert reading.frame.shape == (85_001, 24)
    assert reading.receipt.step_s == pytest.approx(7.2)
    assert reading.receipt.duplicates == 0


def test_lathe_export_is_long_with_switches_and_words(real):
    reading = real("causrca/exp_coolant/exp_22/run_1/*.csv")
    assert reading.receipt.layout == "long"
    assert reading.receipt.rows_in == 1214
    assert set(np.unique(reading.frame["HP_Pump_Ok"])) <= {0.0, 1.0}
    assert "Prog_Name" in reading.context
