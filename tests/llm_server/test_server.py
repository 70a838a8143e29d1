"""The server for tests is as strict as it says: what the real API refuses, it refuses, and a test fails by it."""

import http.client
import json
from urllib.parse import urlsplit

import pytest

from tests.llm_server import cut, llm_server, ok

GOOD = {"model": "test-model", "messages": [{"role": "user", "content": "Hi"}], "max_tokens": 5}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"], "additionalProperties": False}


def format_of(schema, strict=True, **more):
    return {"type": "json_schema", "json_schema": {"name": "a", "strict": strict, "schema": schema} | more}


def post(server, body, key=None, path="/chat/completions"):
    url = urlsplit(server.url)
    connection = http.client.HTTPConnection(url.hostname, url.port, timeout=10)
    headers = {"Authorization": f"Bearer {key or server.key}", "Content-Type": "application/json"}
    connection.request("POST", url.path + path, json.dumps(body), headers)
    reply = connection.getresponse()
    return reply.status, reply.read()


@pytest.mark.parametrize("change", [
    {"max_token": 5},
    {"messages": []},
    {"messages": [{"role": "bot", "content": "x"}]},
    {"messages": [{"role": "user", "content": "x", "purpose": "y"}]},
    {"model": ""},
    {"max_tokens": 0},
    {"max_completion_tokens": 5},
    {"temperature": 3},
    {"stream_options": {"include_usage": True}},
    {"response_format": {"type": "json"}},
    {"response_format": {"type": "json_object"}},
    {"response_format": format_of(SCHEMA, name="a b")},
    {"response_format": format_of(SCHEMA | {"additionalProperties": True})},
    {"response_format": format_of(SCHEMA | {"required": []})},
    {"response_format": format_of(SCHEMA | {"title": "A"})},
    {"response_format": format_of({"anyOf": [SCHEMA]})},
    {"response_format": format_of(SCHEMA | {"properties": {"a": {"type": "string", "minLength": 1}}})},
])  # fmt: skip
def test_what_the_real_api_refuses_is_refused_and_fails_the_test(change):
    def run():
        with llm_server(ok("x")) as server:
            statuses.extend([post(server, GOOD | change)[0], post(server, GOOD)[0]])

    statuses = []
    with pytest.raises(AssertionError, match="refused"):
        run()
    assert statuses == [400, 200]


@pytest.mark.parametrize("change", [
    {}, {"temperature": 0}, {"response_format": format_of(SCHEMA)}, {"response_format": {"type": "text"}},
    {"response_format": format_of({"type": "object", "additionalProperties": {"type": "number"}}, strict=False)},
])  # fmt: skip
def test_good_requests_are_taken(change):
    with llm_server(ok({"a": "x"})) as server:
        status, body = post(server, GOOD | change)
    assert status == 200
    assert json.loads(json.loads(body)["choices"][0]["message"]["content"]) == {"a": "x"}
    assert server.texts == ["Hi"]


def test_keys_and_paths_are_checked_without_using_a_step():
    with llm_server(ok("x")) as server:
        assert post(server, GOOD, key="sk-other")[0] == 401
        assert post(server, GOOD, path="/completions")[0] == 404
        assert server.requests == []
        assert post(server, GOOD)[0] == 200


def test_a_step_too_many_and_a_step_too_few_fail():
    with pytest.raises(AssertionError, match="1 steps were not used"), llm_server(ok("x")):
        pass
    with pytest.raises(AssertionError, match="does not expect"), llm_server() as server:
        post(server, GOOD)


def test_a_stream_tells_its_usage_only_when_asked():
    with llm_server(ok("words"), ok("words"), cut()) as server:
        plain = post(server, GOOD | {"stream": True})[1]
        counted = post(server, GOOD | {"stream": True, "stream_options": {"include_usage": True}})[1]
        with pytest.raises(http.client.IncompleteRead):
            post(server, GOOD | {"stream": True})
    assert b'"usage"' not in plain
    assert b'"prompt_tokens": 11' in counted
    assert counted.rstrip().endswith(b"data: [DONE]")


def test_a_player_answers_from_what_it_was_asked():
    with llm_server(player=lambda body: {"a": body["messages"][-1]["content"]}) as server:
        assert b'{\\"a\\": \\"Hi\\"}' in post(server, GOOD)[1]
        assert b'{\\"a\\": \\"Hi\\"}' in post(server, GOOD)[1]
