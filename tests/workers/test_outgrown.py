"""Columns that come new with a file of a known kind: the models trained on the old ones are marked, no others."""

import pytest
from sqlalchemy.orm import Session

from tests.workers.state.conftest import Beginnings
from workers import outgrown, tasks
from workers.catalogue_tables import TrainedRow
from workers.models import opened
from workers.office import open_office
from workers.settings import Settings
from workers.staged import STAGES, Column, DataBrief, StageResult


@pytest.fixture
def settings(tmp_path):
    """A plant with three trained models."""
    made = Settings(data_dir=tmp_path)
    with opened(made) as catalogue, Session(catalogue.engine) as session, session.begin():
        for name, sensors in (("strand", ["a", "b"]), ("newer", ["a", "b", "c"]), ("pump", ["p", "q"])):
            session.add(TrainedRow(
                name=name, base="ensemble", version=1, file=f"{name}.csv", data_sha256="", kept_sha256="", artifact="",
                rows=500, width=len(sensors), sensors=sensors, step_s=1.0, held_out_flagged=0.0, score=None,
                status="ready", changed_by="", at="2026-01-01T00:00:00+00:00",
            ))  # fmt: skip
    return made


def statuses(settings):
    with opened(settings) as catalogue:
        return {card.name: card.status for card in catalogue.trained()}


def test_models_of_the_old_columns_are_marked(settings):
    assert outgrown.mark(settings, ["a", "b", "c"], ["c"], []) == ["strand"]
    assert statuses(settings) == {"strand": "needs_update", "newer": "ready", "pump": "ready"}


@pytest.mark.parametrize(("columns", "added", "removed"), [
    (["a"], [], ["b"]),  # a column less is no new sensor
    (["x", "y"], ["y"], []),  # of a kind that no model was trained on
])  # fmt: skip
def test_other_changes_mark_nothing(settings, columns, added, removed):
    assert outgrown.mark(settings, columns, added, removed) == []
    assert set(statuses(settings).values()) == {"ready"}


def test_a_catalogue_that_cannot_be_opened_costs_nothing(tmp_path):
    broken = Settings(data_dir=tmp_path, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert outgrown.mark(broken, ["a", "b"], ["b"], []) == []


def test_a_run_notes_the_change_with_its_date_and_names_the_models(settings, tmp_path):
    office = open_office(settings)
    beginnings, seen = Beginnings(office.ledger), []
    for columns in (["a", "b"], ["a", "b", "c"]):
        run = beginnings.run(artifact="files/1/a.csv", file_name="a.csv", lang="en")
        data = DataBrief(dataset="strand_0401.csv", sha256="s", rows=20, columns=[Column(name=c) for c in columns])
        result = StageResult(stage="plan", lang="en", needed=list(STAGES), data=data)
        tasks.settle(office, run, "plan", result)
        seen.append((office.ledger.runs.dataset_of(run.id), office.ledger.runs.stages(run.id)["plan"]["outgrown"]))
    office.close()
    assert [(dataset.added, outgrown_) for dataset, outgrown_ in seen] == [([], []), (["c"], ["strand"])]
    assert seen[1][0].at is not None
    assert statuses(settings)["strand"] == "needs_update"
