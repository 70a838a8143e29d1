"""`andon kb calibrate` as a person runs it: figures, a file that counts from then on, one sentence when it cannot."""

import argparse
import json
import shutil

import pytest

import kb
from bot import cli
from kb.embedders import Usem3
from kb.search import confidence


@pytest.fixture(scope="module")
def model():
    return Usem3()


@pytest.fixture(scope="module")
def filled(tmp_path_factory, model):
    """A data folder with the shipped pack, to copy from."""
    folder = tmp_path_factory.mktemp("filled")
    kb.open_store(folder / kb.FILE, model).close()
    return folder


@pytest.fixture
def data(tmp_path, filled, monkeypatch):
    folder = tmp_path / "data"
    monkeypatch.setenv("ANDON_DATA_DIR", str(shutil.copytree(filled, folder)))
    yield folder
    confidence.use(tmp_path / "none")  # the next test looks elsewhere


@pytest.fixture
def calibrate(data, model, monkeypatch, capsys):
    """Run the command; (exit code, stdout, stderr)."""
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: model)

    def run(*words):
        code = cli.main(["kb", "calibrate", *words])
        out, err = capsys.readouterr()
        return argparse.Namespace(code=code, out=out, err=err)

    return run


def ask(data, *questions):
    (data / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions), encoding="utf-8")


def test_calibration_is_written_and_counts_from_then_on(calibrate, data):
    ask(
        data, {"text": "who feeds the wombat?"}, {"text": "what shows that the stopper clogs?", "expect": ["CC-001-en"]}
    )
    told = calibrate("--json")
    result = json.loads(told.out)
    assert (told.code, result["model"], result["own"]) == (0, "usem3", 2)
    assert result["questions"] > 300
    assert 0.8 < result["after"]["balanced"] <= 1
    assert 0.65 < result["after"]["recall_1"] < result["after"]["recall_5"]
    assert "1100" in told.err  # progress
    written = confidence.read(data / "calibration" / "usem3.toml")
    assert "2 of the plant's own" in written.fitted
    assert confidence.calibration_for("usem3") == written


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("question", "named"), [
    ({"text": "who?", "expect": ["CC-404"]}, "CC-404"), ({"question": "who?"}, "1"),
])  # fmt: skip
def test_wrong_question_is_named_in_one_sentence_and_nothing_is_written(calibrate, data, question, named, lang):
    ask(data, question)
    told = calibrate("--lang", lang)
    assert (told.code, told.out) == (2, "")
    assert named in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not (data / "calibration").exists()
