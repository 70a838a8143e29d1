"""Calibrating on questions with known answers: what is read, what is refused, what a fit is worth."""

import json
from pathlib import Path

import numpy as np
import pytest

from kb.errors import KnowledgeError
from kb.packs import load
from kb.search.calibrating import FILE, calibrate, read_questions
from kb.search.confidence import Answer, Calibration, Likeness, Merit
from kb.search.fitting import Case, cross_validated, families, figures, fit
from tests.kb.conftest import WordEmbedder

BENCHMARK = Path(__file__).parents[1] / "benchmarks/data"


def test_shipped_questions_hold_none_of_the_benchmarks_test_part():
    kept_apart = {
        row["text"] for name in ("knowledge_200", "knowledge_questions")
        for line in (BENCHMARK / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
        if (row := json.loads(line))["part"] == "test"
    }  # fmt: skip
    shipped = [question.text for question in read_questions(load("continuous_casting").folder / FILE)]
    assert len(kept_apart) > 100
    assert len(shipped) > 300
    assert kept_apart.isdisjoint(shipped)


@pytest.mark.parametrize("line", ["no json", "[]", '{"expect": ["A"]}', '{"text": ""}', '{"text": "x", "expect": 3}'])
def test_line_that_is_no_question_is_named(tmp_path, line):
    file = tmp_path / "questions.jsonl"
    file.write_text('{"text": "what is this?"}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        read_questions(file)
    assert (error.value.code, error.value.values["line"]) == ("failure_kb_questions", 3)


def test_too_few_questions_are_refused(tmp_path):
    with pytest.raises(KnowledgeError) as error:
        calibrate(WordEmbedder(), [], [], [])
    assert error.value.code == "failure_kb_calibrate_few"


def case(number, answerable):
    """A question whose right passage has the higher cosine, and a stranger with a low one."""
    near, far = Likeness(cosine=0.5 + number / 200), Likeness(cosine=number / 200)
    found = [near, far] if answerable else [far]
    return Case(f"question {number} {answerable}", answerable, found, [True, False] if answerable else [False])


def test_cross_validation_sees_what_can_be_learnt():
    cases = [c._replace(right=np.array(c.right)) for n in range(60) for c in (case(n, True), case(n, False))]
    told = cross_validated(cases)
    assert told.recall_1 == told.recall_5 == 1.0
    assert told.balanced > 0.8
    blind = Calibration(model="x", fitted="", merit=Merit(cosine=-1), answer=Answer(intercept=-9, merit=1))
    assert figures((c, blind) for c in cases)[:5] == (0.0, 1.0, 0.0, 1.0, 0.5)


def test_questions_that_one_passage_answers_are_never_on_both_sides_of_a_fold():
    def about(question, *answers):
        return Case(question, bool(answers), [], np.zeros(0, bool), frozenset(answers))

    clogging, zh, both = about("clogging?", "A"), about("结瘤?", "A"), about("which of the two?", "A", "B")
    level, broad, stranger = about("level?", "B"), about("everything?", *"ABCDE"), about("lunch?")
    named = families([clogging, zh, both, level, broad, stranger, stranger])
    assert len(set(named[:4])) == 1
    assert len({named[0], named[4], named[5]}) == 3
    assert named[5] == named[6]


def test_what_is_barred_teaches_nothing_and_answers_nothing():
    cases = [c._replace(right=np.array(c.right)) for n in range(60) for c in (case(n, True), case(n, False))]
    stranger = Likeness(cosine=9.0, barred=1.0)
    with_barred = [c._replace(found=[stranger, *c.found], right=np.array([False, *c.right])) for c in cases]
    assert fit(with_barred, "x", "").calibration == fit(cases, "x", "").calibration
    eager = Calibration(model="x", fitted="", merit=Merit(cosine=9), answer=Answer(intercept=9, merit=1))
    told = figures((c, eager) for c in with_barred)
    assert (told.recall_1, told.answered) == (1.0, 1.0)
    only = Case("q", False, [stranger], np.array([False]))
    assert figures([(only, eager)]).refused == 1.0
