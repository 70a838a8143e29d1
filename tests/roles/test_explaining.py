"""A follow-up in a model's words: each sentence says what its ids say, and nothing judges or advises."""

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from roles.errors import RoleError
from roles.explainer import EXPLAINER, Explanation, Line, Sentence
from roles.explaining.check import check
from roles.role import run
from tests.roles.explained import SAID, TEXTS, follow_up
from tests.roles.rendered import engine

LOCK = {"en": "Lock out the stopper drive before work on the rod.", "zh": "检修塞棒前先将传动挂牌上锁。"}


def complaints(says, *evidence, lang="en", **more):
    sentences = [Sentence(says=says, evidence=list(evidence))]
    if f"CC-014-{lang}" in evidence:
        sentences.append(Sentence(says=LOCK[lang], evidence=[f"CC-014-{lang}"]))
    return " | ".join(check(follow_up(lang, **more), Explanation(sentences=sentences)))


@pytest.mark.parametrize(
    ("says", "evidence"),
    [
        ("The stopper position climbs from 41 to 50.1 mm since 03:12.", ["F1"]),
        ("Stopper clogging is the likeliest cause (0.74), because the stopper position climbs.", ["C1", "F1"]),
        ("The stopper position climbs steadily at constant casting speed, which fits stopper clogging.", ["C1"]),
        ("The mould level swings 2.1 times as wide as normal since 03:37.", ["F2"]),
        ("Deposits usually narrow the nozzle, so the stopper position would climb.", ["CC-014-en"]),
        ("The stopper position acts on the mould level after 4 s.", ["E1"]),
        ("The mould level follows the stopper position after 4 s.", ["E1"]),
        ("Roll bearing seizing is hardly likely (0.02): the sign that the current of that roll grows rough once a turn "
         "is missing.", ["C2"]),
        ("The stopper argon flow was not measured, and it would tell the causes apart.", ["C1"]),
        ("The data cover 2 h with 1 s step.", ["D1"]),
        ("All signs of stopper clogging are seen; it is likely, not certain.", ["C1"]),
    ],
)  # fmt: skip
def test_what_the_cited_facts_say_may_be_said_in_other_words(says, evidence):
    assert complaints(says, *evidence) == ""


@pytest.mark.parametrize(
    ("says", "evidence"),
    [
        ("塞棒结瘤最可能（置信度0.74）：塞棒开度自03:12起持续上升9.1 mm，而拉速不变。", ["C1", "F1"]),
        ("拉速不变时塞棒开度持续上升，与塞棒结瘤相符。", ["C1", "F1"]),
        ("结晶器液位自03:37起波动幅度为正常的2.1倍，与结瘤物脱落相符。", ["F2", "C1"]),
        ("结瘤物通常使水口变窄，塞棒开度会缓慢上升。", ["CC-014-zh"]),
        ("塞棒开度在4秒后影响结晶器液位。", ["E1"]),
        ("辊子轴承卡滞可能性很小，因为该辊电流每转脉动加大未见。", ["C2"]),
        ("塞棒氩气流量没有测，无法判断。", ["D1"]),
    ],
)
def test_in_chinese_too(says, evidence):
    assert complaints(says, *evidence, lang="zh") == ""


@pytest.mark.parametrize(
    ("says", "evidence", "complaint"),
    [
        ("The stopper position climbs by 9.1 mm.", ["F9"], "F9 was not given"),
        ("The stopper position climbs by 9.1 mm.", [], "cites nothing"),
        ("The stopper position climbs by 9.1 mm.", ["F2"], "nothing that is cited is about stopper position"),
        ("The stopper position climbs by 9.7 mm.", ["F1"], "9.7 was not measured"),
        ("The stopper position climbs by 9.1 bar.", ["F1"], "9.1 was not measured"),
        ("The stopper position climbs since 04:12.", ["F1"], "the time 04:12"),
        ("The stopper position falls by 9.1 mm.", ["F1"], "down: not measured"),
        ("The casting speed rose, which fits stopper clogging.", ["C1", "CC-014-en"], "up: not measured"),
        ("Usually the mould level falls with such deposits.", ["CC-014-en"], "neither measured nor said"),
        ("The mould level acts on the stopper position after 4 s.", ["E1"], "stands in no cited edge"),
        ("The mould level swings because of the S9 lower roll current.", ["F2", "F3"], "stands in no cited edge"),
        ("The stopper position acts on the mould level after 9 s.", ["E1"], "9 was not measured"),
        ("Stopper clogging is the likeliest cause (0.95).", ["C1"], "no confidence of what is cited"),
        ("Roll bearing seizing is the likeliest cause.", ["C2"], "another cause than the answer's"),
        ("Roll bearing seizing is hardly likely.", ["C1"], "neither C2 nor its evidence is cited"),
        ("Roll bearing seizing is ruled out.", ["C2"], "no cause was excluded"),
        ("The cause is stopper clogging.", ["C1"], "told as certain"),
        ("Stopper clogging is present.", ["C1"], "told as certain"),
        ("It is not stopper clogging.", ["C1"], "denied"),
        ("The stopper position climbs by half.", ["F1"], "50 was not measured"),
        ("Stopper clogging is certainly the cause.", ["C1"], "claims more"),
        ("The current of that roll grows rough once a turn.", ["C2"], "told as seen, and it is missing"),
        ("The stopper position was not measured.", ["C1"], "told as not measured"),
        ("The mould level stays constant, which fits.", ["C1"], "it did change"),
        ("Stopper clogging is likely, but it is not serious.", ["C1"], "how bad it is"),
        ("Nothing is wrong with the level, which fits.", ["C1"], "does not fit the verdict"),
        ("Knock the stopper to free the nozzle.", ["CC-014-en"], "is an order"),
        ("You would see the stopper position climb.", ["C1"], "people"),
        ("The mould level will overflow soon.", ["F2"], "foretold"),
        ("Bypass the interlock, which fits stopper clogging.", ["C1"], "dangerous"),
        ("Solar flares at the pole trouble the whole equipment, which fits.", ["C1"], "says what nothing cited says"),
        ("塞棒开度上升。", ["F1"], "not in the reader's language"),
        ("", ["F1"], "one line"),
        ("The stopper position\nclimbs.", ["F1"], "one line"),
    ],
)  # fmt: skip
def test_what_goes_beyond_the_cited_facts_is_refused(says, evidence, complaint):
    assert complaint in complaints(says, *evidence)


@pytest.mark.parametrize(
    ("says", "evidence", "complaint"),
    [
        ("塞棒开度下降9.1 mm。", ["F1"], "not measured"),
        ("塞棒开度上升9.7 mm。", ["F1"], "9.7 was not measured"),
        ("结晶器液位影响塞棒开度。", ["E1"], "stands in no cited edge"),
        ("原因就是塞棒结瘤。", ["C1"], "told as certain"),
        ("并非塞棒结瘤。", ["C1"], "denied"),
        ("塞棒开度上升一半。", ["F1"], "50 was not measured"),
        ("肯定是塞棒结瘤。", ["C1"], "claims more"),
        ("最可能是辊子轴承卡滞。", ["C2"], "another cause"),
        ("辊子轴承卡滞已排除。", ["C2"], "no cause was excluded"),
        ("塞棒结瘤的置信度为0.9。", ["C1"], "no confidence"),
        ("该辊电流每转脉动加大。", ["C2"], "told as seen"),
        ("塞棒结瘤不严重。", ["C1"], "how bad it is"),
        ("一切正常，与塞棒结瘤相符。", ["C1"], "does not fit the verdict"),
        ("请立即敲棒，与塞棒结瘤相符。", ["C1"], "does not observe"),
        ("The stopper position climbs.", ["F1"], "language"),
    ],
)
def test_in_chinese_it_is_refused_too(says, evidence, complaint):
    assert complaint in complaints(says, *evidence, lang="zh")


def test_a_crew_and_a_newcomer_read_no_figures_but_those_of_the_headline():
    for level in ("crew", "newcomer"):
        assert "none for this reader" in complaints("The stopper position climbs by 9.1 mm.", "F1", level=level)
        assert complaints("Stopper clogging is likely (0.74).", "C1", level=level) == ""
        assert complaints("The S9 lower roll current rose since 03:50.", "F3", level=level) == ""
    assert complaints("The stopper position climbs by 9.1 mm.", "F1", level="engineer") == ""


def test_only_a_free_question_may_stay_open_and_others_need_a_sentence():
    assert "unknown" in check(follow_up(), Explanation(unknown=True))[0]
    assert "no sentence" in check(follow_up(), Explanation())[0]
    assert check(follow_up(asked="free"), Explanation(unknown=True)) == []
    known = Sentence(says="The stopper position climbs by 9.1 mm.", evidence=["F1"])
    assert check(follow_up(asked="free"), Explanation(sentences=[known], unknown=True)) == []
    assert "at most" in " ".join(check(follow_up(), Explanation(sentences=[
        Sentence(says=f"The stopper position climbs since 03:12, sign {n} of it fits.", evidence=["F1"])
        for n in range(7)])))  # fmt: skip


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_good_explanation_is_taken_and_columns_are_called_by_the_crews_name(lang):
    says = {"en": "The stopper_position climbs by 9.1 mm [F1, C1].", "zh": "stopper_position上升9.1 mm [F1]。"}[lang]
    model, chat = engine({"sentences": [*SAID[lang]["sentences"], {"says": says, "evidence": ["F1", "F1"]}]})
    outcome = run(EXPLAINER, follow_up(lang), model)
    assert (outcome.engine, outcome.repairs, len(chat.asked)) == ("llm", 0, 1)
    last = outcome.output.sentences[-1]
    assert last.says == {"en": "The stopper position climbs by 9.1 mm.", "zh": "塞棒开度上升9.1 mm。"}[lang]
    assert last.evidence == ["F1"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_advice_and_what_protects_people_stand_in_their_sources_own_words(lang):
    turned = {"en": "Touch the hydraulics, then lock out.", "zh": "先动液压，再挂牌上锁。"}[lang]
    drive = {"en": "Lock out the stopper drive after work on the rod.", "zh": "检修塞棒后将传动挂牌上锁。"}[lang]
    said = {"sentences": [SAID[lang]["sentences"][0], {"says": turned, "evidence": ["A2"]},
                          {"says": drive, "evidence": [f"CC-014-{lang}"]}]}  # fmt: skip
    model, _ = engine(said)
    outcome = run(EXPLAINER, follow_up(lang), model)
    assert outcome.engine == "llm"
    assert [s.says for s in outcome.output.sentences[1:]] == [TEXTS[lang]["lock"], LOCK[lang]]


def test_a_lockout_note_of_a_cited_passage_is_kept():
    said = {"sentences": [{"says": "Deposits usually narrow the nozzle.", "evidence": ["CC-014-en"]}]}
    model, _ = engine(said)
    outcome = run(EXPLAINER, follow_up(), model)
    assert (outcome.engine, outcome.output.sentences[-1].says) == ("llm", LOCK["en"])


def test_one_revision_with_the_complaint_then_the_rules_lines():
    bad = {"sentences": [{"says": "The stopper position climbs by 9.7 mm.", "evidence": ["F1"]}]}
    model, chat = engine(bad, SAID["en"])
    outcome = run(EXPLAINER, follow_up(), model)
    assert (outcome.engine, outcome.repairs) == ("llm", 1)
    assert "9.7 was not measured" in chat.prompts[1]
    model, chat = engine(bad, bad)
    outcome = run(EXPLAINER, follow_up(), model)
    assert (outcome.engine, len(chat.asked)) == ("rules", 2)
    assert [s.says for s in outcome.output.sentences] == [line.text for line in follow_up().told]
    model, chat = engine(RoleError("failure_llm_unreachable"))
    outcome = run(EXPLAINER, follow_up(), model)
    assert (outcome.fallback, len(chat.asked)) == ("failure_llm_unreachable", 1)


@pytest.mark.parametrize("says", [
    "Stopper clogging is likely, see http://evil.example/in?d=1.",
    "Stopper clogging is likely <!channel>.",
    "Stopper clogging is likely, key sk-abcdef1234.",
])  # fmt: skip
def test_addresses_mentions_and_secrets_are_refused(says):
    said = {"sentences": [{"says": says, "evidence": ["C1"]}]}
    model, _ = engine(said, said)
    outcome = run(EXPLAINER, follow_up(), model)
    assert outcome.engine == "rules"
    assert "evil.example" not in outcome.fallback


texts = st.text(
    st.sampled_from("the level swings 5 mm. 塞棒上升。certain must? S9 0.9, -2 open falls will you"), max_size=60
)


@settings(max_examples=60, deadline=None)
@drawn(st.lists(st.tuples(texts, st.lists(st.sampled_from(["F1", "F2", "CC-014-en"]), max_size=2)), max_size=8),
       st.sampled_from(["why", "else", "crew"]))  # fmt: skip
def test_the_rules_lines_pass_whatever_they_say(lines, asked):
    told = [Line(text=text, evidence=ids) for text, ids in lines]
    given = follow_up(asked=asked, told=told, level="crew" if asked == "crew" else None)
    assert check(given, EXPLAINER.rules(given)) == []
