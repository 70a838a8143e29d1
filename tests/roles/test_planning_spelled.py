"""Names that people say in short: ordinals, ranges, two in one; and those with a number within."""

import pytest

from roles.manager import MANAGER
from roles.types import Sensor
from tests.roles.test_planning import request

UNITS = {"flow": "L/min", "pressure": "bar"}
NOZZLES = [Sensor(name=f"Nozzle {n} {what}", unit=UNITS[what]) for what in UNITS for n in (1, 2, 3)]
ZONES = [*(Sensor(name=f"Barrel zone {n} temp", unit="degC") for n in (1, 2, 3)), Sensor(name="Oil temp", unit="degC")]
FANS = [Sensor(name=f"{fan}风机{what}", unit=unit) for fan in "引送" for what, unit in (("电流", "A"), ("频率", "Hz"))]
KILN = [Sensor(name=f"{n}段篦床速度", unit="spm") for n in "一二"] + [Sensor(name="窑速", unit="rpm")]
BARREL = [Sensor(name=n, unit="℃") for n in ("料筒1区温度", "料筒2区温度", "料筒3区温度", "动模温度", "定模温度")]
PLANT = [Sensor(name=n, unit="℃") for n in ("前轴承温度", "后轴承温度", "结晶器进口温度", "结晶器出口温度")]


def sensors_of(text, sensors):
    steps = MANAGER.rules(request(text, sensors=sensors)).subtasks
    return next(task.sensors for task in steps if task.kind in ("statistics", "plot", "diagnose"))


@pytest.mark.parametrize(
    ("text", "sensors", "meant"),
    [
        ("average flow of the second nozzle", NOZZLES, ["Nozzle 2 flow"]),
        ("mean flow of the first and third nozzle", NOZZLES, ["Nozzle 1 flow", "Nozzle 3 flow"]),
        ("mean flow of nozzles 1 to 3", NOZZLES, ["Nozzle 1 flow", "Nozzle 2 flow", "Nozzle 3 flow"]),
        ("barrel zones 1 to 3 average temperature", ZONES, [f"Barrel zone {n} temp" for n in (1, 2, 3)]),
        ("zone 2 average", ZONES, ["Barrel zone 2 temp"]),
        ("引送风机频率曲线", FANS, ["引风机频率", "送风机频率"]),
        ("一二段篦床速度", KILN, ["一段篦床速度", "二段篦床速度"]),
        ("料筒1区到3区温度曲线", BARREL, ["料筒1区温度", "料筒2区温度", "料筒3区温度"]),
        ("2区温度平均值", BARREL, ["料筒2区温度"]),
        ("结晶器进出口温度曲线", PLANT, ["结晶器进口温度", "结晶器出口温度"]),
    ],
)
def test_a_name_in_short_means_its_columns(text, sensors, meant):
    assert sensors_of(text, sensors) == meant


@pytest.mark.parametrize(
    ("text", "sensors", "pair"),
    [
        ("前后轴承哪个温度高", PLANT, ["前轴承温度", "后轴承温度"]),
        ("结晶器进出口温差", PLANT, ["结晶器进口温度", "结晶器出口温度"]),
        ("动定模温差", BARREL, ["动模温度", "定模温度"]),
        ("一段和二段篦床哪个快", KILN, ["一段篦床速度", "二段篦床速度"]),
        ("引风机送风机哪个电流大", FANS, ["引风机电流", "送风机电流"]),
    ],
)
def test_both_of_a_pair_are_held_against_each_other(text, sensors, pair):
    (told,) = [t for t in MANAGER.rules(request(text, sensors=sensors)).subtasks if t.kind == "statistics"]
    assert (sorted(told.sensors), told.values["than"]) == (sorted(pair), pair[1])


def test_a_number_that_no_column_bears_and_a_band_stay_as_they_are():
    assert sensors_of("mean flow of the second pump", NOZZLES) == [f"Nozzle {n} flow" for n in (1, 2, 3)]
    steps = MANAGER.rules(request("flow of nozzle 2 from 1 to 3 pm", sensors=NOZZLES)).subtasks
    assert [task.sensors for task in steps if task.sensors] == [["Nozzle 2 flow"]]
