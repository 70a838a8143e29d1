"""The ablation with a language model behind an endpoint: it plays the roles, within a budget, recorded and replayed."""

import json

import pytest

from bot.cli import build_parser
from roles.llm import breaker, habits
from tests.llm_server import llm_server
from tests.workers import players
from workers.commands import evaluate
from workers.errors import AndonError
from workers.evaluation import ablation
from workers.evaluation.labelled import Labelled
from workers.settings import Settings
from workers.simulator import simulate

pytest.importorskip("openai", reason="the extra llm is not installed")

ROWS, TRAIN = 3_000, 1_200


@pytest.fixture(autouse=True)
def _tiny(monkeypatch, tmp_path):
    """Two short simulated files, an installation of its own, nothing learnt."""

    def files(_data):
        for name in ("stopper_clogging", "stuck_sensor"):
            made = simulate(name, ROWS, 3)
            event = next(e for e in made.truth.events if not e.benign)
            start, end = made.frame.index.searchsorted([event.start, event.end])
            labels = (made.frame.index >= made.frame.index[start]).astype("int64")
            labels[end + 1 :] = 0
            yield Labelled(name, made.frame, TRAIN, labels, tuple(made.truth.acceptable), made.context, fault=name)

    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(ablation, "SETS", {"simulator": files})
    monkeypatch.setattr(ablation.Bench, "rows", lambda bench: [
        bench._row("all roles", manager=True, supervisor=True),
        bench._row("no supervisor", manager=True, supervisor=False),
        bench._row("no controller", manager=True, supervisor=True, controller=False),
    ])  # fmt: skip
    habits._known.clear()
    breaker._breakers.clear()


def run(folder, url, *flags, **more):
    more |= {"openai_base_url": url, "openai_api_key": "sk-test-7Qx", "chat_model": "test-model"} if url else {}
    out = folder / "out.json"
    args = build_parser().parse_args(["eval", "--ablation", *map(str, flags), "--out", str(out)])
    assert evaluate.run(args, Settings(data_dir=folder / "data", llm_retries=0, **more)) == 0
    return json.loads(out.read_text(encoding="utf-8"))


def test_a_model_plays_the_roles_beside_the_rules_and_a_replay_gives_the_same_rows(tmp_path, capsys):
    kept = tmp_path / "kept"
    with llm_server(player=players.good) as server:
        rows = run(tmp_path, server.url, "--engine", "rules,llm", "--limit", "1", "--record", kept)
        roles = {players.role_of(body) for body in server.requests}
    assert roles == {"pipeline_manager", "controller", "supervisor", "decision_maker"}
    assert [(r["engine"], r["pipeline"]) for r in rows] == [
        (engine, pipeline)
        for engine in ("rules", "llm")
        for pipeline in ("all roles", "no supervisor", "no controller")
    ]
    rules, llm = rows[0], rows[3]
    assert rules["own"] == "-"
    own, _, asked = llm["own"].partition(" of ")
    assert int(own) >= 4  # manager, controller, supervisor, decision maker
    assert own == asked
    assert rules["causes"].endswith("of 1")
    assert llm["causes"].endswith("of 1")
    shown = capsys.readouterr().out
    assert "llm: all roles" in shown
    assert run(tmp_path, None, "--engine", "rules,llm", "--limit", "1", "--replay", kept) == rows


def test_a_model_that_says_nothing_usable_is_told_apart_from_the_rules_behind_it(tmp_path):
    with llm_server(player=lambda body: {}) as server:
        rows = run(tmp_path, server.url, "--engine", "rules,llm", "--limit", "1")
    rules, llm = rows[0], rows[3]
    assert int(llm["own"].partition(" of ")[2]) >= 3
    assert llm["f1"] == rules["f1"]
    assert (llm["causes"], llm["roots"]) == (rules["causes"], rules["roots"])


def test_the_budget_of_a_run_holds_and_what_it_did_not_last_for_is_told(tmp_path, capsys):
    with llm_server(player=players.costly) as server:
        rows = run(tmp_path, server.url, "--engine", "llm", llm_tokens_per_run=20_000)
        assert len(server.requests) == 1
    assert rows[0]["own"].startswith("1 of ")
    assert "ANDON_LLM_TOKENS_PER_RUN" in capsys.readouterr().err


def test_without_engine_the_rules_play_alone_and_a_plain_model_has_no_roles(tmp_path, capsys):
    with llm_server() as server:
        rows = run(tmp_path, server.url, "--limit", "1")
        assert server.requests == []
    assert {(r["engine"], r["causes"], r["own"]) for r in rows} == {("rules", "-", "-")}
    assert "own" not in capsys.readouterr().out
    with pytest.raises(AndonError, match="failure_eval_ablation_engine"):
        run(tmp_path, "http://127.0.0.1:9/v1", "--engine", "llm-plain")
    with pytest.raises(AndonError, match="failure_eval_no_endpoint"):
        run(tmp_path, None, "--engine", "llm")
