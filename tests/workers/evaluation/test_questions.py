"""The question set is balanced, speaks only of what exists, and copies no other set."""

import json
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from detectors import catalogue
from kb import packs
from workers.errors import AndonError
from workers.evaluation.questions import CATEGORIES, LANGS, load, plants

ROOT = Path(__file__).parents[3]
PACK = ROOT / "kb/packs/continuous_casting"
QUESTIONS = load()


@pytest.fixture(scope="module")
def pack():
    return packs.load("continuous_casting")


def test_there_are_fifty_of_each_category_and_language():
    count = Counter((q.category, q.lang) for q in QUESTIONS)
    assert count == {(category, lang): 50 for category in CATEGORIES for lang in LANGS}
    assert len({q.id for q in QUESTIONS}) == len({q.question for q in QUESTIONS}) == 500


def test_a_third_of_each_cell_is_kept_aside_and_a_tenth_or_more_has_no_answer():
    for category in CATEGORIES:
        for lang in LANGS:
            cell = [q for q in QUESTIONS if (q.category, q.lang) == (category, lang)]
            assert 0.3 <= sum(q.part == "test" for q in cell) / 50 <= 0.36
            assert 0.1 <= sum(q.abstain for q in cell) / 50 <= 0.16
            assert any(q.abstain and q.part == "test" for q in cell)


def test_every_question_reads_in_its_language():
    for q in QUESTIONS:
        chinese = sum("一" <= c <= "鿿" for c in q.question + q.reference)
        assert (chinese > 5) == (q.lang == "zh"), q.id


def test_facts_name_what_the_pack_and_the_catalogue_hold(pack):
    pairs = {passage.pair for passage in pack.passages}
    faults, models = {fault.id for fault in pack.faults}, {card.name for card in catalogue.cards()}
    for q in QUESTIONS:
        facts = q.facts
        assert set(facts.get("passages", [])) | set(facts.get("source", [])) <= pairs, q.id
        assert set(facts.get("faults", [])) <= faults, q.id
        assert {*facts.get("models", []), *facts.get("not", []), *q.given.get("scores", {})} <= models, q.id
        assert not set(facts.get("models", [])) & set(facts.get("not", [])), q.id


def test_facts_of_data_questions_name_columns_of_their_file():
    for q in QUESTIONS:
        if q.category == "data_handling":
            columns = set(plants()[q.given["plant"]].columns)
            for task in q.facts["tasks"]:
                for option in task.get("any", [task]):
                    assert set(option.get("sensors", [])) <= columns, q.id


def test_the_asked_edge_is_among_what_is_given():
    for q in QUESTIONS:
        if q.category == "causal_correction":
            assert set(q.facts["edge"]) <= set(q.given["sensors"]), q.id
            drawn = q.facts["edge"] in [edge[:2] for edge in q.given["edges"]]
            assert drawn == (q.facts["decision"] != "add"), q.id


def test_no_question_stands_in_another_set():
    others = [json.loads(line)["text"] for line in (PACK / "questions.jsonl").read_text().splitlines()]
    for path in (ROOT / "tests/benchmarks/data").glob("*.jsonl"):
        others += [json.loads(line).get("text", "") for line in path.read_text().splitlines()]
    for path in (PACK / "asked").glob("*.toml"):
        others += [text for texts in tomllib.loads(path.read_text())["asked"].values() for text in texts]
    assert len(others) > 500
    assert not {q.question.casefold() for q in QUESTIONS} & {text.casefold() for text in others}


def test_a_limit_takes_from_the_whole_of_a_cell():
    few = load(only="advice", lang="en", limit=10)
    assert len(few) == 10
    assert {q.abstain for q in few} == {False, True}


def test_an_unknown_category_is_named_with_those_that_exist():
    with pytest.raises(AndonError) as caught:
        load(only="poetry")
    assert caught.value.code == "failure_eval_category"
    assert "fault_causes" in caught.value.values["names"]
