"""`andon eval` as a person runs it."""

import json

import pytest

from bot.cli import main


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """An installation of its own without a language model."""
    for name in ("OPENAI_BASE_URL", "OPENAI_API_KEY", "ANDON_CHAT_MODEL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))


def test_without_an_endpoint_the_rules_are_scored_and_it_is_said_how_to_add_one(capsys):
    assert main(["eval", "--limit", "2"]) == 0
    out, err = capsys.readouterr()
    assert "OPENAI_BASE_URL" in err
    for category in ("data_handling", "causal_correction", "model_recommendation", "fault_causes", "advice", "all"):
        assert any(line.startswith(category) and " rules " in line for line in out.splitlines())
    assert "llm" not in out.partition("\n\n")[2].partition("right:")[0]


def test_json_is_one_document_with_every_answer(capsys):
    assert main(["eval", "--only", "causal_correction", "--lang", "zh", "--part", "test", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["rows"][0]["count"] == len(found["answers"]) == 16
    assert all(answer["part"] == "test" for answer in found["answers"])


@pytest.mark.parametrize(
    ("flags", "word"),
    [
        (["--only", "poetry"], "poetry"),
        (["--engine", "oracle"], "oracle"),
        (["--engine", "llm"], "OPENAI_BASE_URL"),
        (["--limit", "0"], "--limit"),
        (["--record", "a", "--replay", "b"], "--record"),
        (["--replay", "nowhere"], "nowhere"),
        (["--ablation", "--data", "nowhere"], "nowhere"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_exit_2(capsys, flags, word):
    assert main(["eval", *flags]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert word in err
    assert err.strip().count("\n") == 0
