"""What a question asks for: the value of a quantity is told from a question about what happens to it."""

import pytest

from kb.search.wants import subject, unmet, unspoken, wants_of


def names(question):
    return {want.name for want in wants_of(question) if want.value}


@pytest.mark.parametrize(
    ("question", "quantity"),
    [
        ("motor power of P-202", "power"), ("what is the flow rate of the feed pump?", "flow"),
        ("tank volume of the hot melt unit", "volume"), ("photo eye supply voltage", "voltage"),
        ("star wheel clearance", "length"), ("vibration limit cip pump", "vibration"),
        ("how often is the strainer cleaned", "interval"), ("lye concentration", "concentration"),
        ("储气罐安全阀整定压力", "pressure"), ("再生温度", "temperature"), ("电机功率多少", "power"),
        ("多久换一次滤芯", "interval"), ("nitrogen precharge in bar for the accumulators, please", "pressure"),
    ],
)  # fmt: skip
def test_the_value_of_a_quantity_is_asked_for(question, quantity):
    assert quantity in names(question)


@pytest.mark.parametrize("question", [
    "why does the pressure drop?", "what causes high temperature in the gearbox", "the vacuum pump is noisy",
    "pressure too low, what to do", "what determines the casting speed", "noise on pump P-201 low flow",
    "is the pressure too high?", "casting speed oscillates although the set point is constant",
    "冷却水压力过低怎么办", "温度为什么升高", "压力波动的原因",
])  # fmt: skip
def test_what_happens_to_a_quantity_is_no_question_for_its_value(question):
    assert names(question) == set()


@pytest.mark.parametrize(
    ("question", "text", "met"),
    [
        ("motor power of P-202", "The pump delivers 32 m³/h at 3.2 bar.", False),
        ("motor power of P-202", "Motor 7.5 kW, 2900 rpm.", True),
        ("motor power of P-202", "Tag | Power [kW]\nP-202 | 7.5", True),
        ("tank volume", "The tank holds 3 m³.", True),
        ("star wheel clearance", "The tank holds 3 m³.", False),  # m³ is no length
        ("seal change interval", "Replace the seal every year.", True),
        ("seal change interval", "Replace a worn seal at once.", False),
        ("furnace pressure", "Item: Furnace pressure; Value: +8; Unit: Pa", True),
        ("furnace pressure", "Item: Furnace pressure; Unit: t/d; Value: 8", False),
        ("电机功率多少", "项目：电机；单位：kW；数值：7.5", True),
        ("lehr belt material", "High: 25 mm", False), ("what is the belt made of", "Wire mesh of AISI 314 steel", True),
        ("precharge in bar?", "Charge with nitrogen.", False), ("precharge in bar?", "Charge with 80 bar.", True),
        ("thrust bearing oil volume", "The bearing carries 190 t.", False),  # a load is no volume
        ("refrigerant charge", "Refrigerant charge: R410A 14 kg", True), ("主变压器容量", "击穿电压35 kV。", False),
        ("主变压器容量", "容量10 MVA。", True), ("机械手最大负载", "加注量：5 g", False),
        ("机械手最大负载", "最大负载：5 kg", True),
        ("油温多少", "油温不超过65℃。", True), ("油温多少", "每班检查油位。", False),
    ],
)  # fmt: skip
def test_a_value_needs_a_number_with_such_a_unit(question, text, met):
    wants = [want for want in wants_of(question) if want.value]
    assert wants
    assert (not unmet(wants, text)) is met


@pytest.mark.parametrize(("question", "text", "said"), [
    ("lehr belt width", "High: 25 mm", False), ("lehr belt width", "The belt is 3600 mm wide.", True),
    ("lehr belt length", "The belt is 3600 mm wide.", False), ("lining thickness", "耐材厚度为 120 mm", True),
    ("pit height", "High: 25 mm", False), ("shaft diameter", "Ø 40 mm", True),
    ("网带宽度多少", "跑偏超过 25 mm", False),
    ("gearbox oil temperature", "25 °C", True), ("conveyor width and length", "3 m wide, 12 m long", True),
])  # fmt: skip
def test_a_dimension_must_be_spoken_of(question, text, said):
    """Millimetres alone are of no particular one."""
    assert (not unspoken(wants_of(question), text)) is said


def test_the_number_of_an_order_may_stand_behind_a_colon():
    assert not unmet(wants_of("order no. of the bell centring"), "Part: Bell centring; Order no.: 4711-9")


@pytest.mark.parametrize(("question", "text", "met"), [
    ("which fuse feeds rollers 12 to 16?", "A blown fuse stops the roller.", False),
    ("which fuse feeds rollers 12 to 16?", "Rollers 12 to 16: fuse F23 in cabinet 4.", True),
    ("哪个空开管1号泵", "检查空开是否跳闸。", False), ("哪个空开管1号泵", "1号泵：Q12", True),
    ("what's the formula for the shell thickness?", "The shell grows with time.", False),
    ("what's the formula for the shell thickness?", "s = k * sqrt(t)", True),
    ("坯壳厚度的公式是什么", "坯壳逐渐增厚。", False), ("坯壳厚度的公式是什么", "坯壳厚度与时间的平方根成正比。", True),
])  # fmt: skip
def test_one_of_many_alike_and_a_formula_are_not_told_by_a_page_on_the_topic(question, text, met):
    wants = [want for want in wants_of(question) if want.hard]
    assert wants
    assert (not unmet(wants, text)) is met


@pytest.mark.parametrize(("question", "text", "met"), [
    ("how many blades has the runner?", "The runner has five blades.", True),
    ("how many blades has the runner?", "The runner has blades of steel.", False),
    ("换模需要几个人", "换模由两名换模工完成。", True), ("how deep is the pit?", "It has five ladders.", False),
    ("who may enter the pit?", "Nobody enters before the gate is locked.", True), ("谁审核巡检", "值长审核。", True),
    ("谁审核巡检", "每班巡检两次。", False),
    ("where is the check ring kept?", "Name: check ring; Location: A-03", True), ("加热圈放在哪", "库位：A-03-5", True),
    ("加热圈放在哪", "检查加热圈电流。", False),
])  # fmt: skip
def test_counts_people_and_places_are_asked_for(question, text, met):
    wants = wants_of(question)
    assert wants
    assert (not unmet(wants, text)) is met


@pytest.mark.parametrize(("question", "left"), [("止逆环库存", "止逆环"), ("冷凝器多久洗一次", "冷凝器")])
def test_what_only_asks_is_no_part_of_the_thing(question, left):
    assert subject(question, wants_of(question)).strip() == left
