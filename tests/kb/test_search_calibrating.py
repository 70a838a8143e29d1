"""Calibrating on questions with known answers: what is read, what is refused, what a fit is worth."""

import json
from pathlib import Path

import pytest

from kb.errors import KnowledgeError
from kb.packs import load
from kb.search.calibrating import FILE, calibrate, read_questions
from kb.search.confidence import Answer, Calibration, Likeness, Merit
from kb.search.fitting import Case, cross_validated, figures
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
    import numpy as np

    cases = [c._replace(right=np.array(c.right)) for n in range(60) for c in (case(n, True), case(n, False))]
    told = cross_validated(cases)
    assert told.recall_1 == told.recall_5 == 1.0
    assert told.balanced > 0.8
    blind = Calibration(model="x", fitted="", merit=Merit(cosine=-1), answer=Answer(intercept=-9, merit=1))
    assert figures((c, blind) for c in cases)[:5] == (0.0, 1.0, 0.0, 1.0, 0.5)
