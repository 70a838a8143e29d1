"""Which one of several alike: what is known of compressor K3 answers nothing about K4."""

import pytest

import kb
from kb import growth
from kb.passage import Passage
from kb.search.glossary import current
from kb.search.numbered import members, names, of_another

THRESHOLD = 0.55


def passage(text, title="", **more):
    return Passage(id="P-1", text=text, title=title or text[:40], kind="manual", lang="en", **more)


def spoken(text):
    return {(one.kind, one.number) for one in members(text, current()) if one.kind}


def another(question, *args, **more):
    return bool(of_another(members(question, current()), passage(*args, **more), current()))


@pytest.mark.parametrize(("text", "found"), [
    ("compressor K4 shutdown temperature", {("#k", "4")}), ("VP-3 and P-201A", {("#vp", "3"), ("#p", "201a")}),
    ("zones 1-3", {("zone", "1"), ("zone", "2"), ("zone", "3")}), ("三区温度上限", {("zone", "3")}),
    ("lines 2 and 4", {("line", "2"), ("line", "4")}), ("2号线", {("line", "2")}), ("3号泵漏水", {("泵", "3")}),
    ("pumps P-201 to P-203", {("#p", "201"), ("#p", "202"), ("#p", "203")}), ("dryer 7", {("dryer", "7")}),
])  # fmt: skip
def test_tags_and_numbers_name_one_of_several(text, found):
    assert spoken(text) == found


@pytest.mark.parametrize("text", [
    "CO2 pressure 5 bar", "run the pump 2 h", "step 3 fails", "open above 85 %", "grease LGHP 2, 22 g", "流量 5 立方",
    "speed 3", "bearing 6205-2RS", "ISO 281", "一段时间", "belt 3 mm too wide", "三台泵",
])  # fmt: skip
def test_amounts_steps_and_substances_name_none(text):
    assert spoken(text) == set()


@pytest.mark.parametrize(("question", "text"), [
    ("compressor K4 oil", "Compressor K3 takes S46."), ("空压机 K5 用什么油", "空压机 K3 油牌号为 S46。"),
    ("limit of zone 5", "三区温度不得超过 575 ℃。"), ("pump 2 pressure", "3号泵压力为 5 bar。"),
    ("VP-3 belt", "真空泵 VP-2 皮带"), ("zone 9", "zones 1-8"), ("compressor 4", "空压机 K3"),
])  # fmt: skip
def test_another_one_of_the_kind_is_another(question, text):
    assert another(question, text)


@pytest.mark.parametrize(("question", "text"), [
    ("compressor K3 oil", "Compressor K3 takes S46."), ("zone 5", "Zones 1-8 are heated alike."),
    ("P-201 seal", "P-201A and P-201B have one seal."), ("dryer 7", "The dryer's dew point is -40 °C."),
    ("roll S8 current", "Grease the bearing with S46."), ("compressor 3", "空压机 K3"), ("K3 or K4", "Compressor K3"),
    ("K04", "compressor K4 and K5"), ("zone 5", "strand 3"),
])  # fmt: skip
def test_the_same_one_and_what_has_no_number_are_not_another(question, text):
    assert not another(question, text, title="" if question.startswith("K") else "Manual")


def test_the_title_and_the_document_say_which_one_a_passage_is_about():
    assert another("lehr L3 belt", "Belt tension 3.2 kN", title="Lehr L2 › Belt")
    assert not another("lehr L3 belt", "As on L2 the belt is 3 m wide", title="Lehr L3 › Belt")
    assert not another("compressor K4", "Unlike compressor K3 it trips at 100 °C.", document="K4 manual.pdf")


def test_numbers_of_shipped_pages_are_examples():
    assert not another("roll S8 current high", "Roll S4 turns hard.", origin="pack:continuous_casting")


def test_a_passage_names_the_one_asked_about():
    asked = members("dryer 7", current())
    assert names(asked, passage("Dryers 6 and 7"), current())
    assert not names(asked, passage("The dryer"), current())


@pytest.fixture(scope="module")
def plant():
    store = kb.open_store(":memory:")
    store.add([
        passage("空压机 K3 的排气温度报警值为 105 ℃，停机值为 110 ℃。", "空压机 K3").model_copy(
            update={"id": "K3", "lang": "zh", "document": "n.txt"}
        ),
        passage("真空泵 VP-2 皮带张力用 40 N 力按下应下沉 12 mm。", "真空泵").model_copy(
            update={"id": "VP", "lang": "zh", "document": "n.txt"}
        ),
        passage("Fermenter FV-1: the pressure may reach 1.4 bar at most.", "Fermenter FV-1").model_copy(
            update={"id": "FV", "document": "f.md"}
        ),
    ])  # fmt: skip
    yield store
    store.close()


@pytest.mark.parametrize(("asked", "known", "id"), [
    ("空压机 K5 停机温度是多少", "空压机 K3 停机温度是多少", "K3"),
    ("fermenter FV-2 max pressure", "fermenter FV-1 max pressure", "FV"),
])  # fmt: skip
def test_the_value_of_another_machine_is_no_answer(plant, asked, known, id):
    assert [hit.passage.id for hit in growth.answer_of(plant, known, THRESHOLD)] == [id]
    assert growth.answer_of(plant, asked, THRESHOLD) == []


@pytest.mark.parametrize("question", ["7# dryer dew point", "#7 dryer dew point", "no. 7 dryer dew point"])
def test_a_number_before_the_machine_says_which_one(question):
    words = current()
    (asked,) = members(question, words)
    assert (asked.number, asked.written) == ("7", "dryer 7")
    passage = Passage(id="P", title="Shift note", text="Dryer 2: dew point is -28 °C.", document="note.txt")
    assert [one.number for one in of_another([asked], passage, words)] == ["2"]
