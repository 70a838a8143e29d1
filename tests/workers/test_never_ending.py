"""A message or a sentence of a document that repeats a word is read at once, however often: a pattern that can read it
in many ways would try them all, and hold its process while it does."""

import time

import pytest

from bot.conversation import followups, wishes
from bot.slack import markup
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


@pytest.mark.timeout(10)
@pytest.mark.parametrize("words", [" ", "\t", "<", "<@U1", "<@U1|", "|", " <@U1|a", "<a|b> "])
def test_a_message_of_slack_is_read_in_one_pass(words):
    start = time.perf_counter()
    markup.plain(words * (40_000 // len(words)) + "x", "U1")
    assert time.perf_counter() - start < 0.5


def test_a_mention_goes_with_the_blanks_before_it():
    assert markup.plain("is \t <@U1> it  <@U1|andon> ok <@U2>", "U1") == "is it ok @U2"
    assert markup.plain("<@U1>： why <http://a.b|a.b>", "U1") == "why a.b"


def test_each_of_them_still_reads_what_it_is_for():
    assert meant("谢谢你，那么为什么？") == "why"
    assert meant("那你怎么知道的") == "why"
    assert recalled("那以前出现过这个问题吗") is not None
    assert wishes.wish("看一下还有哪些没有审的") == "review"
    assert wishes.wish("列表里还有几条待审核的条目") == "review"
    assert rule_of("水口结瘤将会导致液位波动", "zh") is not None
