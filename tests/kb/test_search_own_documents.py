"""A plant's own documents: its machines have tags that look like alarm codes, and its corrections have a frame."""

import pytest

import kb
from kb import growth
from kb.embedders import default_embedder
from kb.passage import Hit, Passage
from tests.benchmarks import plants

THRESHOLD = 0.55  # ANDON_ANSWER_THRESHOLD's default


@pytest.fixture(scope="module")
def plant():
    store = kb.open_store(":memory:")
    store.add(plants.passages(plants.FITTED, default_embedder()))
    yield store
    store.close()


def quoted(store, question):
    return growth.answer_of(store, question, THRESHOLD)


@pytest.mark.parametrize("question", [
    "P-201 birthday cake", "what does P-201 cost", "what colour is P-202", "motor power of P-202",
    "part number of the pump P-201 mechanical seal", "oil volume of P-201 bearing housing",
])  # fmt: skip
def test_the_tag_of_a_machine_answers_nothing_by_itself(plant, question):
    assert quoted(plant, question) == []


@pytest.mark.parametrize("question", [
    "SC-75 fan belt tension", "why must the SC-75 be run at 12 bar", "SC-75 oil change", "SC-75 wont start",
])  # fmt: skip
def test_a_question_that_names_a_machine_is_answered_or_not_but_never_half(plant, question):
    """Some passage was sure by its tag and another one better by its words, so none of them was quoted."""
    best = max(hit.confidence for hit in plant.search(question))
    assert bool(quoted(plant, question)) is (best >= THRESHOLD)


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("A 120?", "Motor overload"), ("a114 what to do", "114"), ("error 41 capper", "Torque low"),
        ("贴标机 E-302 怎么办", "E-302"), ("mech seal interval P-202", "4500 h"), ("P-202 振动限值", "4.5 mm/s"),
    ],
)  # fmt: skip
def test_codes_and_tags_find_their_passage_however_they_are_written(plant, question, words):
    first = quoted(plant, question)[0]
    assert words in f"{first.passage.title} {first.passage.text}"


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("how often is the filter of pump P-1 changed?", True), ("when to change the filter of pump P-1", True),
        ("how often is the seal of pump P-1 changed?", False), ("干燥剂多久换", True), ("滤芯多久换", False),
        ("密封多久换", False),
    ],
)  # fmt: skip
def test_a_correction_is_for_its_own_thing_not_for_its_frame(question, answered):
    store = kb.open_store(":memory:", packs=())
    store.add([
        Passage(id="FB-3", title="干燥剂多久换", text="每三年", kind="feedback", lang="zh", status="verified",
                source="feedback"),
        Passage(id="FB-4", title="how often is the filter of pump P-1 changed?", text="Every 500 h.", kind="feedback",
                lang="en", status="verified", source="feedback"),
    ])  # fmt: skip
    assert bool(quoted(store, question)) is answered
    store.close()


def test_where_the_nearest_passage_is_not_trusted_the_next_one_is_quoted():
    """One is near but trusted little, the other is trusted and far from it: an answer has one of them all the same."""

    def hit(id, confidence, merit):
        passage = Passage(id=id, title=id, text=id, kind="manual", lang="en", status="verified", source="book")
        return Hit(passage=passage, score=0.5, confidence=confidence, merit=merit, cosine=0.5)

    hits = [hit("near", 0.6, 20.0), hit("trusted", 0.9, 10.0)]
    assert [each.passage.id for each in growth.quoted(hits, THRESHOLD)] == ["trusted"]


@pytest.mark.parametrize("told", [
    {"document": "note 2026-11-30 03.20.20.txt"}, {"kind": "feedback"}, {"document": "manual.pdf"},
])  # fmt: skip
def test_what_a_crew_told_in_a_sentence_is_quoted_beside_the_manual(told):
    """However near it is; a page of a manual that is so much nearer goes alone."""

    def hit(id, confidence, merit, **more):
        passage = Passage(id=id, title=id, text=id, lang="en", status="verified", source="book", **more)
        return Hit(passage=passage, score=0.5, confidence=confidence, merit=merit, cosine=0.5)

    hits = [hit("note", 0.97, 22.0, **told), hit("manual", 0.9, 12.0)]
    alone = told == {"document": "manual.pdf"}
    assert [each.passage.id for each in growth.quoted(hits, THRESHOLD)] == ["note"] + ["manual"] * (not alone)
    notes = [hit(f"note {n}", 0.97, 22.0, **told) for n in range(3)]
    assert ("manual" in [each.passage.id for each in growth.quoted([*notes, hits[1]], THRESHOLD)]) is not alone
    assert [each.passage.id for each in growth.quoted(hits[:1], THRESHOLD)] == ["note"]


@pytest.fixture(scope="module")
def caster():
    """The shipped pages, and what a plant wrote of its withdrawal unit."""
    store = kb.open_store(":memory:")
    title, text = "拉矫机振动处理规程 › 振动高", "振动高时先检查拉矫辊轴承，再检查减速机地脚螺栓是否松动。"
    store.add([Passage(id="K-1", title=title, text=text, lang="zh", document="拉矫机手册.md")])
    yield store
    store.close()


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("振动高怎么处理", "K-1"),
        ("振动大怎么办", "K-1"),
        ("结晶器振动高怎么处理", "CC-043-zh"),  # the machine of the shipped page is named
        ("振动装置故障怎么处理", "CC-043-zh"),
    ],
)
def test_of_two_that_answer_the_plants_own_document_goes_first_unless_another_machine_is_named(caster, question, first):
    assert quoted(caster, question)[0].passage.id == first


@pytest.fixture(scope="module")
def chillers():
    """Rows of a data sheet, and a row of a log."""
    store = kb.open_store(":memory:", packs=())
    rows = [("WK-20", 58), ("WK-30", 87), ("WK-40", 116)]
    store.add([
        *(Passage(id=tag, title=f"Chiller WK-30 › Data › {tag}", lang="en", document="chiller.html",
                  text=f"Model: {tag}; Cooling capacity: {value} kW; Flow: 10 m³/h") for tag, value in rows),
        Passage(id="log", title="露点达不到-40℃（2#除湿干燥机）", lang="zh", document="log.xlsx", kind="case",
                text="日期：2024-04-11；设备：2#除湿干燥机；故障现象：露点达不到-40℃；处理措施：更换分子筛"),
    ])  # fmt: skip
    yield store
    store.close()


def test_of_several_that_are_compared_each_row_is_quoted(chillers):
    told = quoted(chillers, "compare WK-20 and WK-30 capacity")
    assert {hit.passage.id for hit in told} == {"WK-20", "WK-30"}
    assert all(hit.confidence >= THRESHOLD for hit in told)
    assert [hit.passage.id for hit in quoted(chillers, "WK-40 cooling capacity")] == ["WK-40"]


def test_a_number_in_the_symptom_of_a_logged_case_is_no_other_machine(chillers):
    assert quoted(chillers, "2#除湿干燥机露点高什么原因")[0].passage.id == "log"
    assert quoted(chillers, "3#除湿干燥机露点高什么原因") == []
