"""How an endpoint is asked for JSON: by schema, as an object, in words; found out from what it refuses or ignores."""

import json
from itertools import pairwise

import pytest

from roles.llm import habits
from roles.llm.contract import Message
from roles.llm.memory import MemoryCache
from tests.llm_server import broken, cut, error, llm_server, ok, raw, refusal, tool_call, without

FENCED = 'Here it is:\n```json\n{"answer": 3}\n```\nAnything else?'


def mode(body):
    return body.get("response_format", {}).get("type", "plain")


def test_the_schema_goes_out_strict(connect, ask, ledger):
    with llm_server(ok({"answer": 3, "why": ""})) as server:
        reply = connect(server).ask(ask())
    assert reply.data == {"answer": 3, "why": ""}
    sent = server.requests[0]["response_format"]["json_schema"]
    assert sent["strict"] is True
    assert sent["schema"]["required"] == ["answer", "why"]
    call = ledger.calls[0]
    assert (call.outcome, call.mode, call.tokens_in, call.tokens_out, call.tries) == ("ok", "json_schema", 11, 7, 1)


@pytest.mark.parametrize(("formats", "modes"), [
    (("json_object",), ["json_schema", "json_object"]),
    ((), ["json_schema", "json_object", "plain"]),
])  # fmt: skip
def test_what_is_refused_is_not_asked_for_again(connect, ask, formats, modes):
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), formats=formats) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}
        assert connect(server).ask(ask("And now?")).data == {"answer": 4}
    assert [mode(body) for body in server.requests] == [*modes, modes[-1]]
    words = server.requests[-1]["messages"][0]["content"]
    assert '"answer":{"type":"integer"}' in words  # what the format does not say is said in words
    assert words.startswith("And now?")


def test_a_schema_that_stands_in_the_prompt_is_not_said_twice(connect, ask):
    from tests.roles.llm.conftest import SHAPE

    with llm_server(ok({"answer": 3}), formats=()) as server:
        connect(server).ask(ask("Say it so:\n  " + json.dumps(SHAPE, indent=1)))
    assert server.texts[-1].count('"integer"') == 1


def test_what_one_process_learnt_the_next_one_knows(connect, ask):
    cache = MemoryCache()
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), formats=()) as server:
        connect(server, cache).ask(ask())
        habits._known.clear()  # another process with the same cache
        connect(server, cache).ask(ask("And now?"))
    assert [mode(body) for body in server.requests] == ["json_schema", "json_object", "plain", "plain"]


def test_a_memory_that_has_become_wrong_heals(connect, ask):
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), ok({"answer": 5}), formats=("json_object",)) as server:
        connect(server).ask(ask())
        server.formats = ("json_schema",)  # it was updated
        connect(server).ask(ask("And now?"))
        connect(server).ask(ask("And then?"))
    assert [mode(b) for b in server.requests] == [
        "json_schema", "json_object", "json_object", "json_schema", "json_schema"
    ]  # fmt: skip


def test_what_was_learnt_is_tried_anew_after_a_day(connect, ask, monkeypatch):
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), formats=()) as server:
        connect(server).ask(ask())
        now = habits.time.time()
        monkeypatch.setattr(habits.time, "time", lambda: now + habits.KEPT_S + 1)
        server.formats = ("json_schema",)
        connect(server).ask(ask("And now?"))
    assert mode(server.requests[-1]) == "json_schema"


def test_an_endpoint_that_ignores_the_format_is_read_and_asked_otherwise_next_time(connect, ask):
    with llm_server(ok(FENCED), ok(FENCED), ok(FENCED)) as server:
        for words in ("one", "two", "three"):
            assert connect(server).ask(ask(words)).data == {"answer": 3}
    assert [mode(b) for b in server.requests] == ["json_schema", "json_object", "plain"]


@pytest.mark.parametrize("first", [broken(), ok("I can't say."), ok(""), ok('{"answer": 3} or {"answer": 4}'),
                                   ok("[1, 2]"), tool_call(arguments="none"), without("choices")])  # fmt: skip
def test_what_is_no_json_is_asked_for_once_more_in_another_way(connect, ask, first):
    with llm_server(first, ok({"answer": 3})) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}
    assert [mode(b) for b in server.requests] == ["json_schema", "json_object"]


def document(message, finish="stop", **more):
    choices = [{"index": 0, "message": {"role": "assistant"} | message, "finish_reason": finish}]
    return json.dumps({"id": "x", "object": "chat.completion", "model": "m", "choices": choices} | more)


@pytest.mark.parametrize("step", [
    tool_call(arguments='{"answer": 3}'),
    raw(document({"content": None, "function_call": {"name": "answer", "arguments": '{"answer": 3}'}})),
    raw(document({"content": "", "reasoning_content": '{"answer": 3}'})),
    raw(document({"content": [{"type": "output_text", "text": '{"answer": 3}'}]})),
    raw(": PROCESSING\n\n: PROCESSING\n\n" + document({"content": '{"answer": 3}'})),
    raw(": hi\n\ndata: " + document({"content": '{"answer": 3}'}) + "\n\ndata: [DONE]\n\n", "text/plain"),
    ok('{"answer": 3,}'),
])  # fmt: skip
def test_an_answer_in_another_place_is_read_at_once(connect, ask, step):
    with llm_server(step) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}


def test_thoughts_without_an_answer_are_none(connect, ask):
    thinking = raw(document({"content": "", "reasoning_content": 'Perhaps {"answer": 1}?'}))
    with llm_server(thinking, ok({"answer": 3})) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}


def test_an_error_with_status_200_is_an_error(connect, ask, fails):
    told = {"object": "error", "message": "The model `x` does not exist.", "type": "NotFoundError", "code": 404}
    with llm_server(raw(json.dumps(told))) as server:
        fails("failure_llm_model", lambda: connect(server).ask(ask()))


def test_garbled_twice_is_a_failure(connect, ask, fails, ledger):
    with llm_server(broken(), broken()) as server:
        fails("failure_llm_garbled", lambda: connect(server).ask(ask()))
    call = ledger.calls[0]
    assert (call.outcome, call.tries, call.tokens_in, call.tokens_out) == ("failure_llm_garbled", 2, 22, 14)


@pytest.mark.parametrize("step", [refusal(), ok("", finish="content_filter"),
                                  error(400, "The response was filtered", code="content_filter")])  # fmt: skip
def test_a_refusal_is_told_and_not_argued_with(connect, ask, fails, step):
    with llm_server(step) as server:
        fails("failure_llm_refused", lambda: connect(server).ask(ask()))


def test_thoughts_are_not_the_answer(connect, ask):
    thinking = ok('<think>Maybe {"answer": 1}?</think>\n{"answer": 3}')
    with llm_server(thinking, ok({"answer": 4}, reasoning='{"answer": 1}')) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}
        assert connect(server).ask(ask("again")).data == {"answer": 4}
    assert [mode(b) for b in server.requests] == ["json_schema", "json_schema"]  # thoughts are no sign of ignoring it


def test_a_reply_that_was_cut_gets_more_room_once(connect, ask, fails):
    with llm_server(ok('{"answer": 3', finish="length"), ok({"answer": 31})) as server:
        assert connect(server).ask(ask(max_tokens=500)).data == {"answer": 31}
    assert [b["max_tokens"] for b in server.requests] == [500, 2000]
    with llm_server(ok("", finish="length"), ok("Half", finish="length")) as server:
        fails("failure_llm_cut", lambda: connect(server).ask(ask(shape=None)))
    too_long = error(400, "max_tokens is too large: 8000. This model supports at most 4096 completion tokens")
    with llm_server(ok("", finish="length"), too_long) as server:
        fails("failure_llm_cut", lambda: connect(server).ask(ask()))


def test_an_endpoint_that_needs_more_room_gets_it_at_once_from_then_on(connect, ask):
    with llm_server(ok("", finish="length"), ok({"answer": 3}), ok({"answer": 4})) as server:
        assert connect(server).ask(ask(max_tokens=500)).data == {"answer": 3}
        assert connect(server).ask(ask("again", max_tokens=600)).data == {"answer": 4}
    assert [b["max_tokens"] for b in server.requests] == [500, 2000, 2400]


def test_where_the_budget_has_no_room_for_more_it_is_asked_for_what_is_needed(connect, ask):
    with llm_server(ok("", finish="length"), ok({"answer": 3}), ok({"answer": 4})) as server:
        assert connect(server).ask(ask(max_tokens=500)).data == {"answer": 3}
        assert connect(server, tokens_per_run=1500).ask(ask("again", max_tokens=600)).data == {"answer": 4}
    assert [b["max_tokens"] for b in server.requests] == [500, 2000, 600]


def test_where_it_does_not_take_so_many_any_more_it_is_asked_for_what_is_needed(connect, ask):
    too_long = error(400, "max_tokens is too large: 2000. This model supports at most 1024 completion tokens")
    steps = ok("", finish="length"), ok({"answer": 3}), too_long, ok({"answer": 4}), ok({"answer": 5})
    with llm_server(*steps) as server:
        for number, words in enumerate(("one", "two", "three"), start=3):
            assert connect(server).ask(ask(words, max_tokens=500)).data == {"answer": number}
    assert [b["max_tokens"] for b in server.requests] == [500, 2000, 2000, 500, 500]


def test_what_else_an_endpoint_does_not_take_is_left_out(connect, ask):
    old = {"tokens": ("max_completion_tokens",), "temperature": False, "system": False, "stream_options": False}
    texts = []
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), **old) as server:
        asked = ask()
        asked = asked.model_copy(update={"messages": [Message(role="system", content="Be brief."), *asked.messages]})
        connect(server).ask(asked, texts.append)
        before = len(server.requests)
        connect(server).ask(asked.model_copy(update={"max_tokens": 700}), texts.append)
    assert texts[-1] == '{"answer": 4}'
    assert len(server.requests) == before + 1  # all of it is remembered
    last = server.requests[-1]
    assert set(last) == {"model", "messages", "max_completion_tokens", "response_format", "stream"}
    assert last["messages"] == [{"role": "user", "content": "Be brief.\n\nHow?"}]


def test_free_text_needs_no_format(connect, ask, ledger):
    with llm_server(ok("All is well.")) as server:
        reply = connect(server).ask(ask(shape=None))
    assert (reply.text, reply.data) == ("All is well.", None)
    assert "response_format" not in server.requests[0]
    assert ledger.calls[0].mode is None


def test_text_grows_while_it_streams_and_thoughts_are_not_shown(connect, ask, ledger):
    texts = []
    with llm_server(ok("<think>hm</think>The stopper clogs.", pieces=30)) as server:
        reply = connect(server).ask(ask(shape=None), texts.append)
    assert reply.text == texts[-1] == "The stopper clogs."
    assert all(longer.startswith(shorter) for shorter, longer in pairwise(texts))
    assert not any("hm" in text or "<" in text for text in texts)
    assert (ledger.calls[0].tokens_in, ledger.calls[0].tokens_out) == (11, 7)


@pytest.mark.parametrize("lacking", ["done", "finish", "usage"])
def test_a_stream_may_lack_its_end_mark_or_its_usage(connect, ask, ledger, lacking):
    with llm_server(without(lacking)) as server:
        assert connect(server).ask(ask(shape=None), lambda _text: None).text == "fine"
    assert ledger.calls[0].tokens_out > 0


def test_a_stream_without_any_end_was_cut(connect, ask, fails):
    with llm_server(without("done", "finish"), cut(), ok("whole")) as server:
        assert connect(server).ask(ask(shape=None), lambda _text: None).text == "whole"


def test_a_server_that_does_not_stream_may_send_a_document(connect, ask):
    texts = []
    document = {"choices": [{"message": {"content": [{"type": "text", "text": "fine"}]}, "finish_reason": "stop"}]}
    with llm_server(raw(json.dumps(document), "text/plain")) as server:
        assert connect(server).ask(ask(shape=None), texts.append).text == "fine"
