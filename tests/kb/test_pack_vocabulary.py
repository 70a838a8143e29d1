"""Column names of real casters are recognised, those of other plants are not."""

import pytest

from kb import packs

VOCABULARY = packs.load("continuous_casting").vocabulary
KNOWN = {
    "casting_speed": [
        "casting_speed", "Casting Speed", "cast speed act", "2#流拉速", "拉坯速度", "Str1.CastingSpeed",
        "v_cast",
    ],
    "casting_speed_set": [
        "casting_speed_set", "cast speed SP", "拉速设定值", "目标拉速", "Strand 1 speed set",
    ],
    "tundish_temperature": [
        "tundish_temperature", "Tundish temp", "中间包温度", "中包钢水温度", "1流中间包连续测温",
    ],
    "stopper_position": [
        "stopper_position", "stopper pos", "Stopper Rod Position", "塞棒开度", "1号流塞棒位置", "塞棒行程",
    ],
    "mould_level": [
        "mould_level", "Mold level", "MLD_LVL", "结晶器液位", "2#流结晶器液位", "Strand 2 mold level",
        "结晶器液面高度",
    ],
    "mould_level_set": [
        "mould_level_set", "Mold level SP", "结晶器液位设定", "结晶器液位给定值",
    ],
    "mould_pump_pressure": [
        "mould_pump_pressure", "Mould water pressure", "结晶器水泵出口压力", "结晶器冷却水压力",
    ],
    "hydraulic_pressure": [
        "hydraulic_pressure", "Hydraulic system pressure", "液压系统压力", "扇形段液压压力",
    ],
    "oscillation_frequency": [
        "oscillation_frequency", "Osc. freq", "mould-oscillation-frequency", "结晶器振动频率",
    ],
    "oscillation_stroke": [
        "oscillation_stroke", "Osc amplitude", "结晶器振幅", "振动行程",
    ],
    "secondary_cooling_flow": [
        "secondary_cooling_flow", "Spray water flow", "二冷水流量", "二冷总水量", "二次冷却水量",
    ],
    "mould_flow": [
        "mould water flow", "结晶器冷却水总流量",
    ],
    "mould_temp_rise": [
        "Mold water delta T", "结晶器水温差",
    ],
}  # fmt: skip
INSTANCES = [
    ("S1_upper_current", "roll_current_upper", "S1"), ("S16_lower_current", "roll_current_lower", "S16"),
    ("S8上辊电流", "roll_current_upper", "S8"), ("S8 top roll current", "roll_current_upper", "S8"),
    ("8#下辊电流", "roll_current_lower", "8#"), ("S12下驱动辊电流", "roll_current_lower", "S12"),
    ("mould_flow_wide_inner", "mould_flow", "wide inner"), ("Narrow left water flow", "mould_flow", "narrow left"),
    ("窄面左侧水流量", "mould_flow", "窄面左侧"), ("结晶器宽面外弧水温差", "mould_temp_rise", "宽面外弧"),
    ("mould_temp_rise_narrow_right", "mould_temp_rise", "narrow right"), ("右窄面温差", "mould_temp_rise", "右窄面"),
]  # fmt: skip
FOREIGN = [
    "Temperature", "Pressure", "Current", "Voltage", "Thermocouple", "Volume Flow RateRMS", "Accelerometer1RMS",
    "reactor_temperature", "reactor_level", "reactor_pressure", "reactor_cw_outlet_temp", "separator_level",
    "feed_A_flow", "purge_valve", "Hyd_Pressure", "HP_Pump_Ok", "xmeas_1", "level", "speed", "flow",
    "motor current", "upper_current", "S8", "S8 current", "tank level", "pump pressure", "oil pressure",
    "oscillator voltage", "secondary current", "cooling water flow", "narrow_left", "conveyor_speed",
    "fan speed", "time", "stopper argon flow", "mould temperature", "tundish weight", "温度", "压力", "电流",
    "流量", "液位", "水箱液位", "中间包液位", "中间包重量", "钢包温度", "水泵压力", "振幅", "轴承振动",
    "二冷水温", "结晶器温度", "结晶器宽度", "塞棒氩气流量", "电机电流",
]  # fmt: skip


@pytest.mark.parametrize(("column", "tag"), [(column, tag) for tag, columns in KNOWN.items() for column in columns])
def test_column_of_a_caster_is_recognised(column, tag):
    term = VOCABULARY.match(column)
    assert term is not None
    assert (term.tag, term.instance) == (tag, None)


@pytest.mark.parametrize(("column", "tag", "instance"), INSTANCES)
def test_roll_and_face_are_told_apart(column, tag, instance):
    term = VOCABULARY.match(column)
    assert term is not None
    assert (term.tag, term.instance) == (tag, instance)


@pytest.mark.parametrize("column", FOREIGN)
def test_column_of_another_plant_is_left_alone(column):
    assert VOCABULARY.match(column) is None


def test_chinese_and_english_faces_are_called_the_same():
    assert VOCABULARY.match("窄面左侧水流量").en == VOCABULARY.match("mould_flow_narrow_left").en
    assert VOCABULARY.match("mould_flow_narrow_left").zh == "窄面左侧结晶器冷却水流量"
    assert VOCABULARY.match("S8_upper_current").en == "S8 upper roll current"


@pytest.mark.parametrize("quantity", VOCABULARY.quantities, ids=lambda q: q.tag)
def test_quantity_has_units_and_answers_to_its_own_tag(quantity):
    assert quantity.units
    assert (
        VOCABULARY.match(quantity.tag if "roll" not in quantity.tag else f"S3_{quantity.tag[13:]}_current").tag
        == quantity.tag
    )
    assert VOCABULARY.match(quantity.zh if "辊" not in quantity.zh else f"S3{quantity.zh}").tag == quantity.tag


def test_a_unit_that_does_not_fit_is_noticed():
    assert VOCABULARY.match("mould_level", "mm").unit_agrees
    assert not VOCABULARY.match("mould_level", "bar").unit_agrees
