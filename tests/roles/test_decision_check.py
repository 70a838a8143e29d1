"""The check that guards every engine of the decision maker."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roles.deciding.figures import figure, forms, is_given, span, written
from roles.decision import DECISION_MAKER
from roles.types import Action, RootCause
from tests.roles.faults import NUMBERS, case, clogging, event, finding
from tests.roles.plant import caster

CASE = clogging()
GOOD = DECISION_MAKER.rules(CASE)


def complaints(**changes):
    return DECISION_MAKER.check(CASE, GOOD.model_copy(update=changes))


def cause(**changes):
    return [GOOD.causes[0].model_copy(update=changes)]


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"headline": "Stopper position rose by 12.7 mm since 03:12"}, "the number 12.7 was not given"),
        ({"headline": "Mould level swings since 02:55"}, "the time 02:55 was not given"),
        ({"notes": ["The level swung 7 times as wide"]}, "the number 7 was not given"),
        ({"causes": cause(why="position +9.1 mm, argon at 6.5 L/min")}, "the number 6.5 was not given"),
        ({"causes": cause(evidence=["F1", "F9"])}, "F9 was not given"),
        ({"causes": cause(evidence=["F1", "CC-999-en"])}, "CC-999-en was not given"),
        ({"causes": cause(against=["F8"])}, "F8 was not given"),
        ({"causes": cause(evidence=[])}, "cause 1 has no evidence"),
        ({"causes": cause(evidence=["CC-014-en"])}, "no finding that cause 1 cites is a sign of stopper_clogging"),
        ({"causes": cause(fault="gremlins")}, "no fault 'gremlins'"),
        ({"causes": cause(sensor="argon_flow")}, "no sensor 'argon_flow'"),
        ({"causes": cause(why="this is definitely the stopper")}, "'definitely' claims more"),
        ({"headline": "结晶器液位波动，肯定是塞棒结瘤"}, "'肯定' claims more"),
        ({"actions": [Action(text="Check the argon flow", source="CC-777-en")]}, "CC-777-en was not given"),
        ({"actions": GOOD.actions[1:]}, "safety notes"),
        ({"actions": [Action(text="Wait 37 minutes"), GOOD.actions[0]]}, "the number 37 was not given"),
        ({"confidence": 0.3}, "confidence is not that of the first cause"),
        ({"causes": cause(confidence=0.4), "confidence": 0.4}, "a fault needs a cause with confidence"),
        ({"causes": cause(confidence=1.0), "confidence": 1.0}, "no cause is surer than"),
        ({"causes": GOOD.causes * 4}, "at most 3 causes"),
        ({"causes": cause(rank=2)}, "ranks are not"),
        ({"verdict": "unsure", "asks_for": []}, "unsure, but"),
        ({"verdict": "normal", "event": None}, "normal has to say"),
        ({"event": 17}, "event 17 was not given"),
        ({"headline": " "}, "headline is empty"),
    ],
)
def test_complains_about(changes, complaint):
    assert any(complaint in c for c in complaints(**changes)), complaints(**changes)


def test_a_fault_without_an_anomalous_event_is_refused():
    calm = CASE.model_copy(update={"events": []})
    assert any("no anomalous event" in c for c in DECISION_MAKER.check(calm, GOOD))


@pytest.mark.parametrize(
    "text",
    [
        "Stopper position +9 mm at S8 since 03:12, see F1 and CC-014-en",
        "Stopper position from 41 to 50.1 mm",
        "This is not certain; nothing is proven on strand 2",
        "塞棒开度+9.1 mm，2号流，尚不能肯定",
    ],
)
def test_accepts_rounded_numbers_names_ids_and_doubt(text):
    made = clogging(lang="en" if text.isascii() else "zh")
    assert DECISION_MAKER.check(made, DECISION_MAKER.rules(made).model_copy(update={"headline": text})) == []


@pytest.mark.parametrize(
    ("number", "given_", "known"),
    [
        ("9.1", [9.137], True),
        ("9.14", [9.137], True),
        ("9.2", [9.137], False),
        ("-9.1", [9.137], True),
        ("22,310", [22314.0], True),
        ("22,400", [22314.0], False),
        ("2", [7200.0], False),
        ("42", [41.6], True),
        ("0.5", [0.46], True),
        ("45", [], False),
    ],
)
def test_a_written_number_is_known_up_to_its_own_rounding(number, given_, known):
    assert is_given(number, given_) is known


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [("share", 0.1783, 17.83), ("gap_s", 7200.0, 2.0), ("duration_s", 90.0, 1.5), ("period_s", 42.0, 42.0)],
)
def test_a_value_may_be_told_in_another_form(key, value, told):
    assert told in forms(key, value)


def test_an_ampere_is_no_minute():
    assert forms("change", 120.0) == [120.0]


def test_numbers_in_names_are_no_numbers():
    assert written("S8 and F2 with CC_014: 3.5 A, 1,200 rows, -4 K") == ["3.5", "1,200", "-4"]


@given(st.floats(1e-9, 1e7), st.integers(2, 4))
def test_what_figure_writes_is_recognised_as_given(value, digits):
    text = figure(value, max(digits, 3))
    assert is_given(text, [value])
    assert written(f"{text} mm") == [text]


@pytest.mark.parametrize(
    ("seconds", "text"), [(41, "41 s"), (720, "12 min"), (1032, "17.2 min"), (22310, "6.2 h"), (300_000, "3.5 d")]
)
def test_span_uses_the_unit_people_use(seconds, text):
    assert span(seconds, "en") == text


COLUMNS = [s.name for s in caster()]
FINDINGS = st.lists(
    st.tuples(
        st.sampled_from(COLUMNS),
        st.sampled_from([*NUMBERS, "moved", "dropout", "decoupled"]),
        st.integers(1, 3),
        st.integers(-30, 90),
        st.floats(0.5, 60),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(FINDINGS, st.sampled_from(["en", "zh"]), st.lists(st.sampled_from(COLUMNS), max_size=3), st.booleans())
def test_whatever_the_findings_the_rules_pass_the_check(rows, lang, roots, ongoing):
    findings = [
        finding(i, sensor, kind, event=number, after_min=minutes, strength=strength)
        for i, (sensor, kind, number, minutes, strength) in enumerate(rows, start=1)
    ]
    carriers = {n: dict.fromkeys(f.sensor for f in findings if f.event == n) for n in (1, 2, 3)}
    events = [event(n, *carriers[n], severity=5.0 - n, ongoing=ongoing) for n in carriers]
    causes = [RootCause(sensor=s, score=0.3, reason="it moved first (03:12)") for s in roots]
    made = case(findings, events=events, lang=lang, root_causes=causes)
    decision = DECISION_MAKER.rules(made)
    assert DECISION_MAKER.check(made, decision) == []
    assert decision.confidence <= 0.9
