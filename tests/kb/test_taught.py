"""A plant's own documents answer its questions beside the shipped pack, whose passages bring questions of their own."""

import pytest

import kb
from kb.ingest import ingest

THRESHOLD = 0.55  # ANDON_ANSWER_THRESHOLD's default
MANUAL = """# Withdrawal unit, maintenance sheet WU-3

## Tightening
Tighten the foot bolts of the withdrawal gearboxes (M42) with 2,900 Nm, crosswise, and again after the first shift.

## Greasing
Each roll bearing gets 25 g of lithium grease every 12 h. The grease pump works at 140 to 190 bar.

## Oil
Change the gear oil every 4,000 h. Use ISO VG 320, 38 litres a gearbox.

## 更换电机
更换拉矫机电机前切断Q17开关并挂牌上锁，拆下联轴器护罩，吊具额定载荷不小于1.5吨。
"""
ASKED = {
    "how many Nm for the gearbox foot bolts?": "2,900 Nm",
    "how tight must the M42 foot bolts of the gearbox be": "2,900 Nm",
    "how much grease does a roll bearing get": "25 g",
    "what pressure should the grease pump have?": "140 to 190 bar",
    "which oil for the withdrawal gearbox and how many litres": "38 litres",
    "更换拉矫机电机前要做什么？": "Q17",
    "拉矫机电机的吊具要多少吨": "1.5吨",
}


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    folder = tmp_path_factory.mktemp("taught")
    (folder / "wu3.md").write_text(MANUAL, encoding="utf-8")
    store = kb.open_store(":memory:")
    ingest([folder / "wu3.md"], store)
    yield store
    store.close()


@pytest.mark.parametrize("question", ASKED)
def test_the_plants_own_document_answers_first(taught, question):
    first = taught.search(question)[0]
    assert ASKED[question] in first.passage.text
    assert first.confidence >= THRESHOLD


@pytest.mark.parametrize("question", [
    "how many Nm for the foot bolts of the gearbox?", "what torque for the M42 bolts", "地脚螺栓的扭矩是多少",
])  # fmt: skip
def test_a_torque_that_nobody_taught_is_not_answered_by_its_topic(question):
    store = kb.open_store(":memory:")
    assert max(hit.confidence for hit in store.search(question)) < THRESHOLD
    store.close()


def test_a_breakout_is_not_answered_with_a_leak(taught):
    from kb import growth

    quoted = growth.quoted(taught.search("漏钢了怎么办", limit=6), THRESHOLD)
    assert [hit.passage.pair for hit in quoted] == ["CC-036"]
