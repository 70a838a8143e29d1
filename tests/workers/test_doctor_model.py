"""The doctor's row on the language model: what it is, or what to do about it, in both languages."""

import pytest

from tests.llm_server import llm_server
from workers.commands import doctor
from workers.settings import Settings

pytest.importorskip("openai", reason="the extra llm is not installed")

pytestmark = pytest.mark.usefixtures("fresh_endpoints")


def row(server, lang="en", **more):
    named = {"openai_base_url": server.url, "openai_api_key": server.key, "chat_model": "test-model"} | more
    return doctor.language_model(Settings(**named), lang)


def test_a_model_that_answers_is_described():
    with llm_server(player=lambda _body: {"answer": "ready"}, formats=("json_object",)) as server:
        check = row(server)
    assert check.status == "ok"
    assert check.seen.startswith(f"test-model at {server.url}, JSON by json_object, ")
    assert server.key not in check.seen


def test_a_model_that_is_not_there_is_answered_with_those_that_are():
    with llm_server(models=("small", "large")) as server:
        for named in ({}, {"chat_model": None}):
            check = row(server, **named)
            assert (check.status, check.remedy) == (
                "missing", f"Set ANDON_CHAT_MODEL to a model of {server.url}: small, large."
            )  # fmt: skip
        assert "small" in row(server, "zh").remedy
    with llm_server(listed=False) as server:
        assert row(server, chat_model=None).remedy == f"Set ANDON_CHAT_MODEL to the name of a model at {server.url}."


def test_a_key_that_is_refused_is_said_without_the_key():
    with llm_server() as server:
        check = row(server, openai_api_key="sk-mine-77")
    assert check.status == "missing"
    assert "OPENAI_API_KEY" in check.remedy
    assert "mine" not in check.seen + check.remedy


def test_without_an_endpoint_there_is_nothing_to_do():
    check = doctor.language_model(Settings(openai_base_url=None, openai_api_key=None), "en")
    assert (check.status, check.remedy) == ("missing", "Nothing to do: answers do not need one.")
