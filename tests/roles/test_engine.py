"""A language model plays the roles: it is shown little, what it says becomes the role's output, and lies don't."""

import json
import re
from contextlib import suppress
from datetime import timedelta

import pytest
from pydantic import ValidationError

from roles import prompts
from roles.answerer import ANSWERER
from roles.coder import CODER
from roles.controller import CONTROLLER, Choice, ModelCard, Profile
from roles.decision import DECISION_MAKER
from roles.errors import RoleError
from roles.explainer import EXPLAINER
from roles.llm.condensing import MOST_IN_A_ROW, condense, guard, in_a_row
from roles.llm.schema import schema
from roles.llm.speech import speech_of
from roles.manager import MANAGER
from roles.role import run
from roles.supervising.reading import read
from roles.supervisor import SUPERVISOR, Candidates
from roles.types import Edge, Fact, Passage, RootCause, Sensor
from tests.roles.faults import HANDBOOK, ONSET, case, clogging, event, finding
from tests.roles.plant import caster
from tests.roles.rendered import engine, inputs
from tests.roles.test_departed import departed, stopper
from tests.roles.test_planning import request

LANGS = ("en", "zh")
GOOD = {"fault": "stopper_clogging", "confidence": 0.85, "evidence": ["F1", "F2", "CC-014-en"]}
COLUMN = "\n".join(f"S8 = {40 + i * 0.37:.2f}" for i in range(600))
ROW = ", ".join(f"{i * 0.13:.2f}" for i in range(3000))


def verdict(*causes, **more):
    return {"verdict": "fault", "event": 1, "causes": list(causes) or [GOOD]} | more


def judged(said, made=None):
    """The outcome when the model says `said`, twice if need be."""
    model, chat = engine(said, said)
    return run(DECISION_MAKER, made or clogging(), model), chat


# What is shown


def large():
    """role name -> an input as big as a plant's: 200 sensors, 500 edges, 40 findings, 40 passages, pasted tables."""
    sensors = [Sensor(name=f"TI_{i:03}.PV", unit="K", label=f"zone {i} temperature") for i in range(170)] + caster()
    names = [s.name for s in sensors]
    edges = [Edge(cause=names[i % 190], effect=names[(i * 7 + 1) % 190], lag_s=i % 60, strength=0.5 / (i + 1),
                  reason="the past improves the prediction " * 4) for i in range(500)]  # fmt: skip
    facts = [Fact(relation="required", cause=names[i], effect=names[i + 1], reason="it feeds it", source=f"K-{i}")
             for i in range(189)]  # fmt: skip
    findings = [finding(i, caster()[i % 30].name, "rise", after_min=i) for i in range(1, 41)]
    passages = [
        Passage(id=f"CC-{i:03}-en", title="Table", text=f"{COLUMN[:1200]} {ROW[:600]}", confidence=i / 50)
        for i in range(40)
    ]
    signals = [f"{n}: median 41.3 K, spread 0.3 K; trend +4.6 K per hour; part of event 1" for n in names]
    text = f"what do you make of {ROW} and of {COLUMN}? Why did it stop?"
    cards = [ModelCard(name=f"m{i}", title=f"M{i}", best_for=ROW, default=i == 0) for i in range(40)]
    profile = Profile(rows=400_000, reference_rows=80_000, sensors=names, step_s=1.0)
    return {
        "pipeline_manager": (MANAGER, request(text, sensors=sensors, signals=signals)),
        "supervisor": (SUPERVISOR, Candidates(lang="en", edges=edges, facts=facts, sensors=names, weak=edges[:200],
                                              passages=passages, named=sensors)),
        "controller": (CONTROLLER, Choice(lang="en", profile=profile, models=cards, wanted="the " + ROW)),
        "decision_maker": (DECISION_MAKER, case(
            findings, sensors=sensors, question=text, passages=passages, edges=edges, signals=signals,
            faults=HANDBOOK, events=[event(i, *names[:8], reason=ROW) for i in range(1, 12)],
            root_causes=[RootCause(sensor=n, score=0.1, reason=COLUMN) for n in names[:5]])),
    }  # fmt: skip


@pytest.mark.parametrize("role", ["pipeline_manager", "supervisor", "controller", "decision_maker"])
@pytest.mark.parametrize("private", [False, True])
def test_even_a_large_input_is_shown_in_little_room_without_rows_of_readings(role, private):
    what, made = large()[role]
    model, chat = engine({}, {}, private=private)
    for complaint in (None, ROW):
        with suppress(ValidationError):
            model.play(what, made.model_dump(mode="json"), complaint)
    assert len(chat.prompts) == 2
    for prompt in chat.prompts:
        assert in_a_row(prompt) <= MOST_IN_A_ROW / 4
        assert len(re.findall(r"S8 = \d|code_1 = value", prompt)) <= 100
        assert len(prompt) < 24_000


def test_a_table_in_a_text_is_cut_to_its_beginning_and_says_how_much_is_left_out():
    short = condense(f"here: {ROW}. Why?", most=40)
    assert short.startswith("here: 0.00, 0.13")
    assert short.endswith("[+2980]. Why?")
    assert condense(COLUMN + "\nWhy?", 9999, 40).endswith("S8 = 54.43\nS8 = [+560]\nWhy?")
    assert condense("S8 above 45 A since 03:12") == "S8 above 45 A since 03:12"


def test_a_prompt_with_a_column_of_numbers_is_never_sent():
    guard("1, 2, 3", "coder")
    with pytest.raises(RoleError, match="failure_llm_numbers"):
        guard(" ".join(map(str, range(MOST_IN_A_ROW + 1))), "coder")


@pytest.mark.parametrize("lang", LANGS)
def test_ids_of_cut_passages_are_kept_and_the_nearest_come_first(lang):
    passages = [
        Passage(id=f"CC-{i:03}-{lang}", title=f"T{i}", text="word " * 900, confidence=i / 30) for i in range(30)
    ]
    model, chat = engine(verdict(), verdict())
    run(DECISION_MAKER, case([], events=[], has_data=False, passages=passages, lang=lang), model)
    shown = re.findall(r"^  (CC-\d+-\w\w) ", chat.prompts[0], re.MULTILINE)
    assert shown == [f"CC-{i:03}-{lang}" for i in range(29, 21, -1)]


@pytest.mark.parametrize("name", sorted(inputs("en")))
@pytest.mark.parametrize("lang", LANGS)
def test_every_request_has_the_seven_headings_at_line_starts_repairs_too(name, lang):
    role, made, _ = inputs(lang)[name]
    model, chat = engine({"nonsense": "1"}, {"nonsense": "2"})
    run(role, made, model)
    assert chat.prompts
    for prompt in chat.prompts:
        assert [line for line in prompt.splitlines() if line in prompts.headings(lang)] == prompts.headings(lang)
    if len(chat.prompts) > 1:
        assert '{"nonsense": "1"}' in chat.prompts[1]


@pytest.mark.parametrize(
    "role", [MANAGER, SUPERVISOR, CONTROLLER, DECISION_MAKER, ANSWERER, EXPLAINER], ids=lambda role: role.name
)
def test_schemas_are_short_and_name_no_definitions(role):
    text = json.dumps(schema(speech_of(role).said))
    assert len(text) < 2200
    assert "$ref" not in text
    assert '"title"' not in text


@pytest.mark.parametrize(
    "role", [MANAGER, SUPERVISOR, CONTROLLER, DECISION_MAKER, ANSWERER, EXPLAINER, CODER], ids=lambda role: role.name
)
@pytest.mark.parametrize("lang", LANGS)
def test_every_example_is_what_a_model_may_say(role, lang):
    shown = prompts.examples(role.name, lang)
    assert shown
    for given, said in shown:
        json.JSONDecoder().raw_decode(given)
        speech_of(role).said.model_validate_json(said)


# What becomes of what it says


@pytest.mark.parametrize(
    "name", ["pipeline_manager", "controller", "supervisor", "decision_maker", "knowledge_answer", "follow_up"]
)
@pytest.mark.parametrize("lang", LANGS)
def test_a_good_answer_is_taken_at_once(name, lang):
    role, made, said = inputs(lang)[name]
    model, chat = engine(said)
    outcome = run(role, made, model)
    assert (outcome.engine, outcome.repairs, len(chat.asked)) == ("llm", 0, 1)


def test_a_judgement_becomes_a_whole_diagnosis_with_headline_actions_and_safety_note():
    outcome, _ = judged(verdict(GOOD | {"why": "stopper_position climbs +9.1 mm"}, asks_for=["the argon pressure"]))
    said = outcome.output
    assert outcome.engine == "llm"
    assert "stopper clogging is the likeliest cause (0.85)" in said.headline
    assert said.causes[0].why == "stopper position climbs +9.1 mm"
    assert any(action.safety for action in said.actions)
    assert (said.confidence, said.asks_for) == (0.85, ["the argon pressure"])


def test_a_refused_answer_is_mended_and_the_former_one_with_the_complaint_stands_in_the_repair():
    model, chat = engine(verdict(GOOD | {"evidence": ["F77"]}), verdict())
    outcome = run(DECISION_MAKER, clogging(), model)
    assert (outcome.engine, outcome.repairs) == ("llm", 1)
    assert "F77 was not given" in chat.prompts[1]
    assert '"evidence": ["F77"]' in chat.prompts[1]


def test_a_passage_edit_is_taken_only_with_a_sentence_that_names_both_and_the_direction():
    role, made, said = inputs("en")["supervisor"]
    model, _ = engine(said)
    graph = run(role, made, model).output
    assert ("casting_speed", "mould_level") in {(e.cause, e.effect) for e in graph.corrected}
    added = next(e for e in graph.corrected if e.cause == "casting_speed")
    assert (added.origin, added.source, added.strength) == ("knowledge", "FB-7", 0.0)
    silent = made.model_copy(update={"passages": [made.passages[0].model_copy(update={"text": "The speed is 1.2."})]})
    model, _ = engine(said, said)
    assert run(role, silent, model).engine == "rules"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("The casting speed disturbs the mould level.", "acts"),
        ("The mould level follows the casting speed.", "acts"),
        ("The casting speed does not influence the mould level.", "does not act"),
        ("The mould level disturbs the casting speed.", None),
        ("Mould level and casting speed are measured.", None),
        ("The casting speed was raised. The mould level disturbs nothing.", None),
        ("拉速影响结晶器液位。", "acts"),
        ("结晶器液位取决于拉速。", "acts"),
        ("拉速不影响结晶器液位。", "does not act"),
        ("结晶器液位影响拉速。", None),
    ],
)
def test_direction_of_a_sentence(text, says):
    assert read(text, ["casting speed", "拉速"], ["mould level", "结晶器液位"]) == says


def test_the_controller_keeps_the_model_that_a_person_asked_for():
    role, made, _ = inputs("en")["controller"]
    model, _ = engine({"model": "pca", "reasons": ["better"]})
    assert run(role, made.model_copy(update={"wanted": "ensemble"}), model).output.model == "ensemble"


def test_the_planner_adds_what_a_step_needs_and_reads_plant_time():
    made = request("why does the level swing?")
    model, _ = engine({"steps": [{"kind": "diagnose", "sensors": ["mould_level"], "start": "2024-03-10T02:00:00"}]})
    outcome = run(MANAGER, made, model)
    assert [t.kind for t in outcome.output.subtasks] == ["clean", "detect", "causes", "diagnose"]
    assert outcome.output.subtasks[-1].start.utcoffset() == timedelta(hours=8)


def test_the_planner_may_not_drop_what_was_plainly_asked_for():
    made = request("why does the level swing? plot S8")
    said = {"steps": [{"kind": "plot", "sensors": ["S8_upper_current"]}]}
    model, chat = engine(said, said)
    outcome = run(MANAGER, made, model)
    assert outcome.engine == "rules"
    assert "the request asks for diagnose" in chat.prompts[1]


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        (verdict(GOOD | {"evidence": ["F1", "F99"]}), "F99 was not given"),
        (verdict(GOOD | {"evidence": ["CC-014-en"]}), "is a sign of stopper_clogging"),
        (verdict(GOOD | {"fault": "gremlins"}), "no fault 'gremlins'"),
        (verdict(GOOD | {"fault": "roll_bearing_seizing", "evidence": ["F1"]}), "missing among the causes"),
        (verdict(GOOD | {"why": "the stopper climbs, see http://plant.example/x"}), "holds an address"),
        ({"verdict": "normal", "event": 1}, "missing among the causes"),
        ({"verdict": "unsure", "causes": [], "asks_for": ["more"]}, "missing among the causes"),
        ({"verdict": "fault", "causes": []}, "a fault needs a cause"),
    ],
)
def test_what_the_check_refuses_is_answered_by_the_rules(said, complaint):
    outcome, chat = judged(said)
    assert outcome.engine == "rules"
    assert complaint in outcome.fallback
    assert outcome.output == DECISION_MAKER.rules(clogging())
    assert len(chat.asked) == 2


@pytest.mark.parametrize(
    "why",
    [
        "argon at 6.5 L/min",
        "this is definitely clogging",
        "bypass the level interlock and go on",
        "reach into the mould while it is running",
        "塞棒开度上升，液位波动",
        "stopper position fell by 9.1 mm",
    ],
)
def test_a_sentence_that_cannot_stand_is_left_out_and_the_judgement_stays(why):
    outcome, chat = judged(verdict(GOOD | {"why": why}))
    assert (outcome.engine, len(chat.asked)) == ("llm", 1)
    assert outcome.output.causes[0].why == DECISION_MAKER.rules(clogging()).causes[0].why
    both, _ = judged(verdict(GOOD | {"why": f"The mould level swings. {why}."}))
    assert both.output.causes[0].why == "The mould level swings."


def test_confidence_is_kept_near_the_signs_and_evidence_to_what_speaks_of_the_fault():
    made = clogging()
    alien = finding(4, "S8_upper_current", "rise")
    made = made.model_copy(update={"findings": [*made.findings, alien]})
    outcome, _ = judged(verdict(GOOD | {"evidence": ["F1", "F4", "CC-030-en", "F2"], "against": ["F4"]}), made)
    first = outcome.output.causes[0]
    assert (outcome.engine, first.evidence, first.against) == ("llm", ["F1", "F2", "CC-014-en"], [])
    measured = DECISION_MAKER.rules(clogging()).confidence
    low, _ = judged(verdict(GOOD | {"confidence": 0.56}))
    assert low.output.confidence == pytest.approx(max(0.56, measured - 0.25), abs=0.006)


def test_a_cause_that_nobody_wrote_down_is_called_so_and_stays_unsure():
    own = {"fault": None, "confidence": 0.8, "evidence": ["F1"], "why": "The mould level swings."}
    outcome, _ = judged(verdict(GOOD, own | {"name": "Loss of argon at the stopper"}))
    second = outcome.output.causes[1]
    assert outcome.engine == "llm"
    assert second.text == (
        "Hypothesis of the language model, not from your knowledge base: Loss of argon at the stopper"
    )
    assert second.confidence <= 0.45
    for name in (
        None,
        "",
        "bypass the level interlock",
        "see http://evil.example/x",
        "Loss of 6.5 L/min argon",
        "x" * 61,
    ):
        outcome, _ = judged(verdict(GOOD, own | {"name": name}))
        assert outcome.engine == "llm"
        assert outcome.output.causes[1].text.startswith("Origin, not yet a cause")  # a root, told as the rules tell it
    elsewhere = clogging().model_copy(update={"root_causes": []})
    outcome, _ = judged(verdict(GOOD, own | {"name": None}), elsewhere)
    assert (outcome.engine, len(outcome.output.causes)) == ("llm", 1)


def test_an_id_that_nobody_gave_is_read_as_the_name_of_a_cause():
    own = {"fault": "argon_loss", "confidence": 0.9, "evidence": ["F1", "CC-014-en"]}
    outcome, chat = judged(verdict(GOOD, own))
    first, second = outcome.output.causes
    assert (outcome.engine, len(chat.asked), first.fault) == ("llm", 1, "stopper_clogging")
    assert (second.fault, second.evidence, second.confidence) == (None, ["F1"], 0.45)
    assert second.text == "Hypothesis of the language model, not from your knowledge base: argon loss"
    for bad in ("bypass_the_interlock", "operator_error"):
        outcome, _ = judged(verdict(GOOD, own | {"fault": bad}))
        assert outcome.engine == "llm"
        assert outcome.output.causes[1].text.startswith("Origin, not yet a cause")
    outcome, _ = judged(verdict(GOOD, own | {"evidence": ["CC-014-en"]}))
    assert (outcome.engine, len(outcome.output.causes)) == ("llm", 1)
    outcome, _ = judged(verdict(GOOD, own | {"evidence": ["F1", "F99"]}))
    assert "F99 was not given" in outcome.fallback


@pytest.mark.parametrize(
    ("ask", "kept"),
    [
        ("argon pressure for 10:00 to 12:00", True),
        ("two more hours of data after 12:00", True),
        ("the list of alarm codes of the level control", True),
        ("Did the argon pressure rise above 0.5 bar?", False),
        ("Force the interlock bit in the PLC", False),
        ("raise the alarm of the level", False),
        ("the shift leader's password", False),
        ("Put the level control in manual", False),
    ],
)
def test_what_may_be_asked_for_is_kept_and_the_rest_left_out(ask, kept):
    outcome, _ = judged(verdict(GOOD, asks_for=["a photo of the stopper tip", ask]))
    assert outcome.engine == "llm"
    assert outcome.output.asks_for == ["a photo of the stopper tip", *([ask] if kept else [])]


def test_a_departure_is_an_observation_whatever_is_said_and_a_quiet_file_is_not_asked_about():
    left = departed(stopper(1), finding(2, "mould_level", "swing"))
    said = verdict(GOOD | {"evidence": ["F1", "F2"], "why": "The mould level swings."}, asks_for=["the argon pressure"])
    outcome, chat = judged(said, left)
    assert (outcome.engine, outcome.fallback, outcome.output.verdict, len(chat.asked)) == ("llm", "", "unsure", 1)
    assert (outcome.output.causes[0].why, outcome.output.asks_for) == (
        "The mould level swings.",
        ["the argon pressure"],
    )
    assert outcome.output.confidence < left.threshold
    assert outcome.output.headline == DECISION_MAKER.rules(left).headline
    refused, _ = judged({"verdict": "normal", "event": 1}, left)
    assert refused.engine == "rules"
    quiet, chat = judged(verdict(), case([], events=[]))
    assert (quiet.engine, quiet.output.verdict, quiet.fallback, chat.asked) == ("rules", "normal", "", [])


def test_without_an_endpoint_s_answer_nothing_is_asked_twice():
    model, chat = engine(RoleError("failure_llm_unreachable"))
    outcome = run(DECISION_MAKER, clogging(), model)
    assert (outcome.engine, outcome.fallback, len(chat.asked)) == ("rules", "failure_llm_unreachable", 1)


def test_clocks_of_the_prompt_are_the_plant_s():
    model, chat = engine(verdict())
    run(DECISION_MAKER, clogging(), model)
    assert "It is 2024-03-10T04:00+08:00 at the plant." in chat.prompts[0]
    assert ONSET.tzinfo is not None
