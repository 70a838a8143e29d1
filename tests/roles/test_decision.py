"""Verdicts of the decision maker's rules on cases made by hand: headline, evidence, actions, what would help."""

import pytest

from roles.types import Action, Passage, RootCause, Sensor, Sign
from tests.roles.faults import CLOGGING, HANDBOOK, PASSAGES, STUCK, case, clogging, event, finding, ruled, top


def test_textbook_case_is_named_with_evidence_actions_and_time():
    decision = ruled(clogging())
    assert decision.verdict == "fault"
    assert top(decision) == "stopper_clogging"
    assert decision.confidence >= 0.7
    sure = f"({decision.confidence:g})"
    assert decision.headline == (
        f"Stopper position has been climbing since 03:12; stopper clogging is the likeliest cause {sure}"
    )
    assert decision.causes[0].evidence == ["F1", "F2", "F3", "CC-014-en"]
    assert decision.causes[0].sensor == "stopper_position"
    assert "+9.1 mm" in decision.causes[0].why
    assert decision.event == 1


def test_headline_speaks_of_what_the_question_is_about():
    decision = ruled(clogging(question="why is the level jumping?", focus=["mould_level"]))
    assert decision.headline.startswith("Mould level swings since 03:12; stopper clogging")


def test_safety_comes_first_and_sources_are_given_passages():
    actions = ruled(clogging()).actions
    assert [a.safety for a in actions] == [True, False, False, False]
    assert [a.source for a in actions] == ["CC-090-en", "CC-014-en", "CC-014-en", ""]


def test_a_safety_note_for_later_comes_later_and_is_never_cut_off():
    late = [a.model_copy(update={"when": "later"}) if a.safety else a for a in CLOGGING.actions]
    more = [Action(text=f"Check {part}") for part in ("the nozzle", "the ladle", "the powder")]
    for actions, place in ((late, 2), (more + late, 0)):
        told = ruled(clogging(faults=[CLOGGING.model_copy(update={"actions": actions})])).actions
        assert len(told) == 4
        assert told[place].safety


def test_passages_that_were_not_given_are_not_cited():
    decision = ruled(clogging(passages=[]))
    assert decision.causes[0].evidence == ["F1", "F2", "F3"]
    assert all(action.source == "" for action in decision.actions)


def test_passage_counts_by_its_pair_in_the_other_language():
    chinese = Passage(id="CC-014-zh", title="塞棒结瘤", text="塞棒头部结瘤。", lang="zh", confidence=0.6)
    assert "CC-014-zh" in ruled(clogging(passages=[chinese])).causes[0].evidence


def test_stuck_sensor_is_named_by_its_sensor():
    decision = ruled(case([finding(1, "S11_upper_current", "stuck", strength=30)]))
    assert top(decision) == "stuck_sensor"
    assert decision.causes[0].text == "Stuck sensor (S11 upper roll current)"
    assert decision.confidence < 0.9  # a single finding


def test_stuck_reading_beside_a_loud_fault_does_not_take_the_diagnosis():
    given = case([*clogging().findings, finding(4, "S11_upper_current", "stuck", strength=5)])
    assert top(ruled(given)) == "stopper_clogging"


def test_a_short_event_without_findings_is_told_by_what_its_carriers_did_before():
    before = [finding(1, "mould_level", "decoupled", event=2), finding(2, "mould_level", "rise", event=3)]
    events = [event(n, "mould_level", start=start) for n, start in ((1, "04:29"), (2, "02:53"), (3, "01:41"))]
    roots = [RootCause(sensor="mould_level", score=0.48, reason="it moved first (01:41)")]
    decision = ruled(case(before, events=events, faults=[CLOGGING], root_causes=roots))
    assert decision.verdict == "unsure"
    assert "mould level no longer follows the other sensors" in decision.headline
    assert decision.causes[0].sensor == "mould_level"
    assert decision.causes[0].evidence == ["F1", "F2"]


def test_a_weak_origin_is_not_named():
    weak = [RootCause(sensor="S8_upper_current", score=0.05, reason="")]
    assert ruled(case([finding(1, "S8_upper_current", "fall")], faults=[CLOGGING], root_causes=weak)).causes == []


def test_runner_up_says_what_speaks_against_it():
    findings = [*clogging().findings, finding(4, "mould_level", "drift_up", after_min=30, strength=3)]
    more = Sign(tag="hydraulic_pressure", symptoms=["rise"], weight=1)
    rival = HANDBOOK[1].model_copy(update={"signs": [*HANDBOOK[1].signs, more]})
    decision = ruled(case(findings, faults=[CLOGGING, rival]))
    assert len(decision.causes) == 2
    assert "expected but not seen" in decision.causes[1].why
    assert decision.causes[1].confidence < decision.causes[0].confidence


def test_unsure_says_what_changed_when_where_and_what_would_help():
    decision = ruled(
        case(
            [finding(1, "S8_upper_current", "fall"), finding(2, "hydraulic_pressure", "rise", after_min=3)],
            faults=[CLOGGING],
        )
    )
    assert decision.verdict == "unsure"
    assert decision.headline.startswith("No cause that I can stand behind: something changed (since 03:12): ")
    assert "S8 upper roll current -8 A" in decision.headline
    assert decision.causes == []
    assert len(decision.asks_for) >= 2


def test_unsure_names_the_closest_pattern_with_what_it_lacks_and_the_threshold():
    decision = ruled(
        case(
            [finding(1, "mould_level", "swing"), finding(2, "tundish_temperature", "drift_down")],
            faults=[CLOGGING],
            question="?",
        )
    )
    note = decision.notes[0]
    assert "stopper clogging" in note
    assert "0.55" in note
    assert "the stopper opens at constant speed" in note
    assert decision.causes[0].text.startswith("Closest known pattern")


def foreign():
    sensors = [Sensor(name=n) for n in ("Accelerometer1RMS", "Pressure", "Volume Flow RateRMS")]
    findings = [
        finding(1, "Pressure", "rise", sensors=sensors),
        finding(2, "Volume Flow RateRMS", "swing", sensors=sensors),
    ]
    roots = [RootCause(sensor="Pressure", score=0.7, reason="Pressure moved first (03:12)")]
    return case(findings, sensors=sensors, root_causes=roots, passages=[])


def test_foreign_plant_gets_a_localisation_and_no_fault():
    decision = ruled(foreign())
    assert decision.verdict == "unsure"
    (cause,) = decision.causes
    assert cause.fault is None
    assert cause.sensor == "Pressure"
    assert "most likely enters at Pressure" in cause.text
    assert cause.evidence == ["F1"]
    assert 0 < cause.confidence <= 0.5


def test_no_event_is_normal_with_the_closest_and_the_planned_change():
    closest = finding(1, "S12_upper_current", "rise").model_copy(
        update={
            "kind": "normal",
            "text": "S12 came closest to its limit: 0.8 of it at 05:07",
            "event": None,
            "values": {"share": 0.8, "at": "05:07"},
        }
    )
    change = event(1, "casting_speed", start="04:20", kind="operating_change", reason="all rolls followed within 8 s")
    decision = ruled(case([closest], events=[change]))
    assert decision.verdict == "normal"
    assert decision.causes == []
    assert "0.8" in decision.notes[0]
    assert "04:20" in decision.notes[1]
    assert "all rolls followed" in decision.notes[1]


def test_a_planned_change_that_raised_an_alarm_is_recognised():
    given = case([finding(1, "casting_speed", "rise"), finding(2, "casting_speed_set", "moved")])
    decision = ruled(given)
    assert decision.verdict == "normal"
    assert decision.headline.startswith("Planned speed change since 03:12")


def test_without_detection_nothing_is_called_normal():
    assert ruled(case([], events=[], searched=False)).verdict != "normal"


def test_worst_event_is_told_and_the_other_stands_in_a_note():
    findings = [*clogging().findings, finding(7, "S11_upper_current", "stuck", event=2)]
    events = [event(1, "stopper_position", "mould_level"), event(2, "S11_upper_current", start="01:50", severity=1.5)]
    decision = ruled(case(findings, events=events))
    assert decision.event == 1
    assert decision.notes == ["Also: S11 upper roll current stuck at 31.5 A, since 01:50 [F7]"]


def test_question_decides_which_event_is_told():
    findings = [*clogging().findings, finding(7, "S11_upper_current", "stuck", event=2)]
    events = [event(1, "stopper_position", "mould_level"), event(2, "S11_upper_current", start="01:50", severity=1.5)]
    decision = ruled(case(findings, events=events, question="what happened to S11?"))
    assert decision.event == 2
    assert top(decision) == "stuck_sensor"


def test_a_minor_event_does_not_replace_an_unexplained_severe_one():
    findings = [finding(1, "hydraulic_pressure", "fall", event=1), finding(7, "S11_upper_current", "stuck", event=2)]
    events = [event(1, "hydraulic_pressure", severity=9.0), event(2, "S11_upper_current", start="01:50", severity=1.5)]
    decision = ruled(case(findings, events=events, faults=[STUCK]))
    assert decision.verdict == "unsure"
    assert decision.event == 1
    assert decision.notes[-1] == "Also: S11 upper roll current stuck at 31.5 A, since 01:50 [F7]"


def taught(**changes):
    given = {
        "id": "FB-1",
        "title": "why do S8 and S9 rise together?",
        "kind": "feedback",
        "confidence": 0.85,
        "source": "anna",
        "text": "S8 and S9 were shimmed wrongly after the roll change. Check the shims.",
    }
    return Passage(**(given | changes))


def rolls():
    return [finding(1, "S8_upper_current", "rise"), finding(2, "S9_upper_current", "rise")]


def test_taught_passage_is_a_cause_with_the_findings_it_speaks_of():
    decision = ruled(case(rolls(), passages=[taught()], faults=[CLOGGING]))
    assert decision.verdict == "fault"
    cause = decision.causes[0]
    assert cause.text == "S8 and S9 were shimmed wrongly after the roll change."
    assert cause.evidence == ["F1", "F2", "FB-1"]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "candidate"},
        {"confidence": 0.4},
        {"kind": "web"},
        {"text": "The canteen is closed.", "title": "lunch", "kind": "manual"},
    ],
    ids=["not approved", "not similar", "from the web", "about something else"],
)
def test_passage_is_no_cause_when(changes):
    decision = ruled(case(rolls(), passages=[taught(**changes)], faults=[CLOGGING]))
    assert decision.verdict == "unsure"
    assert all("FB-1" not in cause.evidence for cause in decision.causes)


def diagnosed(**changes):
    """What agreeing with an answer left: its diagnosis, under the question that was asked."""
    said = {"id": "CASE-1", "title": "why is the level jumping?", "kind": "case", "source": "case: anna",
            "text": "Stopper clogging\nMould level swings since 22:40", "confidence": 0.95}  # fmt: skip
    return taught(**(said | changes))


@pytest.mark.parametrize("text", ["Stopper clogging\nlevel swings since 22:40", "塞棒结瘤\n液位自22:40起波动"])
def test_a_case_of_the_same_fault_is_cited_and_does_not_rival_it(text):
    faults = [CLOGGING.model_copy(update={"names": ["Stopper clogging", "塞棒结瘤"]})]
    alone = ruled(clogging(faults=faults))
    decision = ruled(clogging(faults=faults, passages=[*PASSAGES, diagnosed(text=text)]))
    assert (decision.verdict, top(decision), decision.confidence) == ("fault", "stopper_clogging", alone.confidence)
    assert decision.causes[0].evidence == [*alone.causes[0].evidence, "CASE-1"]
    assert len(decision.causes) == len(alone.causes)


def test_a_case_of_a_fault_that_the_data_do_not_show_says_nothing():
    decision = ruled(case(rolls(), passages=[diagnosed()], faults=[CLOGGING]))
    assert decision.verdict == "unsure"
    assert all("CASE-1" not in cause.evidence for cause in decision.causes)


def test_a_correction_that_names_a_fault_lends_it_weight():
    weak = [finding(1, "mould_level", "swing")]
    before = ruled(case(weak, faults=[CLOGGING]))
    decision = ruled(case(weak, faults=[CLOGGING], passages=[diagnosed(id="FB-2", kind="feedback")]))
    assert before.verdict == "unsure"
    assert (decision.verdict, top(decision)) == ("fault", "stopper_clogging")
    assert "FB-2" in decision.causes[0].evidence


def test_question_without_data_is_answered_from_passages():
    decision = ruled(case([], events=[], has_data=False, question="what are the signs of clogging?"))
    assert decision.verdict == "answered"
    assert decision.headline == "Alumina builds up at the stopper tip."
    assert decision.causes[0].evidence == ["CC-014-en"]


def test_question_without_data_and_without_passages_abstains():
    decision = ruled(case([], events=[], has_data=False, passages=PASSAGES[1:]))
    assert decision.verdict == "unsure"
    assert "0.4" in decision.headline
    assert decision.asks_for


def test_chinese_reads_chinese():
    decision = ruled(clogging(lang="zh"))
    assert decision.headline.startswith("自03:12起塞棒开度持续上升，最可能原因：stopper clogging（置信度")
    assert "塞棒开度持续上升9.1 mm" in decision.causes[0].why


def test_an_event_that_is_over_is_told_from_to():
    over = [event(1, "stopper_position", "mould_level", ongoing=False)]
    assert "from 03:12 to 05:12" in ruled(clogging(events=over)).headline


def test_a_file_without_the_leading_quantity_is_less_sure():
    columns = [s for s in clogging().sensors if s.tag != "stopper_position"]
    findings = [f for f in clogging().findings if f.tag != "stopper_position"]
    assert ruled(case(findings, sensors=columns, faults=[CLOGGING])).verdict == "unsure"
