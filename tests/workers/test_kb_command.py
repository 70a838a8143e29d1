"""`andon kb` and `andon ask` as scripts use them: JSON on stdout, one sentence on stderr, exit codes."""

import argparse
import json

import pytest

from bot import cli
from kb.embedders import Usem3

QUESTION = "Why did the level jump after the tundish change on strand 7?"
RIGHT = "The nozzle was misaligned after the change; reseating it calmed the level."


@pytest.fixture(scope="module", autouse=True)
def one_embedder(monkeypatch_module):
    """Load the weights once for all commands."""
    shared = Usem3()
    monkeypatch_module.setattr("kb.opening.default_embedder", lambda: shared)


@pytest.fixture(scope="module")
def monkeypatch_module():
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def filled(tmp_path_factory, one_embedder, monkeypatch_module):
    """A data folder with the shipped pack, to copy from."""
    import kb

    folder = tmp_path_factory.mktemp("filled")
    kb.open_store(folder / kb.FILE).close()
    return folder


@pytest.fixture
def andon(tmp_path, monkeypatch, capsys, filled):
    """Run a command in a data folder of its own: (exit code, stdout, stderr)."""
    import shutil

    monkeypatch.setenv("ANDON_DATA_DIR", str(shutil.copytree(filled, tmp_path / "data")))
    monkeypatch.delenv("ANDON_KEEPERS", raising=False)
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = cli.main(list(words))
        out, err = capsys.readouterr()
        return argparse.Namespace(code=code, out=out, err=err, json=lambda: json.loads(out))

    return run


@pytest.fixture
def manual(tmp_path):
    path = tmp_path / "wombat.md"
    path.write_text("# Zirconia wombat\n\nThe zirconia wombat valve W7 must be greased every 200 hours.\n", "utf-8")
    return path


def test_document_is_added_searched_and_asked(andon, manual):
    added = andon("kb", "add", str(manual), "--json").json()
    assert len(added["taken"][0]["stored"]) == 1
    found = andon("kb", "search", "how often is the zirconia wombat valve greased?", "--json").json()["passages"][0]
    assert found["id"] == added["taken"][0]["stored"][0]
    assert "wombat.md" in found["source"]
    assert set(found) >= {"id", "title", "text", "source", "lang", "kind", "status", "score", "confidence"}
    told = andon("ask", "How often must the zirconia wombat valve W7 be greased?", "--json").json()
    assert not told["abstained"]
    assert "200 hours" in told["text"]
    assert told["evidence"][0]["id"] == found["id"]
    assert "200 hours" in told["evidence"][0]["quote"]


def test_adding_again_adds_nothing(andon, manual):
    andon("kb", "add", str(manual))
    before = andon("kb", "list", "--json").json()["passages"]
    again = andon("kb", "add", str(manual))
    assert again.code == 0
    assert "nothing new" in again.out
    assert andon("kb", "list", "--json").json()["passages"] == before


def test_refused_file_is_one_sentence_and_exit_2(andon, manual, tmp_path):
    pdf = tmp_path / "roll.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    result = andon("kb", "add", str(pdf))
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert ".md" in result.err
    assert "roll.pdf" in result.err
    both = andon("kb", "add", str(pdf), str(manual), "--json")
    assert both.code == 2
    assert both.json()["taken"][0]["file"] == "wombat.md"
    assert both.json()["refused"][0]["file"] == "roll.pdf"


def test_candidate_is_in_no_answer_until_approved_and_undo_takes_it_out(andon):
    candidate = andon("kb", "feedback", "--question", QUESTION, "--verdict", "disagree", "--answer", RIGHT,
                      "--user", "crew1", "--json").json()["candidate"]  # fmt: skip

    def cited():
        return [e["id"] for e in andon("ask", QUESTION, "--json").json()["evidence"]]

    assert candidate not in cited()
    assert RIGHT in andon("kb", "review").out
    assert andon("kb", "approve", candidate, "--user", "anna").code == 0
    told = andon("ask", QUESTION, "--json").json()
    assert told["evidence"][0]["id"] == candidate
    assert RIGHT in told["text"]
    assert andon("kb", "undo", candidate, "--user", "anna").code == 0
    assert candidate not in cited()


def test_only_keepers_approve(andon, monkeypatch):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    candidate = andon("kb", "feedback", "--question", QUESTION, "--verdict", "disagree", "--answer", RIGHT,
                      "--user", "crew1", "--json").json()["candidate"]  # fmt: skip
    refused = andon("kb", "approve", candidate, "--user", "crew1")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert andon("kb", "review", "--json").json()["candidates"][0]["status"] == "candidate"
    assert andon("kb", "approve", candidate, "--user", "anna", "--json").json()["passage"]["verifier"] == "anna"


def test_what_a_named_reader_adds_waits_for_a_keeper(andon, manual, monkeypatch):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    id_ = andon("kb", "add", str(manual), "--user", "crew1", "--json").json()["taken"][0]["stored"][0]
    assert andon("kb", "review", "--json").json()["candidates"][0]["id"] == id_
    assert andon("kb", "reject", id_, "--user", "anna").code == 0
    assert andon("kb", "review", "--json").json()["candidates"] == []


def test_verdict_alone_makes_no_candidate(andon):
    result = andon("kb", "feedback", "--question", QUESTION, "--verdict", "disagree", "--user", "x", "--json")
    assert result.json() == {"candidate": None}


def test_retired_passage_leaves_the_answers(andon, manual):
    id_ = andon("kb", "add", str(manual), "--json").json()["taken"][0]["stored"][0]
    andon("kb", "retire", id_, "--user", "anna")
    assert id_ not in {p["id"] for p in andon("kb", "search", "zirconia wombat valve", "--json").json()["passages"]}
    assert next(p for p in andon("kb", "list", "--json").json()["passages"] if p["id"] == id_)["status"] == "retired"


@pytest.mark.parametrize(("question", "words"), [
    ("Who won the football world cup in 1998?", "would help"), ("怎么做红烧肉？", "以下信息"),
])  # fmt: skip
def test_question_without_an_answer_is_told_so_in_its_language(andon, question, words):
    told = andon("ask", question, "--json").json()
    assert told["abstained"]
    assert told["evidence"] == []
    assert told["confidence"] < 0.55
    assert words in told["text"]
    assert told["asks_for"]


def test_batch_gives_one_line_for_each_question(andon, manual, tmp_path):
    andon("kb", "add", str(manual))
    questions = [{"id": "a", "text": "zirconia wombat valve greased how often?"}, {"id": 7, "text": "怎么做红烧肉？"}]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(json.dumps(q) for q in questions) + "\n\n", "utf-8")
    told = [json.loads(line) for line in andon("ask", "--batch", str(path)).out.splitlines()]
    assert [(t["id"], t["abstained"]) for t in told] == [("a", False), (7, True)]
    found = [json.loads(line) for line in andon("kb", "search", "--batch", str(path), "--limit", "2").out.splitlines()]
    assert [(f["id"], len(f["passages"])) for f in found] == [("a", 2), (7, 2)]


@pytest.mark.parametrize("line", ["not json", "[1]", '{"id": 1}', '{"id": 1, "text": ""}', '{"id": 1, "text": 5}'])
def test_broken_batch_line_is_named(andon, tmp_path, line):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1, "text": "ok"}\n' + line + "\n", "utf-8")
    result = andon("ask", "--batch", str(path))
    assert (result.code, result.out) == (2, "")
    assert "2" in result.err


@pytest.mark.parametrize("words", [
    ["ask", " "], ["ask"], ["kb", "search", ""], ["kb", "search", "x", "--limit", "0"], ["kb", "approve", "FB-99"],
    ["kb", "undo", "CC-404"], ["kb", "add", "nothing.md"], ["ask", "--batch", "nothing.jsonl"],
    ["kb", "feedback", "--question", "", "--verdict", "agree"],
])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_input_is_one_sentence(andon, words, lang):
    result = andon(*words, "--lang", lang)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)


def test_list_and_search_are_readable_without_json(andon, manual):
    id_ = andon("kb", "add", str(manual), "--json").json()["taken"][0]["stored"][0]
    assert id_ in andon("kb", "list").out
    lines = andon("kb", "search", "zirconia wombat valve", "--limit", "1").out.splitlines()
    assert lines[0].startswith(f"1. [{id_}] Zirconia wombat")
    assert "wombat.md" in lines[2]
