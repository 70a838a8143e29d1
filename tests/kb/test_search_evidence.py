"""How a passage is like a question: what the numbers of order and confidence see."""

import numpy as np
import pytest

from kb.passage import Passage
from kb.search.evidence import Candidate, likenesses
from kb.search.question import Question
from tests.kb.conftest import WordEmbedder


def passage(id, title, text):
    return Passage(id=id, title=title, text=text)


def like(question, *passages):
    embedder = WordEmbedder()
    found = [Candidate(p, (), (p.id,), 0.1) for p in passages]
    return likenesses(Question.of(question, embedder), found, embedder, lambda: {p.id: 0.3 for p in passages})


NOZZLE = passage("1", "Clogging of the nozzle", "The nozzle clogs. Alumina sticks to its wall.")
LEVEL = passage("2", "Mould level", "The level swings when the nozzle is worn.")


def test_a_word_that_all_have_tells_less_than_one_that_few_have():
    alumina, level = like("nozzle alumina", NOZZLE, LEVEL)
    assert alumina.told == pytest.approx(1.0)
    assert level.told < level.notions


def test_a_topic_spread_over_a_page_is_not_a_sentence():
    together = passage("3", "Rolls", "The bearing of a roll seizes. Wash the floor.")
    spread = passage("4", "Rolls", "Grease the bearing. A pump may seize.")
    one, other = like("bearing seizes", together, spread)
    assert one.sentence_told > other.sentence_told
    assert one.notions == other.notions


def test_a_number_must_stand_where_the_thing_asked_about_stands():
    near = passage("5", "Stopper", "The nozzle gap is 5 mm. Watch the level.")
    far = passage("6", "Stopper", "The nozzle has a gap. Levels may differ by 5 mm.")
    one, other = like("how many mm is the nozzle gap?", near, far)
    assert (one.unmet, other.unmet) == (0.0, 0.0)
    assert one.apart < other.apart


def test_what_nothing_speaks_of_counts_beside_what_this_passage_lacks():
    nozzle, level = like("does the ladle turret clog?", NOZZLE, LEVEL)
    assert nozzle.nowhere == level.nowhere > 0
    assert level.missing > nozzle.missing


@pytest.mark.parametrize(("question", "title", "same", "other"), [
    ("why does the nozzle clog?", "Clogging: causes", 1.0, 0.0),
    ("why does the nozzle clog?", "Clogging: signs", 0.0, 1.0),
    ("塞棒结瘤怎么办", "塞棒结瘤的处理", 1.0, 0.0), ("nozzle clogging", "Clogging: signs", 0.0, 0.0),
    ("why does the nozzle clog?", "Nozzles", 0.0, 0.0),
])  # fmt: skip
def test_side_of_the_matter_is_told_from_question_and_title(question, title, same, other):
    [found] = like(question, passage("7", title, "Text."))
    assert (found.facet, found.other_facet) == (same, other)


def test_nearest_question_of_a_passage_counts():
    embedder = WordEmbedder()
    question = Question.of("the old lady coughs", embedder)
    found = Candidate(NOZZLE, ("grease the pump", "old lady coughs again"), (NOZZLE.id,), 0.1)
    [seen] = likenesses(question, [found], embedder, lambda: {NOZZLE.id: 0.3})
    [bare] = like("the old lady coughs", NOZZLE)
    wanted = float(np.dot(*embedder.encode(["the old lady coughs", "old lady coughs again"])))
    assert (seen.phrased, bare.phrased, bare.phrasing) == (1.0, 0.0, 0.0)
    assert seen.phrasing == pytest.approx(wanted, abs=1e-5)
    assert seen.phrasings_told > bare.phrasings_told


def test_the_heaviest_thing_that_a_passage_lacks_counts_by_itself_and_signs_do_not():
    nozzle, level = like("why does the nozzle clog at high mould level?", NOZZLE, LEVEL)
    assert nozzle.lacking == 1.5
    assert level.lacking == 1.5  # speaks of nozzle and level, not of clogging
    assert like("why does the nozzle rise?", NOZZLE)[0].lacking == 0.0


def test_a_title_about_something_else_besides_is_seen():
    same, other = like("nozzle clogging?", NOZZLE, passage("3", "Nozzle of the tundish and the ladle", "It clogs."))
    assert same.beside == 0.0
    assert other.beside >= 3.0


def test_a_passage_in_the_other_language_alone_is_marked():
    chinese = NOZZLE.model_copy(update={"id": "4", "lang": "zh"})
    assert [one.across for one in like("nozzle clogging?", NOZZLE, chinese)] == [0.0, 1.0]


def test_all_phrasings_count_beside_the_nearest():
    embedder = WordEmbedder()
    question = Question.of("nozzle clogging", embedder)
    few, many = (Candidate(NOZZLE, texts, ("1",), 0.1) for texts in (
        ("nozzle clogging",), ("nozzle clogging", "who pays for lunch")))  # fmt: skip
    alone, beside = likenesses(question, [few, many], embedder, dict)
    assert alone.phrasing == beside.phrasing == pytest.approx(alone.phrasings_near)
    assert beside.phrasings_near < alone.phrasings_near
