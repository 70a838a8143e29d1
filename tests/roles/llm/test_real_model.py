"""The client with a real model: llama.cpp's server and SmolLM2 135M. How it answers counts, not what it says."""

import pytest

from roles.llm.contract import Ask, Message
from roles.llm.endpoint import Endpoint
from roles.llm.limits import Limits
from roles.llm.memory import MemoryLedger
from roles.llm.probing import probe
from tests.llm_server.real import CONTEXT, KEY, MODEL
from tests.services import model_server

CAUSE = {
    "type": "object",
    "properties": {"cause": {"type": "string", "enum": ["clogging", "drift"]}, "sure": {"type": "boolean"}},
    "required": ["cause", "sure"],
}


@pytest.fixture(scope="module")
def url():
    with model_server() as url:
        yield url


@pytest.fixture
def endpoint(url, ledger):
    return Endpoint(url, KEY, MODEL, ledger, limits=Limits(timeout_s=100, deadline_s=100))


def ask(words, **more):
    return Ask(purpose="decision_maker", messages=[Message(role="user", content=words)], **more)


def test_it_talks_and_counts_its_tokens(endpoint, ledger):
    reply = endpoint.ask(ask("Is iron a metal? Yes or no.", max_tokens=80))
    assert reply.text
    call = ledger.calls[0]
    assert call.model == MODEL
    assert 30 < call.tokens_in < 60
    assert 0 < call.tokens_out <= 80


def test_it_streams(endpoint, ledger):
    texts = []
    reply = endpoint.ask(ask("Is iron a metal? Yes or no.", max_tokens=80), texts.append)
    assert len(texts) > 2
    assert texts[-1].strip() == reply.text
    assert ledger.calls[0].tokens_in > 30  # a stream tells them too


def test_the_schema_binds_it(endpoint, ledger):
    reply = endpoint.ask(ask("The stopper rises at constant speed. Why?", shape=CAUSE, max_tokens=60))
    assert set(reply.data) == {"cause", "sure"}
    assert reply.data["cause"] in ("clogging", "drift")
    assert ledger.calls[0].mode == "json_schema"


def test_a_prompt_beyond_its_context_is_told(endpoint, fails, ledger):
    fails("failure_llm_context", lambda: endpoint.ask(ask("stopper " * CONTEXT)))
    assert ledger.calls[0].tries == 1
    assert endpoint.context == CONTEXT


def test_a_wrong_key_is_told(url, fails):
    fails("failure_llm_auth", lambda: Endpoint(url, "sk-other", MODEL, MemoryLedger()).ask(ask("Hello")))


def test_the_probe_knows_it(url):
    found = probe(url, KEY, MODEL, seconds=100)
    assert (found.knows, found.mode, found.failure) == (True, "json_schema", "")
    assert found.ms > 0
