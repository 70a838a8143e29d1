"""A message or a sentence of a document that repeats a word is read at once, however often: a pattern that can read it
in many ways would try them all, and hold its process while it does."""

import pytest

from bot.conversation import followups, wishes
from kb.ingest.rules import rule_of
from workers.followups.meant import meant
from workers.followups.recalled import recalled

READERS = {"meant": meant, "recalled": recalled, "wish": wishes.wish, "code": followups.asks_code}


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "words", ["那", "谢谢你", "请你", "那么", "看一下", "查一下", "看看", "没有", "please ", "and ok ", "show me "]
)
@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_repeated_words_are_no_wish_and_end(reader, words):
    assert not reader(words * 40 + "锅")


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", ["将会", "就会", "从而", "直接"])
def test_a_sentence_that_repeats_a_word_is_no_rule(words):
    assert rule_of("漏" + words * 38, "zh") is None


def test_each_of_them_still_reads_what_it_is_for():
    assert meant("谢谢你，那么为什么？") == "why"
    assert meant("那你怎么知道的") == "why"
    assert recalled("那以前出现过这个问题吗") is not None
    assert wishes.wish("看一下还有哪些没有审的") == "review"
    assert wishes.wish("列表里还有几条待审核的条目") == "review"
    assert rule_of("水口结瘤将会导致液位波动", "zh") is not None
