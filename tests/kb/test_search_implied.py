"""What a passage speaks of without its name counts for it: values with their units, and the last word of a name."""

import pytest

from kb.embedders import default_embedder
from kb.passage import Passage
from kb.search.evidence import _read
from kb.search.glossary import glossary
from kb.search.implied import with_implied
from kb.stores.embedded.store import EmbeddedStore

WORDS = glossary()


def notion(name):
    ((found,),) = WORDS.asked(name).groups
    return found


def bodies(title, *texts):
    return with_implied(WORDS.read_each(texts), texts, WORDS.of(title), WORDS)


@pytest.mark.parametrize("text", ["They may run up to 75 C.", "运行不得超过75℃。", "Not above 167 °F."])
def test_a_value_with_its_unit_speaks_of_its_quantity(text):
    assert notion("temperature") in bodies("Limits", text)[0].notions


@pytest.mark.parametrize("text", ["They may run up to 75.", "See drawing 75 C-12 or page 3."])
def test_a_number_alone_speaks_of_none(text):
    assert notion("temperature") not in bodies("Limits", text)[0].notions


def test_the_last_word_of_a_name_means_it_where_the_title_says_the_rest():
    text = "Measure the skin before and behind each trap."
    assert notion("steam trap") in bodies("Steam and condensate", text)[0].notions
    assert notion("steam trap") not in bodies("Mice in the canteen", text)[0].notions
    assert notion("steam trap") not in bodies("Steam and condensate", "Measure the skin of each pipe.")[0].notions


@pytest.mark.parametrize(("title", "text"), [("Oil", "the filter is changed"), ("Break of the roll", "it comes out")])
def test_a_last_word_that_is_a_thing_itself_or_says_where_to_means_nothing_more(title, text):
    assert bodies(title, text)[0].notions == WORDS.of(text).notions


def test_a_passage_is_read_with_what_it_implies():
    reading = _read("Finding a failed trap", "1. Measure each trap. 2. None is hotter than 90 C.", "steam.md", WORDS)
    assert {notion("steam trap"), notion("temperature")} <= reading.whole.notions


@pytest.fixture(scope="module")
def mill():
    """A paper mill's few pages."""
    store = EmbeddedStore(None, default_embedder())
    pages = [
        ("Press rolls › Limits", "The bearings may run up to 75 C. Above 85 C the press is unloaded and stopped."),
        ("Steam and condensate › Finding a failed trap", "1. Measure the skin before and behind each trap. "
         "2. A trap that blows through is as hot behind as before. 3. Replace the capsule."),
        ("Felt tension low", "Tighten the stretcher to 3.2 kN/m; change the felt when the stretcher is at its end."),
        ("Start after a break", "Do not raise the steam faster than 50 kPa a minute."),
    ]  # fmt: skip
    store.add([Passage(id=str(n), title=title, text=text, source="mill.docx", document="mill.docx", lang="en")
               for n, (title, text) in enumerate(pages)])  # fmt: skip
    yield store
    store.close()


@pytest.mark.parametrize(("question", "page"), [
    ("how do I find a failed steam trap?", "1"), ("max temperature of the roll bearings", "0"),
])  # fmt: skip
def test_a_question_finds_the_page_that_says_it_in_other_words(mill, question, page):
    first, *_ = mill.search(question)
    assert first.passage.id == page
    assert first.confidence >= 0.55


def test_one_part_of_a_machine_does_not_answer_for_another(mill):
    assert all(hit.confidence < 0.55 for hit in mill.search("how is the doctor blade changed?"))
    assert notion("doctor blade") != notion("press felt") != notion("headbox")
    assert notion("kiln") != notion("oven") != notion("crusher")


def test_numbered_lines_are_steps():
    steps = ("1. Open the valve.", "2. Wait for 140 bar.", "3. Start the pump.")
    assert all(notion("step by step") in body.notions for body in bodies("Start-up", *steps))
    assert notion("step by step") not in bodies("Start-up", *steps[:2], "Start the pump.")[0].notions
