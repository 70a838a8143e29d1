"""`andon ask` about one of several alike: what is known of another one is named as that, and is no answer."""

import pytest

import kb
from kb.passage import Passage
from workers.knowledge.asking import tell

THRESHOLD = 0.55


@pytest.fixture(scope="module")
def store():
    opened = kb.open_store(":memory:")
    opened.add([
        Passage(id="K-3", title="Compressor K3", document="air.md",
                text="Compressor K3 shuts down at a discharge temperature of 110 °C."),
        Passage(id="D", title="Adsorption dryer", document="air.md", text="The dew point of the dryer is -40 °C."),
        Passage(id="L-2", lang="zh", title="退火窑 L2 › 网带", document="窑.md", text="网带张紧力为 3.2 kN。"),
    ])  # fmt: skip
    yield opened
    opened.close()


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
