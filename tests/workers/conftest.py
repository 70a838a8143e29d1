"""Real databases for the tests of state and queues: SQLite and a PostgreSQL that is started once."""

from functools import cache

import pytest

from roles.llm import breaker, habits
from tests.services import Databases, postgres_server
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings
from workers.state import Ledger


@pytest.fixture
def fresh_endpoints():
    """As a new process: nothing learnt of endpoints of language models, none of them rested from."""
    habits._known.clear()
    breaker._breakers.clear()


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    """asking(file, **settings): a function that gives the answer to a question on the file, and the same answer when it
    is asked again. `out_of(text)` is the folder of its outputs."""
    home = tmp_path_factory.mktemp("home")

    def on(file, **settings):
        @cache
        def out_of(_text):
            return tmp_path_factory.mktemp("out")

        @cache
        def ask(text):
            question = Question(id="t", text=text, artifact=str(file), file_name=file.name)
            return pipeline.answer(question, Settings(data_dir=home, **settings), out_of(text), lambda *_: None)

        ask.out_of = out_of
        return ask

    return on


@pytest.fixture
def ask_log(tmp_path):
    """The answer to a question on a log, given as the text of a CSV file."""

    def run(text, log):
        path = tmp_path / "log.csv"
        path.write_text(log, encoding="utf-8")
        question = Question(id="1", text=text, artifact=str(path), file_name=path.name)
        return pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)

    return run


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory):
    return Databases("sqlite", tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_databases(tmp_path_factory):
    folder = tmp_path_factory.mktemp("postgresql")
    with postgres_server(folder) as url:
        yield Databases("postgresql", folder, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request):
    """Databases of each kind in turn."""
    return request.getfixturevalue(f"{request.param}_databases")


@pytest.fixture
def url(databases):
    """A database with the newest schema and no rows."""
    return databases.ready()


@pytest.fixture
def ledger(databases, url):
    """An empty memory."""
    return Ledger(databases.engine())
