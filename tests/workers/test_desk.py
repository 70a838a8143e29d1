"""What is learnt from a judgement: one candidate that follows the person's mind, and a keeper's word that stands."""

from types import SimpleNamespace

import pytest

from kb.embedders import Usem3
from kb.errors import KnowledgeError
from tests.workers.diagnosed import diagnosed
from workers.contracts import Answer, CauseSaid, Diagnosis, EdgeSaid, Evidence
from workers.desk import Desk, used
from workers.settings import Settings

QUESTION = "why does the level jump?"
CLOGGING, CHECKS, DRIFT = "CC-001-en", "CC-003-en", "CC-011-en"


@pytest.fixture(scope="module", autouse=True)
def one_embedder():
    """Load the weights once for every store that the desk opens."""
    shared = Usem3()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("workers.knowledge.opening._embedder", lambda *_named: shared)
        yield


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    return Settings(data_dir=tmp_path_factory.mktemp("desk"), keepers="U0LI", viewers="U0EVE")


@pytest.fixture(scope="module")
def desk(settings):
    return Desk(settings)


def said(verdict, right="", reason="", candidate="", aspect="answer", user="U0ANNA"):
    return SimpleNamespace(verdict=verdict, right=right, reason=reason, candidate=candidate, aspect=aspect, user=user)


def answer(verdict="fault", id=1, cause="Stopper clogging"):
    return SimpleNamespace(id=id, headline="Level swings since 02:46", causes=[cause], verdict=verdict)


@pytest.fixture
def document():
    """An answer that stands on one passage, names a second one as what to do, and a third for another cause."""
    cited = [Evidence(id=id, source="s", title="t", quote="q") for id in (CLOGGING, CHECKS, DRIFT)]
    causes = [{"rank": 1, "text": "Stopper clogging", "confidence": 0.7, "evidence": ["F1", CLOGGING]},
              {"rank": 2, "text": "Sensor drift", "confidence": 0.2, "evidence": [DRIFT]}]  # fmt: skip
    diagnosis = Diagnosis.model_validate({"verdict": "fault", "causes": causes})
    return Answer(schema="andon.answer/1", question={}, diagnosis=diagnosis, evidence=cited)


def waiting(desk):
    return {card.id: card.text for card in desk.review(limit=100)}


def records(desk, ids):
    with desk._store() as store:
        return {id: (record.right, record.wrong) for id, record in store.records(ids).items()}


def status(desk, id):
    with desk._store() as store:
        return store.get(id).status


def test_agreeing_with_a_diagnosis_is_a_case_and_changing_ones_mind_takes_it_back(desk):
    case = desk.learn(said("agree"), answer(), QUESTION)
    assert "Stopper clogging" in waiting(desk)[case]
    right = desk.learn(said("disagree", "SEN misaligned", "seen at the change", candidate=case), answer(), QUESTION)
    assert case not in waiting(desk)
    assert waiting(desk)[right] == "SEN misaligned\nseen at the change"
    assert desk.learn(said("withdrawn", candidate=right), answer(), QUESTION) == ""
    assert right not in waiting(desk)


def test_saying_the_same_again_is_the_same_candidate(desk):
    first = desk.learn(said("disagree", "roll 7 seized"), answer(), "what is with roll 7?")
    assert desk.learn(said("disagree", "roll 7 seized", candidate=first), answer(), "what is with roll 7?") == first
    assert first in waiting(desk)


@pytest.mark.parametrize(
    ("judged", "verdict"),
    [(said("agree"), "unsure"), (said("agree"), "failed"), (said("disagree"), "fault"), (said("withdrawn"), "fault")],
)
def test_what_teaches_nothing_is_no_candidate(desk, judged, verdict):
    before = waiting(desk)
    assert desk.learn(judged, answer(verdict), "nothing to learn here") == ""
    assert waiting(desk) == before


def test_an_edge_is_learnt_in_words_and_counts_for_no_passage(desk, document):
    judged = said("disagree", aspect=EdgeSaid(cause="casting_speed", effect="mould_level").aspect)
    id_ = desk.learn(judged, answer(id=70), QUESTION, document)
    assert waiting(desk)[id_] == "casting_speed does not drive mould_level"
    assert desk.card(id_).corrects == []
    assert records(desk, [CLOGGING])[CLOGGING] == (0, 0)


@pytest.mark.parametrize(("right", "learnt"), [("", False), ("the nozzle was off centre", True)])
def test_a_cause_that_is_denied_counts_for_no_passage_and_teaches_what_is_right(desk, document, right, learnt):
    judged = said("disagree", right, aspect=CauseSaid(cause="Nozzle worn").aspect)
    before = records(desk, [each.id for each in document.evidence])
    made = desk.learn(judged, answer(id=77), "why does the level swing at night?", document)
    assert bool(made) == learnt
    assert records(desk, [each.id for each in document.evidence]) == before
    assert not made or waiting(desk)[made] == right


@pytest.mark.parametrize(
    ("aspect", "learnt"),
    [
        (EdgeSaid(cause="dp F3->F4 > 2 bar", effect="level → tundish").aspect,
         "dp F3->F4 > 2 bar does not drive level → tundish"),
        ("edge:old_cause>old_effect", "old_cause does not drive old_effect"),  # kept by an earlier version
    ],
)  # fmt: skip
def test_an_edge_is_learnt_whatever_its_sensors_are_called(desk, document, aspect, learnt):
    id_ = desk.learn(said("disagree", aspect=aspect), answer(id=71), QUESTION, document)
    assert waiting(desk)[id_] == learnt


def test_a_keeper_decides_and_a_later_change_of_mind_leaves_it(desk):
    id_ = desk.learn(said("disagree", "filter F3 blocked"), answer(), "why does the pressure fall?")
    with pytest.raises(KnowledgeError):
        desk.decide("approve", id_, "U0ANNA")
    assert desk.decide("approve", id_, "U0LI") == "verified"
    desk.learn(said("withdrawn", candidate=id_), answer(), "why does the pressure fall?")
    assert desk.search("why does the pressure fall?", limit=1)[0][0] == id_


def test_two_of_the_crew_verify_a_case_over_different_answers_and_one_may_take_it_back(desk):
    asked = "what is wrong with strand 4?"
    case = desk.learn(said("agree"), answer(id=11), asked)
    assert desk.learn(said("agree", user="U0EVE"), answer(id=11), asked) == case
    assert status(desk, case) == "candidate"  # a viewer's click is no confirmation
    assert desk.learn(said("agree", user="U0BOB"), answer(id=12), "What's wrong with strand 4?") == case
    assert status(desk, case) == "verified"
    assert any("2 agreed: U0ANNA, U0BOB" in line for line in desk.history(case))
    assert any("2 人同意" in line for line in desk.history(case, "zh"))
    desk.learn(said("disagree", user="U0BOB", candidate=case), answer(id=12), asked)
    assert status(desk, case) == "candidate"


def test_the_likeliest_cause_names_the_passages_that_an_answer_stands_on(document):
    assert used(document) == ([CLOGGING, CHECKS, DRIFT], [CLOGGING])
    assert used(None) == ([], [])


@pytest.mark.parametrize("verdict", ["unsure", "normal"])
def test_what_an_answer_without_a_claim_merely_showed_is_not_corrected(desk, document, verdict):
    shown = document.model_copy(update={"diagnosis": document.diagnosis.model_copy(update={"verdict": verdict})})
    asked = f"what is it with strand 8 ({verdict})?"
    start = records(desk, [CLOGGING, DRIFT])
    id_ = desk.learn(said("disagree", "a blocked strainer"), answer(verdict, id=60), asked, shown)
    assert desk.card(id_).corrects == []
    assert records(desk, [CLOGGING, DRIFT]) == start


def test_a_lesson_keeps_what_the_data_of_its_answer_showed(desk):
    shown = diagnosed()
    id_ = desk.learn(said("disagree", "a worn rod"), answer(id=61), "why does strand 12 swing?", shown)
    case = desk.learn(said("agree"), answer(id=62), "what is it with strand 13?", shown)
    with desk._store() as store:
        kept = [store.get(each).observed for each in (id_, case)]
    assert kept[0] == kept[1]
    assert "stopper_position" in [sensor.sensor for sensor in kept[0].shown]


def test_a_disagreement_corrects_what_the_answer_stood_on_and_approval_marks_it(desk, document):
    id_ = desk.learn(said("disagree", "SEN misaligned"), answer(id=20), "why does strand 9 swing?", document)
    card = desk.card(id_)
    assert (card.corrects, card.author, card.kind) == ([CLOGGING], "U0ANNA", "feedback")
    desk.decide("approve", id_, "U0LI")
    with desk._store() as store:
        assert store.get(CLOGGING).disputed_by == [id_]
        assert store.get("CC-001-zh").disputed_by == [id_]
    desk.decide("undo", id_, "U0LI")
    with desk._store() as store:
        assert store.get(CLOGGING).disputed_by == []


def test_judgements_and_outcomes_become_the_record_of_the_passages_used(desk, document):
    def count(**more):
        return desk.learn(said(**more), answer(id=30), "why does strand 5 swing?", document)

    start = records(desk, [CLOGGING, DRIFT])

    def gained(id):
        right, wrong = records(desk, [id])[id]
        return right - start[id][0], wrong - start[id][1]

    case = count(verdict="agree", user="U0KIM")
    assert (gained(CLOGGING), gained(DRIFT)) == ((1, 0), (1, 0))
    assert count(verdict="fixed", aspect="outcome", user="U0KIM") == case  # one word for each person and answer
    assert gained(CLOGGING) == (1, 0)
    count(verdict="not_fixed", aspect="outcome", user="U0KIM", candidate=case)
    assert (gained(CLOGGING), gained(DRIFT)) == ((0, 1), (0, 0))
    assert status(desk, case) == "retired"
    count(verdict="withdrawn", user="U0KIM")
    assert gained(CLOGGING) == (0, 0)


def test_an_outcome_counts_and_what_it_was_instead_becomes_a_correction(desk, document):
    asked = "why does strand 6 swing?"

    def outcome(verdict, user, number, right="", candidate=""):
        judged = said(verdict, right, candidate=candidate, aspect="outcome", user=user)
        return desk.learn(judged, answer(id=number), asked, document)

    case = outcome("fixed", "U0BOB", 40)
    assert waiting(desk)[case].startswith("Stopper clogging")
    assert outcome("not_fixed", "U0KIM", 41) == ""
    id_ = outcome("not_fixed", "U0BOB", 40, "wet powder", case)
    assert waiting(desk)[id_] == "wet powder"
    assert desk.card(id_).corrects == [CLOGGING]
    assert case not in waiting(desk)


def test_a_card_shows_what_a_keeper_needs_in_both_languages(desk):
    asked = "which valve before the quench pump starts?"
    one = desk.learn(said("disagree", "Close valve V-33 before the quench pump is started."), answer(id=50), asked)
    two = desk.learn(said("disagree", "Open valve V-33 before the quench pump is started."), answer(id=51), asked)
    own = ["which valve do I turn before the quench pump starts?", "best pizza in Naples"]
    card = desk.card(two, own, "en")
    assert [(near.id, near.status) for near in card.contradictions] == [(one, "candidate")]
    assert '"open" against "close"' in card.contradictions[0].reason
    assert "“open”与“close”相反" in desk.card(two, (), "zh").contradictions[0].reason
    changed = {turn.question: turn for turn in card.changed}
    assert changed[own[0]].after == (two, asked)
    assert own[1] not in changed
    assert card.unchanged > 50
    oldest = next(iter(waiting(desk)))
    assert [each.id for each in desk.review(limit=1)] == [oldest]
    with pytest.raises(KnowledgeError) as refused:
        desk.merge(two, one, "U0LI")  # they say the opposite
    assert refused.value.code == "failure_kb_merge_unlike"


def test_without_a_search_engine_there_is_no_web(desk):
    assert desk.web("anything", "en") is None


def quoting(document, id):
    """An answer from knowledge that stands on one passage."""
    diagnosis = {"verdict": "answered", "causes": [{"rank": 1, "text": "t", "confidence": 0.8, "evidence": [id]}]}
    return document.model_copy(update={"diagnosis": Diagnosis.model_validate(diagnosis)})


def test_agreeing_with_a_quoted_passage_attaches_the_question_until_one_changes_his_mind(desk, document):
    asked, shown = "What are the signs of a clogging stopper?", quoting(document, CLOGGING)
    made = desk.learn(said("agree"), answer("answered", id=81), asked, shown)
    assert waiting(desk)[made].startswith(f"→ [{CLOGGING}] ")
    assert desk.learn(said("agree", user="U0BOB"), answer("answered", id=82), asked, shown) == made
    assert status(desk, made) == "verified"
    assert desk.search(asked, limit=1)[0][0] == CLOGGING
    desk.learn(said("disagree", user="U0BOB", candidate=made), answer("answered", id=82), asked, shown)
    assert status(desk, made) == "candidate"
    assert desk.learn(said("withdrawn", candidate=made), answer("answered", id=81), asked, shown) == ""
    assert status(desk, made) == "retired"


@pytest.mark.parametrize("asked", ["and how often?", "what are the signs?", "why does the segment drive run hot?", ""])
def test_a_question_that_does_not_lead_to_the_passage_by_itself_is_attached_to_nothing(desk, document, asked):
    assert desk.learn(said("agree"), answer("answered", id=83), asked, quoting(document, CLOGGING)) == ""
