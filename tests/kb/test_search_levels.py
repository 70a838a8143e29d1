"""What texts are compared by: one form of what is written differently, and every notion that stands in it."""

import re
import unicodedata

import pytest

import kb
from kb.packs import load
from kb.search import glossary
from kb.search.glossary import current
from kb.search.levels import level, levels, pieces, root
from kb.search.question import Question
from kb.text import sentences
from tests.kb.conftest import WordEmbedder


@pytest.mark.parametrize(("text", "plain"), [
    ("Pump SC-75 stops", "pump sc75 stops"), ("sc_75.", "sc75."), ("SC 75", "sc75"), ("ＳＣ－７５", "sc75"),
    ("AB-12-CD-34", "ab12-cd34"), ("A-1B-2", "a1b-2"), ("2-A-3", "2-a3"), ("2A-3", "2a-3"), ("ABCDEF-12", "abcdef-12"),
    ("P-201a", "p201a"), ("P-201ab", "p-201ab"), ("E-1234567", "e-1234567"), ("辊S-8", "辊s8"),
    ("at 25 N 30 °C", "at 25 n 30 °c"),
    ("P 20.5", "p 20.5"), ("XP 20", "xp20"), ("xP 20", "xp 20"),
])  # fmt: skip
def test_tags_are_one_word_however_they_are_written(text, plain):
    assert level(text) == plain


def test_lines_are_levelled_together_as_each_by_itself():
    texts = [text for name in kb.PACKS for passage in load(name).passages for text in sentences(passage.text)]
    assert levels(texts) == [level(text) for text in texts]
    odd = ["SC", "75 A", "-1", "", "a\u0338", "ends in P-", "201", "two\nlines", "\u0338begins"]
    assert levels(odd) == [level(text) for text in odd]


def notions_by_hand(text, words):
    """Every notion of which a name stands in `text`: each name looked for everywhere."""
    found = pieces(level(text))
    stems = "".join(f"/{root(word)}" for word in found if word.isascii()) + "/"
    runs = " ".join(run for run in found if not run.isascii())
    english = (numbers for name, numbers in words._en.items() if f"/{'/'.join(name)}/" in stems)
    chinese = (numbers for name, numbers in words.chinese.items() if name in runs)
    return frozenset[int]().union(*english, *chinese)


def test_every_name_of_a_notion_is_found_wherever_it_stands():
    words = current()
    passages = [passage for name in kb.PACKS for passage in load(name).passages][::9]
    texts = [text for passage in passages for text in (passage.title, *sentences(passage.text))]
    assert {passage.lang for passage in passages} == {"en", "zh"}
    bodies = words.read_each(texts)
    assert bodies == [words.read(text) for text in texts]
    assert [body.notions for body in bodies] == [notions_by_hand(text, words) for text in texts]
    assert words.read_each([]) == []


def test_a_name_does_not_go_on_over_other_signs():
    words = current()
    apart = [word for word in words.chinese if len(word) == 2 and not words.chinese.keys() & set(word)]
    assert len(apart) > 100
    assert all(words.read(word).notions == words.chinese[word] for word in apart)
    assert not any(words.read("，".join(word)).notions for word in apart)


def test_pieces_are_words_and_runs_of_characters():
    text = level("The 塞棒 lifts 3.5 mm，即SC-75升高")
    assert pieces(text) == re.findall("[a-z0-9]+|[\u4e00-\u9fff]+", unicodedata.normalize("NFKC", text))


def test_a_question_is_read_anew_with_a_plants_own_words(tmp_path):
    asked = "what is wrong with the zorbel?"
    assert Question.of(asked, WordEmbedder()).asked.unknown[-1] == "zorbel"
    file = tmp_path / "glossary.toml"
    file.write_text('[[section]]\nname = "own"\nterms = [["stopper, zorbel", "塞棒"]]\n', encoding="utf-8")
    try:
        glossary.use(file)
        assert "zorbel" not in Question.of(asked, WordEmbedder()).asked.unknown
    finally:
        glossary.use(tmp_path / "none.toml")
    assert "zorbel" in Question.of(asked, WordEmbedder()).asked.unknown


def test_a_question_that_was_read_before_gets_the_vector_of_the_embedder_that_asks():
    first = Question.of("mould level", WordEmbedder())
    again = Question.of("mould level", WordEmbedder(), "zh")
    assert first.lang == "en"
    assert again.lang == "zh"
    assert first.vector.shape == again.vector.shape == (WordEmbedder().dims,)


def test_a_character_that_known_words_leave_is_compared_with_its_neighbour():
    """网 alone tells nothing, 网带 does; the belt of another machine has only 带."""
    unknown = current().asked("网带张紧力多少").unknown
    assert unknown == ("网带",)
    assert current().of("网带张紧力为 3.2 kN").holds(unknown[0]) == 1.0
    assert current().of("皮带张紧力为 3.2 kN").holds(unknown[0]) == 0.0
