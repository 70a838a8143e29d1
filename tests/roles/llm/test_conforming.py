"""Endpoints that decode by the schema: every property comes back, null where a role says that it may be, and what some
models put there instead is read as nothing."""

import json
from datetime import timedelta

import pytest

from roles.decision import DECISION_MAKER
from roles.llm.blanks import without_blanks
from roles.llm.engine import LanguageModel
from roles.llm.schema import schema
from roles.llm.speech import speech_of
from roles.llm.speeches.manager import Asked
from roles.llm.strict import strict_schema
from roles.manager import MANAGER
from roles.role import run
from roles.simulating.types import SimulationOrder
from tests.llm_server import llm_server
from tests.llm_server.conforming import conformed
from tests.roles.faults import clogging
from tests.roles.rendered import NOW, engine, inputs
from tests.roles.test_planning import END, START, request

INVENTED = {"start": "", "end": "", "limit": 0, "low": 0.0, "high": 0, "side": "", "unit": "", "step_s": 0, "how": "",
            "horizon_s": 0, "what": [], "train_rows": 0, "wanted": "null", "form": "", "by": "", "colour": "",
            "text": "", "all": [], "any": []}  # fmt: skip


@pytest.mark.parametrize("name", sorted(set(inputs("en")) - {"coder"}))  # its reply holds code, which is run elsewhere
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_role_asked_by_an_endpoint_that_makes_all_properties_required_says_what_it_meant(name, lang, connect):
    role, made, said = inputs(lang)[name]
    said = said | ({"understood": True} if name == "catalogue_query" else {})  # a judgement: it has no "none"
    with llm_server(player=lambda _body: said, conform=True) as server:
        forced = run(role, made, LanguageModel(connect(server), lambda: NOW))
        assert len(server.requests) == 1
        assert server.requests[0]["response_format"]["json_schema"]["strict"] is True
    model, _ = engine(said)
    assert (forced.engine, forced.fallback) == ("llm", "")
    assert forced.output == run(role, made, model).output


def test_the_forcing_endpoint_fills_everything_in_and_refuses_what_the_schema_forbids():
    shape = strict_schema(schema(Asked))
    made = conformed({"steps": [{"kind": "diagnose"}]}, shape)
    step = made["steps"][0]
    assert set(step) == set(shape["properties"]["steps"]["items"]["properties"])
    assert (step["limit"], step["side"], step["all"], step["sensors"]) == (None, None, None, [])
    with pytest.raises(AssertionError):
        conformed({"steps": [{"kind": "dance"}]}, shape)
    with pytest.raises(AssertionError):
        conformed({"steps": [{"kind": "plot", "reason": None}]}, shape)


@pytest.mark.parametrize(
    ("text", "step", "values"),
    [
        ("why does the level swing?", {"kind": "diagnose"}, {}),
        ("plot S8", {"kind": "plot", "sensors": ["S8_upper_current"]}, {}),
        ("label S8 > 45 A", {"kind": "label", "sensors": ["S8_upper_current"], "limit": 45, "side": "above",
                             "unit": "A"},
         {"limit": 45.0, "side": "above", "unit": "A"}),
        ("label the stopper position below 0 mm", {"kind": "label", "sensors": ["stopper_position"], "limit": 0,
                                                   "side": "below", "unit": "mm"},
         {"limit": 0.0, "side": "below", "unit": "mm"}),
    ],
)  # fmt: skip
def test_what_a_model_invents_where_it_has_nothing_to_say_is_no_limit_and_no_time(text, step, values):
    zero = "0" in text
    filled = {key: value for key, value in INVENTED.items() if not (zero and key in ("low", "high"))} | step
    model, _ = engine({"steps": [filled]})
    outcome = run(MANAGER, request(text), model)
    assert (outcome.engine, outcome.fallback) == ("llm", "")
    task = next(t for t in outcome.output.subtasks if t.kind == step["kind"])
    assert (task.start, task.end, task.values) == (None, None, values)


def test_the_whole_file_is_no_window_and_a_part_of_it_is():
    def planned(**times):
        model, _ = engine({"steps": [{"kind": "diagnose"} | times]})
        task = run(MANAGER, request("why does the level swing?"), model).output.subtasks[-1]
        return task.start, task.end

    assert planned(start=START.isoformat(), end=END.isoformat()) == (None, None)
    assert planned(start=START.isoformat()) == (None, None)
    half = START + timedelta(hours=1)
    assert planned(start=half.isoformat(), end=END.isoformat())[0] == half


def test_a_fault_without_a_name_is_none_and_a_simulation_takes_no_invented_zero():
    said = {"verdict": "fault", "event": 0, "causes": [
        {"fault": "stopper_clogging", "confidence": 0.85, "evidence": ["F1", "F2"], "why": ""},
        {"fault": "", "confidence": 0.1, "evidence": ["CC-020-en", "F2"], "why": ""}]}  # fmt: skip
    model, _ = engine(said)
    outcome = run(DECISION_MAKER, clogging(), model)
    assert (outcome.engine, [c.fault for c in outcome.output.causes]) == ("llm", ["stopper_clogging", None])
    zeros = {"scenario": "stopper_clogging", "speed": 0, "seed": 0, "roll": "", "duration_s": 7200}
    assert without_blanks(SimulationOrder, zeros, {"text": "simulate clogging"}) == zeros | {
        "speed": None, "seed": None, "roll": None}  # fmt: skip
    assert without_blanks(SimulationOrder, zeros, {"text": "simulate clogging with seed 0"})["seed"] == 0


def test_prompts_say_which_values_may_be_null():
    for role in (MANAGER, DECISION_MAKER):
        assert '"null"' in json.dumps(schema(speech_of(role).said))
