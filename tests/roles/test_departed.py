"""What left its normal range without an alarm: told first, asked about, explained with modest confidence."""

import pytest

from roles.deciding.check import check
from roles.deciding.rules import decide
from tests.roles.faults import case, event, finding

USUAL = {"usual_low": 38.0, "usual_high": 43.0, "clock": "03:12"}


def departed(*findings, lang="en", before=(), **changes):
    """A case in which these findings departed; `before` are events with an alarm."""
    number = len(before) + 1
    told = [f.model_copy(update={"event": number, "values": f.values | USUAL}) for f in findings]
    carriers = list(dict.fromkeys(f.sensor for f in findings))
    left = event(number, *carriers, kind="departure")
    return case([*changes.pop("findings", []), *told], [*before, left], lang=lang, **changes)


def stopper(number=1):
    return finding(number, "stopper_position", "drift_up", strength=40.0)


def test_without_an_alarm_the_first_line_says_what_left_and_asks():
    given = departed(stopper())
    decision = decide(given)
    assert decision.headline == (
        "No alarm, but stopper position is outside its normal range since about 03:12: "
        "50.1 mm, 38 to 43 mm in the normal period. Was that planned?"
    )
    assert decision.verdict == "unsure"
    assert decision.event == 1
    assert check(given, decision) == []


def test_chinese_says_the_same():
    given = departed(stopper(), lang="zh")
    decision = decide(given)
    assert decision.headline.startswith("没有报警，但约自03:12起")
    assert "50.1 mm，正常时段为38～43 mm" in decision.headline
    assert check(given, decision) == []


def test_what_would_explain_it_stays_below_the_threshold():
    given = departed(stopper(), finding(2, "mould_level", "swing", strength=40.0))
    decision = decide(given)
    assert decision.causes[0].fault == "stopper_clogging"
    assert decision.causes[0].confidence < given.threshold
    assert any("swings 2.1 times" in note for note in decision.notes)
    assert check(given, decision) == []


@pytest.mark.parametrize(("kind", "words"), [("swing", "swings 2.1 times as wide"), ("calm", "moves only 0.4 times")])
def test_a_spread_is_told_as_a_spread(kind, words):
    assert words in decide(departed(finding(1, "mould_level", kind))).headline


def test_the_sensor_that_was_asked_about_comes_first():
    given = departed(stopper(), finding(2, "tundish_temperature", "fall"), focus=["tundish_temperature"])
    assert "tundish temperature" in decide(given).headline


def test_beside_an_alarm_a_departure_is_a_line_of_its_own():
    alarm = event(1, "mould_level")
    given = departed(stopper(2), before=[alarm], findings=[finding(1, "mould_level", "stuck")])
    decision = decide(given)
    assert decision.event == 1
    assert any(note.startswith("Besides, without an alarm: stopper position") for note in decision.notes)
    assert check(given, decision) == []


def test_an_engine_may_not_call_a_departure_a_fault_or_nothing():
    given = departed(stopper())
    sure = decide(departed(stopper(), threshold=0.95))
    cause = sure.causes[0].model_copy(update={"confidence": 0.9})
    fault = sure.model_copy(update={"verdict": "fault", "causes": [cause], "confidence": 0.9})
    normal = sure.model_copy(update={"verdict": "normal", "event": None, "causes": []})
    assert any("no anomalous event was given" in complaint for complaint in check(given, fault))
    assert any("anomalous events were given" in complaint for complaint in check(given, normal))


@pytest.mark.parametrize(
    ("change", "lang", "words"),
    [
        (9.1, "en", "stopper position reads 9.1 mm more than the other sensors account for since about 03:12: 50.1 mm"),
        (-9.1, "en", "reads 9.1 mm less than the other sensors account for"),
        (9.1, "zh", "比其他传感器所对应的值高9.1 mm：读数50.1 mm，按其他传感器应为41 mm"),
    ],
)
def test_a_sensor_apart_from_the_others_is_told_against_these_and_sends_to_the_instrument(change, lang, words):
    kind = "drift_up" if change > 0 else "drift_down"
    apart = finding(1, "stopper_position", kind)
    apart = apart.model_copy(update={"values": apart.values | {"change": change, "foretold": 41.0, "before": 41.0}})
    given = departed(apart, lang=lang)
    decision = decide(given)
    assert words in decision.headline
    assert ("planned" in decision.headline, "计划" in decision.headline) == (False, False)
    assert ("second one" in decision.headline) is (lang == "en")
    assert check(given, decision) == []


def test_a_sensor_that_may_as_well_be_its_neighbour_is_only_said_to_go_its_own_way():
    decision = decide(departed(finding(1, "stopper_position", "decoupled")))
    assert "stopper position no longer goes with the other sensors since about 03:12" in decision.headline


@pytest.mark.parametrize(
    ("state", "lang", "words"),
    [
        ("Heating", "en", "“Heating” (Phase) takes 84 min at a time since about 03:12, 58 min to 61 min in the normal"),
        ("Heating", "zh", "“Heating”（Phase）每次持续84分钟，正常时段为58分钟～61分钟"),
        ("on", "en", "Phase is on for 84 min at a time"),
        ("off", "zh", "Phase每次关闭84分钟"),
    ],
)
def test_a_state_that_lasts_longer_is_told_with_how_long_it_used_to_last(state, lang, words):
    values = {"before_s": 3600.0, "after_s": 5040.0, "usual_low_s": 3480.0, "usual_high_s": 3660.0, "state": state}
    lasting = finding(1, "mould_level", "longer")
    changes = {"sensor": "Phase", "tag": None, "values": values | {"clock": "03:12"}, "event": 1}
    lasting = lasting.model_copy(update=changes)
    given = case([lasting], [event(1, "Phase", kind="departure")], lang=lang)
    decision = decide(given)
    assert words in decision.headline
    assert check(given, decision) == []
