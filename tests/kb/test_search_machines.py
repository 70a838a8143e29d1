"""Which machine a question is about: parts that every machine has do not say."""

import pytest

from kb.passage import Passage
from kb.search.glossary import current
from kb.search.machines import machines_of, names_no_machine


@pytest.mark.parametrize("question", [
    "valve is stuck, how do I tell", "阀门卡住怎么判断", "pump is leaking what to do", "泵漏水怎么办",
    "hydraulic pressure swings, why?", "轴承异响怎么查", "温度高怎么回事", "the old lady's valve is stuck",
])  # fmt: skip
def test_a_part_that_every_machine_has_names_none(question):
    assert names_no_machine(question)


@pytest.mark.parametrize("question", [
    "stopper valve is stuck", "mould water temperature is high", "结晶器水温高怎么回事", "灌装机阀门卡住怎么判断",
    "segment 3 valve is stuck", "拉矫机电机电流波动", "how do i lock out", "what are the signs?",
])  # fmt: skip
def test_a_machine_or_no_thing_at_all_is_not_asked_for(question):
    assert not names_no_machine(question)


def page(id_, origin, asset):
    return Passage(id=id_, title="Sticking valve", text="It sticks.", origin=origin, asset=asset)


def test_only_shipped_pages_about_one_machine_say_of_which_they_speak():
    pages = [page("A", "pack:p", "mould_cooling"), page("B", "pack:p", "mould_cooling"), page("C", "manual.pdf", "z3"),
             page("D", "pack:p", "instrumentation")]  # fmt: skip
    assert machines_of("valve is stuck", pages) == ["mould_cooling"]
    assert machines_of("stopper valve is stuck", pages) == []
    assert machines_of("valve is stuck", pages[2:]) == []


@pytest.mark.parametrize("question", ["碳刷有火花怎么办", "油膜破裂怎么判断", "镀层起花", "计量泵不打药"])
def test_a_character_within_a_word_of_maintenance_is_no_other_trade(question):
    words = current()
    everyday = words.of("flower medicine sewage soup").notions
    assert not any(group & everyday for group in words.asked(question).groups)
