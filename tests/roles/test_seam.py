"""Another engine plays any role through roles.role.run: taken when valid, repaired once, else the rules answer."""

import json

import pytest

from roles.answerer import ANSWERER
from roles.controller import CONTROLLER, Choice, ModelCard, Profile
from roles.decision import DECISION_MAKER
from roles.errors import RoleError
from roles.explainer import EXPLAINER
from roles.manager import MANAGER
from roles.role import run
from roles.supervisor import SUPERVISOR, Candidates
from roles.types import Edge, Fact, Passage
from tests.roles.faults import clogging
from tests.roles.rendered import inputs
from tests.roles.scripted import ScriptedEngine
from tests.roles.test_planning import request


def choice():
    profile = Profile(rows=5000, reference_rows=1000, sensors=["a", "b"])
    return Choice(lang="en", profile=profile, models=[ModelCard(name="ensemble", title="Ensemble", default=True)])


def candidates():
    edges = [Edge(cause="a", effect="b", lag_s=1.0, strength=0.2)]
    facts = [Fact(relation="forbidden", cause="a", effect="b", reason="b is upstream", source="CC-001-en")]
    passages = [Passage(id="P-1", title="Feeds", source="manual", text="a drives b.", confidence=0.7)]
    return Candidates(lang="en", edges=edges, facts=facts, sensors=["a", "b"], passages=passages)


ALIEN = {"cause": "a", "effect": "zz", "lag_s": 1, "strength": 0.1}
ROLES = [
    (MANAGER, request("plot S8 between 02:00 and 04:00"), lambda out: out | {"unknown": ["S8_upper_current"]}),
    (SUPERVISOR, candidates(), lambda out: out | {"corrected": [ALIEN]}),
    (CONTROLLER, choice(), lambda out: out | {"model": "oracle"}),
    (DECISION_MAKER, clogging(), lambda out: out | {"headline": "Stopper clogging cost 4711 tons since 03:12"}),
    (
        ANSWERER,
        inputs("en")["knowledge_answer"][1],
        lambda out: out | {"sentences": [out["sentences"][0] | {"evidence": ["K99"]}]},
    ),
    (
        EXPLAINER,
        inputs("en")["follow_up"][1],
        lambda out: out | {"sentences": [out["sentences"][0] | {"evidence": ["F99"]}]},
    ),
]
IDS = [role.name for role, _, _ in ROLES]


def valid(role, given):
    """What a perfect engine would say, as JSON data."""
    return role.rules(given).model_dump(mode="json")


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_rules_answer_without_an_engine_and_pass_their_own_check(role, given, spoil):
    outcome = run(role, given)
    assert (outcome.engine, outcome.repairs, outcome.fallback) == ("rules", 0, "")
    assert role.check(given, outcome.output) == []


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_a_valid_output_is_taken_on_the_first_try(role, given, spoil):
    with ScriptedEngine((role.name, valid(role, given))) as engine:
        outcome = run(role, given, engine)
    assert (outcome.engine, outcome.repairs, outcome.fallback) == ("scripted", 0, "")
    assert outcome.output == role.rules(given)
    _, data, complaint = engine.history[0]
    assert complaint is None
    assert json.loads(json.dumps(data)) == given.model_dump(mode="json")


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_an_output_that_fails_the_check_is_repaired_once(role, given, spoil):
    good = valid(role, given)
    with ScriptedEngine((role.name, spoil(good)), (role.name, good)) as engine:
        outcome = run(role, given, engine)
    assert (outcome.engine, outcome.repairs) == ("scripted", 1)
    assert engine.history[1][2] == "; ".join(role.check(given, role.output.model_validate(spoil(good))))


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_an_output_of_the_wrong_shape_is_repaired_once(role, given, spoil):
    good = valid(role, given)
    with ScriptedEngine((role.name, good | {"invented_field": 1}), (role.name, good)) as engine:
        outcome = run(role, given, engine)
    assert (outcome.engine, outcome.repairs) == ("scripted", 1)
    assert "invented_field" in engine.history[1][2]


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_after_two_bad_outputs_the_rules_answer_and_say_why(role, given, spoil):
    bad = spoil(valid(role, given))
    with ScriptedEngine((role.name, bad), (role.name, bad)) as engine:
        outcome = run(role, given, engine)
    assert outcome.engine == "rules"
    assert outcome.output == role.rules(given)
    assert outcome.fallback == "; ".join(role.check(given, role.output.model_validate(bad)))


@pytest.mark.parametrize(("role", "given", "spoil"), ROLES, ids=IDS)
def test_an_engine_that_is_not_there_is_asked_once(role, given, spoil):
    with ScriptedEngine((role.name, RoleError("failure_llm_unreachable"))) as engine:
        outcome = run(role, given, engine)
    assert (outcome.engine, outcome.fallback) == ("rules", "failure_llm_unreachable")
    assert len(engine.history) == 1


def test_one_script_plays_a_whole_run():
    with ScriptedEngine(*((role.name, valid(role, given)) for role, given, _ in ROLES)) as engine:
        engines = [run(role, given, engine).engine for role, given, _ in ROLES]
    assert engines == ["scripted"] * len(ROLES)


def test_an_unexpected_call_fails():
    with pytest.raises(AssertionError, match="unexpected call of controller"):
        run(CONTROLLER, choice(), ScriptedEngine())


def test_a_call_of_another_role_fails():
    with pytest.raises(AssertionError, match="the script expected supervisor"):
        run(CONTROLLER, choice(), ScriptedEngine(("supervisor", {})))


def test_an_unused_step_fails():
    with pytest.raises(AssertionError, match="unused steps"), ScriptedEngine(("controller", {})):
        pass
