"""Endpoints on the strict server of tests/llm_server."""

import pytest

from roles.llm import breaker, habits
from roles.llm.contract import Ask, Message
from roles.llm.endpoint import Endpoint
from roles.llm.limits import Limits
from roles.llm.memory import MemoryLedger

pytest.importorskip("openai", reason="the extra llm is not installed")

SHAPE = {
    "type": "object",
    "properties": {"answer": {"type": "integer"}, "why": {"type": "string", "default": ""}},
    "required": ["answer"],
}


@pytest.fixture(autouse=True)
def _fresh():
    """As a new process: nothing learnt, no breaker open."""
    habits._known.clear()
    breaker._breakers.clear()


@pytest.fixture
def ledger():
    return MemoryLedger()


@pytest.fixture
def connect(ledger):
    """connect(server, cache=None, **limits): an Endpoint; its calls are in the fixture `ledger`."""

    def to(server, cache=None, model="test-model", run="run", key=None, url=None, **limits):
        limits = Limits(**{"pause_s": 0.01, "timeout_s": 20.0} | limits)
        return Endpoint(url or server.url, key or server.key, model, ledger, cache, run, limits)

    return to


@pytest.fixture
def ask():
    """ask(words="How?", shape=SHAPE, **more): an Ask."""

    def make(words="How?", shape=SHAPE, **more):
        return Ask(purpose="decision_maker", messages=[Message(role="user", content=words)], shape=shape, **more)

    return make


@pytest.fixture
def fails():
    """fails(code, call): `call()` raises that failure; gives the error."""
    from roles.errors import RoleError

    def check(code, call):
        with pytest.raises(RoleError) as caught:
            call()
        assert caught.value.code == code, caught.value
        return caught.value

    return check
