"""What a knowledge base is opened with, as the settings say."""

import pytest

from kb.embedders import Usem3
from kb.embedders.endpoint import Endpoint
from kb.errors import KnowledgeError
from workers.knowledge.opening import embedder
from workers.settings import Settings

ELSEWHERE, HERE = "http://127.0.0.2:9/v1", ("http://127.0.0.1:9/v1", "http://localhost:9/v1")  # nobody listens there


@pytest.fixture(autouse=True)
def _no_probe(monkeypatch):
    monkeypatch.setattr(Endpoint, "__init__", lambda self, *_: None)


def settings(tmp_path, url, model=None, privacy=True):
    return Settings(data_dir=tmp_path, openai_base_url=url, openai_api_key="k", embedding_model=model, privacy=privacy)


def test_with_privacy_no_text_goes_to_an_embedding_model_elsewhere(tmp_path):
    with pytest.raises(KnowledgeError) as error:
        embedder(settings(tmp_path, ELSEWHERE, "far"))
    assert error.value.code == "failure_kb_embedding_privacy"
    assert isinstance(embedder(settings(tmp_path, ELSEWHERE)), Usem3)


@pytest.mark.parametrize("url", HERE)
def test_one_on_this_machine_may_read_it(tmp_path, url):
    assert isinstance(embedder(settings(tmp_path, url, "near")), Endpoint)


def test_without_privacy_it_may_be_anywhere(tmp_path):
    assert isinstance(embedder(settings(tmp_path, ELSEWHERE, "far", privacy=False)), Endpoint)
