"""Questions to a log that are more than the top three: what to leave out, which group is worst, how often, better or
worse. Each in English and Chinese; what was not understood is said."""

import pytest

from workers.logbook.excluding import parted

LOG = """Start,Line,Shift,Reason,Minutes
12/05/2025 06:00,L1,A,Changeover,100
12/05/2025 10:00,L2,A,Labeler jam,10
12/05/2025 15:00,L3,B,Labeler jam,5
13/05/2025 06:00,L3,A,Labeler jam,7
13/05/2025 09:00,L1,A,Capper torque fault,40
13/05/2025 16:00,L2,B,Changeover,30
14/05/2025 06:00,L1,A,No bottles,20
15/05/2025 17:00,L2,B,Capper torque fault,10
"""
CHINESE = (
    LOG.replace("Start,Line,Shift,Reason,Minutes", "开始时间,产线,班次,停机原因,停机时长(分钟)")
    .replace("Changeover", "换产").replace("Labeler jam", "贴标机卡瓶").replace("Capper torque fault", "旋盖故障")
    .replace("No bottles", "缺瓶")
)  # fmt: skip
GERMAN = LOG.replace("Start,Line,Shift,Reason,Minutes", "Beginn,Linie,Schicht,Stillstandsgrund,Dauer (min)")
MACHINES = "Datum;Maschine;Ursache;Dauer\n03.03.2025;M1;Leck;20\n04.03.2025;M2;Walzenwechsel;45\n05.03.2025;M1;Leck;5\n"
PIECES = """Date,Shift,Produced,Good first time,Rework,Scrap
2025-05-12,A,100,90,5,5
2025-05-13,A,100,92,4,4
2025-05-14,B,100,80,10,10
2025-05-15,B,100,78,12,10
"""


@pytest.fixture
def ask(ask_log):
    return lambda text, log=LOG: ask_log(text, log)


def causes(answer):
    return [f.values["cause"] for f in answer.findings if "cause" in f.values]


@pytest.mark.parametrize(
    "text",
    ["top 3 downtime causes except Changeover", "top 3 causes excluding changeover", "without changeover, top 3",
     "downtime causes other than Changeover"],
)  # fmt: skip
def test_what_is_left_out_is_not_counted(ask, text):
    answer = ask(text)
    assert causes(answer) == ["Capper torque fault", "Labeler jam", "No bottles"]
    assert "Without reason Changeover: 6 of 8 rows." in answer.text


@pytest.mark.parametrize(
    "text", ["除换产外停机原因前三", "除了换产以外，停机原因前三", "不含换产的前三", "换产除外，前三"]
)
def test_what_is_left_out_is_not_counted_in_chinese(ask, text):
    answer = ask(text, CHINESE)
    assert causes(answer) == ["旋盖故障", "贴标机卡瓶", "缺瓶"]
    assert "不含原因 换产：8行中的6行。" in answer.text


def test_what_is_left_out_ends_where_another_wish_begins(ask):
    assert parted("causes except Changeover and No bottles on L3") == ("causes   on L3", ["Changeover and No bottles"])
    answer = ask("top 3 except changeover and no bottles on L1")
    assert causes(answer) == ["Capper torque fault"]
    assert "Only line L1" in answer.text


def test_a_name_to_leave_out_that_nothing_is_called_is_said(ask):
    assert "Not used, because no value of the log is called so: “Robots”." in ask("top 3 causes except Robots").text
    assert "未采用（日志中没有这样的值）：“机器人”。" in ask("除机器人外停机原因前三", CHINESE).text


@pytest.mark.parametrize(
    ("text", "log", "says"),
    [
        ("how many labeler jams on L3?", LOG, "2 stops, 12 min lost"),
        ("L3的贴标机卡瓶有多少次？", CHINESE, "共2次停机，损失12分钟"),
        ("minutes lost to the labeler", LOG, "22 min lost in 3 stops"),
        ("贴标机损失多少分钟", CHINESE, "共停机22分钟，3次"),
        ("downtime of L3 only", LOG, "12 min lost in 2 stops"),
        ("which line is worst?", LOG, "The worst line is L1: 160 min (72 %), stops: 3"),
        ("哪条产线最差？", CHINESE, "最差的产线是L1：160分钟（72 %），3次"),
        ("which day was worst?", LOG, "The worst day is 2025-05-12: 115 min"),
        ("哪天最差", CHINESE, "最差的日期是2025-05-12：115分钟"),
        ("which shift was best?", LOG, "The best shift is B: 45 min"),
        ("by number of stops", LOG, "The most frequent cause is Labeler jam: 3 stops"),
        ("按次数排前三", CHINESE, "次数最多的原因是贴标机卡瓶：3次"),
        ("compare Monday with Tuesday", LOG, "Monday: 115 min, stops: 3; Tuesday: 77 min, stops: 3"),
        ("对比周一和周二", CHINESE, "星期一：115分钟，3次；星期二：77分钟，3次"),
        ("compare shift A with shift B", LOG, "A: 177 min, stops: 5; B: 45 min, stops: 3"),
        ("is it getting worse?", LOG, "Getting better: 15 min a day in the last 2 days, 96 in the first 2"),
        ("是不是越来越差？", CHINESE, "在好转：后2天每天15分钟，前2天每天96分钟"),
        ("MTBF and MTTR", LOG, "Mean time between stops 28 h, mean time to repair 27.8 min; stops: 8"),
        ("平均停机间隔", CHINESE, "平均停机间隔28小时，平均修复时间27.8分钟；共8次"),
        ("which day was worst?", PIECES, "The worst day is 2025-05-15: first-time quality 78.0 % (78 of 100)"),
        ("is it getting worse?", PIECES, "Getting worse: first-time quality 79 % a day in the last 2 days, 91 %"),
    ],
)
def test_the_first_line_answers_what_was_asked(ask, text, log, says):
    assert ask(text, log).text.startswith(says)


def test_a_code_of_no_row_is_told_as_its_columns_own_and_a_strange_one_as_unused(ask):
    assert ask("downtime on L9").text.startswith("No row has line L9; the log has L1, L2, L3.")
    answer = ask("downtime on X77")
    assert answer.text.splitlines()[0] == "Not used, because no value of the log is called so: “X77”."


@pytest.mark.parametrize(
    ("text", "log", "says"),
    [
        ("who is on call?", LOG, "I did not understand “who is on call?” as a question to a log"),
        ("谁在值班？", CHINESE, "没有理解“谁在值班？”要从日志中问什么"),
    ],
)
def test_what_is_no_question_to_a_log_is_said_above_the_figures(ask, text, log, says):
    assert ask(text, log).text.startswith(says)


def test_german_headings_are_read(ask):
    assert causes(ask("top 3 causes", GERMAN)) == ["Changeover", "Capper torque fault", "Labeler jam"]
    answer = ask("top 3 causes by machine", MACHINES)
    assert causes(answer) == ["Walzenwechsel", "Leck"]
    assert answer.text.startswith("Top 2 downtime causes; the worst is Walzenwechsel: 45 min")
    assert "M1: 25 min" in answer.text
