"""The glossary: notions of a text in two languages, words to look up, a plant's own words."""

import pytest

from kb.errors import KnowledgeError
from kb.search import glossary
from kb.search.glossary import Glossary, Section, current


@pytest.fixture
def words():
    things = Section(name="things", weight=1.5, terms=(("stopper, plug rod", "塞棒"), ("level sensor", "液位计"),
                                                       ("level", "液位")))  # fmt: skip
    signs = Section(name="signs", weight=0.5, signs=True, terms=(("rise, climb", "上升, 升高"), ("fall", "下降")))
    others = Section(name="others", elsewhere=True, terms=(("boiler", "锅炉"),))
    return Glossary([things, signs, others])


def test_both_languages_and_synonyms_are_one_notion(words):
    assert (
        words.of("The plug rods climbed.").notions == words.of("塞棒升高").notions == words.of("stopper rising").notions
    )


def test_longest_word_of_a_question_counts_and_every_word_of_a_passage(words):
    assert len(words.asked("level sensor").groups) == 1
    assert words.of("level sensor").notions == words.of("level sensor, level").notions
    assert words.asked("液位计").groups == words.asked("level sensor").groups


def test_coverage_weighs_things_more_than_signs_and_counts_unknown_words(words):
    asked = words.asked("stopper rises")
    assert words.covered(asked, words.of("塞棒")) == pytest.approx(1.5 / 2.0)
    assert words.covered(asked, words.of("上升")) == pytest.approx(0.5 / 2.0)
    assert words.covered(words.asked("stopper zzyzx"), words.of("塞棒")) == pytest.approx(1.5 / 2.0)
    assert words.covered(words.asked("zzyzx"), words.of("塞棒")) == 0.0


def test_word_that_no_notion_has_counts_where_it_stands(words):
    assert words.covered(words.asked("zirconia wombats"), words.of("The Zirconia wombat, a machine")) == 1.0
    assert words.covered(words.asked("wombat"), words.of("A combatant")) == 0.0
    assert words.covered(words.asked("酸奶机"), words.of("酸奶")) == 0.5
    assert words.unknown(words.asked("stopper wombat"), words.of("stopper")) == 0.5
    assert words.unknown(words.asked("stopper wombat"), words.of("wombat")) == 0.0


def test_question_words_are_no_unknown_words(words):
    assert words.asked("why does the stopper ...?").unknown == ()
    assert words.asked("塞棒到底怎么了？").unknown == ()
    assert words.asked("塞棒酸奶").unknown == ("酸奶",)


def test_terms_are_words_of_the_index_weightiest_first(words):
    assert words.terms(words.asked("plug rod climbs"), "zh", 9) == ["塞棒", "上升", "升高"]
    assert words.terms(words.asked("塞棒"), "en", 9) == ["stopper", "plug", "rod"]
    assert words.terms(words.asked("塞棒上升"), "en", 2) == ["stopper", "plug"]


def test_other_machine_is_strange_unless_the_passage_speaks_of_it(words):
    asked = words.asked("锅炉液位")
    assert words.strange(asked, words.of("mould level"))
    assert not words.strange(asked, words.of("boiler level"))
    assert not words.strange(words.asked("level"), words.of("boiler"))


def test_plant_adds_its_words(tmp_path):
    file = tmp_path / "glossary.toml"
    file.write_text('[[section]]\nname = "ours"\nterms = [["stopper, old lady", "塞棒, 老太太"]]\n', encoding="utf-8")
    try:
        glossary.use(file)
        assert current().of("老太太").notions & current().of("the old lady").notions
        assert current().of("塞棒").notions & current().of("old lady").notions
    finally:
        glossary.use(tmp_path / "none.toml")
    assert not current().of("老太太").notions


def test_names_that_join_belong_to_the_notion_that_is_known():
    things = Section(name="things", weight=1.5, terms=(("stopper, plug rod", "塞棒"), ("level", "液位")))
    more = Section(name="more", joins=True, terms=(("plug rod, old lady", "老太太"), ("zzyzx, wombat", "袋熊")))
    words = Glossary([things, more])
    assert words.of("old lady").notions == words.of("老太太").notions == words.of("塞棒").notions
    assert words.weight(words.asked("老太太").groups[0]) == 1.5
    assert words.terms(words.asked("塞棒"), "en", 9) == ["stopper", "plug", "rod", "old", "lady"]
    assert words.of("wombat").notions == words.of("袋熊").notions  # of its own: no word of the line was known
    assert len(words.notions) == 3


@pytest.mark.parametrize("text", ["[[section]", '[[section]]\nname = "x"\nterms = [["a"]]\n',
                                  '[[section]]\nname = "x"\nweight = -1\nterms = []\n'])  # fmt: skip
def test_broken_file_is_named(tmp_path, text):
    file = tmp_path / "glossary.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(KnowledgeError) as error:
        glossary.use(file)
    assert error.value.code == "failure_kb_glossary"


def test_a_name_is_heard_across_the_verb_between_its_words():
    words = current()
    assert words.asked("oil sampled").groups[0] <= words.of("Turbine oil is sampled every 6 months.").notions


def test_a_single_chinese_character_stands_for_the_word_that_it_begins():
    assert current().of("操作步骤").holds("步") == 1.0
    assert current().of("操作规程").holds("步") == 0.0


def test_shipped_words_all_have_both_languages():
    for notion in current().notions:
        assert notion.weight > 0
    for section in (section for file in glossary.SHIPPED for section in glossary.read(file)):
        for en, zh in section.terms:
            assert en.strip()
            assert zh.strip()
