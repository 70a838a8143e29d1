"""The shipped words of general industry: their form, their place beside the pack's, and both spellings of English."""

import re
from itertools import chain

import pytest

import kb
from kb.passage import Passage
from kb.search import glossary
from kb.search.glossary import FILE, MACHINERY, Glossary, Section, current
from kb.search.levels import level
from kb.search.spelling import misread
from kb.search.variants import levelled, spellings
from kb.text import STOP_WORDS, stem

INTENDED = {("press",)}  # short for pressure, as well as what the pack's file means by it
HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]{2,}")
Form = tuple[str, ...]


def english(en: str) -> list[Form]:
    """The forms of a line as they are compared."""
    return [tuple(levelled(stem(word)) for word in re.findall("[a-z0-9]+", form)) for form in en.split(",")]


def chinese(zh: str) -> list[Form]:
    return [(form.strip(),) for form in zh.split(",")]


def forms(line: tuple[str, str]) -> list[Form]:
    en, zh = line
    return [*english(en), *chinese(zh)]


@pytest.fixture(scope="module")
def pack() -> dict[Form, list[Section]]:
    """Every form of the pack's file, with the sections where it stands."""
    known: dict[Form, list[Section]] = {}
    for section in glossary.read(FILE):
        for form in chain.from_iterable(map(forms, section.terms)):
            known.setdefault(form, []).append(section)
    return known


def lines(joining: bool) -> list[tuple[Section, tuple[str, str]]]:
    """Lines of the machinery file: those that join notions of the pack's, or those that are notions of their own."""
    return [(section, line) for section in glossary.read(MACHINERY) for line in section.terms
            if section.joins == joining]  # fmt: skip


def test_a_word_of_the_pack_does_not_become_a_second_notion(pack):
    both = [(line[0], form) for _, line in lines(joining=False) for form in forms(line) if form in pack]
    assert both == []


def test_further_names_join_a_notion_of_the_pack_and_change_nothing_about_it(pack):
    alone, words = Glossary(glossary.read(FILE)), current()
    for _, line in lines(joining=True):
        first, *others = forms(line)
        assert first in pack, line
        assert not [form for form in others if form in pack and form not in INTENDED], line
        known = alone.of(line[0].split(",")[0]).notions
        joined = words.of(line[1].split(",")[-1]).notions
        assert known & joined, line
    for before, after in zip(alone.notions, words.notions, strict=False):
        assert before[:3] == after[:3]
    assert len(words.notions) == len(alone.notions) + len(lines(joining=False))


def test_no_form_stands_in_two_lines():
    seen: dict[Form, str] = {}
    for _, line in [*lines(joining=False), *lines(joining=True)]:
        for form in set(forms(line)):
            assert seen.setdefault(form, line[0]) == line[0], form


def test_every_form_is_one_that_a_text_can_hold():
    for _, (en, zh) in [*lines(joining=False), *lines(joining=True)]:
        assert en == level(en)
        for form in english(en):
            assert any(word not in STOP_WORDS and len(word) > 1 for word in form), en
        for (form,) in chinese(zh):
            assert HAN.fullmatch(form), zh  # one character tells little, and Latin letters end a Chinese word
            assert form == level(form)


def test_every_line_is_one_thing_in_both_languages():
    words = current()
    for _, (en, zh) in [*lines(joining=False), *lines(joining=True)]:
        common = words.of(en.split(",")[0]).notions & words.of(zh.split(",")[0]).notions
        assert common, en


@pytest.mark.parametrize(("text", "same"), [
    ("palletiser", "码垛机"), ("palletizer", "码垛机"), ("filler", "灌装机灌装阀"), ("labeler", "贴标机"),
    ("Labellers", "贴标机"), ("desiccant", "干燥剂"), ("dew point", "露点"), ("safety valve", "安全阀"),
    ("receiver tank", "储气罐"), ("star wheel", "星轮"), ("padlock", "挂锁"), ("lye", "碱液"), ("CIP", "原位清洗"),
    ("max", "最大"), ("temp", "温度"), ("hyd press", "液压压力"), ("energy isolation", "隔离"), ("part no", "备件号"),
    ("won't start", "无法启动"),
])  # fmt: skip
def test_general_industry_is_known_in_both_languages(text, same):
    words = current()
    asked = words.asked(text)
    assert not asked.unknown
    assert all(group & words.of(same).notions for group in asked.groups)


@pytest.mark.parametrize("question", ["palletiser drops boxes", "贴标机贴歪", "compressor does not unload",
                                      "the labeler skews", "冷干机露点高"])  # fmt: skip
def test_machines_foreign_to_casting_are_strange_to_its_pages(question):
    words = current()
    page = words.of("The stopper rises slowly: clogging. 塞棒上升，液位波动。")
    assert words.strange(words.asked(question), page)
    assert not words.strange(words.asked(question), words.of(question))


@pytest.mark.parametrize("question", ["hydraulic cylinder loses pressure", "the safety valve blows", "轴承座发热",
                                      "coupling bolts loose", "减速机油位低", "how many litres"])  # fmt: skip
def test_parts_that_a_caster_has_too_are_not_strange(question):
    assert not current().strange(current().asked(question), current().of(""))


@pytest.mark.parametrize("text", [
    "palletizer labeler depalletizer sterilizers", "compressor desiccant palletiser", "labellers and cappers",
    "synchronise, carbonised, analyse, organising, stabiliser", "two centimetres", "calibre of the fibre, discs",
])  # fmt: skip
def test_right_words_are_not_read_as_others(text):
    assert misread(text, current()) == {}


@pytest.mark.parametrize(("one", "other"), [
    ("palletiser", "palletizer"), ("organise", "organize"), ("pressurised", "pressurized"), ("atomising", "atomizing"),
    ("colour", "color"), ("vapours", "vapors"), ("odours", "odors"), ("litre", "liter"), ("metres", "meters"),
    ("centre", "center"), ("centred", "centered"), ("centring", "centering"), ("fibres", "fibers"),
    ("labelled", "labeled"), ("labelling", "labeling"), ("labeller", "labeler"), ("travelled", "traveled"),
    ("levelling", "leveling"), ("fuelled", "fueled"), ("analyse", "analyze"), ("analyser", "analyzer"),
    ("grey", "gray"), ("greying", "graying"), ("aluminium", "aluminum"), ("mould", "mold"), ("moulding", "molding"),
    ("sulphur", "sulfur"), ("programme", "program"), ("programmes", "programs"), ("analogue", "analog"),
    ("disc", "disk"), ("discs", "disks"), ("controlled", "controls"), ("stabilisation", "stabilization"),
])  # fmt: skip
def test_british_and_american_spelling_are_one(one, other):
    assert levelled(stem(one)) == levelled(stem(other))


@pytest.mark.parametrize(("one", "other"), [
    ("four", "for"), ("hour", "hor"), ("fill", "file"), ("roll", "role"), ("mill", "mile"), ("pull", "pule"),
    ("prise", "prize"), ("pour", "por"), ("sulk", "sulf"), ("log", "lo"), ("ram", "ra"), ("wall", "wal"),
])  # fmt: skip
def test_other_words_stay_apart(one, other):
    assert levelled(stem(one)) != levelled(stem(other))


def test_spellings_are_those_that_an_index_may_hold():
    assert set(spellings("palletizer")) == set(spellings("palletiser")) == {"palletiser", "palletizer"}
    assert spellings("analys") == ["analys", "analyz"]
    assert spellings("pump") == ["pump"]


def test_unknown_word_counts_in_the_other_spelling_too():
    words = current()
    assert words.of("The zirconizer hums").holds("zirconiser") == 1.0
    assert words.of("The zirconiser hums").holds("zirconizer") == 1.0
    assert words.of("zirconised, wombelled").holds("wombeled") == 1.0
    assert words.of("the wombat").holds("wombeled") == 0.0
    assert "zirconiser" in words.terms(words.asked("zirconizer"), "en", 9)


def test_a_question_in_american_finds_a_british_page_in_an_old_index(usem3):
    store = kb.open_store(":memory:", usem3, packs=())
    right = Passage(id="P-1", title="Palletiser", text="Grease the palletiser's lift chain monthly.", lang="en")
    other = Passage(id="P-2", title="Sorter", text="Grease the sorter's bearings monthly.", lang="en")
    store.add([other, right])
    assert store.search("how often is the palletizer greased?")[0].passage.id == "P-1"
    assert store.search("码垛机多久润滑一次")[0].passage.id == "P-1"
    store.close()
