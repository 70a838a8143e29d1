"""What is learnt from a judgement: one candidate that follows the person's mind, and a keeper's word that stands."""

from types import SimpleNamespace

import pytest

from kb.errors import KnowledgeError
from workers.desk import Desk
from workers.settings import Settings

QUESTION = "why does the level jump?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    return Desk(Settings(data_dir=tmp_path_factory.mktemp("desk"), keepers="U0LI"))


def said(verdict, right="", reason="", candidate="", aspect="answer", user="U0ANNA"):
    return SimpleNamespace(verdict=verdict, right=right, reason=reason, candidate=candidate, aspect=aspect, user=user)


def answer(verdict="fault"):
    return SimpleNamespace(headline="Level swings since 02:46", causes=["Stopper clogging"], verdict=verdict)


def waiting(desk):
    return {id_: text for id_, _, text, _ in desk.candidates(100)}


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


def test_an_edge_is_learnt_in_words(desk):
    judged = said("disagree", aspect="edge:casting_speed>mould_level")
    id_ = desk.learn(judged, answer(), QUESTION)
    assert waiting(desk)[id_] == "casting_speed does not drive mould_level"


def test_a_keeper_decides_and_a_later_change_of_mind_leaves_it(desk):
    id_ = desk.learn(said("disagree", "filter F3 blocked"), answer(), "why does the pressure fall?")
    with pytest.raises(KnowledgeError):
        desk.decide("approve", id_, "U0ANNA")
    assert desk.decide("approve", id_, "U0LI") == "verified"
    desk.learn(said("withdrawn", candidate=id_), answer(), "why does the pressure fall?")
    assert desk.search("why does the pressure fall?", limit=1)[0][0] == id_


def test_without_a_search_engine_there_is_no_web(desk):
    assert desk.web("anything", "en") is None
