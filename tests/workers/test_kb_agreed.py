"""`andon kb feedback --verdict agree` on what `andon ask` said: from a document, from the web; and what is asked."""

import argparse
import json

import pytest

from bot import cli
from kb.embedders import Usem3
from tests.web_servers import MACHINE, searxng, serving
from workers.knowledge import asked
from workers.settings import Settings

GEAR = "# Gearbox GX\n\n## Bolts\n\nFoundation bolts take 210 Nm, crosswise in two rounds.\n"
PRESS = "# Press\n\n## Bolts\n\nIts foundation bolts must be as tight as the drawing says, see how tight there.\n"
ASKED, HUM = "how tight must the foundation bolts be?", "why does the espresso machine of line 7 hum at dawn?"


@pytest.fixture(scope="module")
def shared():
    return Usem3()


@pytest.fixture
def andon(tmp_path, monkeypatch, capsys, shared):
    """Run a command in a data folder that holds one manual."""
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    monkeypatch.delenv("SEARXNG_URL", raising=False)
    monkeypatch.setattr("workers.knowledge.opening._embedder", lambda *_named: shared)
    monkeypatch.setattr("workers.knowledge.opening.open_knowledge.__defaults__", ((),))

    def run(*words):
        code = cli.main([*map(str, words)])
        out, err = capsys.readouterr()
        return argparse.Namespace(code=code, out=out, err=err, json=lambda: json.loads(out))

    (tmp_path / "gear.md").write_text(GEAR, "utf-8")
    (tmp_path / "press.md").write_text(PRESS, "utf-8")
    run("kb", "add", tmp_path / "gear.md", "--asset", "gearbox")
    return run


def agree(andon, user, question=ASKED, verdict="agree"):
    return andon("kb", "feedback", "--question", question, "--verdict", verdict, "--user", user, "--json").json()


def statuses(andon, kind):
    return {p["id"]: p["status"] for p in andon("kb", "list", "--kind", kind, "--json").json()["passages"]}


def test_a_question_waits_in_review_and_is_surely_answered_once_two_agree(andon, tmp_path):
    first = andon("ask", ASKED, "--json").json()
    made = agree(andon, "bo")
    assert (made["status"], made["agreed"]) == ("candidate", 1)
    card = andon("kb", "review", "--json").json()["candidates"][0]
    assert (card["title"], card["text"]) == (ASKED, f"→ [{first['evidence'][0]['id']}] Gearbox GX › Bolts")
    assert agree(andon, "li") == {"candidate": made["candidate"], "status": "verified", "agreed": 2}
    andon("kb", "add", tmp_path / "press.md")
    told = andon("ask", ASKED, "--json").json()
    assert (told["evidence"][0]["id"], told["confidence"]) == (first["evidence"][0]["id"], 0.95)
    assert told["evidence"][0]["quote"].startswith("Foundation bolts take 210 Nm")
    andon("kb", "undo", made["candidate"], "--user", "anna")
    assert andon("ask", ASKED, "--json").json()["confidence"] != 0.95


def test_what_agreement_came_to_is_said_in_both_languages(andon):
    words = ("kb", "feedback", "--question", ASKED, "--verdict", "agree", "--user")
    assert "noted as CASE-1 that it answers this question. People who agree so far: 1" in andon(*words, "bo").out
    assert andon(*words, "anna", "--lang", "zh").out.startswith("CASE-1 已确认：再有人问这个问题时，由条目 [K-")


def test_whoever_disagrees_after_all_stands_behind_it_no_more(andon):
    made = agree(andon, "bo")
    agree(andon, "bo", verdict="disagree")
    assert statuses(andon, "case") == {made["candidate"]: "retired"}


def test_a_rejected_question_is_attached_by_no_more_agreement_of_the_crew(andon):
    made = agree(andon, "bo")
    andon("kb", "reject", made["candidate"], "--user", "anna")
    assert [agree(andon, user)["status"] for user in ("li", "kim")] == ["candidate", "candidate"]


def test_agreement_with_an_answer_from_the_web_verifies_what_it_gave(andon, monkeypatch):
    other = MACHINE | {"title": "Espresso machine hum at dawn", "url": "https://example.net/x"}
    with serving(searxng([MACHINE])) as (url, _seen):
        monkeypatch.setenv("SEARXNG_URL", url)
        shown = andon("ask", HUM, "--json").json()["evidence"][0]["id"]
    with serving(searxng([other])) as (url, _seen):  # nearly the same words, shown for another question
        monkeypatch.setenv("SEARXNG_URL", url)
        andon("ask", "why does the espresso machine hum so?")
    assert agree(andon, "bo", HUM) == {"candidate": shown, "status": "candidate", "agreed": 1}
    assert agree(andon, "li", HUM) == {"candidate": shown, "status": "verified", "agreed": 2}
    assert statuses(andon, "web") == {shown: "verified", "WEB-2": "candidate"}
    assert not andon("ask", HUM, "--json").json()["searched"]


def test_disagreement_with_an_answer_from_the_web_counts_against_it(andon, monkeypatch):
    with serving(searxng([MACHINE])) as (url, _seen):
        monkeypatch.setenv("SEARXNG_URL", url)
        shown = andon("ask", HUM, "--json").json()["evidence"][0]["id"]
    assert agree(andon, "bo", HUM, "disagree") == {"candidate": None}
    listed = {p["id"]: p["wrong"] for p in andon("kb", "list", "--kind", "web", "--json").json()["passages"]}
    assert listed == {shown: 1}


def test_a_search_keeps_to_an_asset_and_a_status(andon, tmp_path):
    waits = andon("kb", "add", tmp_path / "press.md", "--asset", "press", "--user", "bo", "--json").json()
    (waiting,) = waits["taken"][0]["stored"]

    def found(*flags):
        passages = andon("kb", "search", "foundation bolts", *flags, "--json").json()["passages"]
        return [(p["asset"], p["status"]) for p in passages]

    assert found() == found("--asset", "gearbox") == [("gearbox", "verified")]
    assert found("--asset", "press") == found("--asset", "gearbox", "--status", "candidate") == []
    assert found("--status", "candidate") == found("--asset", "mill", "--asset", "press", "--status", "candidate")
    assert found("--status", "candidate") == [("press", "candidate")]
    listed = andon("kb", "list", "--asset", "press", "--json").json()["passages"]
    assert [p["id"] for p in listed] == [waiting]


def test_a_candidate_is_tried_on_what_was_asked_at_the_command_line_and_what_the_plant_wrote_down(andon, tmp_path):
    andon("ask", "what torque do the foundation bolts of the gearbox take?")
    andon("ask", "hello")
    (tmp_path / "data/questions.jsonl").write_text(
        '{"text": "torque of the foundation bolts?", "expect": []}\n', "utf-8"
    )
    right = "The torque of the foundation bolts of the gearbox is 190 Nm."
    told = andon("kb", "feedback", "--question", ASKED, "--verdict", "disagree", "--answer", right, "--json")
    made = told.json()
    changes = andon("kb", "review", made["candidate"], "--json").json()["candidates"][0]["changes"]
    turned = [turn["question"] for turn in changes["changed"]]
    assert {"what torque do the foundation bolts of the gearbox take?", "torque of the foundation bolts?"} <= {*turned}
    assert "hello" not in turned
    assert changes["unchanged"] + len(turned) == 3 + len(asked.growth.shipped_questions())


def test_the_last_questions_are_kept_each_once_and_a_broken_file_is_passed_over(tmp_path):
    settings = Settings(data_dir=tmp_path)
    (tmp_path / asked.FILE).write_text('not json\n["x"]\n{"text": "one?"}\n', "utf-8")
    (tmp_path / asked.WRITTEN).write_text("broken", "utf-8")
    for n in [*range(asked.MOST + 5), asked.MOST]:
        asked.note(settings, f"question {n}?")
    kept = asked.tried(settings, ["in chat?"])
    assert kept[:2] == [f"question {asked.MOST}?", f"question {asked.MOST + 4}?"]
    assert kept.count(f"question {asked.MOST}?") == 1
    assert kept[asked.MOST] == "in chat?"
    asked.note(Settings(data_dir=tmp_path / "nowhere"), "lost?")  # the answer stands without it
    assert asked.tried(Settings(data_dir=tmp_path / "nowhere"), [])[0] != "lost?"
