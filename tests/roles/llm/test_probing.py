"""What the probe finds out about an endpoint, in one list and one short answer."""

import pytest

from roles.llm.probing import probe
from tests.llm_server import error, llm_server, silent
from tests.services import free_port


def ready(_body):
    return {"answer": "ready"}


@pytest.mark.parametrize(("formats", "mode"), [
    (("json_schema",), "json_schema"), (("json_object",), "json_object"), ((), "plain"),
])  # fmt: skip
def test_a_good_endpoint_is_described(formats, mode):
    with llm_server(player=ready, formats=formats, models=("a", "b")) as server:
        found = probe(server.url, server.key, "b")
    assert (found.models, found.knows, found.mode, found.failure) == (["a", "b"], True, mode, "")
    assert found.ms > 0


def test_an_endpoint_without_a_list_is_as_good():
    with llm_server(player=ready, listed=False) as server:
        found = probe(server.url, server.key, "test-model")
    assert (found.models, found.knows, found.failure) == (None, None, "")


def test_an_alias_that_is_not_in_the_list_is_tried():
    with llm_server(player=ready, models=("test-model-2026",)) as server:
        found = probe(server.url, server.key, "test-model")
        assert (found.knows, found.failure) == (False, "failure_llm_model")
        assert len(server.requests) == 1


def test_what_is_wrong_is_told_by_its_code():
    with llm_server(player=ready) as server:
        assert probe(server.url, "sk-other", "test-model").failure == "failure_llm_auth"
        assert probe(server.url, server.key, None).failure == "failure_llm_model"
        assert probe(server.url + "/v2", server.key, "test-model").failure == "failure_llm_url"
    assert probe(f"http://127.0.0.1:{free_port()}/v1", "k", "m", 5).failure == "failure_llm_unreachable"
    with llm_server(player=lambda _body: error(400, "no credit for PROMPT")) as server:
        assert probe(server.url, server.key, "test-model").failure == "failure_llm_rejected"


def test_it_ends_in_time():
    with llm_server(silent()) as server:
        found = probe(server.url, server.key, "test-model", seconds=0.5)
    assert found.failure == "failure_llm_unreachable"
