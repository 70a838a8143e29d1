"""Budgets, the circuit breaker, the cache, and what must never be written down."""

import logging
import time
import traceback
from datetime import timedelta, timezone

import pytest

from roles.llm.contract import Call
from roles.llm.memory import MemoryCache, MemoryLedger
from tests.llm_server import cut, error, llm_server, ok


def used(tokens, cost=0.0):
    return Call(purpose="other", model="m", tokens_in=tokens, cost=cost)


@pytest.mark.parametrize(("limits", "setting"), [
    ({"tokens_per_run": 3000}, "ANDON_LLM_TOKENS_PER_RUN"),
    ({"tokens_per_day": 6000}, "ANDON_LLM_TOKENS_PER_DAY"),
    ({"price_out": 1000.0, "cost_per_run": 2.5}, "ANDON_LLM_COST_PER_RUN"),
    ({"price_out": 1000.0, "cost_per_day": 4.5}, "ANDON_LLM_COST_PER_DAY"),
])  # fmt: skip
def test_a_request_that_could_pass_a_budget_is_not_sent(connect, ask, fails, ledger, limits, setting):
    """A reply of 2000 tokens at most; 1000 were used by this run, 3000 by another one."""
    ledger.record("other", used(3000, 2.0))
    with llm_server(ok({"answer": 3})) as server:
        endpoint = connect(server, **limits)
        endpoint.ask(ask())  # 2000 fit
        ledger.record("run", used(1000, 1.0))
        code = "failure_llm_budget_day" if setting.endswith("_DAY") else "failure_llm_budget"
        told = fails(code, lambda: endpoint.ask(ask("And now?")))
        assert len(server.requests) == 1
    assert told.values["setting"] == setting
    assert ledger.calls[-1].outcome == code


def test_the_prompt_counts_before_it_is_sent(connect, ask, fails):
    with llm_server() as server:
        fails("failure_llm_budget", lambda: connect(server, tokens_per_run=3000).ask(ask("结晶器" * 500)))


def test_failed_requests_are_paid_for_too(connect, ask, fails, ledger):
    with llm_server(cut("a" * 700), cut("a" * 700)) as server:
        endpoint = connect(server, retries=1, price_in=1e6, price_out=1e6)
        fails("failure_llm_cut", lambda: endpoint.ask(ask("word " * 70, shape=None), lambda _text: None))
    call = ledger.calls[0]
    assert 150 < call.tokens_in < 300  # two prompts of some 100 tokens, estimated
    assert 300 < call.tokens_out < 600
    assert call.cost == call.tokens_in + call.tokens_out
    assert ledger.tokens("run") == call.tokens_in + call.tokens_out


def test_the_ledgers_day_is_the_plants(monkeypatch):
    ledger = MemoryLedger(timezone(timedelta(hours=8)))
    ledger.record("run", used(5, 1.5))
    assert (ledger.tokens_today(), ledger.spent_today(), ledger.spent("run"), ledger.tokens("x")) == (5, 1.5, 1.5, 0)
    run, at, call = ledger._entries[0]
    ledger._entries[0] = (run, at - timedelta(days=1), call)
    assert (ledger.tokens_today(), ledger.tokens("run")) == (0, 5)


def test_the_breaker_opens_and_one_request_tries_again(connect, ask, fails, ledger):
    limits = {"retries": 0, "breaker_failures": 2, "breaker_s": 0.5}
    with llm_server(error(503), error(500), error(502), ok({"answer": 3}), ok({"answer": 4})) as server:
        fails("failure_llm_busy", lambda: connect(server, **limits).ask(ask("1")))
        fails("failure_llm_unreachable", lambda: connect(server, **limits).ask(ask("2")))
        fails("failure_llm_open", lambda: connect(server, **limits).ask(ask("3")))
        assert len(server.requests) == 2  # the third one was spared
        time.sleep(limits["breaker_s"] + 0.05)
        fails("failure_llm_unreachable", lambda: connect(server, **limits).ask(ask("4")))
        fails("failure_llm_open", lambda: connect(server, **limits).ask(ask("5")))
        time.sleep(limits["breaker_s"] + 0.05)
        connect(server, **limits).ask(ask("6"))
        connect(server, **limits).ask(ask("7"))
    assert ledger.calls[2].tries == 0


def test_only_one_request_tries_while_the_breaker_is_half_open():
    from roles.llm.breaker import Breaker

    now = [0.0]
    breaker = Breaker(1, 10.0, lambda: now[0])
    assert breaker.admit() == 0.0
    breaker.report(False)
    assert breaker.admit() == 10.0
    now[0] = 11.0
    assert breaker.admit() == 0.0
    assert breaker.admit() > 0  # the first one is under way
    breaker.report(None)  # it was not put to the test: a budget, say
    assert breaker.admit() == 0.0
    breaker.report(True)
    assert [breaker.admit(), breaker.admit()] == [0.0, 0.0]


def test_answers_of_any_kind_show_that_the_endpoint_lives(connect, ask, fails):
    limits = {"retries": 0, "breaker_failures": 2}
    with llm_server(error(500), ok("no JSON"), ok("no JSON"), error(500), ok({"answer": 3})) as server:
        fails("failure_llm_unreachable", lambda: connect(server, **limits).ask(ask("1")))
        fails("failure_llm_garbled", lambda: connect(server, **limits).ask(ask("2")))
        fails("failure_llm_unreachable", lambda: connect(server, **limits).ask(ask("3")))
        connect(server, **limits).ask(ask("4"))


def test_the_same_request_is_answered_from_the_cache(connect, ask, ledger):
    cache, texts = MemoryCache(), []
    with llm_server(ok({"answer": 3}), ok({"answer": 4}), ok({"answer": 5}), ok({"answer": 6})) as server:
        first = connect(server, cache).ask(ask())
        assert connect(server, cache, run="another").ask(ask(), texts.append) == first
        assert texts == [first.text]
        assert connect(server, cache).ask(ask("How else?")).data == {"answer": 4}
        assert connect(server, cache).ask(ask(temperature=0.7)).data == {"answer": 5}
        assert connect(server, cache).ask(ask(temperature=0.7)).data == {"answer": 6}
    kept = ledger.calls[1]
    assert (kept.cached, kept.tries, kept.tokens_in, kept.tokens_out) == (True, 0, 0, 0)
    assert not any(call.cached for call in ledger.calls if call != kept)


def test_another_endpoint_has_replies_of_its_own(connect, ask):
    cache = MemoryCache()
    with llm_server(ok({"answer": 3})) as one, llm_server(ok({"answer": 4})) as two:
        connect(one, cache).ask(ask())
        assert connect(two, cache).ask(ask()).data == {"answer": 4}


def test_failures_are_not_kept(connect, ask, fails):
    cache = MemoryCache()
    with llm_server(error(500), ok({"answer": 3})) as server:
        fails("failure_llm_unreachable", lambda: connect(server, cache, retries=0).ask(ask()))
        assert connect(server, cache).ask(ask()).data == {"answer": 3}


@pytest.mark.parametrize("key", ["sk-SECRET-9f", "sk-SECRET-密", "sk SECRET\nX: y"])
@pytest.mark.parametrize("step", ["ok", 401, 400, 500])
def test_neither_keys_nor_prompts_are_written_down(connect, ask, caplog, key, step):
    """Servers quote both in their errors; the SDK logs what it sends when logging is at its loudest."""
    caplog.set_level(logging.DEBUG)
    logging.getLogger("openai").setLevel(logging.DEBUG)
    prompt = f"PROMPT-{31}"
    said = f"Incorrect API key: {key}; you sent: {prompt} about response"
    with llm_server(player=lambda _body: {"answer": 3} if step == "ok" else error(step, said), key=None) as server:
        url = server.url.replace("//", f"//andon:{'SEC' + 'RET'}@")
        endpoint = connect(server, key=key, retries=0, url=url)
        try:
            endpoint.ask(ask(prompt))
            written = ""
        except Exception as raised:
            written = "".join(traceback.format_exception(raised)) + repr(raised) + repr(raised.__context__)
        sent = len(server.requests)
    assert sent == 0 or key.isascii()
    written += repr(endpoint) + caplog.text
    assert "SECRET" not in written
    assert prompt not in written
