"""Placeholders: what must not leave is replaced everywhere, and what comes back reads as before."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roles.llm.privacy import Pseudonyms, loosened, names_in
from roles.role import run
from tests.roles.rendered import engine, inputs

ODD = [
    "level",
    "mould_level",
    "1号电机电流",
    "电机电流",
    "S1",
    "S11",
    "T",
    "Motor 3 (DE) vib.",
    "sensor_2",
    "F1",
    "value",
]


def test_names_that_hold_each_other_get_their_own_placeholder_and_come_back():
    hidden = Pseudonyms(ODD)
    text = "mould_level and level: 1号电机电流高于电机电流, S1 not S11, T, Motor 3 (DE) vib., sensor_2"
    sent = hidden.mask(text)
    assert not any(name in sent for name in ODD if len(name) > 2)
    assert hidden.restore(sent) == text
    assert len({hidden.mask(name) for name in ODD}) == len(ODD)


@pytest.mark.parametrize("text", ["The levels rise", "LEVEL high", "mould level swings", "water_level?", "level's end"])
def test_a_column_that_is_an_ordinary_word_goes_wherever_it_stands(text):
    assert "level" not in Pseudonyms(["level"]).mask(text).lower()


def test_a_word_that_only_holds_a_name_stays():
    assert Pseudonyms(["rate", "T"]).mask("operate the Tundish") == "operate the Tundish"


@pytest.mark.parametrize(
    "text", ["S8 above 45 A", "45.2A", "E-047 tripped, limit 1,200", "阀门TY-210开度45.3%", "-4 K"]
)
def test_codes_and_values_leave_as_placeholders(text):
    hidden = Pseudonyms(["pressure"])
    sent = hidden.mask(text)
    assert not any(each in sent for each in ("45", "S8", "047", "1,200", "210", "4 K", "4K"))
    assert hidden.restore(sent) == text


@pytest.mark.parametrize(
    "text", ["F2 and CC-014-en", "since 03:12", "2024-03-10T03:12:00+08:00", "for 42 s", "12 min", "2小时", "17.2分钟"]
)
def test_ids_times_and_durations_stay(text):
    assert Pseudonyms(["pressure"], ids=["F2", "CC-014-en"]).mask(text) == text


def test_an_id_that_tells_something_is_masked_and_comes_back():
    hidden = Pseudonyms(["a1"], ids=["line 3 of Wang's pump book", "FB-3"])
    sent = hidden.mask("says line 3 of Wang's pump book and FB-3")
    assert "Wang" not in sent
    assert "FB-3" in sent
    assert hidden.restore(sent) == "says line 3 of Wang's pump book and FB-3"


def test_files_are_masked_with_and_without_their_ending():
    hidden = Pseudonyms([], ["strand2_night.csv"])
    assert "strand2" not in hidden.mask("see strand2_night.csv, or strand2_night")


def test_the_words_of_placeholders_are_never_part_of_a_name():
    hidden = Pseudonyms(["sensor_1", "sensor_2", "value_1"])
    sent = hidden.mask("sensor_2 at 45 A, value_1")
    assert "sensor" not in sent
    assert "value" not in sent
    assert hidden.restore(sent) == "sensor_2 at 45 A, value_1"


def test_a_number_may_be_a_placeholder_where_the_schema_wants_a_number():
    assert loosened({"properties": {"limit": {"type": "number"}}}) == {
        "properties": {"limit": {"anyOf": [{"type": "number"}, {"type": "string"}]}}
    }


NAMES = st.lists(
    st.text("abcXYZ012_- 液位电流#", min_size=1, max_size=12).filter(str.strip), min_size=1, max_size=6, unique=True
)


@settings(max_examples=150, deadline=None)
@given(NAMES, st.lists(st.text("ab12 .,:;液位\n", max_size=10), min_size=1, max_size=5), st.data())
def test_whatever_the_names_text_comes_back_as_it_was_up_to_spelling_of_names(names, pieces, data):
    text = " ".join(p + " " + data.draw(st.sampled_from(names)) for p in pieces)
    hidden = Pseudonyms(names)
    again = hidden.restore(hidden.mask(text))
    assert again.lower().replace("_", " ") == text.lower().replace("_", " ")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_no_column_no_code_and_no_value_leaves_in_any_prompt_and_people_read_the_real_ones(lang):
    for name, (role, made, said) in inputs(lang).items():
        model, chat = engine(said, said, private=True)
        outcome = run(role, made, model)
        columns = names_in(made.model_dump(mode="json"))
        assert bool(columns) == (name not in ("catalogue_query", "simulation_request", "knowledge_answer"))
        for prompt in chat.prompts:
            assert not [c for c in columns if c in prompt], name
            assert not [v for v in ("45 A", "9.1", "41 mm", "S8", "41.2") if v in prompt], name
        if name == "decision_maker":
            assert outcome.engine == "llm"
            assert "9.1" in outcome.output.causes[0].why


def test_a_limit_said_as_a_placeholder_becomes_the_number_that_was_asked_for():
    role, made, _ = inputs("en")["pipeline_manager"]
    said = {"steps": [{"kind": "label", "sensors": ["sensor_16"], "limit": "value_1", "unit": "A"},
                      {"kind": "plot", "sensors": ["sensor_16"]}]}  # fmt: skip
    column = next(s.name for s in made.sensors if "S8_upper" in s.name)
    number = [s.name for s in made.sensors].index(column) + 1
    said["steps"][0]["sensors"] = said["steps"][1]["sensors"] = [f"sensor_{number}"]
    model, _chat = engine(said, said, private=True)
    outcome = run(role, made, model)
    label = next(task for task in outcome.output.subtasks if task.kind == "label")
    assert (outcome.engine, label.sensors, label.values["limit"]) == ("llm", [column], 45.0)


def test_further_words_leave_nowhere_however_they_are_spaced_and_come_back():
    hidden = Pseudonyms(["level"], words=["Li Wei", "王师傅", "J. Smith", "Bo"])
    text = "li  wei and\nLi\nWei's crew, 请王师傅看看, J. Smith; Bo, not Bolt or j"
    sent = hidden.mask(text)
    for word in ("wei", "王师傅", "Smith"):
        assert word.lower() not in sent.lower()
    assert "Bolt or j" in sent
    assert hidden.restore(sent).split() == text.replace("li  wei", "Li Wei").split()
    assert "Wei" not in hidden.mask_prose("Input\n  Li Wei", ["Input"])


@pytest.mark.parametrize("name", ["decision_maker", "pipeline_manager", "knowledge_answer", "follow_up", "coder"])
def test_a_persons_name_in_a_question_is_in_no_request_and_no_repair(name):
    role, made, said = inputs("en")[name]
    field = {"pipeline_manager": "text", "coder": "request"}.get(name, "question")
    made = made.model_copy(update={field: f"{getattr(made, field)} asks Maria Okafor"})
    model, chat = engine({"bad": "Maria Okafor"}, said, private=True, words=["Maria Okafor"])
    run(role, made, model)
    assert "name_1" in chat.prompts[0]
    assert not [prompt for prompt in chat.prompts if "Okafor" in prompt]


@pytest.mark.parametrize(("said", "leaves", "comes_back"), [
    ("二流超过八百零三毫米，五分钟后报警", "八百零三", "二流超过803毫米，五分钟后报警"),
    ("over forty-five A for five minutes", "forty-five", "over 45 A for five minutes"),
    ("Acme's run: 宝钢三号机的液位", "宝钢", "Acme's run: 宝钢三号机的液位"),
    ("Caster3 of Acme, all data", "Caster3", "Caster3 of Acme, all data"),
])  # fmt: skip
def test_values_in_words_and_words_of_a_files_name_do_not_leave(said, leaves, comes_back):
    hidden = Pseudonyms(["level"], ["宝钢三号机_20250312.csv", "Acme_Caster3_data.csv"])
    sent = hidden.mask(said)
    assert leaves not in sent
    assert "Acme" not in sent
    assert hidden.restore(sent) == comes_back


def test_times_in_words_and_words_of_our_own_prompts_stay():
    hidden = Pseudonyms(["level"], ["Acme_data_input.csv"])
    for said in ("five minutes of the data", "两点开始，三个传感器", "百度"):
        assert hidden.mask(said) == said
