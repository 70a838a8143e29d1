"""The ablation on small files: what a role changes, and what it does not."""

import numpy as np
import pandas as pd
import pytest

from workers.evaluation import labelled
from workers.evaluation.ablation import Bench, cells, run
from workers.evaluation.labelled import SPIKE_SIGMAS, Labelled, damaged


def made(seed):
    """Four related sensors; one leaves the others' company in the last fifth."""
    draw = np.random.default_rng(seed)
    rows = 500
    common = draw.normal(size=rows).cumsum() * 0.05
    values = np.column_stack([common + draw.normal(0, 0.5, rows) for _ in range(4)])
    labels = np.zeros(rows, dtype=np.int64)
    labels[400:] = 1
    values[400:, 2] += 6.0
    index = pd.date_range("2026-01-01", periods=rows, freq="s", tz="UTC")
    return Labelled(f"made{seed}", pd.DataFrame(values, index=index, columns=list("abcd")), 250, labels, ("c",))


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANDON_DATA_DIR", str(tmp_path_factory.mktemp("data")))
        bench = Bench("made", [made(1), made(2)], lambda what: None)
        return {row.pipeline: row for row in bench.rows()}


def test_a_clear_fault_is_found_by_the_whole_pipeline(rows):
    whole = rows["all roles"]
    assert whole.f1 > 0.8
    assert whole.roots == "2, 2 of 2"
    assert cells(whole)[:3] == ["made", "all roles", "2"]


def test_the_supervisor_changes_no_detection_figure(rows):
    without, whole = rows["no supervisor"], rows["all roles"]
    assert (without.precision, without.recall, without.f1) == (whole.precision, whole.recall, whole.f1)


def test_a_controller_with_a_record_is_judged_on_other_files_than_its_record(rows):
    assert rows["every second file: controller with a record"].files == 1
    assert rows["every second file: no controller"].models == ["ensemble"]


def test_damage_puts_gaps_spikes_and_infinite_readings_in_and_the_manager_takes_them_out():
    file = made(3)
    bad = damaged(file)
    values, were = bad.frame.to_numpy(), file.frame.to_numpy()
    assert 0.01 < np.isnan(values).mean() < 0.06
    assert np.isinf(values).any()
    moved = np.abs(values - were)
    assert (moved[np.isfinite(moved)] > SPIKE_SIGMAS * 0.4).any()
    assert not np.isnan(were).any()
    bench = Bench("made", [file], lambda what: None)
    cleaned = bench.frame(file, clean=True, bad=True).to_numpy()
    assert np.isfinite(cleaned).mean() > np.isfinite(values).mean()
    left = np.abs(cleaned - were)
    assert np.nanmax(left) < np.nanmax(moved[np.isfinite(moved)])


def test_files_of_one_name_in_two_folders_are_told_apart(tmp_path):
    for folder, rows in (("valve1", 410), ("valve2", 420)):
        path = tmp_path / "skab" / folder / "0.csv"
        path.parent.mkdir(parents=True)
        index = pd.date_range("2026-01-01", periods=rows, freq="s", name="datetime")
        pd.DataFrame({"a": 1.0, "anomaly": 0.0, "changepoint": 0.0}, index=index).to_csv(path, sep=";")
    files = {file.name: (len(file.frame), list(file.frame.columns)) for file in labelled.skab(tmp_path)}
    assert files == {"valve1/0": (410, ["a"]), "valve2/0": (420, ["a"])}


def test_the_simulator_needs_no_folder(monkeypatch):
    from workers.evaluation import ablation

    monkeypatch.setitem(ablation.SETS, "simulator", lambda data: iter([made(4)]))
    assert {row.data for row in run(None, 1, lambda what: None)} == {"simulator"}
