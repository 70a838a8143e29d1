"""Busy servers, broken lines, endless replies: tried again where that helps, always ended in time, told by a code."""

import socket
import threading
import time
from email.utils import formatdate

import pytest

from roles.llm.troubles import asked_pause
from tests.llm_server import cut, drip, error, huge, llm_server, ok, raw, silent, slow, stalled
from tests.services import free_port, wait_until

PAGE = raw("<html>Please log in</html>", "text/html")


OVERLOADED = '{"error": {"message": "overloaded", "code": 529}}'
EVENTS = "text/event-stream"


@pytest.mark.parametrize("first", [error(408), error(409), error(429), error(500), error(502), error(503), cut(),
                                   raw('{"choices": [{"mess'), raw(OVERLOADED)])  # fmt: skip
def test_what_passes_is_tried_again(connect, ask, ledger, first):
    with llm_server(first, ok({"answer": 3})) as server:
        assert connect(server).ask(ask()).data == {"answer": 3}
    assert ledger.calls[0].tries == 2


@pytest.mark.parametrize("first", [cut(), raw('data: {"choices": [{"delta": {"con\n\n', EVENTS),
                                   raw(f"data: {OVERLOADED}\n\n", EVENTS)])  # fmt: skip
def test_a_stream_that_breaks_off_is_tried_again(connect, ask, first):
    with llm_server(first, ok("whole")) as server:
        assert connect(server).ask(ask(shape=None), lambda _text: None).text == "whole"


@pytest.mark.parametrize(("step", "code"), [
    (error(401, "no", code="invalid_api_key"), "failure_llm_auth"),
    (error(403, "no"), "failure_llm_auth"),
    (error(402, "Insufficient Balance"), "failure_llm_auth"),
    (error(429, "You exceeded your current quota", code="insufficient_quota"), "failure_llm_auth"),
    (error(404, "The model `x` does not exist", code="model_not_found"), "failure_llm_model"),
    (error(404, "model 'x' not found, try pulling it first"), "failure_llm_model"),
    (error(404, "Not Found"), "failure_llm_url"),
    (PAGE, "failure_llm_url"),
    (raw(b"", "text/plain"), "failure_llm_url"),
    (error(400, "This model's maximum context length is 4096 tokens.", code="context_length_exceeded"),
     "failure_llm_context"),
    (error(413, "Payload Too Large"), "failure_llm_context"),
    (huge(20), "failure_llm_cut"),
])  # fmt: skip
def test_what_does_not_pass_is_told_at_once(connect, ask, fails, ledger, step, code):
    with llm_server(step) as server:
        fails(code, lambda: connect(server).ask(ask()))
    assert (ledger.calls[0].outcome, ledger.calls[0].tries) == (code, 1)


def test_a_request_that_nobody_can_explain_is_rejected_after_each_way_of_asking(connect, ask, fails, ledger):
    with llm_server(error(400, "Bad Request"), error(422, "Bad Request"), error(400, "Bad Request")) as server:
        fails("failure_llm_rejected", lambda: connect(server).ask(ask()))


@pytest.mark.parametrize(("status", "code"), [(429, "failure_llm_busy"), (500, "failure_llm_unreachable")])
def test_tries_end(connect, ask, fails, ledger, status, code):
    with llm_server(error(status), error(status), error(status)) as server:
        told = fails(code, lambda: connect(server, retries=2).ask(ask()))
    assert told.values["why"] == f"HTTP {status}"
    assert ledger.calls[0].tries == 3


def test_where_the_longest_reply_is_counted_in_less_is_asked_for(connect, ask):
    told = "'max_tokens' is too large: 2000. This model's maximum context length is 2048 tokens"
    with llm_server(error(400, told), ok({"answer": 3})) as server:
        connect(server).ask(ask())
    assert [body["max_tokens"] for body in server.requests] == [2000, 1000]


# The ids are fixed: processes that share a run must collect tests of the same names, whatever second it is.
@pytest.mark.parametrize(
    "asked", ["0.4", formatdate(time.time() + 3600, usegmt=True), "25", "soon"], ids=["0.4", "in an hour", "25", "soon"]
)
def test_a_server_that_asks_to_wait_is_waited_for_unless_it_takes_too_long(connect, ask, fails, asked):
    waits = {"0.4": True, "soon": True}.get(asked, False)
    steps = [error(429, headers={"Retry-After": asked}), *([ok({"answer": 3})] if waits else [])]
    with llm_server(*steps) as server:
        start = time.monotonic()
        if waits:
            connect(server).ask(ask())
            assert asked != "0.4" or time.monotonic() - start >= 0.4
        else:
            fails("failure_llm_busy", lambda: connect(server).ask(ask()))
            assert len(server.requests) == 1


def test_pauses_are_read_as_dates_and_milliseconds():
    assert asked_pause({"retry-after-ms": "250", "retry-after": "1"}) == 0.25
    assert 500 < asked_pause({"retry-after": formatdate(time.time() + 600, usegmt=True)}) <= 600
    assert asked_pause({"retry-after": formatdate(time.time() - 600, usegmt=True)}) == 0


@pytest.mark.parametrize("step", [silent(), drip(), drip(headers=True), stalled(), slow(20, ok("late"))],
                         ids=["silent", "drip", "drip_headers", "stalled", "slow"])  # fmt: skip
def test_a_reply_that_does_not_come_is_not_waited_for(connect, ask, fails, step):
    with llm_server(step) as server:
        start = time.monotonic()
        endpoint = connect(server, timeout_s=0.5)
        told = fails("failure_llm_unreachable", lambda: endpoint.ask(ask(shape=None), lambda _text: None))
        assert time.monotonic() - start < 8  # the step goes on for 30 s
        wait_until(lambda: not [t for t in threading.enumerate() if t.name == "andon-llm"], 8, "the threads to end")
    assert told.values["why"] == "> 0.5 s"


def test_a_run_has_one_deadline_for_all_it_asks(connect, ask, fails, ledger):
    with llm_server(slow(0.7, ok({"answer": 3})), silent()) as server:
        endpoint = connect(server, deadline_s=1.5)
        start = time.monotonic()
        endpoint.ask(ask())
        fails("failure_llm_deadline", lambda: endpoint.ask(ask("And now?")))
        assert time.monotonic() - start < 8
        fails("failure_llm_deadline", lambda: endpoint.ask(ask("And then?")))  # at once, nothing is sent
    assert len(server.requests) == 2
    assert [call.tries for call in ledger.calls] == [1, 1, 0]


def test_no_pause_goes_beyond_the_deadline(connect, ask, fails):
    with llm_server(error(429, headers={"Retry-After": "15"})) as server:
        start = time.monotonic()
        fails("failure_llm_busy", lambda: connect(server, deadline_s=10).ask(ask()))
        assert time.monotonic() - start < 8


def test_nobody_listens(connect, ask, fails, ledger):
    with llm_server() as server:
        url = f"http://user:hunter2@127.0.0.1:{free_port()}/v1?token=abc"
        told = fails("failure_llm_unreachable", lambda: connect(server, url=url).ask(ask()))
    assert ledger.calls[0].tries == 3
    assert ledger.calls[0].tokens_in == 0  # nothing was worked on
    assert "hunter2" not in str(told)
    assert "abc" not in str(told)


def test_a_server_that_hangs_up_is_unreachable(connect, ask, fails):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

        def hang_up():
            for _ in range(3):
                listener.accept()[0].close()

        threading.Thread(target=hang_up, daemon=True).start()
        with llm_server() as server:
            fails("failure_llm_unreachable", lambda: connect(server, url=f"http://127.0.0.1:{port}/v1").ask(ask()))


@pytest.mark.parametrize("url", ["localhost:8080/v1", "ftp://localhost/v1", "http://", "http://[::1/v1"])
def test_an_address_that_is_none_is_told_as_such(connect, ask, fails, url):
    with llm_server() as server:
        fails("failure_llm_url", lambda: connect(server, url=url).ask(ask()))


def test_a_person_who_stops_the_stream_is_obeyed(connect, ask, ledger):
    def stop(_text):
        raise KeyboardInterrupt

    with llm_server(stalled()) as server:
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            connect(server).ask(ask(shape=None), stop)
        assert time.monotonic() - start < 8
    assert ledger.calls[0].outcome == "stopped"
