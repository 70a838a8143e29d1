"""Equipment that Chinese columns' names begin with, said alone, and the settings of a model."""

import pytest

from roles.manager import MANAGER
from roles.planning.columns.sensors import find
from roles.planning.words import normal
from roles.types import Sensor
from tests.roles.test_planning import request

GUNS = [f"{i}号喷枪{what}" for i in (1, 2, 3) for what in ("流量", "压力")] + ["总管压力"]
PLANT = ["结晶器入口温度", "结晶器出口温度", "油箱出口温度", "负荷"]
BEHIND = ["喷枪1流量", "喷枪1压力", "喷枪2流量"]


@pytest.mark.parametrize(
    ("text", "names", "columns"),
    [
        ("1号喷枪怎么了", GUNS, GUNS[:2]), ("一号喷枪堵了没", GUNS, GUNS[:2]), ("喷枪1有什么问题", GUNS, GUNS[:2]),
        ("1#喷枪正常吗", GUNS, GUNS[:2]), ("3号枪怎么回事", GUNS, GUNS[4:6]), ("昨晚2号喷枪怎么了", GUNS, GUNS[2:4]),
        ("1号和3号喷枪怎么了", GUNS, [*GUNS[:2], *GUNS[4:6]]), ("1到2号喷枪怎么了", GUNS, GUNS[:4]),
        ("结晶器漏水了", PLANT, PLANT[:2]), ("油箱有问题吗", PLANT, PLANT[2:3]),
        ("喷枪1怎么了", BEHIND, BEHIND[:2]), ("2号喷枪怎么了", BEHIND, BEHIND[2:]),
    ],
)  # fmt: skip
def test_equipment_means_the_columns_that_name_it(text, names, columns):
    plan = MANAGER.rules(request(text, sensors=[Sensor(name=name) for name in names]))
    assert (plan.subtasks[-1].kind, plan.subtasks[-1].sensors, plan.unknown) == ("diagnose", columns, [])


def test_another_number_is_another_thing():
    plan = MANAGER.rules(request("4号喷枪怎么了", sensors=[Sensor(name=name) for name in GUNS]))
    assert (plan.subtasks[-1].sensors, plan.unknown) == ([], ["4号喷枪"])


@pytest.mark.parametrize(
    ("text", "columns"), [("画1号喷枪流量", GUNS[:1]), ("画2号喷枪压力和流量", GUNS[2:4]), ("画喷枪流量", GUNS[0:6:2])]
)
def test_with_a_quantity_only_that_is_meant(text, columns):
    sensors = [Sensor(name=name) for name in GUNS]
    assert find(normal(text), sensors).columns(sensors) == columns


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("which hyper-parameters for the autoencoder?", "autoencoder"), ("recommend hyperparameters for PCA", "pca"),
        ("what settings for the isolation forest?", "isolation forest"), ("tune the autoencoder", "autoencoder"),
        ("best hyper parameters for this data", None), ("how many training rows should I use?", None),
        ("自编码器用什么超参数？", "自编码器"), ("孤立森林的参数怎么设", "孤立森林"), ("模型参数怎么设置", None),
    ],
)  # fmt: skip
def test_what_to_set_of_a_model_is_asked_of_the_controller(text, wanted):
    (step,) = MANAGER.rules(request(text)).subtasks
    assert (step.kind, step.values.get("wanted")) == ("model", wanted)
