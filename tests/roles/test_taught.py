"""What the crew taught of an answer is a cause where the data show the same as then, and a hint where they do not."""

import pytest

from roles.decision import DECISION_MAKER
from roles.types import Observed, Passage, Sensor, Shown
from tests.roles.faults import case, event, finding, ruled

STEAM, VALVE, WATER, TEMP = "Steam pressure", "Steam valve position", "Hot water temp", "Pasteurisation temp"
SENSORS = [Sensor(name=name, unit=unit) for name, unit in ((STEAM, "bar"), (VALVE, "%"), (WATER, "C"), (TEMP, "C"))]
THEN = [Shown(sensor=VALVE, kind="drift_up", strength=35), Shown(sensor=WATER, kind="drift_down", strength=30),
        Shown(sensor=TEMP, kind="drift_down", strength=25)]  # fmt: skip


def did(number, sensor, kind, **more):
    return finding(number, sensor, kind, sensors=SENSORS, **({"strength": 30} | more))


SAME = [did(1, VALVE, "drift_up"), did(2, WATER, "fall"), did(3, TEMP, "drift_down")]


def taught(shown=THEN, **changes):
    said = {"id": "FB-1", "title": "why is the temp falling?", "text": "Blocked trap ST-110\nthe outlet was cold",
            "kind": "feedback", "confidence": 0.95, "observed": Observed(file="p2.csv", shown=list(shown))}  # fmt: skip
    return Passage(**(said | changes))


def decide(findings, *passages) -> object:
    return ruled(case(findings, sensors=SENSORS, faults=[], passages=list(passages)))


def said_of(decision):
    return next((c for c in decision.causes if "FB-1" in c.evidence), None)


@pytest.mark.parametrize("confidence", [0.95, 0.1], ids=["asked in the same words", "asked in other words"])
def test_the_same_signs_as_then_are_a_diagnosis_with_its_evidence(confidence):
    decision = decide(SAME, taught(confidence=confidence))
    cause = decision.causes[0]
    assert (decision.verdict, cause.text, cause.evidence) == (
        "fault",
        "Blocked trap ST-110",
        ["F1", "F2", "F3", "FB-1"],
    )
    assert cause.confidence < 0.8
    assert "the same signs as then" in cause.why
    assert "the outlet was cold" in cause.why


@pytest.mark.parametrize(
    ("findings", "why"),
    [
        ([*SAME, did(4, STEAM, "drift_down", strength=12)], "new this time: Steam pressure sinking"),
        (SAME[2:], "seen then and not now: Steam valve position has been climbing, Hot water temp has been sinking"),
        ([did(1, VALVE, "drift_down"), *SAME[1:]], "new this time: Steam valve position sinking"),
    ],
    ids=["something else as well", "less than then", "the other way"],
)
def test_the_same_question_about_other_signs_is_a_hint_that_says_what_is_other(findings, why):
    decision = decide(findings, taught())
    cause = said_of(decision)
    assert decision.verdict == "unsure"
    assert cause.text == "Last time it was: blocked trap ST-110"
    assert cause.confidence <= 0.25
    assert why in cause.why


def test_a_correction_that_kept_no_signs_is_a_hint_and_says_so():
    decision = decide(SAME, taught(observed=None))
    assert (decision.verdict, said_of(decision).confidence) == ("unsure", 0.25)
    assert said_of(decision).why.startswith("whether it fits, these data do not show")


def test_other_signs_in_other_words_are_no_hint_either():
    assert said_of(decide([did(1, STEAM, "rise")], taught(confidence=0.3))) is None


def test_one_sign_alone_is_never_a_diagnosis():
    decision = decide(SAME[2:], taught(THEN[2:]))
    assert decision.verdict == "unsure"
    assert said_of(decision).confidence < 0.5


def test_a_faint_change_that_was_not_there_then_does_not_matter():
    faint = did(4, STEAM, "swing", strength=4)
    assert decide([*SAME, faint], taught()).verdict == "fault"


def test_the_document_on_what_the_crew_named_says_what_to_do():
    text = "Check the trap ST-110 with a thermometer. Lock out before opening it. Change the capsule every 12 months."
    sop = Passage(id="K-1", title="SOP 12 › Steam trap ST-110", text=text, kind="manual", confidence=0.3)
    other = Passage(id="K-2", title="SOP 12 › Pump P-7", text="Check the pump P-7.", kind="manual", confidence=0.9)
    actions = decide(SAME, taught(), other, sop).actions
    assert [(a.text, a.safety, a.source) for a in actions] == [
        ("Check the trap ST-110 with a thermometer.", False, "K-1"), ("Lock out before opening it.", True, "K-1")
    ]  # fmt: skip


def test_an_unsure_answer_is_told_from_its_first_change_and_counts_what_it_leaves_out():
    columns = [Sensor(name=f"Flow {letter}") for letter in "ABCDEF"]
    found = [finding(i, s.name, "rise", sensors=columns, after_min=60 - 10 * i, strength=40 - i)
             for i, s in enumerate(columns)]  # fmt: skip
    clocked = [f.model_copy(update={"values": {**f.values, "clock": f"{f.start:%H:%M}"}}) for f in found]
    headline = DECISION_MAKER.rules(case(clocked, sensors=columns, faults=[], passages=[],
                                         events=[event(1, *(s.name for s in columns))])).headline  # fmt: skip
    assert f"since {found[-1].start:%H:%M}" in headline
    assert "Flow F" in headline
    assert headline.endswith("and 2 more")
