"""Parts of columns' names that people say for the whole, in Chinese and by instrument tag; another thing's are none."""

import pytest

from roles.planning.columns.sensors import find
from roles.planning.words import normal
from roles.types import Sensor

KILN = "生料喂料量 窑速 窑主机电流 窑尾温度 分解炉出口温度 入窑斗提电流 一室篦下压力 二档东托轮瓦温 二档西托轮瓦温"
CHILLER = ["冰水出水温度 TT201", "压缩机吸气压力 PT202", "压缩机电流 M201", "冰水回水温度 TT204"]
DAIRY = ["Steam valve TCV-110 position", "Hot water temp TT-112", "Flow divert FDV-105", "Line 12 speed"]


def found(text, names):
    sensors = [Sensor(name=name) for name in names]
    mentions = find(normal(text), sensors)
    return mentions.columns(sensors), list(mentions.unknown)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("窑主机电流怎么涨了", "窑主机电流"),
        ("窑电流正常不", "窑主机电流"),
        ("斗提电流正常吗", "入窑斗提电流"),
        ("一室压力什么时候开始涨的", "一室篦下压力"),
        ("瓦温超过60度了没", "二档东托轮瓦温 二档西托轮瓦温"),
        ("窑尾温高吗", "窑尾温度"),
        ("喂料量下降", "生料喂料量"),
        ("看一下电流", "窑主机电流 入窑斗提电流"),
        ("什么影响窑尾温度", "窑尾温度"),
        ("窑速低的时候斗提电流", "窑速 入窑斗提电流"),
    ],
)
def test_a_part_in_order_means_the_columns_that_hold_it(text, columns):
    assert found(text, KILN.split()) == (columns.split(), [])


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("磨主机电流怎么样", "磨主机电流"),
        ("风机电流高不高", "风机电流"),
        ("油温正常吗", "油温"),
        ("窑头温度", "窑头温度"),
        ("水温", "水温"),
    ],
)
def test_a_part_of_another_things_name_means_nothing(text, unknown):
    assert found(text, KILN.split()) == ([], [unknown])


def test_a_chinese_name_is_known_without_the_tag_behind_it():
    assert found("冰水出水温度一直升", CHILLER) == (CHILLER[:1], [])
    assert found("水温", CHILLER) == ([CHILLER[0], CHILLER[3]], [])
    assert found("排气压力高", CHILLER) == ([], ["排气压力"])


def test_a_tag_within_a_name_means_its_column_and_no_other_tag_does():
    assert found("when was FDV-105 on?", DAIRY) == (["Flow divert FDV-105"], [])
    assert found("plot tt112", DAIRY) == (["Hot water temp TT-112"], [])
    assert found("plot TT-999", DAIRY) == ([], ["tt-999"])


SHOP = ["S8 current [A]", "S9 current [A]", "m1_torque", "Strand 1 P3 pressure"]
SHOP += ["Gas flow M3/H", "PM2.5", "Zone heat [M3]"]


@pytest.mark.parametrize(
    ("text", "columns", "unknown"),
    [
        ("average of S8", SHOP[:1], []),
        ("label s8 > 45 A as abnormal", SHOP[:1], []),
        ("S8和S9的平均值", SHOP[:2], []),
        ("plot M1 and P3", SHOP[2:4], []),
        ("average of S7", [], ["S7"]),
        ("plot M3", [], ["M3"]),
    ],
)
def test_a_short_tag_at_the_beginning_of_a_name_means_its_column_and_a_unit_is_none(text, columns, unknown):
    assert found(text, SHOP) == (columns, unknown)
