"""A sentence that turns its source round gives way to the source's own words; other words for the same thing stay."""

import pytest

from roles.answering.guarding import guarded
from roles.answering.types import Sentence
from roles.types import Passage

EN = Passage(id="K-1", title="Nozzle", confidence=0.9, text="The valve lifts the rod: its position creeps up over "
             "20 to 60 minutes while the speed stays the same. Lower the speed early rather than late. Change the "
             "nozzle before the stroke falls below 15 mm. Check the argon flow (5 to 8 L/min) "
             "every shift.")  # fmt: skip
ZH = Passage(id="K-2", title="水口", lang="zh", confidence=0.9, text="塞棒开度在20至60分钟内缓慢上涨。"
             "气道堵塞时氩气背压上升。行程低于15 mm前更换水口。每班核对氩气流量（5~8 L/min）。")  # fmt: skip


def told(says, passage):
    """What is said in the end."""
    kept = guarded(Sentence(says=says, evidence=[passage.id]), [passage], passage.lang)
    return kept.says if kept is not None else ""


@pytest.mark.parametrize(("says", "passage"), [
    ("The position of the rod creeps down over 20 to 60 minutes.", EN),
    ("The speed creeps up over 20 to 60 minutes.", EN),
    ("The valve lowers the rod while the speed stays the same.", EN),
    ("Lower the speed late rather than early.", EN),
    ("Raise the speed early.", EN),
    ("Change the nozzle after the stroke falls below 15 mm.", EN),
    ("Change the rod before the stroke falls below 15 mm.", EN),
    ("Check the argon flow every week.", EN),
    ("Check the water flow (5 to 8 L/min) every shift.", EN),
    ("塞棒开度在20至60分钟内缓慢下降。", ZH),
    ("气道堵塞时氩气背压下降。", ZH),
    ("行程低于15 mm后更换水口。", ZH),
    ("每周核对氩气流量。", ZH),
    ("每班核对冷却水流量（5~8 L/min）。", ZH),
])  # fmt: skip
def test_what_turns_its_source_round_gives_way_to_it(says, passage):
    assert told(says, passage) != says
    assert told(says, passage) in passage.text


@pytest.mark.parametrize(("says", "passage"), [
    ("Its position climbs slowly, over about 20 to 60 minutes, at the same speed.", EN),
    ("Reduce the speed early.", EN),
    ("Replace the nozzle before the stroke drops below 15 mm.", EN),
    ("The argon flow (5 to 8 L/min) should be checked every shift.", EN),
    ("氩气背压升高时，气道堵塞。", ZH),
    ("行程低于15 mm之前要更换水口。", ZH),
])  # fmt: skip
def test_other_words_for_the_same_stay(says, passage):
    assert told(says, passage) == says
