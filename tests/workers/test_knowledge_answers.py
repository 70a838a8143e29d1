"""A question without a file, answered from what the plant taught: as `andon ask` quotes it, with what was asked for."""

import pytest

from bot.reply import Reply
from bot.slack import render as slack
from bot.telegram import render as telegram
from kb.ingest import ingest
from tests.benchmarks import plants
from workers.contracts import Question
from workers.knowledge.asking import tell
from workers.knowledge.opening import open_knowledge
from workers.running.pipeline import answer
from workers.settings import Settings


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    settings = Settings(data_dir=tmp_path_factory.mktemp("plant"))
    store = open_knowledge(settings)
    ingest(sorted((plants.FOLDER / plants.FITTED / "docs").iterdir()), store, status="verified")
    store.close()
    return settings


@pytest.fixture
def asked(taught, tmp_path):
    def work(text, before="", **more):
        settings = taught.model_copy(update=more)
        return answer(Question(id="q", text=text, before=before), settings, tmp_path / "out", lambda what, share: None)

    return work


@pytest.mark.parametrize(
    ("text", "fact"),
    [("mech seal interval P-201?", "6000 h"), ("hot melt tank temp", "165 °C"), ("mast chain sag", "15 mm")],
)  # fmt: skip
def test_the_first_line_has_what_was_asked_for(asked, text, fact):
    assert fact in asked(text).text.splitlines()[0]


def test_of_a_procedure_no_step_is_left_out(asked):
    told = asked("which switch for Z-3 lockout").text
    for step in ("Stop the line at panel OP5", "main switch Q11", "Vent the compressed air", "safety pin P1"):
        assert step in told


def test_steps_stand_on_lines_of_their_own_in_chat_below_a_headline_of_one_line(asked):
    told = asked("which switch for Z-3 lockout")
    steps = next(block.text for block in told.blocks if block.kind == "cause").split("\n")
    assert [step[:2] for step in steps[1:7]] == ["1.", "2.", "3.", "4.", "5.", "6."]
    reply = Reply(kind="answer", blocks=told.blocks)
    shown = [each["text"]["text"] for each in slack.render(reply).blocks if each["type"] == "section"]
    for text in ("\n".join(shown), telegram.render(reply).text):
        assert any(line.startswith("3. Vent the compressed air") for line in text.split("\n"))
    assert all("\n" not in block.text for block in told.blocks if block.kind == "headline")


@pytest.mark.parametrize("text", ["oil charge SC-75?", "vibration limit cip pump", "hot melt tank temp"])
def test_chat_and_command_line_quote_the_same_passages(asked, taught, text):
    store = open_knowledge(taught)
    quoted = [each.id for each in tell(text, store, taught.answer_threshold).evidence]
    store.close()
    assert quoted
    assert [each.id for each in asked(text).evidence][: len(quoted)] == quoted


def test_a_question_goes_on_from_the_one_before(asked):
    assert "4500 h" in asked("and for P-202?", before="mech seal interval P-201").text
    assert "4500 h" in asked("how often?", before="mech seal P-202").text
    assert "4500 h" not in asked("and the belt?", before="mech seal interval P-202").text.splitlines()[0]


@pytest.mark.parametrize("text", ["what are the signs?", "who is responsible", "有什么征兆"])
def test_a_question_that_names_no_thing_is_answered_from_no_passage(asked, text):
    told = asked(text)
    assert told.diagnosis.verdict != "answered"
    assert not told.evidence


def test_what_a_document_says_to_a_program_is_not_passed_on(asked):
    told = asked("shrink tunnel temperature").text
    assert "185" in told
    assert "bypassed" not in told


def test_a_code_in_two_languages_is_told_in_the_readers(asked):
    told = asked("贴标机 E-302 怎么办").text
    assert "加热带" in told
    assert "Heater band" not in told


def test_another_plant_can_do_without_the_casters_pages(asked):
    text = "what are the signs of stopper clogging?"
    assert asked(text).diagnosis.verdict == "answered"
    assert asked(text, packs="none").diagnosis.verdict == "unsure"
    assert asked(text).diagnosis.verdict == "answered"  # nothing was lost


@pytest.mark.parametrize(
    ("text", "machine"), [("valve is stuck, how do I tell", "mould cooling"), ("阀门卡住怎么判断", "结晶器冷却")]
)  # fmt: skip
def test_a_question_without_a_machine_is_told_of_which_the_page_speaks(asked, taught, text, machine):
    told = asked(text)
    assert machine in next(block.text for block in told.blocks if block.kind == "note")
    store = open_knowledge(taught)
    said = tell(text, store, taught.answer_threshold)
    store.close()
    assert said.evidence
    assert machine in said.text.splitlines()[0]


def test_a_question_with_its_machine_is_not(asked):
    told = asked("stopper is stuck, how do I tell")
    assert told.diagnosis.verdict == "answered"
    assert "names no machine" not in told.text
