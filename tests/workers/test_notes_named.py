"""Two things told in one second are two documents: neither is a version of the other."""

from datetime import UTC, datetime

import pytest

from kb.contract import ANY, Filters
from kb.growth import SAID
from tests.kb.conftest import WordEmbedder
from workers.artifacts import open_store
from workers.contracts import Question
from workers.knowledge.learning import learn
from workers.knowledge.opening import open_knowledge
from workers.settings import Settings

MOMENT = datetime(2026, 5, 3, 10, 11, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())
    monkeypatch.setattr("workers.knowledge.opening.open_knowledge.__defaults__", ((),))
    return Settings(data_dir=tmp_path, keepers="anna")


def test_each_sentence_has_a_document_of_its_own_and_none_replaces_another(settings):
    for words in ("The oil of pump P7 is VG 46.", "The belt of M3 is a B 2240.", "The oil of pump P7 is VG 46."):
        asked = Question(id="q", text=f"remember: {words}", user="anna")
        told = learn(asked, settings, open_store(settings), lambda *_: None, words, began=MOMENT)
        assert told.receipt["learnt"]["taken"][0]["gone"] == []
    store = open_knowledge(settings)
    passages = store.list(Filters(statuses=ANY))
    store.close()
    assert len({p.document for p in passages}) == len(passages) == 2
    assert all(SAID.fullmatch(p.document) for p in passages)
