"""Old runs and uploads are deleted, with what is under way, young or known left alone; answers say since when."""

from argparse import Namespace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.conversation.delivery import Deleted, document_of
from tests.workers.diagnosed import diagnosed
from tests.workers.state.conftest import Beginnings
from workers.commands.purge import run
from workers.errors import AndonError
from workers.office import open_office
from workers.queues.local import MuteQueue
from workers.settings import Settings
from workers.state.base import now
from workers.state.models import Question, Run


@pytest.fixture
def office(tmp_path):
    office = open_office(Settings(data_dir=tmp_path, mode="development"), MuteQueue())
    yield office
    office.close()


def answered(office, days, over=True):
    """A question with a file and an answer of so many days ago."""
    begin = Beginnings(office.ledger)
    question = begin.question(key=f"q{days}{over}", files=[{"id": "F", "name": "a.csv"}])
    (file,) = office.ledger.talk.files(question.id)
    office.store.write_bytes(f"{file.prefix}/file.csv", b"x")
    office.ledger.talk.fetched(file.id, f"{file.prefix}/file.csv")
    made = begin.run(question)
    office.store.write_bytes(f"{made.prefix}/stage/plan.json", b"{}")
    office.store.write_bytes(f"{made.prefix}/answer.json", diagnosed().model_dump_json(by_alias=True).encode())
    answer = begin.answer(made, prefix=made.prefix) if over else None
    with office.ledger.runs.writing() as session:
        session.get(Run, made.id).created = session.get(Question, question.id).created = now() - timedelta(days=days)
    if over:
        office.ledger.talk.settle(question.id, "answered")
    return answer, file


def purge(office, age, *, dry=False):
    return run(Namespace(older_than=age, dry_run=dry, lang="en"), office.settings)


def test_what_is_old_goes_and_its_answer_says_since_when(office, capsys):
    (old, file), (young, _) = answered(office, 100), answered(office, 10)
    answered(office, 200, over=False)  # still under way
    before = office.store.list()
    assert purge(office, "90d", dry=True) == 0
    assert "1 runs and 1 uploaded files (3 files" in capsys.readouterr().out
    assert office.store.list() == before
    assert purge(office, "90d") == 0
    assert office.store.list() == [key for key in before if not key.startswith((old.prefix, file.prefix))]
    assert len(office.store.list()) == 6
    with pytest.raises(Deleted) as told:
        document_of(office, old)
    assert told.value.on == f"{now():%Y-%m-%d}"
    assert document_of(office, young).text
    capsys.readouterr()
    purge(office, "90d")
    assert "0 runs and 0 uploaded files" in capsys.readouterr().out


@pytest.mark.parametrize(("age", "left"), [("10d", 3), ("2w", 3), ("1 m", 3), ("3周", 3), ("200", 6)])
def test_ages_are_days_weeks_or_months(office, age, left):
    answered(office, 100)
    answered(office, 5)
    purge(office, age)
    assert len(office.store.list()) == left


@pytest.mark.parametrize("age", ["", "soon", "0d", "-3d", "90h", "1e3"])
def test_an_age_that_is_none_deletes_nothing(office, age):
    answered(office, 100)
    with pytest.raises(AndonError, match="failure_purge_age"):
        purge(office, age)
    assert len(office.store.list()) == 3


@pytest.mark.parametrize("state", ["queued", "running"])
def test_a_run_under_way_keeps_its_folder_however_old(office, state):
    answered(office, 200, over=False)
    with office.ledger.runs.writing() as session:
        (only,) = session.scalars(select(Run))
        only.state = state
    before = office.store.list()
    assert any(key.startswith(only.prefix) for key in before)
    purge(office, "90d")
    assert office.store.list() == before
