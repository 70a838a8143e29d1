"""Real databases for the tests of state and queues: SQLite and a PostgreSQL that is started once."""

import pytest

from tests.services import Databases, postgres_server
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings
from workers.state import Ledger


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
