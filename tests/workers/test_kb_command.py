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
    monkeypatch_module.setattr("workers.knowledge.opening._embedder", lambda *_named: shared)


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
    picture = tmp_path / "roll.jpg"
    picture.write_bytes(b"\xff\xd8\xff")
    result = andon("kb", "add", str(picture))
    assert result.code == 2
    assert result.err.count("\n") == 1
    assert ".md" in result.err
    assert "roll.jpg" in result.err
    both = andon("kb", "add", str(picture), str(manual), "--json")
    assert both.code == 2
    assert both.json()["taken"][0]["file"] == "wombat.md"
    assert both.json()["refused"][0]["file"] == "roll.jpg"


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
def test_a_broken_batch_line_is_named_and_the_others_are_answered(andon, tmp_path, line):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": 1, "text": "ok"}\n' + line + '\n{"id": 3, "text": "ok"}\n', "utf-8")
    for command in (["ask"], ["kb", "search"]):
        result = andon(*command, "--batch", str(path))
        assert result.code == 2
        assert [json.loads(each)["id"] for each in result.out.splitlines()] == [1, 3]
        assert "line 2 of questions.jsonl" in result.err
        assert len(result.err.strip().splitlines()) == 1


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


def feedback(andon, verdict, answer, user, question=QUESTION):
    return andon("kb", "feedback", "--question", question, "--verdict", verdict, "--answer", answer, "--user", user,
                 "--json").json()  # fmt: skip


def test_two_who_agree_make_a_case_knowledge_and_the_history_says_so(andon, monkeypatch):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    monkeypatch.setenv("ANDON_VIEWERS", "eve")
    first = feedback(andon, "agree", RIGHT, "bo")
    assert (first["status"], first["agreed"]) == ("candidate", 1)
    assert feedback(andon, "agree", RIGHT, "bo") == first
    assert feedback(andon, "agree", RIGHT, "eve") == first
    again = feedback(andon, "agree", RIGHT, "li", QUESTION.replace("Why did", "why does").replace("?", ""))
    assert again == {"candidate": first["candidate"], "status": "verified", "agreed": 2}
    change = andon("kb", "history", first["candidate"], "--json").json()["changes"][-1]
    assert (change["action"], change["note"]) == ("confirm", "2 agreed: bo, li")
    assert "2 人同意：bo, li" in andon("kb", "history", first["candidate"], "--lang", "zh").out.replace(": bo", "：bo")
    assert andon("ask", QUESTION, "--json").json()["evidence"][0]["id"] == first["candidate"]


def test_a_keepers_agreement_is_enough_and_how_many_it_takes_is_a_setting(andon, monkeypatch):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    monkeypatch.setenv("ANDON_CONFIRMATIONS", "3")
    assert [feedback(andon, "agree", RIGHT, user)["status"] for user in ("bo", "li")] == ["candidate", "candidate"]
    assert feedback(andon, "agree", RIGHT, "anna")["status"] == "verified"


def test_review_shows_what_contradicts_and_what_would_change(andon):
    feedback(andon, "agree", "Close valve V-33 before the pump QP-12 is started.", "bo", "start of QP-12?")
    id_ = feedback(andon, "disagree", "Open valve V-33 before the pump QP-12 is started.", "li", "start of QP-12?")
    card = andon("kb", "review", id_["candidate"], "--json").json()["candidates"][0]
    assert [near["id"] for near in card["contradictions"]] == ["CASE-1"]
    assert card["changes"]["changed"][0]["after"]["id"] == id_["candidate"]
    assert card["changes"]["changed"][0]["question"] == "start of QP-12?"
    assert card["changes"]["unchanged"] >= 60
    told = andon("kb", "review").out
    assert 'Contradicts [CASE-1] start of QP-12?: "open" against "close"' in told
    whole = andon("kb", "review", id_["candidate"], "--lang", "zh").out
    assert "“open”与“close”相反" in whole
    assert f"之后：[{id_['candidate']}]" in whole


def test_the_plants_own_questions_are_tried_but_not_those_of_private_talks(andon, tmp_path):
    from workers.state import Ledger, open_database

    ledger = Ledger(open_database(f"sqlite:///{tmp_path / 'data' / 'andon.sqlite'}"))
    for key, private in (("why does the wombat valve squeak?", False), ("a secret about the wombat valve", True)):
        place = ledger.talk.conversation("slack", "T1", key[:1], "", private=private)
        asked = ledger.talk.ask(key, (), conversation_id=place.id, user="U1", text=key, lang="en").question
        ledger.answers.record(ledger.runs.begin(asked.id, {"id": key, "text": key}).id, prefix="x")
    assert ledger.answers.asked() == ["why does the wombat valve squeak?"]
    ledger.close()
    id_ = feedback(andon, "disagree", "Its seat is dry; grease it.", "bo", "why does the wombat valve squeak so?")
    changes = andon("kb", "review", id_["candidate"], "--json").json()["candidates"][0]["changes"]
    assert {turn["question"] for turn in changes["changed"]} >= {"why does the wombat valve squeak?"}
    assert "secret" not in json.dumps(changes)


def test_review_goes_on_without_a_database(andon, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    id_ = feedback(andon, "disagree", RIGHT, "bo")["candidate"]
    result = andon("kb", "review")
    assert (result.code, result.err.count("\n")) == (0, 1)
    assert id_ in result.out


def test_approval_marks_what_was_wrong_and_answers_say_so_until_it_is_undone(andon):
    question = "What are the signs of a hydraulic leak?"
    id_ = feedback(andon, "disagree", "A leak shows as pump cycling shorter than 40 s.", "bo", question)["candidate"]
    approved = andon("kb", "approve", id_, "--user", "anna", "--json").json()
    assert approved["disputes"] == ["CC-059-en", "CC-059-zh"]
    assert "CC-059-en" not in [e["id"] for e in andon("ask", question, "--json").json()["evidence"]]
    other = "液压系统内漏时油温会升高吗？"  # another question, which the wrong passage answers
    told = andon("ask", other, "--json").json()
    assert {e["id"]: e["disputed_by"] for e in told["evidence"]}["CC-059-zh"] == [id_]
    assert f"已批准的更正 [{id_}]" in told["text"]
    andon("kb", "undo", id_, "--user", "anna")
    told = andon("ask", other, "--json").json()
    assert all(e["disputed_by"] == [] for e in told["evidence"])
    assert "更正" not in told["text"]


def test_the_track_record_stands_beside_what_is_quoted(andon):
    question = "What are the signs of a hydraulic leak?"
    for user, verdict in (("bo", "agree"), ("li", "agree"), ("kim", "disagree"), ("bo", "agree")):
        andon("kb", "feedback", "--question", question, "--verdict", verdict, "--user", user)
    told = andon("ask", question, "--json").json()
    first = told["evidence"][0]
    assert (first["right"], first["wrong"]) == (2, 1)
    assert "right 2 of 3 times" in told["text"]
    assert "3 次中 2 次正确" in andon("ask", question, "--lang", "zh").out
    listed = {p["id"]: p for p in andon("kb", "list", "--json").json()["passages"]}
    assert (listed[first["id"]]["right"], listed[first["id"]]["wrong"]) == (2, 1)
    found = andon("kb", "search", question, "--json").json()["passages"][0]
    assert (found["id"], found["right"]) == (first["id"], 2)


def test_near_duplicates_are_named_on_approval_and_merged(andon):
    one = feedback(andon, "agree", "The frost relay K77 hums; replace the relay K77.", "bo", "why does line 7 hum?")
    two = feedback(andon, "disagree", "Replace relay K77: the frost relay K77 hums.", "li", "why does line 7 hum?")
    approved = andon("kb", "approve", two["candidate"], "--user", "anna")
    assert f"andon kb merge {two['candidate']} {one['candidate']} --user NAME" in approved.out
    merged = andon("kb", "merge", two["candidate"], one["candidate"], "--user", "anna", "--json").json()
    assert merged["passage"]["id"] == one["candidate"]
    status = {p["id"]: p["status"] for p in andon("kb", "list", "--json").json()["passages"]}
    assert (status[two["candidate"]], status[one["candidate"]]) == ("retired", "candidate")
    assert andon("kb", "undo", two["candidate"], "--user", "anna", "--json").json()["passage"]["status"] == "verified"


@pytest.mark.parametrize("words", [
    ["approve", "CASE-1"], ["approve", "CASE-1", "--user", "bo"], ["merge", "CASE-1", "CC-001-en"],
    ["merge", "CASE-1", "CC-001-en", "--user", "bo"], ["merge", "CASE-1", "CASE-1", "--user", "anna"],
    ["history", "FB-99"], ["review", "FB-99"], ["review", "CC-001-en"], ["undo", "CASE-1", "--user", "li"],
])  # fmt: skip
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_who_may_not_or_names_nothing_gets_one_sentence(andon, monkeypatch, words, lang):
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    feedback(andon, "agree", RIGHT, "bo")
    result = andon("kb", *words, "--lang", lang)
    assert (result.code, result.out, result.err.count("\n")) == (2, "", 1)
    assert andon("kb", "review", "--json").json()["candidates"][0]["id"] == "CASE-1"


def test_history_is_readable_in_both_languages(andon):
    id_ = feedback(andon, "disagree", RIGHT, "bo")["candidate"]
    andon("kb", "approve", id_, "--user", "anna")
    assert "approved, by anna" in andon("kb", "history", id_).out
    assert "批准，anna" in andon("kb", "history", id_, "--lang", "zh").out


def test_saying_again_what_a_verified_correction_says_agrees_with_it(andon):
    """It was told that the candidate waits for a keeper, and counted as wrong against the correction itself."""
    words = ("kb", "feedback", "--question", QUESTION, "--verdict", "disagree", "--answer", RIGHT, "--user")
    id_ = andon(*words, "bo", "--json").json()["candidate"]
    andon("kb", "approve", id_, "--user", "anna")
    assert "verified knowledge" in andon(*words, "li").out
    (found,) = (p for p in andon("kb", "list", "--kind", "feedback", "--json").json()["passages"] if p["id"] == id_)
    assert (found["status"], found["right"], found["wrong"]) == ("verified", 1, 0)
