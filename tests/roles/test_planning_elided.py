"""Names of which the last words are said once for several."""

import pytest

from roles.planning.columns.sensors import find
from roles.planning.words import normal
from roles.types import Sensor

WATER = ("入口温度", "出口温度", "环境温度")
SIDES = ("驱动侧轴承温度", "操作侧轴承温度", "驱动侧振动", "操作侧振动")
PUMPS = ("1号泵电流", "2号泵电流", "3号泵电流", "1号泵压力")
MOULD = ("结晶器入口压力", "结晶器出口压力", "结晶器入口温度")
PIPES = ("inlet temp", "outlet temp", "inlet pressure")
MILL = ("drive side temperature", "tool side temperature", "drive side vibration")
MOTORS = ("pump 1 current", "pump 2 current", "pump 1 pressure")


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("入口和出口温度哪个高？", WATER, WATER[:2]), ("画入口、出口和环境温度", WATER, WATER),
        ("画驱动侧与操作侧温度", SIDES, SIDES[:2]), ("驱动侧和操作侧振动的平均值", SIDES, SIDES[2:]),
        ("画1号和2号泵电流", PUMPS, PUMPS[:2]), ("画1号、2号和3号泵电流", PUMPS, PUMPS[:3]),
        ("结晶器入口和出口压力", MOULD, MOULD[:2]),
        ("plot inlet and outlet temp", PIPES, PIPES[:2]), ("which is hotter, inlet or outlet temp?", PIPES, PIPES[:2]),
        ("mean of the inlet and the outlet temperature", PIPES, PIPES[:2]),
        ("plot drive side and tool side temperature", MILL, MILL[:2]),
        ("plot pump 1 and 2 current", MOTORS, MOTORS[:2]),
    ],
)  # fmt: skip
def test_both_are_meant(text, names, meant):
    sensors = [Sensor(name=name) for name in names]
    assert find(normal(text), sensors).columns(sensors) == list(meant)


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("画冷却水入口和出口温度", WATER, WATER[1:2]),  # the cooling water's inlet may be another one
        ("画压力和出口温度", WATER, WATER[1:2]),
        ("画入口温度和出口温度", WATER, WATER[:2]),
        ("plot inlet pressure and outlet temp", PIPES, PIPES[1:]),
    ],
)
def test_nothing_else_is_taken_for_the_half_of_a_name(text, names, meant):
    sensors = [Sensor(name=name) for name in names]
    assert find(normal(text), sensors).columns(sensors) == list(meant)


COOLED = ("结晶器入口温度", "结晶器出口温度", "油箱出口温度")
WATERED = ("Mould inlet temperature", "Mould outlet temperature", "Oil tank outlet temperature")
GUNS = ("1号喷枪流量", "1号喷枪压力", "2号喷枪压力", "总管压力")


@pytest.mark.parametrize(
    ("text", "names", "meant"),
    [
        ("结晶器入口和出口温度", COOLED, COOLED[:2]), ("画结晶器入口温度和出口温度", COOLED, COOLED[:2]),
        ("结晶器的入口、出口温度平均值", COOLED, COOLED[:2]), ("画结晶器入口和油箱出口温度", COOLED, COOLED[::2]),
        ("画1号喷枪流量和压力", GUNS, GUNS[:2]),
        ("mould inlet and outlet temperature", WATERED, WATERED[:2]),
        ("mean of mould inlet temperature and outlet temperature", WATERED, WATERED[:2]),
        ("which is hotter, mould inlet or outlet temperature?", WATERED, WATERED[:2]),
        ("plot mould inlet and oil tank outlet temperature", WATERED, WATERED[::2]),
        ("plot inlet and outlet temperature", WATERED, WATERED),  # nothing says of what
        ("plot pump 1 current and pressure", (*MOTORS, "pump 2 pressure"), (MOTORS[0], MOTORS[2])),
    ],
)  # fmt: skip
def test_the_head_noun_of_the_first_holds_for_the_second(text, names, meant):
    sensors = [Sensor(name=name) for name in names]
    assert find(normal(text), sensors).columns(sensors) == list(meant)
