"""Learning that is done again after its worker was killed tells what the run learnt, not that all was known."""

import pytest

from kb.ingest import intake
from tests.workers.state.conftest import Beginnings
from workers import tasks
from workers.contracts import Answer
from workers.queues.work import carry_out

pytestmark = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
MANUAL = """# Pump P7

## Seal

Replace the seal of pump P7 when it leaks more than 30 ml an hour.

## Coupling

The coupling of pump P7 works loose after about 4000 hours; tighten it to 120 Nm.

## Bearing

A bearing of pump P7 above 85 degrees needs fresh grease within the shift.
"""


class Killed(BaseException):
    """As kill -9: nothing of ours runs after it."""


@pytest.fixture
def learns(office):
    """Begins a run that learns; gives its job's key and what its answer says by then."""
    office.settings = office.settings.model_copy(update={"keepers": "U1"})
    begin = Beginnings(office.ledger)

    def start(words="", text=MANUAL):
        question = begin.question("learn this")
        request = {"user": "U1", "lang": "en"}
        if not words:
            office.store.write_bytes("files/1/p7.md", text.encode())
            request |= {"artifact": office.store.url("files/1/p7.md"), "file_name": "p7.md"}
        run = begin.run(question, **request)
        office.add(f"run:{run.id}:learn", "runs.learn", "cpu", {"run_id": run.id, "words": words, "asset": ""})
        return f"run:{run.id}:learn", lambda: Answer.model_validate_json(
            office.store.read_bytes(f"{run.prefix}/answer.json")
        )

    return start


def killed(office, key, monkeypatch, where, name, after=0):
    """Carry the job out and be killed at the call after `after` calls of a function."""
    calls, real = [], getattr(where, name)

    def dies(*args, **named):
        calls.append(1)
        if len(calls) > after:
            raise Killed
        return real(*args, **named)

    with monkeypatch.context() as patch:
        patch.setattr(where, name, dies)
        with pytest.raises(Killed):
            carry_out(office, key)
    with office.ledger.jobs.writing() as session:
        job = session.get(type(office.ledger.jobs.get(key)), key)
        job.owner, job.leased_until = "", None


def count_of(answer):
    (taken,) = answer.receipt["learnt"]["taken"]
    return len(taken["stored"]), taken["known"]


def test_a_worker_killed_between_taking_and_answering_costs_nothing_of_the_answer(office, learns, monkeypatch):
    key, answer = learns()
    killed(office, key, monkeypatch, tasks, "_record")
    assert carry_out(office, key)
    assert answer().text.startswith("Learnt")
    assert count_of(answer()) == (3, 0)


def test_a_worker_killed_in_the_middle_costs_nothing_of_the_answer(office, learns, monkeypatch):
    monkeypatch.setattr(intake, "BATCH", 1)
    key, answer = learns()
    killed(office, key, monkeypatch, intake.Intake, "_add", after=1)
    assert carry_out(office, key)
    assert count_of(answer()) == (3, 0)


def test_a_sentence_that_is_remembered_again_after_a_kill_is_one_and_new(office, learns, monkeypatch):
    key, answer = learns("pump 7 has a loose coupling since May")
    killed(office, key, monkeypatch, tasks, "_record")
    assert carry_out(office, key)
    assert answer().text.startswith("Learnt")
    assert count_of(answer()) == (1, 0)


def test_what_was_known_before_the_run_is_still_known(office, learns):
    for wanted in ((3, 0), (0, 3)):
        key, answer = learns()
        assert carry_out(office, key)
        assert count_of(answer()) == wanted
    assert answer().text.startswith("Nothing new")
