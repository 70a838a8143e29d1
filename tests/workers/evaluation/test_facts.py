"""What counts as right, and what does not."""

import pytest

from workers.evaluation.engines import engine
from workers.evaluation.facts import check, loose_numbers, pairs
from workers.evaluation.givens import Givens
from workers.evaluation.overlap import overlap
from workers.evaluation.questions import load
from workers.evaluation.recording import Cost
from workers.evaluation.said import Said
from workers.evaluation.scoring import Scored, figures, interval
from workers.settings import Settings

BY_ID = {q.id: q for q in load()}


@pytest.fixture(scope="module")
def givens(tmp_path_factory):
    made = Givens(Settings(ANDON_DATA_DIR=tmp_path_factory.mktemp("data")))
    yield made
    made.close()


def checked(id_, givens, **said):
    question = BY_ID[id_]
    return check(question, givens.of(question), Said(**{"text": "", "abstained": False} | said))


def task(kind, *sensors, **values):
    return {"kind": kind, "sensors": list(sensors), "values": values}


def test_a_label_needs_its_sensor_limit_and_side(givens):
    good = task("label", "S8 upper current", limit=45.0, side="above")
    assert checked("DH-en-02", givens, tasks=[good]).right
    for bad in (
        task("label", "S8 lower current", limit=45.0, side="above"),
        task("label", "S8 upper current", limit=54.0, side="above"),
        task("label", "S8 upper current", limit=45.0, side="below"),
        task("plot", "S8 upper current", limit=45.0, side="above"),
    ):
        assert not checked("DH-en-02", givens, tasks=[bad]).right


def test_some_of_several_steps_are_a_part_and_not_right(givens):
    some = checked("DH-en-18", givens, tasks=[task("clean"), task("resample", step_s=300.0)])
    assert not some.right
    assert some.share == pytest.approx(2 / 3)


def test_a_step_that_was_not_wanted_spoils_the_plan(givens):
    wanted = task("statistics", "Casting speed", what=["median"])
    assert checked("DH-en-21", givens, tasks=[wanted]).right
    assert not checked("DH-en-21", givens, tasks=[wanted, task("plot", "Casting speed")]).right


def test_an_edge_is_right_by_its_decision_and_cited_by_its_passage(givens):
    turned = checked("CC-en-01", givens, decision="reverse", sources=["CC-044-zh"])
    assert turned.right
    assert turned.cited
    wrong = checked("CC-en-01", givens, decision="remove", sources=["CC-001-en"])
    assert not wrong.right
    assert not wrong.cited


def test_a_model_that_has_to_be_refused_is_right_only_when_it_is(givens):
    assert checked("MR-en-45", givens, model="ensemble", refused=True, abstained=True).right
    assert not checked("MR-en-45", givens, model="ensemble").right
    assert not checked("MR-en-44", givens, model="windowed_pca", refused=True, abstained=True).right


def test_a_cause_is_right_when_it_is_first_and_meant(givens):
    assert checked("FC-en-01", givens, verdict="fault", fault="stopper_clogging").right
    assert not checked("FC-en-01", givens, verdict="fault", fault="level_sensor_drift").right
    assert not checked("FC-en-01", givens, verdict="unsure", fault="stopper_clogging", abstained=True).right
    assert checked("FC-en-46", givens, verdict="unsure", abstained=True).right
    assert checked("FC-en-44", givens, verdict="normal").right


def test_advice_is_right_by_its_passage_and_acts_by_its_words(givens):
    half = checked("AD-en-26", givens, sources=["CC-040-en"], text="Do not spray.")
    assert half.right
    assert half.action == 1.0
    assert checked("AD-en-01", givens, sources=["CC-001-en"], text="Watch the level.").action == pytest.approx(1 / 3)


@pytest.mark.parametrize("id_", ["DH-en-44", "CC-zh-45", "MR-en-43", "FC-zh-46", "AD-en-46"])
def test_who_should_abstain_is_right_by_abstaining_alone(givens, id_):
    refused = {"refused": True} if id_.startswith("MR") else {}
    assert checked(id_, givens, abstained=True, **refused).right
    assert not checked(id_, givens, abstained=False, model="ensemble", decision="remove", fault="hydraulic_leak").right


def test_numbers_that_nobody_gave_are_found_and_names_are_none(givens):
    question = BY_ID["FC-en-01"]
    given = givens.of(question)
    fine = Said(text="The stopper rose from 41 to 50 mm in 120 min (F1, CC-001-en, S8).", abstained=False)
    assert loose_numbers(question, given, fine) == []
    assert loose_numbers(question, given, Said(text="It rose by 77.4 mm.", abstained=False)) == ["77.4"]


def test_pairs_leave_out_language_and_findings():
    assert pairs(["F1", "CC-010-en", "CC-010-zh", "CC-011"]) == ["CC-010", "CC-011"]


@pytest.mark.parametrize(
    ("lang", "text"), [("en", "lower the casting speed by instruction"), ("zh", "按规程降低拉速并盯住液位")]
)
def test_overlap_is_full_for_the_reference_itself_and_little_for_another_text(lang, text):
    same = overlap([text], [text], lang)
    assert same.bleu4 == pytest.approx(100.0)
    assert same.rouge_l == pytest.approx(100.0)
    other = overlap(["canteen 食堂"], [text], lang)
    assert other.rouge1 == 0.0
    assert other.bleu4 < 20.0


def test_the_interval_holds_the_share_and_narrows_with_more_questions():
    few, many = interval([True, False] * 10), interval([True, False] * 200)
    assert few.low < few.value == 0.5 < few.high
    assert many.high - many.low < few.high - few.low


def test_what_the_rules_say_for_a_model_is_not_the_models(givens):
    question = BY_ID["CC-en-01"]
    given = givens.of(question)
    said = engine("rules", None)(question, given)
    lent = Scored(question=question, said=said.model_copy(update={"own": False}), checked=check(question, given, said))
    row = figures("llm", "causal_correction", [lent], Cost())
    assert row.delivered == 1.0
    assert row.right.value == row.own == row.overlap.rouge1 == 0.0


def test_a_loose_number_in_a_plan_is_no_clock_time(givens):
    question = BY_ID["DH-en-26"]
    said = engine("rules", None)(question, givens.of(question))
    assert "05:00" in said.text
    assert check(question, givens.of(question), said).grounded
