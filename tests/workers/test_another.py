"""A question about one of several alike, at the command line and in chat: what is known of another one is named so,
and is no answer."""

import pytest

import kb
from kb.passage import Passage
from workers.contracts import Question
from workers.knowledge.asking import tell
from workers.knowledge.opening import open_knowledge
from workers.running.pipeline import answer
from workers.settings import Settings

THRESHOLD = 0.55
KNOWN = [
    Passage(id="K-3", title="Compressor K3", document="air.md",
            text="Compressor K3 shuts down at a discharge temperature of 110 °C."),
    Passage(id="D", title="Adsorption dryer", document="air.md", text="The dew point of the dryer is -40 °C."),
    Passage(id="L-2", lang="zh", title="退火窑 L2 › 网带", document="窑.md", text="网带张紧力为 3.2 kN。"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store():
    opened = kb.open_store(":memory:")
    opened.add(KNOWN)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    """A question without a file, as chat answers it: verdict and lines."""
    folder = tmp_path_factory.mktemp("plant")
    settings = Settings(data_dir=folder)
    opened = open_knowledge(settings)
    opened.add(KNOWN)
    opened.close()

    def run(text):
        told = answer(Question(id="q", text=text), settings, folder / "out", lambda what, share: None)
        return told.diagnosis.verdict, told.text.split("\n")

    return run


@pytest.mark.parametrize(("question", "first", "shown"), [
    ("compressor K4 shutdown temperature",
     "No passage answers this for K4; the nearest speaks of K3, which may differ.", "110 °C"),
    ("退火窑 L3 网带张紧力", "没有关于L3的回答；最接近的讲的是L2，两者可能不同。", "3.2 kN"),
])  # fmt: skip
def test_another_machine_is_named_and_its_value_is_no_answer(store, question, first, shown):
    told = tell(question, store, THRESHOLD)
    assert told.abstained
    assert told.text.startswith(first)
    assert shown in told.text


@pytest.mark.parametrize("question", ["compressor K3 shutdown temperature", "退火窑 L2 网带张紧力"])
def test_the_machine_itself_is_answered_without_a_remark(store, question):
    told = tell(question, store, THRESHOLD)
    assert not told.abstained
    assert told.text.startswith(told.evidence[0].quote)


def test_a_document_without_numbers_answers_and_the_answer_says_that_it_names_none(store):
    told = tell("dew point of dryer 7", store, THRESHOLD)
    assert [each.id for each in told.evidence][:1] == ["D"]
    assert told.text.startswith("No passage found here names dryer 7: this one does not say which one it speaks of.")
    assert "names" not in tell("dew point of the dryer", store, THRESHOLD).text


@pytest.mark.parametrize(("question", "first", "shown"), [
    ("compressor K4 shutdown temperature",
     "No passage answers this for K4; the nearest speaks of K3, which may differ.", "110 °C"),
    ("退火窑 L3 网带张紧力", "没有关于L3的回答；最接近的讲的是L2，两者可能不同。", "3.2 kN"),
])  # fmt: skip
def test_chat_says_the_same_below_its_headline(chat, store, question, first, shown):
    verdict, lines = chat(question)
    assert (verdict, lines[1]) == ("unsure", first)
    assert shown in lines[2]
    assert lines[2] in tell(question, store, THRESHOLD).text.split("\n")


def test_chat_says_that_a_document_names_none_and_nothing_of_the_machine_itself(chat):
    note = "No passage found here names dryer 7: this one does not say which one it speaks of."
    verdict, lines = chat("dew point of dryer 7")
    assert (verdict, lines[1]) == ("answered", note)
    assert note not in chat("dew point of the dryer")[1]
    assert not any("which" in line for line in chat("compressor K3 shutdown temperature")[1])


def test_chat_shows_nothing_that_is_not_near(chat):
    assert len(chat("why is the sky blue?")[1]) == 2
