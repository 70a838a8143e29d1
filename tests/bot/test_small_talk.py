"""In a thread of several people: what is one person's to another is left alone, what asks Andon is answered."""

import pytest

from bot.conversation import small_talk
from bot.conversation.hearing import recognised

PEOPLE = """thanks mate|ok|yes closed at 6|will do|on my way|Lunch at 12?|no worries Kat, I close it now|thx|OK!
@kat did you close V-111?|Okay thanks|great, thanks a lot|roger that|no|sounds good mate|Kat, did you isolate it?
did you call the fitter?|are you coming?|where are you?|who's on nights?|Who took the temperature reading?
can someone close V-111?|anyone seen the key?|can you bring the grease gun?|coffee?|I'll check the valve now
we changed the filter at 6|he is at lunch|closed it|ok I will have a look|hang on|morning all|I think it is the pump
👍|:thumbsup:|need a hand?|call me when you are there|yes it was leaking at 5|see you tomorrow|@here stand-up in 5
done at 7|Copy that, heading down|did Kat close the valve?|have you got the spare?|u there?|any news?|not my shift
what's for lunch?|Permit signed, starting now|new trap fitted, running again|will ring the boss|lock out is on
好的|收到|谢谢师傅|马上去|我去看看|已经关了|你把阀关了吗？|谁在现场？|几点吃饭？|嗯嗯|辛苦了|我们六点换的|没人动过
@王师傅 你看一下|有人能去关一下V-111吗|知道了，谢谢|好，我现在去|刚换了滤芯|小心点|你到了吗|大家好|修好了|今晚谁值班？
老李去了|行，等我五分钟|我来处理|备件到了|下班了"""
ANDON = """and S9?|since when?|which valve?|which valve|why?|what should we check first?|is the temperature ok?|and S9
how long was the divert open?|plot the pressure|what about the pump?|is it the steam trap?|compare with yesterday
did you use the knowledge base?|did you see the gap at 5?|do you know what E-204 means?|can you plot S8?|who said that?
could you explain it to a newcomer?|was it above 65 at night?|wen did temp go below 72|wot is the flow now|ignore S9
the first 2000 rows are normal|limit is 65 C, is it exceeded?|can we keep running?|will it pass 80?|ok, and the pump?
thanks, what else could it be?|yes, plot it|no, the other sensor: is S8 ok?|what is the coffee roaster temperature?
has the valve moved since 5?|did the temperature drop before the pressure?|checklist|I need a forecast for S8
what happened between 2 and 3?|should we change the filter?|how often should I grease the bearing?|same for yesterday
are the readings ok?|is FDV-105 open?|how many times did it divert?|torque for the trap bolts?|and yesterday?|S9?
show it for strand 1|is the pump running?|who approved that?|what if we lower the speed?|digest|kb review
it was the steam trap, full of scale|is somebody else's file included?
S9呢？|从什么时候开始的？|哪个阀？|为什么|温度正常吗|画一下压力|再看S9|对比昨天|是不是缺氟了|几点开始的|还能继续运行吗|谁说的
要检查什么|超过65度了吗|只看RUN状态|前2000行是正常的|好的，那水泵呢？|谢谢，还可能是什么？|冷却水流量低怎么办|你确定吗
我想看压力趋势|压力和温度哪个先变|S8关了多久|滤芯多久换一次|几次|水温多少|谁批准的|昨天呢"""


def each(table):
    return [text for line in table.splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", each(PEOPLE))
def test_what_people_say_to_each_other_is_left_alone_whoever_says_it(text):
    assert not recognised(text)
    assert not small_talk.for_andon(text, asker=True)


@pytest.mark.parametrize("text", each(ANDON))
def test_a_question_or_an_order_is_for_andon_whoever_says_it(text):
    assert recognised(text) or small_talk.for_andon(text, asker=False)


@pytest.mark.parametrize("text", ["S9", "drive current", "冷却水压力"])
def test_a_name_alone_goes_on_for_whoever_asked_before(text):
    assert small_talk.for_andon(text, asker=True)
    assert not small_talk.for_andon(text, asker=False)


@pytest.mark.parametrize("text", ["@kat and S9?", "ask @joe, why did it stop?", "@王工 为什么？"])
def test_what_mentions_somebody_else_is_for_them(text):
    assert small_talk.to_others(text)


@pytest.mark.parametrize(("text", "kind"), [("cheers mate", True), ("thanks a lot", True), ("谢谢师傅", True),
                                            ("ok", False), ("will do", False), ("收到", False)])  # fmt: skip
def test_thanks_are_told_from_agreement(text, kind):
    assert small_talk.agrees(text)
    assert small_talk.thanks(text) == kind


@pytest.mark.parametrize(
    "text", ["ok?", "thanks, why?", "no, plot S8", "ok now S9", "good morning, is it ok?", "继续", "是S9"]
)
def test_what_asks_for_something_is_no_agreement(text):
    assert not small_talk.agrees(text)


@pytest.mark.parametrize("text", ["yes closed at 6", "done at 7", "ok, checked it", "已经关了", "刚把滤芯换好了"])
def test_a_report_of_what_is_done_asks_for_nothing(text):
    assert small_talk.reports(text)


@pytest.mark.parametrize(
    "text",
    [
        "we have high vibration on pump 2",
        "I see E-204 on the display",
        "started leaking at 6",
        "he says the valve is stuck",
        "the pump stopped at 3",
        "changed since 5?",
        "水泵漏水",
        "已经漏了两小时怎么办",
        "done, what next?",
    ],
)
def test_a_complaint_is_no_report(text):
    assert not small_talk.reports(text)
    assert not small_talk.agrees(text)
