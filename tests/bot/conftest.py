"""A plant's chat side without a platform: an office whose jobs tests carry out themselves, and an outlet that
remembers what was said."""

import pytest

import bot.tasks  # the chat queue's tasks
from bot.conversation import outlets
from tests.kb.conftest import WordEmbedder
from tests.workers.state.conftest import Beginnings
from workers.office import open_office
from workers.queues.local import MuteQueue
from workers.settings import Settings

assert bot.tasks


@pytest.fixture
def named():
    """The environment of the plant: nothing is set. A module may set something by a fixture of its own."""
    return {}


@pytest.fixture
def speaks_through():
    """The class of the plant's outlets."""
    return "tests.bot.recording:RecordingOutlet"


@pytest.fixture
def office(tmp_path, monkeypatch, named, speaks_through):
    for platform in ("slack", "telegram"):
        monkeypatch.setitem(outlets.OUTLETS, platform, speaks_through)
    for field in Settings.model_fields.values():
        monkeypatch.delenv(str(field.alias), raising=False)
    for name, value in named.items():
        monkeypatch.setenv(name, value)
    office = open_office(Settings(data_dir=tmp_path), MuteQueue())
    monkeypatch.setattr(office.gate, "take", lambda *_args: 0.0)  # nobody waits for a turn
    yield office
    office.close()


@pytest.fixture
def outlet(office):
    return outlets.outlet_for("slack", office.settings)


@pytest.fixture
def begin(office, outlet):
    """Questions, runs and answers to begin with; the channel C_OPEN may be read by everyone."""
    outlet.open_between = lambda there, here: there == "C_OPEN"
    return Beginnings(office.ledger)


@pytest.fixture
def answer(office):
    """An answer that stands in a thread as message 1.5, without its details."""
    begin = Beginnings(office.ledger)
    question = begin.question(conversation=begin.conversation(thread="1.0", workspace="T"))
    answer = begin.answer(begin.run(question))
    office.ledger.answers.post("answer:1", kind="answer", answer_id=answer.id, question_id=question.id)
    office.ledger.answers.sent("answer:1", "C1", "1.5")
    return answer


@pytest.fixture
def knowledge(monkeypatch):
    """A knowledge base without packs, whose embedder needs no weights."""
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())
    monkeypatch.setattr("workers.knowledge.opening.open_knowledge.__defaults__", ((),))
