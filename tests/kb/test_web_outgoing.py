"""What leaves the plant for a search engine."""

import pytest

from kb.web import outgoing

KNOWN = {"sen", "tundish"}


@pytest.mark.parametrize(("asked", "sent"), [
    ("why does the roller table hum?", "why does the roller table hum?"),
    ("!!g why does\n it  hum", "g why does it hum"),
    (":de !wp roller <3 ?hum", "de wp roller 3 hum"),
    ("roller -table !important", "roller table important"),
    ("！辊道 为什么响？", "辊道 为什么响?"),
    ("a\u202eb\x1b[31m c", "ab c"),
    ("  ", ""),
])  # fmt: skip
def test_a_question_goes_out_on_one_line_without_operators(asked, sent):
    assert outgoing(asked) == sent


@pytest.mark.parametrize("asked", ["roller " * 500, "辊" * 2000, "x" * 2000])
def test_no_more_than_every_engine_takes(asked):
    sent = outgoing(asked)
    assert sent
    assert len(sent) <= 300
    assert len(sent.split()) <= 50


PRIVATE = [
    ("why does MLAC-03 jump by 9.1 mm since 03:12", "why does jump by since"),
    ("level in strand2_0400.csv swings, see C:\\data\\x.csv", "level in swings see"),
    ("ask @anna or li.wei@plant.example or <@U0ANNA>", "ask or or"),
    ("Müller changed the SEN at Duisburg", "changed the SEN at"),
    ("see https://wiki.plant.example/x and #caster", "see and"),
    ("alarm E-2041 on the Tundish car, speed 1,2 m/min", "alarm on the Tundish car speed"),
    ("mould-level swing after don't-care change", "mould-level swing after don't-care change"),
    ("Why is the water/oil mix foaming", "Why is the water/oil mix foaming"),
    ("2号流结晶器液位升高9.1毫米，报警E-2041", "流结晶器液位升高 报警"),
    ("王师傅说塞棒结瘤，见二号流0400.csv", "说塞棒结瘤"),
    ("PLC_DB12.DW4 is 0x1F", "is"),
]  # fmt: skip


@pytest.mark.parametrize(("asked", "sent"), PRIVATE)
def test_in_private_names_codes_values_files_and_people_stay_inside(asked, sent):
    went = " ".join(outgoing(asked, private=True, known=KNOWN).replace(",", " ").replace("，", " ").split())
    assert went == sent


def test_in_private_the_names_of_the_file_stay_inside_in_any_case_and_whole_words_alone():
    names = ["Secret Pump Alpha", "ma", "液压站甲"]
    sent = outgoing("why does the secret pump alpha mark 液压站甲波动 ma", private=True, names=names, known=KNOWN)
    assert sent.split() == ["why", "does", "the", "mark", "波动"]
