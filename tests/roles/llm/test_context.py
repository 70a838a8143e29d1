"""A context that is too small for the whole prompt: what is left out, in which order, and what is remembered."""

from datetime import UTC, datetime

import pytest

from roles import prompts
from roles.decision import DECISION_MAKER
from roles.llm import habits
from roles.llm.engine import LanguageModel
from roles.llm.fitting import drafts
from roles.llm.habits import context_of
from roles.llm.memory import MemoryCache
from roles.llm.speech import Brief, speech_of
from roles.role import run
from roles.types import Passage
from tests.llm_server import llm_server
from tests.roles.faults import HANDBOOK, clogging
from tests.workers import players

CONTEXT = 4096
NOW = datetime(2026, 3, 3, 6, tzinfo=UTC)
WORDS = {
    "en": "The stopper opens step by step while the mould level swings around its setpoint and the argon is steady. ",
    "zh": "拉速不变时塞棒开度逐步增大，结晶器液位围绕设定值来回波动，氩气流量保持稳定，无其他操作。",
}
SAFETY = {"en": "Never advise to bypass an interlock", "zh": "不得建议短接联锁"}


def large(lang):
    """A diagnosis whose prompt has more than 4,096 tokens."""
    text = WORDS[lang] * 5
    signals = [f"{i}: {text[:220]}" for i in range(24)]
    passages = [Passage(id="CC-014-en", title="T", text=text, confidence=0.9)] + [
        Passage(id=f"P-{i:03}", title="T", text=text, confidence=0.8 - i / 100) for i in range(7)
    ]
    return clogging(lang=lang, signals=signals, passages=passages, faults=HANDBOOK)


def play(connect, server, lang="en", given=None, **more):
    return run(DECISION_MAKER, given or large(lang), LanguageModel(connect(server, **more), lambda: NOW))


def fits(server):
    """The prompts that the server took."""
    return [body for body in server.requests if server.refuses(body) is None]


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("said", [True, False], ids=["said", "unsaid"])
def test_an_endpoint_of_4096_tokens_gets_a_prompt_that_fits_and_plays_the_role(connect, lang, said):
    with llm_server(player=players.good, context=CONTEXT, context_said=said) as server:
        outcome = play(connect, server, lang)
        assert (outcome.engine, outcome.output.causes[0].fault) == ("llm", "stopper_clogging")
        (taken,) = fits(server)
        assert len(server.requests) <= 8
    text = taken["messages"][0]["content"]
    assert [line for line in text.splitlines() if line in prompts.headings(lang)] == prompts.headings(lang)
    parts = prompts.read("decision_maker", lang)
    for part in ("role", "task_decomposition"):
        assert parts[part].strip() in text
    assert SAFETY[lang] in text
    assert '"required":["verdict"]' in text
    assert "F1" in text
    assert "CC-014-en T:" in text
    assert "P-006" not in text
    assert "kiln" not in text


def test_what_was_learnt_is_kept_so_that_the_next_question_fits_at_once(connect):
    cache = MemoryCache()
    with llm_server(player=players.good, context=CONTEXT) as server:
        play(connect, server, cache=cache)
        assert 0.8 * CONTEXT < connect(server, cache=cache).context <= CONTEXT
        habits._known.clear()  # as another process with the same books
        before = len(server.requests)
        assert play(connect, server, given=large("en").model_copy(update={"question": "and now?"}), cache=cache)
        assert len(server.requests) == before + 1


def test_a_context_that_is_set_is_kept_to_from_the_first_request_on(connect):
    with llm_server(player=players.good, context=CONTEXT) as server:
        assert play(connect, server, context=CONTEXT).engine == "llm"
        assert len(server.requests) == 1
        assert server.requests[0]["max_tokens"] <= 1200


def test_a_large_context_gets_the_whole_prompt(connect):
    with llm_server(player=players.good, context=32_768) as server:
        assert play(connect, server, context=32_768).engine == "llm"
        (body,) = server.requests
    assert "P-006" in body["messages"][0]["content"]
    assert "kiln" in body["messages"][0]["content"]


def test_where_nothing_is_short_enough_the_rules_answer(connect):
    with llm_server(context=600) as server:
        outcome = play(connect, server)
    assert (outcome.engine, outcome.fallback) == ("rules", "failure_llm_context")
    assert 1 <= len(server.requests) <= 3


def test_examples_go_first_then_the_farthest_passages_then_signals_edges_and_findings():
    near = [["A", 0.9], ["B", 0.8], ["C", 0.7]]
    data = {"question": "?", "near": near, "signals": list(range(8)), "findings": list(range(20))}
    brief = Brief(data, ["fault one", "A a", "B b", "C c"], passages=3)
    told = [
        (d.examples, d.brief.knowledge[1:], len(d.brief.data["signals"]), len(d.brief.data["findings"]))
        for d in drafts(brief)
    ]
    a, b, c = brief.knowledge[1:]
    assert told == [
        (True, [a, b, c], 8, 20), (False, [a, b, c], 8, 20), (False, [a, b], 8, 20), (False, [a], 8, 20),
        (False, [a], 6, 20), (False, [a], 4, 20), (False, [a], 2, 20), (False, [a], 0, 20),
        (False, [a], 0, 15), (False, [a], 0, 10), (False, [a], 0, 6),
    ]  # fmt: skip
    assert [d.brief.data["near"] for d in drafts(brief)][2:4] == [near[:2], near[:1]]
    assert all(d.brief.knowledge[0] == "fault one" and d.brief.data["question"] == "?" for d in drafts(brief))


def test_what_the_decision_makers_brief_calls_passages_are_its_last_lines():
    brief = speech_of(DECISION_MAKER).brief(large("en"))
    assert brief.passages == 8
    assert [line.split()[0] for line in brief.knowledge[-8:]][:2] == ["CC-014-en", "P-000"]


@pytest.mark.parametrize(
    ("complaint", "context"),
    [
        ("This model's maximum context length is 4096 tokens. However, you requested 5200 tokens", 4096),
        ('{"message": "request (5216 tokens) exceeds the available context size (8192 tokens)"}', 8192),
        ('{"type": "exceed_context", "n_prompt_tokens": 5216, "n_ctx": 2048}', 2048),
        ("the context window of 16,384 tokens is too small", 16_384),
        ("the prompt is too long", None),
        ("maximum context length is 12", None),
    ],
)
def test_the_length_of_a_context_is_read_from_refusals(complaint, context):
    assert context_of(complaint) == context
