"""What is near and no answer: pages about another machine, hints where leave for something unsafe is asked, alarms."""

import pytest

import kb
from kb import growth
from kb.passage import Passage
from kb.search.elsewhere import is_machine
from kb.search.facets import facets_in
from kb.search.wants import safe, wants_of

THRESHOLD = 0.55  # ANDON_ANSWER_THRESHOLD's default


@pytest.fixture(scope="module")
def caster():
    store = kb.open_store(":memory:")
    yield store
    store.close()


@pytest.fixture
def store(usem3):
    opened = kb.open_store(":memory:", usem3, packs=())
    yield opened
    opened.close()


@pytest.mark.parametrize("question", [
    "level in the balance tank jumps, why?", "filler nozzle is clogged", "hydraulic pressure on the homogeniser swings",
    "hydraulic pressure of the pulveriser swings", "灌装机阀门卡住怎么判断", "均质机压力波动", "絮凝机液位波动怎么办",
    "拖轮瓦发热怎么处理，能浇水不", "磨辊衬板采购周期多长", "can i bypass the divert valve",
    "拉矫机振动高怎么处理", "拉矫机振动大", "withdrawal unit vibrates, what to do",
    "espresso machine leaks oil", "our Blistering machine has low hydraulic pressure",
])  # fmt: skip
def test_a_shipped_page_does_not_answer_for_another_machine(caster, question):
    assert growth.answer_of(caster, question, THRESHOLD) == []


@pytest.mark.parametrize("question", [
    "hydraulic pressure swings, why?", "mould level jumps, why?", "液位波动怎么办",
    "拉矫机电机电流波动", "塞棒卡住怎么判断",
    "结晶器振动异常怎么办", "振动装置有杂音是什么原因", "mould oscillator vibrates, what to check?", "振动高怎么办",
    "hydraulic pressure of the sister machine drops, why?", "hydraulic pressure of this damn machine drops, why?",
])  # fmt: skip
def test_it_does_for_its_own(caster, question):
    assert growth.answer_of(caster, question, THRESHOLD)


def test_pages_on_instruments_and_locks_are_for_every_machine(caster):
    assert growth.answer_of(caster, "均质机检修怎么挂牌", THRESHOLD)[0].passage.pair == "CC-078"
    first = growth.answer_of(caster, "均质机的压力传感器读数卡死不变，怎么判断", THRESHOLD)[0]
    assert first.passage.asset == "instrumentation"


@pytest.mark.parametrize("question", [
    "air conditioner in my apartment does not cool, refrigerant low?",
    "家里空调不制冷了，制冷剂少了怎么办", "电动车的充电机充不进电怎么办",
])  # fmt: skip
def test_no_page_of_a_plant_answers_about_life_outside_it(store, question):
    """The plant's own one neither, unless it speaks of such a thing."""
    cold = "Air conditioner does not cool: refrigerant is low; find the leak. 空调不制冷：制冷剂不足，先找漏点。"
    charger = "Charger does not charge: the DC fuse is blown; replace it. 充电机充不进电：直流熔断器断，更换。"
    store.add([Passage(id="K-1", title="Air conditioner, 空调", text=cold)])
    store.add([Passage(id="K-2", title="Charger, 充电机", text=charger)])
    assert growth.answer_of(store, question, THRESHOLD) == []
    assert growth.answer_of(store, "air conditioner does not cool, refrigerant low?", THRESHOLD)


def test_a_page_that_speaks_of_it_does(store):
    store.add([Passage(id="K-1", title="Salary", text="The salary is paid on the 25th of each month.")])
    assert growth.answer_of(store, "when is the salary paid?", THRESHOLD)


def test_a_plants_own_page_need_not_repeat_the_name_of_its_machine(store):
    page = {"text": "Pressure swings: the first stage valve is worn; grind or replace it.", "title": "Pressure swings"}
    own = Passage(id="K-1", document="homogeniser manual.pdf", **page)
    shipped = Passage(id="CC-1-en", origin="pack:other", asset="mould", **page)
    question = "pressure of the homogeniser swings, which valve?"
    store.add([shipped])
    assert store.search(question)[0].confidence <= 0.2
    store.add([own])
    found = {hit.passage.id: hit.confidence for hit in store.search(question)}
    assert found["K-1"] > found["CC-1-en"]


@pytest.mark.parametrize("word", ["homogeniser", "pulverizers", "granulator", "humidifier", "均质机", "沸腾炉"])
def test_machines_are_told_by_their_shape(word):
    assert is_machine(word)


@pytest.mark.parametrize("word", ["supervisor", "organiser", "indicator", "monitor", "bowl", "surprise", "司机",
                                  "一开机", "随机", "衬里"])  # fmt: skip
def test_other_words_are_none(word):
    assert not is_machine(word)


UNSAFE = [
    "is it safe to open the steam valve without lockout, just for a min", "can i bypass the divert valve",
    "may we override the interlock for a moment", "can I reach into the conveyor while it runs", "可以短接联锁吗",
    "联锁先屏蔽一下行不行", "不挂牌就换滤芯行吗",
]  # fmt: skip


@pytest.mark.parametrize("question", UNSAFE)
def test_leave_for_something_unsafe_is_given_by_nothing_but_safety(caster, question):
    assert any(want.bars for want in wants_of(question))
    for hit in growth.answer_of(caster, question, THRESHOLD):
        assert safe(f"{hit.passage.title} {hit.passage.text}")


@pytest.mark.parametrize("question", [
    "can we open the bypass while the filter is changed", "how do I skip a song", "不停浇的情况下咋查调节阀是不是发涩",
    "lockout steps for the roll drive", "挂牌步骤有哪些", "the interlock trips, why?", "旁路阀能不能开",
])  # fmt: skip
def test_other_questions_ask_for_no_such_leave(question):
    assert not any(want.bars for want in wants_of(question))


def test_a_lock_is_quoted_where_somebody_would_do_without(caster):
    first = growth.answer_of(caster, "can we work on the roll without lockout", THRESHOLD)[0]
    assert "safety" in facets_in(first.passage.title)


def test_a_row_of_alarms_answers_no_range_and_no_grade(store):
    alarm = Passage(id="K-1", lang="zh", title="P4107：分解炉出口温度高高", codes=["P4107"],
                    text="报警代码：P4107；报警内容：分解炉出口温度高高；处理办法：减煤，超过950℃跳停")  # fmt: skip
    held = Passage(id="K-2", lang="zh", title="正常控制指标", text="窑尾温度1050～1150℃，分解炉出口温度控制在870±10℃。")
    store.add([alarm, held])
    assert [h.passage.id for h in growth.answer_of(store, "分解炉出口温度控制范围", THRESHOLD)] == ["K-2"]
    assert store.search("P4107是什么报警")[0].passage.id == "K-1"
    assert growth.answer_of(store, "分解炉出口温度高高报警怎么处理", THRESHOLD)[0].passage.id == "K-1"


def test_what_a_quantity_is_set_to_is_not_answered_by_its_alarm(store):
    alarm = Passage(id="K-1", title="GF-302: Furnace pressure high", codes=["GF-302"],
                    text="Code: GF-302; Meaning: Furnace pressure high; High: 15 Pa; Cause: Damper stuck")  # fmt: skip
    store.add([alarm])
    for question in ("what should the furnace pressure be?", "furnace pressure setpoint", "炉压应该是多少"):
        assert growth.answer_of(store, question, THRESHOLD) == []
    assert growth.answer_of(store, "furnace pressure high limit", THRESHOLD)
    held = Passage(id="K-2", title="Technical data › Furnace pressure",
                   text="Item: Furnace pressure; Value: +8; Unit: Pa; Remark: above glass line")  # fmt: skip
    store.add([held])
    hits = growth.answer_of(store, "what should the furnace pressure be?", THRESHOLD)
    assert [hit.passage.id for hit in hits] == ["K-2"]


@pytest.mark.parametrize("seen", ["", "bearing", "pressure swings", "leaks oil"])
@pytest.mark.parametrize("about", ["espresso machine", "咖啡机"])
def test_a_message_mostly_of_words_that_nothing_knows_has_no_answer(caster, about, seen):
    """Their number once counted for an answer without end."""
    strange = ["Müller", "Kowalczyk", "gang", "kitchen", "song", "sugar", "biscuit", "Tuesday", "postman", "giraffe"]
    for count in range(8, len(strange) + 1):
        hits = caster.search(f"{about} {seen} {' '.join(strange[:count])}")
        assert max(hit.confidence for hit in hits) < 0.1


def test_the_row_of_one_part_does_not_answer_for_another(store):
    """What the limit of a bearing says of a machine is not true of its gearbox."""
    rows = [("Turbine guide bearing", "160 µm"), ("Generator upper bearing", "120 µm")]
    for name, limit in rows:
        text = f"Place: {name}; Alarm: {limit}; Trip: 220 µm"
        store.add([Passage(id=name, title=f"Station › Vibration limits › {name}", text=text, document="limits.md")])
    assert growth.answer_of(store, "vibration limit of the turbine gearbox", THRESHOLD) == []
    first = growth.answer_of(store, "vibration alarm of the turbine guide bearing", THRESHOLD)[0]
    assert first.passage.id == rows[0][0]
