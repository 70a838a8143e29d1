"""Nobody who says hello or thanks gets a diagnosis: a few lines with examples, in chat, console and `andon ask`."""

import json

import pytest

from bot.cli import main
from tests.workers.diagnosed import data
from workers.contracts import Question
from workers.running import pipeline
from workers.settings import Settings


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("thanks", "You are welcome"),
        ("你好", "您好"),
        ("what can you do?", "I find"),
        ("你是干啥的", "我能"),
        ("你是不是AI", "我能"),
        ("are you an AI?", "I find"),
        ("hi im new here what can you do", "I find"),
    ],
)
def test_courtesy_is_answered_in_a_few_lines_with_or_without_a_file(tmp_path, text, says):
    for file in (None, data("unknown")):
        name = file.name if file else None
        question = Question(id="1", text=text, artifact=str(file) if file else None, file_name=name)
        told = pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)
        assert told.text.startswith(says)
        assert len(told.text.splitlines()) <= 5
        assert not told.diagnosis.causes
        assert (name or "-") in told.text


def test_ask_answers_courtesy_and_says_that_it_is_no_answer_from_knowledge(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path))
    assert main(["ask", "thank you!", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["abstained"]
    assert said["text"].startswith("You are welcome")
