"""What is told beside a diagnosis: a process fault in the same event, what came with a planned change, and what the
plant's own notes say where no cause stands."""

from datetime import timedelta

import pytest

from roles.types import Finding, Passage
from tests.roles.faults import ONSET, PASSAGES, case, event, finding, ruled


def broken(**changes):
    """A roll's reading froze; in the same event the hydraulic pressure sinks, which has nothing to do with it."""
    findings = [
        finding(1, "S4_upper_current", "stuck", strength=10),
        finding(2, "hydraulic_pressure", "drift_down", after_min=12, strength=39),
        finding(3, "mould_flow_wide_inner", "fall", after_min=15, strength=5),
    ]
    events = [event(1, "S4_upper_current", kind="stuck", severity=10.0, weight=300.0)]
    return case(findings, events, **changes)


def test_a_strong_change_of_the_process_in_a_broken_sensors_event_is_told():
    decision = ruled(broken())
    assert decision.causes[0].fault == "stuck_sensor"
    assert [note for note in decision.notes if "[F2]" in note and note.startswith("Also: ")]
    assert not [note for note in decision.notes if "[F3]" in note]  # weak, and nobody asked


def test_the_sensor_that_was_asked_about_comes_first_although_the_diagnosis_is_another_ones():
    decision = ruled(broken(question="what is wrong with the hydraulics?", focus=["hydraulic_pressure"]))
    assert decision.headline.startswith("Hydraulic pressure sinking")
    assert "stuck sensor" in decision.headline
    assert not [note for note in decision.notes if "[F2]" in note]  # told once
    weak = ruled(broken(question="what is wrong with the mould water?", focus=["mould_flow_wide_inner"]))
    assert "mould water flow" in weak.headline.split(";")[0].casefold()


@pytest.fixture
def grade_change():
    """Two levels stepped as a planned change settled; twenty minutes later the hydraulic pressure sinks."""
    planned = Finding(
        id="F4", kind="operating_change", text="Planned change at 03:02", event=2, start=ONSET - timedelta(minutes=10),
        end=ONSET - timedelta(minutes=1), values={"clock": "03:02"},
    )  # fmt: skip
    findings = [
        finding(1, "tundish_temperature", "rise", strength=70),
        finding(2, "mould_pump_pressure", "rise", after_min=1, strength=45),
        finding(3, "hydraulic_pressure", "drift_down", after_min=20, strength=20),
    ]
    findings = [f.model_copy(update={"values": {**f.values, "clock": f"03:{12 + 10 * i}"}})
                for i, f in enumerate(findings)]  # fmt: skip
    events = [event(1, *(f.sensor for f in findings)), event(2, kind="operating_change")]
    return case([*findings, planned], events, faults=[])


def test_what_came_with_a_planned_change_is_told_behind_what_did_not(grade_change):
    decision = ruled(grade_change)
    assert "hydraulic pressure" in decision.headline.casefold()
    assert "tundish" not in decision.headline.casefold()
    assert "03:32" in decision.headline
    assert [note for note in decision.notes if note.startswith("With the planned change") and "[F1 F2]" in note]


NOTE = Passage(
    id="K-1", title="Valve block", confidence=0.9,
    text="When the hydraulic pressure sinks after a change, the relief valve leaks at 140 bar. Reseat it. Tell all.",
)  # fmt: skip


def unsure(*passages, **changes):
    return ruled(case([finding(1, "hydraulic_pressure", "drift_down", strength=20)], passages=list(passages),
                       faults=[], **changes))  # fmt: skip


def test_an_unsure_answer_quotes_the_plants_own_note():
    decision = unsure(NOTE)
    assert decision.verdict == "unsure"
    assert "K-1" not in {id_ for cause in decision.causes for id_ in cause.evidence}
    (line,) = [note for note in decision.notes if "[K-1]" in note]
    assert line.startswith("Your knowledge base has: “Valve block: When the hydraulic pressure sinks")
    assert not [note for note in decision.notes if note.startswith("Nothing in the knowledge base")]


@pytest.mark.parametrize(
    "change",
    [
        {"confidence": 0.4},
        {"status": "candidate"},
        {"text": "A dry gearbox of the conveyor grows hot."},
    ],
)
def test_far_unapproved_or_foreign_notes_are_not_quoted(change):
    decision = unsure(NOTE.model_copy(update=change))
    assert not [note for note in decision.notes if "K-1" in note]
    assert "Nothing in the knowledge base fits what was measured" in decision.notes


def test_pages_of_the_shipped_pack_are_no_notes_of_the_plant():
    page = NOTE.model_copy(update={"id": "CC-014-en"})
    given = case([finding(1, "hydraulic_pressure", "drift_down", strength=20)], passages=[page, *PASSAGES[1:]])
    assert not [note for note in ruled(given).notes if "CC-014" in note]


def test_a_note_in_the_other_language_is_quoted_as_it_stands():
    decision = unsure(NOTE, lang="zh")
    assert [note for note in decision.notes if note.startswith("你们的知识库中有：“Valve block")]
