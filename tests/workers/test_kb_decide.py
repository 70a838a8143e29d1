"""`andon kb` on many passages: lists with filters, decisions with counts and an undo each, folders, warnings."""

import argparse
import json

import pytest

from bot import cli
from tests.kb.conftest import WordEmbedder

PUMP = (
    "# Pump\n\nThe oil of pump P7 is changed every 200 hours.\n\n# Fan\n\nThe fan of pump P7 is cleaned on Mondays.\n"
)


@pytest.fixture
def andon(tmp_path, monkeypatch, capsys):
    """Run a command in an empty data folder: exit code, stdout, stderr, JSON."""
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: WordEmbedder())
    monkeypatch.setattr("workers.knowledge.opening.open_knowledge.__defaults__", ((),))

    def run(*words):
        code = cli.main(["kb", *map(str, words)])
        out, err = capsys.readouterr()
        return argparse.Namespace(code=code, out=out, err=err, json=lambda: json.loads(out))

    return run


@pytest.fixture
def pump(tmp_path, andon):
    """Two passages of pump.md that wait, and one of belt.md that counts; their ids."""
    for name, text in (("pump.md", PUMP), ("belt.md", "# Belt\n\nThe belt of M3 is replaced every year.\n")):
        (tmp_path / name).write_text(text, "utf-8")
    waits = andon("add", tmp_path / "pump.md", "--user", "bo", "--json").json()["taken"][0]["stored"]
    return waits, andon("add", tmp_path / "belt.md", "--json").json()["taken"][0]["stored"]


def statuses(andon):
    return {p["id"]: p["status"] for p in andon("list", "--json").json()["passages"]}


def test_a_document_is_approved_in_one_go_and_each_passage_has_its_undo(andon, pump):
    waits, counts = pump
    told = andon("approve", "--document", "pump.md", "--user", "anna")
    assert told.out.startswith(f"Verified knowledge now and used in answers: 2 ({', '.join(waits)}).")
    andon("undo", waits[0], "--user", "anna")
    assert statuses(andon) == {waits[0]: "candidate", waits[1]: "verified", counts[0]: "verified"}


def test_what_stood_so_already_is_told_apart(andon, pump):
    waits, counts = pump
    told = andon("approve", waits[0], counts[0], "--user", "anna", "--json").json()
    assert ([p["id"] for p in told["passages"]], told["unchanged"]) == ([waits[0]], counts)


def test_ids_that_fail_leave_the_others_decided(andon, pump):
    waits, _ = pump
    told = andon("reject", waits[0], "NO-1", "NO-2", waits[1], "--user", "anna", "--lang", "zh")
    assert told.code == 2
    assert "已拒绝：2 条" in told.out
    assert "NO-2" in told.out
    assert (told.err.count("\n"), "NO-1" in told.err) == (1, True)
    assert set(statuses(andon).values()) == {"retired", "verified"}


@pytest.mark.parametrize("words", [
    ["approve", "--user", "anna"], ["retire", "--document", "nothing.md", "--user", "anna"], ["list", "--limit", "-1"],
    ["approve", "--document", "pump.md", "--user", "bo"], ["approve", "--document", "pump.md"],
])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_bad_input_is_one_sentence_and_changes_nothing(andon, pump, words, lang):
    before = statuses(andon)
    told = andon(*words, "--lang", lang)
    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)
    assert statuses(andon) == before


def test_the_list_is_narrowed_and_says_where_each_passage_is_from(andon, pump):
    waits, counts = pump

    def listed(*words):
        return [p["id"] for p in andon("list", *words, "--json").json()["passages"]]

    assert listed() == [*waits, *counts]
    assert listed("--status", "candidate") == listed("--document", "pump.md") == listed("--source", "pump.md") == waits
    assert listed("--limit", "1") == counts
    assert (listed("--kind", "rule"), listed("--limit", "0")) == ([], [*waits, *counts])
    told = andon("list", "--limit", "2").out.splitlines()
    assert told[0].endswith("Fan  [pump.md, line 7]")
    assert told[2].startswith("The newest 2 of 3 passages.")
    assert andon("list", "--document", "pump.md", "--limit", "1").out.count("1 of 2") == 1


def test_on_a_terminal_the_list_ends(andon, pump, monkeypatch):
    monkeypatch.setattr("workers.commands.kb.ON_TERMINAL", 1)
    assert len(andon("list").out.splitlines()) == 3
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "The newest 1 of 3" in andon("list").out
    assert len(andon("list", "--json").json()["passages"]) == 3


def test_a_folder_is_taken_with_what_is_left_out(andon, tmp_path):
    folder = tmp_path / "line 5"
    (folder / "old").mkdir(parents=True)
    for name in ("pump.md", ".draft.md", "~$pump.md", "old/fan.md"):
        (folder / name).write_text(PUMP, "utf-8")
    (folder / "photo.jpg").write_bytes(b"\xff\xd8")
    told = andon("add", folder, "--json").json()
    assert [t["file"] for t in told["taken"]] == ["pump.md"]
    assert told["folders"] == [{"folder": str(folder), "taken": 1, "left_out": ["old/", "photo.jpg"]}]
    assert "文档 1 个，未读取 2 个（old/, photo.jpg）" in andon("add", folder, "--lang", "zh").out
    refused = andon("add", folder / "old" / "..", tmp_path / "line 5" / "old", "--json")
    assert refused.code == 0
    (folder / "old" / "fan.md").unlink()
    assert "holds no document" in andon("add", folder / "old").err


def test_a_folder_is_bounded(andon, tmp_path, monkeypatch):
    monkeypatch.setattr("workers.commands.kb_add.MOST_FILES", 2)
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(f"The roll {number} is greased weekly.", "utf-8")
    told = andon("add", tmp_path, "--json").json()
    assert (len(told["taken"]), told["folders"][0]["left_out"][0]) == (2, "2.txt")


def test_contradictions_with_what_counts_are_told_to_a_keeper(andon, pump, tmp_path):
    (tmp_path / "memo.md").write_text("# Memo\n\nThe oil of pump P7 is changed every 300 hours.\n", "utf-8")
    assert andon("add", tmp_path / "memo.md", "--json").json()["contradictions"]["found"] == []  # pump.md only waits
    andon("approve", "--document", "pump.md", "--user", "anna")
    (tmp_path / "news.md").write_text("# News\n\nThe oil of pump P7 is changed every 400 hours.\n", "utf-8")
    told = andon("add", tmp_path / "news.md").out
    assert "Contradicts what is known: 2. Please check which is right." in told
    assert '400 hours against 200 hours: "The oil of pump P7' in told
    waiting = andon("add", tmp_path / "news.md", "--user", "bo", "--json").json()
    assert waiting["contradictions"] == {"found": [], "looked_at": 0, "new": 0}


def test_a_card_warns_of_a_correction_against_safety(andon, tmp_path):
    (tmp_path / "sop.md").write_text("# Release\n\nOnly the person who set the padlock may remove it.\n", "utf-8")
    id = andon("add", tmp_path / "sop.md", "--json").json()["taken"][0]["stored"][0]
    question = ["feedback", "--question", "Only who set the padlock may remove it?", "--verdict", "disagree"]
    andon(*question, "--answer", "Anybody may cut it off.", "--user", "bo")
    andon("feedback", "--question", "belt M3?", "--verdict", "disagree", "--answer", "Replace it.", "--user", "bo")
    first, second = andon("review", "--json").json()["candidates"]
    assert first["safety"]["warning"]
    assert first["safety"]["against"] == [id]
    assert second["safety"] == {"warning": False, "against": []}
    assert "SAFETY" in andon("review").out.splitlines()[0]
    assert "安全" in andon("review", first["id"], "--lang", "zh").out.splitlines()[0]


def test_merging_what_does_not_say_the_same_needs_force(andon):
    ids = [andon("feedback", "--question", f"Why does belt {n} slip?", "--verdict", "disagree", "--answer", answer,
                 "--user", "bo", "--json").json()["candidate"]
           for n, answer in ((1, "The belt is oily."), (2, "The spring is broken."))]  # fmt: skip
    refused = andon("merge", *ids, "--user", "anna")
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "--force" in refused.err
    assert set(statuses(andon).values()) == {"candidate"}
    assert andon("merge", *ids, "--user", "anna", "--force").code == 0
    assert statuses(andon)[ids[0]] == "retired"


def test_undoing_feedback_takes_its_vote_back(andon, tmp_path):
    (tmp_path / "belt.md").write_text("# Belt\n\nThe belt of M3 is replaced every year.\n", "utf-8")
    id = andon("add", tmp_path / "belt.md", "--json").json()["taken"][0]["stored"][0]
    said = andon("feedback", "--question", "belt of M3 replaced every year?", "--verdict", "disagree", "--answer",
                 "Twice a year.", "--user", "bo", "--json").json()["candidate"]  # fmt: skip

    def wrong():
        return {p["id"]: p["wrong"] for p in andon("list", "--json").json()["passages"]}[id]

    assert wrong() == 1
    assert andon("undo", said, "--user", "bo").code == 0
    assert wrong() == 0
    assert "disagreed with an answer" in andon("history", said).out


def test_a_whole_document_is_shown_with_what_would_change_and_one_undo_takes_its_approval_back(andon, pump):
    waits, counts = pump
    card = andon("review", "--document", "pump.md")
    assert card.out.startswith("pump.md: 2 passages wait for a keeper.")
    assert "known questions would be answered otherwise" in card.out
    assert andon("review", "--document", "pump.md", "--json").json()["document"]["ids"] == waits
    assert "andon kb approve --document pump.md" in andon("review").out
    assert "kb undo --document pump.md" in andon("approve", "--document", "pump.md", "--user", "anna").out
    assert "with all of pump.md" in andon("history", waits[0]).out
    andon("undo", "--document", "pump.md", "--user", "anna")
    assert statuses(andon) == {waits[0]: "candidate", waits[1]: "candidate", counts[0]: "verified"}


@pytest.mark.parametrize(
    "words", [["undo", "--document", "pump.md", "--user", "anna"], ["review", "--document", "belt.md"]]
)
def test_where_nothing_of_a_document_was_decided_or_waits_that_is_said(andon, pump, words):
    told = andon(*words)
    assert (told.code, told.out, told.err.count("\n")) == (2, "", 1)


def _two_torques(andon):
    """Two corrections of one thing that give it different torques."""
    for question, torque, user in (("torque of the vent tube", 8, "bo"), ("vent tube torque", 9, "kim")):
        answer = f"The vent tube torque is {torque} Nm."
        andon("feedback", "--question", question, "--verdict", "disagree", "--answer", answer, "--user", user)


def test_an_approval_says_which_verified_correction_it_contradicts(andon):
    _two_torques(andon)
    assert "contradicts" not in andon("approve", "FB-1", "--user", "anna").out
    assert (
        "[FB-2] contradicts [FB-1] torque of the vent tube: 9 Nm against 8 Nm"
        in andon("approve", "FB-2", "--user", "anna").out
    )
    andon("undo", "FB-2", "--user", "anna")
    assert andon("approve", "FB-2", "--user", "anna", "--json").json()["contradicts"] == ["FB-1"]


def test_two_approved_at_once_are_held_against_each_other_once(andon):
    _two_torques(andon)
    told = andon("approve", "FB-1", "FB-2", "--user", "anna").out
    assert told.count("contradicts") == 1
    andon("undo", "FB-1", "FB-2", "--user", "anna")
    told = andon("approve", "FB-1", "FB-2", "--user", "anna", "--json").json()
    assert told["contradicts"] == {"FB-1": ["FB-2"]}
