"""Quotes are the passage's own words, the ones that speak to the question."""

from kb.passage import Passage
from kb.search.quotes import FIRST, flat, quote

LONG = Passage(id="K-1", title="Mould", text=(
    "The mould is made of copper and cooled by water. Its taper follows the shrinkage of the shell. "
    "When the stopper clogs, the stopper position rises at constant casting speed. The plates are coated with nickel. "
    "Powder is fed by a machine. Frequency and stroke of the oscillation follow the casting speed. "
    "Deposits in the nozzle are alumina. The level sensor works with eddy currents."))  # fmt: skip


def test_short_passage_is_quoted_whole(usem3):
    passage = LONG.model_copy(update={"text": "One sentence.\nTwo sentences."})
    assert quote(passage, "anything", usem3) == "One sentence. Two sentences."


def test_neighbouring_sentences_are_quoted_word_for_word(usem3):
    text = quote(LONG, "stopper position rises at constant casting speed, is the stopper clogged?", usem3, most=2)
    assert "When the stopper clogs, the stopper position rises at constant casting speed." in text
    assert text in LONG.text
    assert "eddy currents" not in text


def test_quote_does_not_begin_with_a_word_that_leans_on_the_sentence_before(usem3):
    text = quote(LONG, "taper of the mould", usem3, most=2)
    assert text.startswith("The mould is made of copper")


def test_chinese_sentences_are_joined_without_spaces(usem3):
    passage = LONG.model_copy(update={"lang": "zh", "text": "塞棒开度上升。\n检查氩气。"})
    assert quote(passage, "塞棒", usem3) == "塞棒开度上升。检查氩气。"


def test_rows_of_a_table_are_parted(usem3):
    rows = LONG.model_copy(update={"lang": "zh", "text": "螺栓: M24; 扭矩: 640 Nm\n螺栓: M36; 扭矩: 2300 Nm"})
    assert quote(rows, "扭矩", usem3) == rows.text
    assert flat(rows.text, "zh") == "螺栓: M24; 扭矩: 640 Nm；螺栓: M36; 扭矩: 2300 Nm"
    rows = LONG.model_copy(update={"text": "bolt: M24; torque: 640 Nm\nbolt: M36; torque: 2300 Nm"})
    assert quote(rows, "torque", usem3) == rows.text


def test_steps_and_items_stand_on_lines_of_their_own(usem3):
    text = "先停机。\n再挂牌。\n1. 拆护罩。轻放。\n2. 取出轴承。\n预防：每月检查。"
    passage = LONG.model_copy(update={"lang": "zh", "text": text})
    assert quote(passage, "轴承", usem3) == "先停机。再挂牌。\n1. 拆护罩。轻放。\n2. 取出轴承。\n预防：每月检查。"


def test_a_long_row_is_quoted_with_its_name(usem3):
    cells = "；".join(f"第{n}项检查内容：第{n}项合格标准要求" for n in range(15))
    passage = LONG.model_copy(
        update={"lang": "zh", "text": f"名称：轴承；{cells}；单价：1460\n名称：皮带；{cells}；单价：35"}
    )
    assert quote(passage, "轴承单价", usem3, most=1).startswith("名称：轴承；")
    assert quote(passage, "轴承单价", usem3, most=1).endswith("单价：1460")


def test_the_best_passage_is_quoted_whole(usem3):
    assert quote(LONG, "taper of the mould", usem3, whole=FIRST) == LONG.text
