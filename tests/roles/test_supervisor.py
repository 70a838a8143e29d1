"""The supervisor applies facts with a source, shows contradictions, and doubts long lists that the data deny."""

import pytest

from roles.llm.speeches.supervisor import Judgement, assemble
from roles.role import run
from roles.supervisor import SUPERVISOR, Candidates, Edit, Supervision, check, correct
from roles.types import Edge, Fact, Passage, Sensor
from tests.roles.scripted import ScriptedEngine

SENSORS = ["a", "b", "c", "d"]


def edge(cause, effect, lag_s=3.0, strength=0.2, **more):
    return Edge(cause=cause, effect=effect, lag_s=lag_s, strength=strength, **more)


def fact(relation, cause, effect, source="K1", reason="the valve feeds it"):
    return Fact(relation=relation, cause=cause, effect=effect, reason=reason, source=source)


FOUND = [edge("a", "b"), edge("b", "c", 5.0)]
PASSAGE = Passage(id="P-1", title="Feeds", source="manual", text="c feeds d.", confidence=0.7)


def given(*facts, weak=None, edges=FOUND, sensors=SENSORS, lang="en", telling=True):
    return Candidates(lang=lang, edges=list(edges), facts=list(facts), sensors=sensors, weak=weak, telling=telling)


def ends(edges):
    return [(e.cause, e.effect) for e in edges]


def test_without_facts_the_graph_stays_as_it_was():
    told = correct(given())
    assert told.corrected == FOUND
    assert (told.removed, told.edits, told.conflicts) == ([], [], [])


@pytest.mark.parametrize(
    "idle",
    [
        fact("forbidden", "a", "b", source=""),
        fact("required", "a", "d", source="  "),
        fact("required", "a", "elsewhere"),
        fact("required", "d", "d"),
        fact("forbidden", "b", "a"),
        fact("reversed", "c", "d"),
    ],
    ids=["no source", "blank source", "unknown sensor", "itself", "edge is not there", "nothing to turn"],
)
def test_fact_that_does_not_apply_changes_nothing(idle):
    told = correct(given(idle))
    assert told.corrected == FOUND
    assert told.removed == []
    assert told.edits == []


def test_forbidden_edge_is_removed_with_reason_and_source():
    told = correct(given(fact("forbidden", "a", "b")))
    assert ends(told.corrected) == [("b", "c")]
    assert told.removed == [edge("a", "b", reason="the valve feeds it", source="K1")]
    assert told.edits == [Edit(action="remove", cause="a", effect="b", reason="the valve feeds it", source="K1")]


def test_forbidding_one_direction_leaves_the_other():
    loop = [edge("a", "b"), edge("b", "a")]
    assert ends(correct(given(fact("forbidden", "a", "b"), edges=loop)).corrected) == [("b", "a")]


def test_requiring_one_direction_leaves_the_other():
    told = correct(given(fact("required", "b", "a")))
    assert ends(told.corrected) == [("a", "b"), ("b", "c"), ("b", "a")]


def test_required_edge_that_was_found_is_kept_and_cited():
    told = correct(given(fact("required", "a", "b")))
    assert told.corrected[0] == edge("a", "b", reason="the valve feeds it", source="K1")
    assert told.corrected[0].origin == "data"
    assert [e.action for e in told.edits] == ["keep"]


def test_required_edge_that_was_not_found_is_added():
    added = correct(given(fact("required", "a", "d"))).corrected[-1]
    assert (added.cause, added.effect, added.origin, added.lag_s) == ("a", "d", "knowledge", 0.0)
    assert (added.reason, added.source) == ("the valve feeds it", "K1")


def test_added_edge_takes_lag_and_strength_from_its_trace():
    added = correct(given(fact("required", "a", "d"), weak=[edge("a", "d", 12.0, 0.004)])).corrected[-1]
    assert (added.lag_s, added.strength, added.origin) == (12.0, 0.004, "knowledge")


def test_reversed_edge_turns_round():
    told = correct(given(fact("reversed", "b", "c")))
    assert ends(told.corrected) == [("a", "b"), ("c", "b")]
    assert told.corrected[-1].origin == "knowledge"
    assert told.corrected[-1].lag_s == 5.0
    assert ends(told.removed) == [("b", "c")]
    assert [(e.action, e.cause, e.effect) for e in told.edits] == [("reverse", "b", "c")]


def test_reversing_one_direction_of_a_loop_leaves_the_other_as_found():
    loop = [edge("a", "b"), edge("b", "a", 7.0)]
    assert correct(given(fact("reversed", "a", "b"), edges=loop)).corrected == [edge("b", "a", 7.0)]


@pytest.mark.parametrize(
    "facts",
    [
        [fact("required", "a", "b", "K1"), fact("forbidden", "a", "b", "K2")],
        [fact("forbidden", "a", "b", "K2"), fact("required", "a", "b", "K1")],
        [fact("required", "a", "b", "K1"), fact("reversed", "a", "b", "K2")],
        [fact("reversed", "a", "b", "K1"), fact("forbidden", "b", "a", "K2")],
    ],
    ids=["required and forbidden", "in the other order", "required and reversed", "reversed into a denied one"],
)
def test_facts_that_contradict_each_other_are_shown_and_not_applied(facts):
    told = correct(given(*facts))
    assert told.corrected == FOUND
    assert told.edits == []
    assert len(told.conflicts) == 1
    assert "K1" in told.conflicts[0]
    assert "K2" in told.conflicts[0]


def test_agreeing_facts_are_one_edit():
    told = correct(given(fact("forbidden", "a", "b", "K1"), fact("forbidden", "a", "b", "K2")))
    assert [e.source for e in told.edits] == ["K1"]


def test_reversal_beside_a_denial_of_the_same_edge_turns_it():
    told = correct(given(fact("forbidden", "a", "b", "K1"), fact("reversed", "a", "b", "K2")))
    assert ends(told.corrected) == [("b", "c"), ("b", "a")]
    assert check(given(fact("forbidden", "a", "b", "K1"), fact("reversed", "a", "b", "K2")), told) == []


def test_conflict_is_told_in_the_language_of_the_reader():
    facts = [fact("required", "a", "b", "K1"), fact("forbidden", "a", "b", "K2")]
    assert "均未采用" in correct(given(*facts, lang="zh")).conflicts[0]


def test_fact_without_a_reason_cites_its_source():
    told = correct(given(fact("forbidden", "a", "b", reason="")))
    assert told.edits[0].reason == "K1 says so."


class TestLongLists:
    """Many judgements with one mistake in ten: what the data contradict is doubted, in both directions."""

    MANY = tuple(f"s{i}" for i in range(8))

    def denied(self, count):
        pairs = [(x, y) for x in self.MANY for y in self.MANY if x != y]
        return [fact("forbidden", x, y) for x, y in pairs[:count]]

    def sensors(self):
        return [*SENSORS, *self.MANY]

    def told(self, *facts, denied=50, weak=(), telling=True):
        facts = [*facts, *self.denied(denied)]
        return correct(given(*facts, weak=list(weak), sensors=self.sensors(), telling=telling))

    def test_asserted_edge_without_a_trace_is_doubted(self):
        told = self.told(fact("required", "a", "d"))
        assert told.corrected == FOUND
        assert "a -> d" in told.conflicts[0]

    def test_asserted_edge_with_a_trace_is_added(self):
        told = self.told(fact("required", "a", "d"), weak=[edge("a", "d", 4.0, 0.008)])
        assert ("a", "d") in ends(told.corrected)

    def test_short_list_is_the_experts_word(self):
        assert ("a", "d") in ends(self.told(fact("required", "a", "d"), denied=19).corrected)

    def test_file_too_short_to_tell_is_no_judge(self):
        assert ("a", "d") in ends(self.told(fact("required", "a", "d"), telling=False).corrected)

    def test_reviewed_fact_is_not_doubted(self):
        reviewed = fact("required", "a", "d").model_copy(update={"reviewed": True})
        assert ("a", "d") in ends(self.told(fact("required", "a", "d"), reviewed).corrected)

    def test_what_was_not_measured_cannot_be_doubted(self):
        facts = [fact("required", "a", "d"), *self.denied(50)]
        told = correct(given(*facts, weak=None, sensors=self.sensors()))
        assert ("a", "d") in ends(told.corrected)

    def test_list_that_mostly_asserts_is_believed(self):
        asserted = [fact("required", x, y) for x in self.MANY for y in self.MANY if x != y]
        told = correct(given(*asserted, weak=[], sensors=self.sensors()))
        assert len(told.corrected) == len(FOUND) + len(asserted)

    def test_denied_edge_stays_when_the_list_confirms_the_rest_of_the_graph(self):
        graph = [edge(x, y) for x in self.MANY for y in self.MANY if x != y]
        confirmed = [fact("required", e.cause, e.effect) for e in graph[1:]]
        told = correct(given(fact("forbidden", "s0", "s1"), *confirmed, edges=graph, sensors=self.sensors()))
        assert ("s0", "s1") in ends(told.corrected)
        assert "s0 -> s1" in told.conflicts[0]

    def test_denied_edges_go_when_they_are_more_than_slips(self):
        graph = [edge(x, y) for x in self.MANY for y in self.MANY if x != y]
        told = correct(given(*self.denied(30), edges=graph, sensors=self.sensors()))
        assert len(told.removed) == 30


class TestCheck:
    """What another engine may not do."""

    FACTS = (fact("forbidden", "a", "b"), fact("required", "a", "d"), fact("reversed", "b", "c"))

    def test_rules_pass_their_own_check(self):
        for facts in ((), self.FACTS, self.FACTS[:1], self.FACTS[1:]):
            assert check(given(*facts), correct(given(*facts))) == []

    @pytest.mark.parametrize(
        ("output", "complaint"),
        [
            (Supervision(corrected=FOUND[:1]), "dropped without an edit"),
            (Supervision(corrected=[*FOUND, edge("c", "a", origin="knowledge")]), "neither found nor added"),
            (Supervision(corrected=[edge("a", "b", 99.0), FOUND[1]]), "not measured"),
            (Supervision(corrected=[edge("a", "b", origin="knowledge"), FOUND[1]]), "wrong origin"),
            (
                Supervision(
                    corrected=FOUND[1:],
                    removed=FOUND[:1],
                    edits=[Edit(action="remove", cause="a", effect="b", reason="I think so", source="K9")],
                ),
                "no given fact with source 'K9'",
            ),
            (
                Supervision(
                    corrected=FOUND[:1],
                    removed=FOUND[1:],
                    edits=[Edit(action="remove", cause="b", effect="c", reason="r", source="K1")],
                ),
                "no given fact",
            ),
            (
                Supervision(
                    corrected=FOUND,
                    edits=[Edit(action="remove", cause="a", effect="b", reason="r", source="K1")],
                ),
                "edited away but stands",
            ),
        ],
    )
    def test_overreach_is_named(self, output, complaint):
        assert any(complaint in line for line in check(given(*self.FACTS), output))

    def asked(self):
        return given(self.FACTS[0]).model_copy(update={"passages": [PASSAGE]})

    def test_engine_that_invents_an_edge_is_repaired_once_then_the_rules_answer(self):
        invented = Supervision(corrected=[*FOUND, edge("c", "a", origin="knowledge")]).model_dump(mode="json")
        with ScriptedEngine(("supervisor", invented), ("supervisor", invented)) as engine:
            outcome = run(SUPERVISOR, given().model_copy(update={"passages": [PASSAGE]}), engine)
        assert outcome.engine == "rules"
        assert outcome.output.corrected == FOUND

    def test_engine_that_keeps_to_the_facts_speaks(self):
        good = correct(self.asked()).model_dump(mode="json")
        with ScriptedEngine(("supervisor", good)) as engine:
            outcome = run(SUPERVISOR, self.asked(), engine)
        assert outcome.engine == "scripted"
        assert ends(outcome.output.corrected) == [("b", "c")]


@pytest.mark.parametrize(
    ("made", "asked"),
    [
        (given(), False),
        (given(fact("required", "a", "b")), False),  # applied by rule
        (given(fact("required", "a", "b"), fact("forbidden", "a", "b", "K2")), True),  # which of them is right?
        (given().model_copy(update={"passages": [PASSAGE]}), True),
        (given(edges=[]).model_copy(update={"passages": [PASSAGE]}), False),
    ],
)
def test_an_engine_is_asked_only_where_an_edit_could_rest_on_something(made, asked):
    steps = [("supervisor", correct(made))] if asked else []
    with ScriptedEngine(*steps) as engine:
        assert run(SUPERVISOR, made, engine).engine == ("scripted" if asked else "rules")


@pytest.mark.parametrize(
    ("source", "told"),
    [("K-7", "The valve opening drives the tank level within seconds"), ("K1", "the valve feeds it")],
)
def test_the_reason_that_people_read_is_the_sources_own(source, told):
    passage = Passage(id="K-7", title="", text="Tanks are old. The valve opening drives the tank level within seconds.")
    said = {"action": "keep", "cause": "valve_opening", "effect": "tank_level", "source": source,
            "reason": "the tank is leaking and nobody may stop it"}  # fmt: skip
    named = [Sensor(name="valve_opening"), Sensor(name="tank_level")]
    asked = Candidates(
        lang="en", edges=[edge("valve_opening", "tank_level")], sensors=[s.name for s in named], named=named,
        passages=[passage], facts=[fact("required", "valve_opening", "tank_level")] if source == "K1" else [],
    )  # fmt: skip
    made = Supervision.model_validate(assemble(asked, Judgement.model_validate({"edits": [said]})))
    assert check(asked, made) == []
    assert made.edits[0].reason.rstrip(".") == told
    assert "leaking" not in made.model_dump_json()
