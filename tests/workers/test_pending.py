"""An answer that is not sure says that something waits which would answer, and never what it says."""

import json
from contextlib import closing

import pytest

from bot import cli
from kb import growth
from kb.growth import Keepers
from tests.workers.pasts import ago
from workers.contracts import Diagnosis, Question
from workers.knowledge import pending
from workers.knowledge.opening import open_knowledge
from workers.knowledge.repeats import observed
from workers.running import pipeline
from workers.settings import Settings

ASKED = "why does the lime dosing screw of silo 7 jam?"
TAUGHT = "The filter bags are wet and the lime cakes."
ANNA = Keepers.parse("anna")


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data_dir=tmp_path_factory.mktemp("pending"), keepers="anna")


@pytest.fixture
def candidate(settings, monkeypatch):
    """A correction that waits, in a knowledge base that the commands use."""
    monkeypatch.setenv("ANDON_DATA_DIR", str(settings.data_dir))
    monkeypatch.setenv("ANDON_KEEPERS", "anna")
    with closing(open_knowledge(settings)) as store:
        yield growth.feedback(store, ASKED, "disagree", TAUGHT, "bo")


def ask(capsys, text, *flags):
    assert cli.main(["ask", text, *flags]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize(("lang", "words"), [("en", "waits for a keeper"), ("zh", "等待知识管理员确认")])
def test_ask_names_what_waits_with_its_day_and_quotes_nothing(capsys, candidate, lang, words):
    told = json.loads(ask(capsys, ASKED, "--json", "--lang", lang))
    assert told["abstained"] is True
    assert told["evidence"] == []
    assert words in told["text"]
    assert candidate.created[:10] in told["text"]
    assert [each["id"] for each in told["waiting"]] == [candidate.id]
    assert "filter bags" not in json.dumps(told)


def test_what_nothing_waiting_answers_is_told_as_before(capsys, candidate):
    told = json.loads(ask(capsys, "why does the coffee machine of the canteen leak?", "--json"))
    assert (told["abstained"], told["waiting"]) == (True, [])
    assert "keeper" not in told["text"]


def test_in_chat_the_sentence_stands_below_the_headline_until_it_is_approved(settings, candidate, tmp_path):
    def answer():
        return pipeline.answer(Question(id="1", text=ASKED), settings, tmp_path, lambda _what, _share: None)

    waits = answer()
    assert waits.diagnosis.verdict == "unsure"
    assert "waits for a keeper" in waits.blocks[1].text
    assert [each["id"] for each in waits.receipt["waiting"]] == [candidate.id]
    assert "filter bags" not in waits.model_dump_json()
    with closing(open_knowledge(settings)) as store:
        growth.approve(store, candidate.id, "anna", ANNA)
    approved = answer()
    assert "filter bags" in approved.text
    assert "waiting" not in approved.receipt
    with closing(open_knowledge(settings)) as store:
        growth.undo(store, candidate.id, "anna", ANNA)


@pytest.mark.parametrize(("signs", "strand", "told"), [("same", 2, True), ("same", 7, False), ("other", 2, False)])
def test_of_data_only_what_showed_the_same_signs_at_the_same_place_counts(settings, candidate, signs, strand, told):
    fault = "stopper_clogging" if signs == "same" else "roll_bearing_seizing"
    title = f"why does the level of strand {strand} jump? {signs}"
    unsure = ago(0, text="level of strand 2?").model_copy(update={"diagnosis": Diagnosis(verdict="unsure")})
    with closing(open_knowledge(settings)) as store:
        made = growth.feedback(store, title, "disagree", "a worn rod", "bo", observed=observed(ago(9, fault)))
        answer = pending.beside(unsure, store, settings, from_data=True)
        growth.reject(store, made.id, "anna", ANNA)
        sure = pending.beside(ago(0), store, settings, from_data=True)
    assert ("waits for a keeper" in answer.text) == told
    assert "a worn rod" not in answer.model_dump_json()
    assert "waiting" not in sure.receipt
