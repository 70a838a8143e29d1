"""`andon kb` and `andon ask` as scripts rely on them."""

import json

import pytest

QUESTION = "why does the roller table of line 7 hum at dawn"
RIGHT = "The humming of the roller table of line 7 at dawn comes from the frost heater relay K77; replace the relay."


@pytest.fixture(scope="module")
def manual(andon):
    path = andon.folder / "roll-manual-7.md"
    path.write_text(
        "# Quench pump QP-12\n\nWhen the quench pump QP-12 loses priming, its discharge pressure oscillates between "
        "2 and 5 bar. Vent the casing through valve V-33 and check the foot valve for slag.\n",
        encoding="utf-8",
    )
    return path


@pytest.fixture(scope="module")
def listed(andon):
    return lambda: andon("kb", "list", "--json").document["passages"]


def test_the_shipped_pack_is_there_in_both_languages(listed):
    passages = listed()
    assert len(passages) >= 80
    assert {"en", "zh"} <= {passage["lang"] for passage in passages}
    assert all({"id", "title", "text", "source", "lang", "kind", "status"} <= set(each) for each in passages)


def test_adding_twice_adds_nothing_and_the_file_is_named(andon, manual, listed):
    before = {passage["id"] for passage in listed()}
    first = andon("kb", "add", manual, "--json")
    assert first.code == 0, first.err
    assert first.document
    after = listed()
    new = [passage for passage in after if passage["id"] not in before]
    assert new
    assert all("roll-manual-7" in each["source"] + each["title"] for each in new)
    assert andon("kb", "add", manual).code == 0
    assert listed() == after


def test_search_finds_what_was_added_best_first(andon, manual):
    andon("kb", "add", manual)
    passages = andon("kb", "search", "quench pump QP-12 loses priming", "--json").document["passages"]
    assert "QP-12" in passages[0]["text"]
    keys = {"id", "title", "text", "source", "lang", "kind", "status", "score", "confidence"}
    assert all(keys <= set(each) for each in passages)
    assert [each["score"] for each in passages] == sorted((each["score"] for each in passages), reverse=True)
    assert all(0 <= each["confidence"] <= 1 for each in passages)


def test_an_answer_has_evidence_and_an_abstention_says_so(andon):
    known = andon("ask", "what are the signs of stopper clogging?", "--json").document
    assert known["abstained"] is False
    assert all({"id", "source", "quote"} <= set(each) for each in known["evidence"])
    assert known["evidence"]
    assert known["text"]
    strange = andon("ask", "who won the football match yesterday?", "--json").document
    assert strange["abstained"] is True
    assert strange["evidence"] == []
    assert strange["text"]


def test_batch_prints_one_line_for_each_with_its_id(andon):
    file = andon.folder / "batch.jsonl"
    texts = ["signs of stopper clogging?", "塞棒结瘤有哪些征兆？", "best pizza in Naples"]
    file.write_text(
        "\n".join(json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in enumerate(texts)) + "\n",
        encoding="utf-8",
    )
    asked = andon("ask", "--batch", file, "--json")
    assert asked.code == 0, asked.err
    assert [line["id"] for line in asked.lines] == [0, 1, 2]
    assert [line["abstained"] for line in asked.lines] == [False, False, True]
    searched = andon("kb", "search", "--batch", file, "--json")
    assert [line["id"] for line in searched.lines] == [0, 1, 2]
    assert all(line["passages"] for line in searched.lines[:2])


@pytest.mark.parametrize("lines", ["not json", '{"id": 1}', '{"id": 1, "text": 5}', "[1]"])
def test_a_bad_batch_line_is_named(andon, lines):
    file = andon.folder / "bad.jsonl"
    file.write_text('{"id": 0, "text": "pump"}\n' + lines + "\n", encoding="utf-8")
    ran = andon("ask", "--batch", file)
    assert ran.code == 2
    assert [line["id"] for line in ran.lines] == [0]
    assert len(ran.err.strip().splitlines()) == 1
    assert "2" in ran.err


def ask(andon):
    return andon("ask", QUESTION, "--json").document


def feedback(andon, verdict="disagree", answer=RIGHT, user="crew"):
    flags = ["--answer", answer] if answer else []
    ran = andon("kb", "feedback", "--question", QUESTION, "--verdict", verdict, *flags, "--user", user, "--json")
    assert ran.code == 0, ran.err
    return ran.document["candidate"]


def test_a_correction_counts_only_once_approved_and_undo_takes_it_back(andon):
    id = feedback(andon)
    assert id
    before = ask(andon)
    assert id not in {each["id"] for each in before["evidence"]}
    assert "K77" not in before["text"]
    assert id in andon("kb", "review").out
    assert andon("kb", "approve", id, "--user", "anna").code == 0
    told = ask(andon)
    assert told["abstained"] is False
    assert id in {each["id"] for each in told["evidence"]}
    assert "K77" in told["text"]
    assert andon("kb", "undo", id, "--user", "anna").code == 0
    assert id not in {each["id"] for each in ask(andon)["evidence"]}


def test_agreement_without_words_attaches_the_question_to_the_passage_that_answered_it(andon, listed):
    first = ask(andon)["evidence"][0]["id"]
    id = feedback(andon, verdict="agree", answer=None)
    (case,) = [passage for passage in listed() if passage["id"] == id]
    assert (case["kind"], case["status"], case["title"]) == ("case", "candidate", QUESTION)
    assert case["text"].startswith(f"→ [{first}]")


def test_only_keepers_approve_when_keepers_are_named(andon, listed):
    id = feedback(andon, answer=RIGHT.replace("K77", "K78"))
    before = listed()
    for name in ("mallory", ""):
        ran = andon("kb", "approve", id, "--user", name, ANDON_KEEPERS="anna, li")
        assert (ran.code, ran.out) == (2, "")
        assert len(ran.err.strip().splitlines()) == 1
    assert listed() == before
    assert andon("kb", "approve", id, "--user", "li", ANDON_KEEPERS="anna, li").code == 0
    status = {passage["id"]: passage["status"] for passage in listed()}
    assert status[id] == "verified"


def test_a_rejected_candidate_stays_out(andon):
    id = feedback(andon, answer=RIGHT.replace("K77", "K79"))
    assert andon("kb", "reject", id, "--user", "anna").code == 0
    assert id not in {each["id"] for each in ask(andon)["evidence"]}


@pytest.mark.parametrize(
    "argv",
    [
        ["kb", "approve", "NO-SUCH-ID", "--user", "anna"],
        ["kb", "undo", "NO-SUCH-ID", "--user", "anna"],
        ["kb", "add", "no-such-file.md"],
        ["kb", "search", "  "],
        ["kb", "search", "pump", "--limit", "0"],
        ["ask", ""],
        ["ask"],
        ["ask", "--batch", "no-such-file.jsonl"],
        ["models", "show", "no-such-model"],
        ["simulate", "--fault", "no-such-fault", "--out", "x.csv"],
        ["simulate", "--fault", "normal", "--rows", "5", "--out", "x.csv"],
        ["simulate", "--fault", "normal"],
    ],
    ids=" ".join,
)
def test_bad_input_is_one_sentence_and_exit_2(andon, argv):
    ran = andon(*argv)
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.strip().splitlines()) == 1


def test_a_document_that_cannot_be_read_is_refused_and_the_others_are_taken(andon, listed):
    good, bad = andon.folder / "good-note.txt", andon.folder / "bad.pdf"
    good.write_text("The ladle turret's slip ring ZZ-4 must be cleaned every six weeks.", encoding="utf-8")
    bad.write_bytes(bytes(range(256)) * 8)
    ran = andon("kb", "add", good, bad)
    assert ran.code == 2
    assert len(ran.err.strip().splitlines()) >= 1
    assert any("ZZ-4" in passage["text"] for passage in listed())


def test_doctor_says_what_is_missing_and_models_are_listed(andon):
    doctor = andon("doctor", "--json")
    assert doctor.code in (0, 1)
    assert doctor.document
    assert andon("models", "list", "--json").document
