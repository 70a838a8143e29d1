"""Which event an answer is about, and what it says of the others."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from roles.decision import Remark
from tests.roles.faults import ONSET, STUCK, case, event, finding, ruled


def at(number, sensor, *, begun, lasts, severity=4.0, kind="anomaly", rows=0.0):
    """An event `begun` minutes after 03:12 that `lasts` minutes."""
    start = ONSET + timedelta(minutes=begun)
    return event(number, sensor, severity=severity, kind=kind).model_copy(update={
        "begun": start, "ended": start + timedelta(minutes=lasts), "weight": severity * (rows or 60 * lasts) ** 0.5,
    })  # fmt: skip


def decide(findings, events, **given):
    return ruled(case(findings, events=events, **given))


CLIMBS = finding(1, "hydraulic_pressure", "drift_down", event=1, strength=130.0)
BROKEN = finding(2, "S11_upper_current", "stuck", event=2, after_min=65.0)


def test_a_broken_sensor_does_not_hide_the_process_that_moved_before_it():
    events = [at(2, "S11_upper_current", begun=65, lasts=17, severity=40, kind="stuck"),
              at(1, "hydraulic_pressure", begun=0, lasts=400)]  # fmt: skip
    decision = decide([CLIMBS, BROKEN], events, faults=[STUCK])
    assert decision.event == 1
    assert "hydraulic" in decision.headline.lower()
    assert any(note.startswith("Also: S11") and "[F2]" in note for note in decision.notes)


def test_a_broken_sensor_comes_first_when_the_process_may_have_followed_it():
    events = [at(2, "S11_upper_current", begun=-20, lasts=400, severity=40, kind="stuck"),
              at(1, "hydraulic_pressure", begun=0, lasts=380)]  # fmt: skip
    assert decide([CLIMBS, BROKEN], events, faults=[STUCK]).event == 2


def test_a_short_diagnosed_event_does_not_hide_a_long_undiagnosed_one():
    events = [at(1, "hydraulic_pressure", begun=0, lasts=400), at(2, "S11_upper_current", begun=65, lasts=2)]
    decision = decide([CLIMBS, BROKEN], events, faults=[STUCK])
    assert decision.event == 1


def test_three_others_are_told_and_the_rest_is_counted():
    rolls = [f"S{i}_upper_current" for i in range(3, 8)]
    findings = [CLIMBS, *(finding(i, s, "rise", event=i, after_min=9.0 * i) for i, s in enumerate(rolls, start=2))]
    events = [at(1, "hydraulic_pressure", begun=0, lasts=400, severity=9)]
    events += [at(i, s, begun=9 * i, lasts=5) for i, s in enumerate(rolls, start=2)]
    notes = decide(findings, events, faults=[STUCK]).notes
    assert sum(note.startswith("Also: S") for note in notes) == 3
    assert sum(note.startswith("And 2 more events") for note in notes) == 1


def test_the_same_again_shares_a_line():
    findings = [CLIMBS, *(finding(i, "mould_level", "decoupled", event=i, after_min=20.0 * i) for i in (2, 3, 4))]
    events = [at(1, "hydraulic_pressure", begun=0, lasts=400, severity=9)]
    events += [at(i, "mould_level", begun=20 * i, lasts=5) for i in (2, 3, 4)]
    (line,) = [note for note in decide(findings, events, faults=[STUCK]).notes if note.startswith("Also")]
    assert "3 times" in line
    assert "[F2 F3 F4]" in line


TWO = [
    finding(1, "hydraulic_pressure", "fall", event=1),
    finding(2, "S11_upper_current", "rise", event=2, after_min=30),
]
BOTH = [at(1, "hydraulic_pressure", begun=0, lasts=11), at(2, "S11_upper_current", begun=30, lasts=60)]


@pytest.mark.parametrize(("minute", "number"), [(2, 1), (31, 2)])
def test_a_moment_is_answered_by_the_event_that_began_nearest(minute, number):
    middle = ONSET + timedelta(minutes=minute)
    around = {"start": middle - timedelta(minutes=30), "end": middle + timedelta(minutes=30)}
    decision = decide(TWO, BOTH, faults=[STUCK], question="what happened then?", **around)
    assert decision.event == number
    assert not decision.headline.startswith("Nothing")


@pytest.mark.parametrize(
    ("lang", "said"), [("en", "Nothing anomalous was found about 00:12"), ("zh", "00:12前后未发现异常")]
)
def test_a_moment_without_an_event_says_so(lang, said):
    middle = (ONSET - timedelta(hours=3)).astimezone(ZoneInfo("Asia/Shanghai"))
    around = {"start": middle - timedelta(minutes=30), "end": middle + timedelta(minutes=30)}
    decision = decide(TWO, BOTH, faults=[STUCK], question="what happened then?", lang=lang, **around)
    assert decision.headline.startswith(said)
    assert decision.event == 1


@pytest.mark.parametrize("question", ["what else is wrong?", "any other problems?", "还有什么问题？", "还有其他问题吗"])
def test_what_else_lists_the_others_first(question):
    decision = decide(TWO, BOTH[::-1], faults=[STUCK], question=question)
    assert decision.headline.startswith("Also: ")
    assert "[F1]" in decision.headline
    assert any("S11" in note for note in decision.notes)


def test_what_else_is_nothing():
    decision = decide(TWO[:1], BOTH[:1], faults=[STUCK], question="what else is wrong?")
    assert decision.headline.startswith("Nothing else of weight was found, only this: No cause")


def test_an_event_that_shows_nothing_does_not_lead():
    decision = decide(TWO[1:], BOTH, faults=[STUCK])
    assert decision.event == 2


def test_what_the_file_notes_is_not_asked_for():
    remark = Remark(at=ONSET, clock="03:12", column="Remark", text="changed roll")
    told = decide(TWO[:1], BOTH[:1], faults=[STUCK], remarks=[remark])
    asked = decide(TWO[:1], BOTH[:1], faults=[STUCK])
    assert any("planned change" in ask for ask in asked.asks_for)
    assert not any("planned change" in ask for ask in told.asks_for)
