"""A run with a language model behind an endpoint: wired by settings, kept within limits, recorded, never trusted.

The endpoint is the strict server of tests/llm_server; what it says is played by tests/workers/players.py.
"""

import json
import re

import pandas as pd
import pytest

from roles.llm import breaker, habits
from roles.llm.contract import Call, Reply
from roles.role import run
from tests.llm_server import drip, error, llm_server
from tests.roles.rendered import inputs
from tests.workers import players
from workers import staged
from workers.artifacts import open_store
from workers.contracts import Question
from workers.language import Books, speaker
from workers.running import pipeline
from workers.settings import Settings
from workers.simulator import simulate, write
from workers.state import Ledger, open_database
from workers.wording import say

pytest.importorskip("openai", reason="the extra llm is not installed")

pytestmark = pytest.mark.usefixtures("fresh_endpoints")
ROWS = 3_000
ASKED = {"en": "the level is jumping on strand 2, why?", "zh": "2号流液位波动，是什么原因？"}
NOTE = {lang: say("answer_rules_instead", lang) for lang in ("en", "zh")}
SPOILT = ("The language model does not answer", "The language model took too long",
          "What the language model said did not pass the check (",
          "A part of what the language model said did not pass")  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("data") / "strand2.csv"
    write(simulate("stopper_clogging", rows=ROWS, seed=3), path)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


def settings_for(home, server, **more):
    endpoint = {"openai_base_url": server.url, "openai_api_key": server.key, "chat_model": "test-model"}
    return Settings(data_dir=home, timezone="Asia/Shanghai", llm_retries=0, **(endpoint | more))


def question_on(path, lang="en", text=None):
    return Question(id="q", text=text or ASKED[lang], lang=lang, artifact=str(path), file_name=path.name)


def analyze(path, home, out, player, lang="en", text=None, **more):
    """The answer with a played endpoint, and what reached that endpoint."""
    with llm_server(player=player) as server:
        made = settings_for(home, server, **more)
        answer = pipeline.answer(question_on(path, lang, text), made, out, lambda _what, _share: None)
        return answer, server


def engines(answer):
    return {role: said["engine"] for role, said in answer.receipt["engines"].items()}


def test_nothing_configured_is_no_engine_and_no_database(tmp_path):
    for some in ({}, {"openai_base_url": "http://127.0.0.1:1/v1"}, {"chat_model": "m"}, {"openai_api_key": "k"}):
        assert speaker(Settings(data_dir=tmp_path, **some), "run") is None
    assert list(tmp_path.iterdir()) == []
    model = speaker(Settings(data_dir=tmp_path, openai_api_key="k", chat_model="m"), "run")
    assert model is not None
    model.close()


@pytest.fixture(scope="module")
def ruled(file, home, tmp_path_factory):
    """What the rules say."""
    made = Settings(data_dir=home, timezone="Asia/Shanghai")
    return pipeline.answer(question_on(file), made, tmp_path_factory.mktemp("out"), lambda _what, _share: None)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_that_answers_plays_every_role_and_each_call_is_in_the_receipt(file, home, tmp_path, lang):
    answer, server = analyze(file, home, tmp_path, players.good, lang)
    assert set(engines(answer).values()) == {"llm"}
    assert answer.diagnosis.causes[0].fault == "stopper_clogging"
    assert NOTE[lang] not in answer.text
    calls = answer.receipt["calls"]
    assert [c["purpose"] for c in calls] == ["pipeline_manager", "controller", "supervisor", "decision_maker"]
    assert {(c["outcome"], c["mode"], c["cached"]) for c in calls} == {("ok", "json_schema", False)}
    assert all(c["tokens_in"] > 0 and c["ms"] > 0 for c in calls)
    assert len(server.requests) == 4


BAD = {
    "garbage": lambda body: "I'd rather talk about {{{",
    "nothing": lambda body: {},
    "errors": lambda body: error(500),
    "drips": lambda body: drip(),
    "lies": lambda body: {"verdict": "normal", "event": 1, "steps": [{"kind": "statistics"}], "model": "backdoor",
                          "edits": [{"action": "remove", "cause": "stopper_position", "effect": "mould_level",
                                     "source": "CC-010-en"}]},
}  # fmt: skip


@pytest.mark.parametrize("how", sorted(BAD))
def test_however_badly_a_model_answers_the_rules_answer_and_one_sentence_says_so(file, home, tmp_path, ruled, how):
    answer, _ = analyze(file, home, tmp_path, BAD[how], llm_timeout=1.0, llm_deadline=2.0)
    assert engines(answer)["decision_maker"] == "rules"
    assert answer.diagnosis == ruled.diagnosis
    assert answer.graph == ruled.graph
    sentences = [b.text for b in answer.blocks if b.text.startswith(SPOILT)]
    assert len(sentences) == 1
    assert sentences[0].endswith("The numbers are the same.")
    assert ("did not pass the check" in sentences[0]) is (how in ("lies", "nothing"))
    assert [line for line in answer.text.splitlines() if line not in sentences] == ruled.text.splitlines()
    assert sum(c["ms"] for c in answer.receipt["calls"]) < 4_000


@pytest.mark.parametrize(
    ("limits", "code", "says"),
    [
        ({"llm_tokens_per_run": 1}, "failure_llm_budget",
         {"en": "What the language model may use for one answer is used up; I used the built-in rules instead.",
          "zh": "语言模型在一次回答中的预算已用完，我改用内置规则。"}),
        ({"llm_tokens_per_day": 1}, "failure_llm_budget_day",
         {"en": "Today's budget for the language model is used up; I used the built-in rules instead.",
          "zh": "语言模型今日的预算已用完，我改用内置规则。"}),
        ({"llm_deadline": 0.0}, "failure_llm_deadline",
         {"en": "The language model took too long; I used the built-in rules instead.",
          "zh": "语言模型用时过长，我改用内置规则。"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_why_no_model_was_heard_is_said_and_stands_in_the_receipt(file, home, tmp_path, lang, limits, code, says):
    text = {"en": "mean of mould level", "zh": "结晶器液位的平均值"}[lang]
    answer, server = analyze(file, home, tmp_path, players.good, lang, text, **limits)
    assert server.requests == []
    assert says[lang] in answer.text.splitlines()
    assert {call["outcome"] for call in answer.receipt["calls"]} == {code}
    assert answer.receipt["engines"]["pipeline_manager"]["fallback"] == code


def test_a_model_that_is_left_alone_for_a_while_is_said_to_be(file, home, tmp_path):
    resting = breaker.Breaker(1, 60.0)
    with llm_server(player=players.good) as server:
        made = settings_for(home, server)
        breaker._breakers[(made.openai_base_url, "test-model")] = resting
        for _ in range(9):
            resting.report(False)
        question = question_on(file, "en", "mean of mould level")
        answer = pipeline.answer(question, made, tmp_path, lambda _what, _share: None)
        assert server.requests == []
    says = "The language model failed several times in a row and is left alone for a while; I used the built-in rules"
    assert says in answer.text
    assert answer.receipt["calls"][0]["outcome"] == "failure_llm_open"


def staged_run(file, home, store_home, server, **more):
    """The last stage's outcome of a run whose every stage is a process of its own, as far as memory goes."""
    made = settings_for(home, server, **more)
    store = open_store(Settings(data_dir=store_home))
    for stage in staged.STAGES:
        habits._known.clear()
        breaker._breakers.clear()
        result = staged.perform(stage, question_on(file), made, store, "runs/7", lambda _what, _share: None)
    assert result.answer is not None
    return store, made


def receipt_of(store):
    return json.loads(store.read_bytes("runs/7/answer.json"))["receipt"]


def test_calls_of_all_stages_are_in_the_receipt_and_a_rerun_is_answered_from_the_cache(file, tmp_path):
    home = tmp_path / "home"
    with llm_server(player=players.good) as server:
        store, _ = staged_run(file, home, tmp_path / "one", server)
        first = receipt_of(store)["calls"]
        asked = len(server.requests)
        again, made = staged_run(file, home, tmp_path / "two", server)
        assert len(server.requests) == asked == 4
    assert [c["purpose"] for c in first] == ["pipeline_manager", "controller", "supervisor", "decision_maker"]
    second = receipt_of(again)["calls"][4:]
    assert [c["cached"] for c in second] == [True] * 4
    kept = Ledger(open_database(made.database)).model_calls
    assert kept.tokens("runs/7") == 4 * 18


def test_one_budget_of_tokens_holds_over_the_stages(file, tmp_path):
    with llm_server(player=players.good) as server:
        store, _ = staged_run(file, tmp_path / "home", tmp_path / "store", server, llm_tokens_per_run=1)
        assert server.requests == []
    receipt = receipt_of(store)
    assert {c["outcome"] for c in receipt["calls"]} == {"failure_llm_budget"}
    assert {said["engine"] for said in receipt["engines"].values()} == {"rules"}


def test_one_deadline_holds_over_the_stages(file, tmp_path):
    with llm_server(player=lambda body: drip()) as server:
        more = {"llm_timeout": 1.0, "llm_deadline": 1.5}
        store, _ = staged_run(file, tmp_path / "home", tmp_path / "store", server, **more)
        assert 1 <= len(server.requests) <= 2
    calls = receipt_of(store)["calls"]
    assert sum(c["ms"] for c in calls) < 3_000
    assert calls[-1]["outcome"] == "failure_llm_deadline"


def test_a_run_that_has_taken_long_asks_no_more(tmp_path):
    with llm_server(player=lambda body: {"model": "pca", "reasons": ["-"]}) as server:
        model = speaker(settings_for(tmp_path, server), "run")
        role, made, _ = inputs("en")["controller"]
        assert run(role, made, model).engine == "llm"
        model.begun -= 201
        assert run(role, made.model_copy(update={"lang": "zh"}), model).fallback == "failure_llm_deadline"
        assert len(server.requests) == 1
        model.close()


def test_what_was_refused_is_not_kept_for_the_next_question(tmp_path):
    said = [{"model": "backdoor"}, {"model": "backdoor"}, {"model": "pca", "reasons": ["it suits these data"]}]
    role, made, _ = inputs("en")["controller"]
    with llm_server(player=lambda body: said[len(server.requests) - 1]) as server:
        for engine in ("rules", "llm", "llm"):
            model = speaker(settings_for(tmp_path, server), "run")
            assert run(role, made, model).engine == engine
            model.close()
        assert len(server.requests) == 3  # the good one is kept


def test_a_slow_manager_leaves_the_decision_maker_its_time(tmp_path):
    """Every request takes all the time that it may: two of the first role's, and yet there is one for the last."""
    with llm_server(player=lambda body: drip()) as server:
        model = speaker(settings_for(tmp_path, server, llm_timeout=0.8, llm_deadline=2.0), "run")
        for name in ("pipeline_manager", "controller", "supervisor", "decision_maker"):
            role, made, _ = inputs("en")[name]
            run(role, made, model)
        calls = {call.purpose: call for call in model.calls}
        model.close()
    assert calls["supervisor"].outcome == "failure_llm_deadline"
    assert calls["decision_maker"].tries == 1
    assert calls["decision_maker"].ms > 100  # 800 on a quiet machine; without the share it would not be asked
    assert sum(call.ms for call in calls.values()) < 2_500


def test_books_hold_within_the_process_where_the_database_cannot_be_used(tmp_path):
    (tmp_path / "andon.sqlite").mkdir()
    books = Books(Settings(data_dir=tmp_path))
    books.record("run", Call(purpose="controller", model="m", tokens_in=5, tokens_out=2, cost=0.5))
    books.put("key", Reply(text="{}"))
    assert (books.tokens("run"), books.tokens_today(), books.spent("run"), len(books.calls("run"))) == (7, 7, 0.5, 1)
    assert books.get("key") == Reply(text="{}")
    books.close()


# Privacy

ODD = {
    "stopper_position": "level", "mould_level": "结晶器", "casting_speed": "结晶器液位", "casting_speed_set": "S1",
    "tundish_temperature": "S11", "mould_pump_pressure": "Pump of Mr Wang (DE)", "S1_upper_current": "current",
    "S2_upper_current": "current_2", "S3_upper_current": "sensor_3",
}  # fmt: skip
OWN_WORDS = ("sensor_3",)  # looks like a placeholder: none is made of that word then


@pytest.fixture(scope="module")
def odd_file(file, tmp_path_factory):
    """The same shift with odd names, and a file name that tells something."""
    table = pd.read_csv(file).rename(columns=lambda name: name.split(" [")[0])
    time = table.columns[0]
    path = tmp_path_factory.mktemp("odd") / "tundish_7_secret.csv"
    table[[time, *ODD]].rename(columns=ODD).to_csv(path, index=False)
    return path


LIMITS = [
    ("label mould_level > 95 mm as abnormal", {"limit": 95.0, "side": "above", "unit": "mm"}),
    ("label mould_level>95mm as abnormal", {"limit": 95.0, "side": "above", "unit": "mm"}),
    ("label mould_level above 95,5 mm", {"limit": 95.5, "side": "above", "unit": "mm"}),
    ("label mould_level outside 95-105mm", {"low": 95.0, "high": 105.0, "side": "outside", "unit": "mm"}),
    ("label mould_level above 9.7 cm", {"limit": 9.7, "side": "above", "unit": "cm"}),
    ("把mould_level大于95mm的标为异常", {"limit": 95.0, "side": "above", "unit": "mm"}),
    ("标出mould_level低于-5毫米的行", {"limit": -5.0, "side": "below", "unit": "mm"}),
]


@pytest.mark.parametrize(("text", "limit"), LIMITS)
def test_with_privacy_on_a_limit_leaves_as_a_placeholder_and_comes_back_as_the_number(file, tmp_path, text, limit):
    """The model says mm whatever the unit is: what the request says holds."""

    def plan(body):
        if players.role_of(body) != "pipeline_manager":
            return players.good(body)
        said = players.input_of(body)["text"]
        values = list(dict.fromkeys(re.findall(r"value_\d+", said)))
        keys = ("low", "high") if "low" in limit else ("limit",)
        sensor = re.search(r"sensor_\d+", said)[0]
        return {"steps": [{"kind": "label", "sensors": [sensor], "side": limit["side"], "unit": "mm",
                           **dict(zip(keys, values, strict=True))}]}  # fmt: skip

    lang = "en" if text.isascii() else "zh"
    answer, server = analyze(file, tmp_path / "home", tmp_path / "out", plan, lang, text, privacy=True)
    sent = [players.input_of(body)["text"] for body in server.requests]
    assert len(sent) == 1
    assert not re.search(r"95|105|9\.7|-5|mould", sent[0])
    assert engines(answer)["pipeline_manager"] == "llm"
    done = next(step for step in answer.plan if step.kind == "label").values
    assert {key: done[key] for key in limit} == limit


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_name_and_no_value_leaves_and_people_read_the_real_ones(odd_file, tmp_path, lang):
    text = {
        "en": "S11 and level swing above 45 A since 1539.7, see tundish_7_secret.csv; current_2 too. Why?",
        "zh": "为什么S11和level高于45 A？结晶器液位1539.7，见tundish_7_secret.csv",
    }[lang]
    answer, server = analyze(odd_file, tmp_path / "home", tmp_path / "out", players.good, lang, text, privacy=True)
    assert len(server.texts) >= 4
    sent = "\n".join(server.texts)
    named = [name for name in ODD.values() if re.search(rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])", sent)]
    assert named == []
    assert [word for word in ("secret", "Wang", "45 A", "1539", "level") if word in sent.lower()] == []
    cells = pd.read_csv(odd_file, dtype=str).iloc[:, 1:].to_numpy().ravel()
    telling = {cell for cell in cells if isinstance(cell, str) and len(cell.replace(".", "")) >= 4}
    numbers = set(re.findall(r"\d+(?:\.\d+)?", sent))
    assert sorted(telling & numbers) == []
    shown = answer.model_dump_json()
    assert "level" in shown
    assert not re.search(r"(?:channel|qs|signal|sensor)_\d+\b(?<!sensor_3)", answer.text)
    assert engines(answer)["decision_maker"] == "llm"
