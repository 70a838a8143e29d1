"""On the terminal: what is said to be remembered is, a judgement is not lost in silence, courtesy keeps the thread."""

import pytest

from bot.dialogue import Dialogue
from bot.verdict_words import judgement, point_denied, turned_out
from tests.workers.diagnosed import data, diagnosed
from workers.settings import Settings


@pytest.fixture
def talk(tmp_path):
    made = Dialogue(Settings(data_dir=tmp_path), None)
    made.last = diagnosed()
    return made


@pytest.mark.parametrize(
    "text", ["remember: valve V7 of strand 2 sticks in cold weather", "记住：2号流S14减速机上周刚换过"]
)
def test_a_sentence_to_remember_goes_into_the_knowledge_base(talk, text):
    said = talk.reply(text)
    assert "1" in said.splitlines()[0]
    assert talk.last.text == diagnosed().text
    assert any(word in said for word in ("Learnt", "Read", "已学习", "已读取"))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("agree", ""), ("I agree", ""), ("同意", ""), ("disagree", ""), ("that is wrong", ""),
        ("不对，是减速机的问题", "是减速机的问题"), ("I disagree, it was the gearbox", "it was the gearbox"),
        ("wrong, it was the coupling not the bearing", "it was the coupling not the bearing"),
        ("No, it was the coupling, not the bearing", "it was the coupling, not the bearing"),
        ("wrong, the valve is stuck", "the valve is stuck"), ("Wrong!", ""), ("不对，是阀卡住了", "是阀卡住了"),
        ("no, it is fine", None), ("no, plot S8", None), ("no false alarms please", None),
        ("wrong readings on S8, why?", None),
        ("what is wrong?", None), ("plot S8", None), ("is that wrong?", None), ("哪里不对？", None),
    ],
)  # fmt: skip
def test_judgements_are_recognised_with_what_is_right(text, right):
    assert judgement(text) == right


def test_a_judgement_is_not_kept_here_and_that_is_said_with_what_works(talk):
    said = talk.reply("不对，是减速机的问题")
    assert "不保存" in said
    assert "记住：是减速机的问题" in said
    assert "not kept" in talk.reply("agree")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("stop", "Nothing is running"), ("停", "没有正在处理"), ("kb review", "andon kb review"),
        ("digest", "andon --help"),
        ("知识库 review", "andon kb review"), ("status", "chats"),
    ],
)  # fmt: skip
def test_a_command_of_the_chats_is_named_as_one(talk, text, says):
    assert says in talk.reply(text)
    assert talk.last.text == diagnosed().text


def test_courtesy_leaves_the_answer_before_it_to_be_asked_about(talk):
    assert "You are welcome" in talk.reply("thanks")
    assert diagnosed().diagnosis.causes[0].text in talk.reply("why?")


def test_no_button_is_shown_that_does_nothing_here(talk):
    said = talk.reply(f"{data('unknown')} pump pressure jumped, why?")
    assert "[Agree]" not in said
    assert "“checklist”" in said


def test_it_is_the_sensor_that_was_spoken_of(talk):
    talk.reply(f"{data('unknown')} is the pump pressure ok?")
    assert "pump pressure" in talk._context("when will it pass 80?").lower()
    assert talk._context("plot S8") == ""


def test_a_sentence_without_its_subject_takes_that_of_the_last_question_or_is_asked_about(talk, tmp_path):
    alone = Dialogue(Settings(data_dir=tmp_path), None)
    assert "What is that about?" in alone.reply("remember: it should be 57 C")
    assert "关于什么" in alone.reply("记住：应该是57度")
    talk.last = talk.last.model_copy(update={"question": {**talk.last.question, "text": "热水温度应该是多少？"}})
    assert "1" in talk.reply("记住：应该是57度").splitlines()[0]
    assert "热水温度应该是多少？ 应该是57度" in str(talk.reply("热水温度应该是多少"))


@pytest.mark.parametrize(
    ("text", "said"), [("thanks mate", "You are welcome."), ("ok", "All right."), ("收到", "好的。")]
)
def test_agreement_and_thanks_start_no_diagnosis(talk, text, said):
    assert talk.reply(text) == said


@pytest.mark.parametrize(
    "text", ["it was the steam trap, capsule full of scale", "原来是过滤器脏了", "the cause was a loose cable"]
)
def test_what_was_found_out_is_not_lost_in_silence(talk, text):
    said = talk.reply(text)
    assert "not kept" in said or "不保存" in said
    assert text.rstrip(".") in said


@pytest.mark.parametrize(
    "text",
    [
        "was it the steam trap?",
        "it was the night shift",
        "it was the same yesterday",
        "it was fine",
        "是不是膨胀阀堵了",
        "是膨胀阀堵了吗",
        "it was a good idea",
        "是什么原因",
        "是正常的",
        "it was me",
        "that was a long night",
        "it was the boss",
        "the problem is that S8 is high",
        "it was the highest value of the day",
    ],
)
def test_a_question_or_a_remark_tells_no_cause(text):
    assert turned_out(text) == ""


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("不对，是水口结瘤", "是水口结瘤"),
        ("不对吧，应该是水口结瘤", "应该是水口结瘤"),
        ("搞错了，是水口结瘤", "是水口结瘤"),
        ("刚才的判断不对，是水口结瘤", "是水口结瘤"),
        ("3号流那个不对，是水口结瘤", "是水口结瘤"),
        ("不是塞棒，是水口结瘤", "是水口结瘤"),
        ("not the pump, it was the valve", "it was the valve"),
        ("这个不对", ""),
    ],
)
def test_what_is_right_is_told_in_the_words_of_a_shift(text, right):
    assert judgement(text) == right


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("no thats wrong, wire was torn near the edge, we patched it", "wire was torn near the edge, we patched it"),
        ("thats wrong", ""), ("your wrong answer", None), ("no the filter clogged", "the filter clogged"),
        ("no the coupling failed", "the coupling failed"), ("no, our valve was stuck", "our valve was stuck"),
        ("no we found a loose belt", "we found a loose belt"), ("agreed", ""), ("没错", ""), ("判断正确", ""),
        ("不是，是TV-12调节阀卡了", "是TV-12调节阀卡了"), ("不，应该是滤网堵了", "应该是滤网堵了"),
        ("判断有误，应该是调节阀卡了", "应该是调节阀卡了"),
    ],
)  # fmt: skip
def test_a_correction_in_a_hurry_is_one(text, right):
    assert judgement(text) == right


@pytest.mark.parametrize(
    "text",
    [
        "it was clogged filter cloth", "we found a broken coupling", "found a leak in the return line",
        "root cause: coupling sheared", "根本原因：联轴器断了", "查了，是调节阀卡了",
        "我们检查了，是滤网堵了，已经清了",
    ],
)  # fmt: skip
def test_what_was_found_is_told_in_any_form(text):
    assert turned_out(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "is it a broken coupling?", "no, what is the coupling?", "no what is broken", "no the other pump",
        "did you find a leak", "we found no leak", "we found nothing", "root cause: what", "原因：什么", "原因：不明",
        "是不是调节阀卡了", "不是，是不是调节阀卡了", "不是，是3号流", "不是，是昨天夜里", "it was stuck, why",
        "数据有误差", "no broken sensors in the plot please",
    ],
)  # fmt: skip
def test_a_question_or_another_choice_is_no_correction(text):
    assert judgement(text) is None
    assert turned_out(text) == ""


@pytest.mark.parametrize(
    "text", ["不对中怎么查", "不对劲，振动大", "3号流不对", "不是今天，是昨天", "不是2号流，是3号流", "不是我，是小王"]
)
def test_a_complaint_or_another_choice_is_no_judgement(text):
    assert judgement(text) is None


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("第二条不对", (2, "")),
        ("第3点是错的", (3, "")),
        ("第一条不对，是水口偏了", (1, "是水口偏了")),
        ("the second point is wrong", (2, "")),
        ("no, the first cause is not right: it was the valve", (1, "it was the valve")),
        ("number 2 is wrong", (2, "")),
        ("第二条不对吗？", None),
        ("第二条线停了", None),
        ("第二条输送带不对中", None),
        ("the second pump is wrong", None),
        ("why is the second point wrong?", None),
    ],
)
def test_a_point_of_an_answer_that_is_denied_is_recognised_by_its_number(text, point):
    assert point_denied(text) == point
