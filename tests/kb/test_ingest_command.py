"""`andon kb add` as people and scripts use it: words in both languages, JSON, --replace, who may."""

import json

import pytest

from bot import cli
from tests.kb.conftest import WordEmbedder
from tests.kb.fixtures import documents

NEXT = "# Pump\n\nThe oil of the pump is changed every 200 hours by the crew of the shift.\n"


@pytest.fixture
def andon(tmp_path, monkeypatch, capsys):
    """Run a command in a data folder of its own: (exit code, stdout, stderr)."""
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.delenv("ANDON_KEEPERS", raising=False)
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())
    monkeypatch.setattr("kb.PACKS", ())
    monkeypatch.setattr("kb.open_store.__defaults__", (None, ()))

    def run(*words):
        code = cli.main(["kb", "add", *map(str, words)])
        return code, *capsys.readouterr()

    return run


@pytest.fixture
def mixed(tmp_path):
    """A scanned manual with one page of text, a workbook, and a picture that is no document."""
    pdf = documents.pdf(
        tmp_path / "drive.pdf", [["The fan is cleaned every month by the crew."], [documents.picture()]]
    )
    book = documents.workbook(tmp_path / "faults.xlsx", {"A": documents.FAULTS, "B": documents.FAULTS_ZH})
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    return [pdf, book, tmp_path / "photo.jpg"]


@pytest.mark.parametrize(("lang", "words"), [
    ("en", ["drive.pdf: passages stored: 1", "scanned pages without text: 1 (2)", "In English: 3, in Chinese: 2",
            "E-2041", "(7 in all)", "say nothing about it: 1 (E-2043)"]),
    ("zh", ["drive.pdf：新增 1 条", "1 页为扫描图像，没有文字（第 2 页）", "英文 3 条，中文 2 条", "E-2041",
            "共 7 个", "没有内容（E-2043）"]),
])  # fmt: skip
def test_what_was_taken_and_what_not_is_told_in_words(andon, mixed, lang, words):
    code, out, err = andon(*mixed, "--lang", lang)
    assert code == 2
    assert "photo.jpg" in err
    assert [word for word in words if word not in out] == []


def test_json_keeps_its_fields_and_is_alone_on_stdout(andon, mixed):
    code, out, _ = andon(*mixed, "--json")
    told = json.loads(out)
    assert code == 2
    assert [t["file"] for t in told["taken"]] == ["drive.pdf", "faults.xlsx"]
    assert {"file", "stored", "known", "rules", "codes", "languages", "notes", "gone", "retired"} <= set(
        told["taken"][0]
    )
    assert set(told["refused"][0]) == {"file", "reason"}


def test_earlier_version_is_told_and_replaced(andon, tmp_path):
    path = tmp_path / "pump.md"
    path.write_text(NEXT.replace("200 hours", "year"), "utf-8")
    andon(path)
    path.write_text(NEXT, "utf-8")
    told = andon(path)[1]
    assert "Another version of this document is known: 1 of its passages are not in this file, 1 of this file" in told
    assert "Answers use both" in told
    assert "earlier version retired: 1" in andon(path, "--replace")[1]
    path.write_text(NEXT.replace("200 hours", "year"), "utf-8")
    told = andon(path, "--replace")[1]
    assert "count again: 1 (K-" in told
    assert "earlier version retired: 1" in told


def test_only_keepers_replace(andon, tmp_path, monkeypatch):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    path = tmp_path / "pump.md"
    path.write_text(NEXT, "utf-8")
    code, out, err = andon(path, "--replace", "--user", "bo")
    assert (code, out) == (2, "")
    assert "bo" in err
    assert andon(path, "--replace", "--user", "anna")[0] == 0


def test_several_files_tell_their_progress_on_stderr(andon, mixed):
    _, _, err = andon(*mixed[:2])
    assert err.splitlines()[0] == "0% drive.pdf"
    assert "faults.xlsx" in err
