"""A run is recorded against a real server and checked again with the server gone."""

import json

import pytest

from bot.cli import build_parser
from roles.llm import habits
from roles.llm.contract import Ask, Message
from tests.llm_server import llm_server, ok
from tests.llm_server.server import KEY
from tests.workers import players
from workers.commands import evaluate
from workers.errors import AndonError
from workers.evaluation.recording import FILE, Replayer
from workers.settings import Settings


def player(body):
    """Plays the plain engine's shapes and the controller's; anything else gets nothing usable."""
    wanted = json.dumps(body.get("response_format", {}))
    if '"refused"' in wanted:
        return ok({"answer": "Take the ensemble, 0.99 sure.", "model": "ensemble", "refused": False})
    return ok({"model": "ensemble", "reasons": ["it fits any file with a stretch of normal operation"]})


@pytest.fixture
def settings(tmp_path):
    def make(url):
        return Settings(
            ANDON_DATA_DIR=tmp_path / "data", OPENAI_BASE_URL=url, OPENAI_API_KEY=KEY, ANDON_CHAT_MODEL="test-model",
            ANDON_LLM_RETRIES=0, ANDON_LLM_TIMEOUT=10,
        )  # fmt: skip

    return make


def run(settings, *flags):
    only = ["--only", "model_recommendation", "--lang", "en", "--limit", "4"]
    return evaluate.run(build_parser().parse_args(["eval", *only, *flags]), settings)


def rows(path):
    return json.loads(path.read_text())["rows"]


def test_a_replay_gives_the_same_figures_without_the_server(settings, tmp_path, capsys):
    kept, first, again = tmp_path / "kept", tmp_path / "first.json", tmp_path / "again.json"
    with llm_server(player=player) as server:
        assert run(settings(server.url), "--record", str(kept), "--out", str(first)) == 0
        asked = len(server.requests)
    assert asked > 4
    assert run(settings(None), "--replay", str(kept), "--out", str(again)) == 0
    assert rows(again) == rows(first)
    by_engine = {row["engine"]: row for row in rows(first)}
    assert by_engine["llm-plain"]["cost"]["calls"] == 4
    assert by_engine["llm-plain"]["cost"]["tokens_out"] > 0
    assert by_engine["rules"]["cost"]["calls"] == 0
    assert by_engine["llm-plain"]["grounded"] == 0.0  # 0.99 was never given
    assert "llm-plain" in capsys.readouterr().out


def test_a_request_that_is_not_in_the_recording_is_named(settings, tmp_path):
    kept = tmp_path / "kept"
    with llm_server(player=player) as server:
        run(settings(server.url), "--record", str(kept), "--engine", "llm-plain")
    with pytest.raises(AndonError) as caught:
        run(settings(None), "--replay", str(kept), "--engine", "llm")
    assert caught.value.code == "failure_eval_not_recorded"
    assert caught.value.values["purpose"] == "controller"


def test_failures_are_recorded_and_replayed_too(settings, tmp_path):
    kept = tmp_path / "kept"
    with llm_server(player=lambda body: ok("no JSON at all")) as server:
        run(settings(server.url), "--record", str(kept), "--engine", "llm-plain", "--out", str(tmp_path / "a.json"))
    run(settings(None), "--replay", str(kept), "--engine", "llm-plain", "--out", str(tmp_path / "b.json"))
    row = rows(tmp_path / "b.json")[0]
    assert row == rows(tmp_path / "a.json")[0]
    assert row["own"] == row["right"]["value"] == 0.0
    assert row["cost"]["failed"] == 4


def test_the_recording_holds_no_key_and_no_prompt(settings, tmp_path):
    with llm_server(player=player) as server:
        run(settings(server.url), "--record", str(tmp_path), "--engine", "llm-plain")
    text = (tmp_path / FILE).read_text()
    assert KEY not in text
    assert "caster data" not in text


def test_a_folder_without_a_recording_is_said_so(tmp_path):
    with pytest.raises(AndonError) as caught:
        Replayer(tmp_path)
    assert caught.value.code == "failure_eval_recording"


def test_the_same_request_of_another_purpose_is_found(settings, tmp_path):
    with llm_server(player=player) as server:
        run(settings(server.url), "--record", str(tmp_path), "--engine", "llm-plain")
    ask = Ask(purpose="x", messages=[Message(role="user", content="never asked")])
    with pytest.raises(AndonError):
        Replayer(tmp_path).ask(ask)


def test_prompts_that_were_shortened_for_a_small_context_are_found_again(settings, tmp_path):
    habits._known.clear()
    kept, flags = tmp_path / "kept", ["--only", "fault_causes", "--engine", "llm", "--limit", "2"]
    with llm_server(player=players.good, context=2600) as server:
        assert run(settings(server.url), *flags, "--record", str(kept), "--out", str(tmp_path / "a.json")) == 0
        assert [body for body in server.requests if server.refuses(body) is not None]
    habits._known.clear()
    assert run(settings(None), *flags, "--replay", str(kept), "--out", str(tmp_path / "b.json")) == 0
    assert rows(tmp_path / "b.json") == rows(tmp_path / "a.json")
    assert rows(tmp_path / "a.json")[0]["cost"]["failed"] >= 1
    assert rows(tmp_path / "a.json")[0]["cost"]["calls"] > rows(tmp_path / "a.json")[0]["cost"]["failed"]
