"""Single stops, machines in any word order, columns without a role, reliability, follow-ups of a question to a log."""

import pytest

from tests.workers.numbers_in import unbacked
from workers.contracts import Question
from workers.logbook.asking import wish
from workers.logbook.columns import find_columns
from workers.logbook.residue import unknown
from workers.logbook.scale import scale_of
from workers.running import pipeline
from workers.settings import Settings

LOG = """日期,开始时间,结束时间,设备,位号,故障现象,停机时间(分钟),班组,维修人
2024-10-01,08:00,08:30,斗提,DT-301,尾部积料,30,甲班,王小军
2024-10-11,08:00,12:00,回转窑,KL-401,托轮瓦温高,240,乙班,李燕
2024-10-21,22:00,01:20,斗提,DT-301,耦合器喷油,200,甲班,王小军
2024-11-20,08:00,08:50,立磨,RM-201,振动跳停,50,乙班,王小军
2024-11-21,08:00,08:20,斗提,DT-301,尾部积料,20,甲班,李燕
"""


@pytest.fixture
def ask(ask_log):
    return lambda text, log=LOG: ask_log(text, log)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("停机最多的是哪台设备", "最差的设备是斗提：250分钟（46 %），3次"),
        ("10月停机最多的设备", "最差的设备是回转窑：240分钟（51 %），1次"),
        ("故障次数最多的设备是哪台", "次数最多的是斗提：3次"),
        ("不算斗提，停机最多的是谁", "最差的设备是回转窑"),
        ("which machine was down the most", "The worst asset is 斗提"),
        ("who has the most stops", "Most often 斗提: 3 stops"),
        ("the machine with the longest downtime", "The worst asset is 斗提"),
        ("谁修得最多", "次数最多的是王小军：3次"),
        ("DT-301停了多少次", "共3次停机，损失250分钟"),
        ("王小军修了几次", "共3次停机，损失280分钟"),
        ("how many stops did DT-301 have", "3 stops, 250 min lost"),
        ("最长的一次停机", "最长的一次停机：2024-10-11 08:00至12:00，回转窑，托轮瓦温高：240分钟（4小时）"),
        (
            "the longest single stop",
            "The longest single stop: 2024-10-11 08:00 to 12:00, 回转窑, 托轮瓦温高: 240 min (4 h)",
        ),
        ("停机3小时以上的有哪些", "共2次停机，损失440分钟"),
        ("stops over 3 h", "2 stops, 440 min lost"),
        ("how many stops under half an hour?", "1 stops, 20 min lost"),
        ("斗提最近一次坏是什么时候", "最近一次停机：2024-11-21 08:00至08:20，斗提，尾部积料：20分钟"),
        ("when did DT-301 last fail", "The last stop: 2024-11-21 08:00 to 08:20"),
        ("可用率多少", "可用率最低的是斗提：99.7 %"),
        ("availability of KL-401", "Availability 99.7 % (回转窑)"),
        ("MTTR多少", "平均停机间隔25天，平均修复时间108分钟；共5次"),
        ("斗提的MTBF和MTTR", "平均停机间隔25天，平均修复时间83.3分钟；共3次"),
        ("平均多久坏一次", "平均停机间隔25天"),
        ("尾部积料损失多少分钟", "共停机50分钟，2次"),
        ("冷水机停机多少次", "未采用（不知道在该日志中指什么）：“冷水机”。"),
        ("how many stops has the chiller", "Not used, because I do not know what it means in this log: “chiller”."),
        ("second shift downtime", "Not used, because I do not know what it means in this log: “second shift”."),
    ],
)
def test_the_first_line_answers_in_any_word_order(ask, text, says):
    answer = ask(text)
    assert answer.text.startswith(says)
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


def test_some_stops_are_not_shown_as_all_of_them(ask):
    told = ask("how much downtime by DT-301?").text
    assert "(100 %)" not in told
    assert "46 % of all 540 min of the period" in told


def test_a_trend_of_a_machine_counts_the_days_without_its_stops(ask):
    answer = ask("斗提越来越差了吗")
    assert answer.text.startswith("在好转：后26天每天0.769分钟，前26天每天8.85分钟")
    weeks = {f.values["group"]: f.values["count"] for f in answer.findings}
    assert (weeks["2024-W41"], weeks["2024-W47"], len(weeks)) == (0, 1, 8)


@pytest.mark.parametrize("text", ["is it gettin worse?", "is the mill getting much worse", "是不是变差了"])
def test_better_or_worse_is_a_trend(text):
    assert wish(text).form == "trend"


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("停机最多的原因", None), ("what is the most common cause on line 2", None), ("top 3 causes by line", None),
        ("worst stop causes", None), ("停机原因前三", None), ("the last 3 stop causes", None),
    ],
)  # fmt: skip
def test_what_asks_for_causes_asks_for_no_group_and_no_single_stop(text, form):
    assert wish(text).form == form


@pytest.mark.parametrize(
    "text",
    ["top 3 reasons we stood still, two lines pls", "how many minutes did we lose?", "停机最多的是哪台设备",
     "first-time quality", "上个班停机总共多少小时", "what are the main reasons we lost production"],
)  # fmt: skip
def test_plain_words_of_a_question_are_known(text):
    assert unknown(text) == []


def test_the_columns_are_told_only_where_one_was_guessed(ask):
    assert "列的含义" not in ask("停机原因前三").text
    guessed = ask("停机原因前三", LOG.replace("班组", "原因").replace("甲班", "积料").replace("乙班", "油")).text
    assert "列的含义：" in guessed
    assert find_columns([["Reason", "Minutes"], ["Leak", "5"], ["Jam", "7"]]).guessed == ()


@pytest.mark.parametrize(
    ("before", "text", "says"),
    [
        ("10月停机最多的是哪台设备", "那斗提呢", "共停机230分钟（3.8小时），2次"),
        ("10月停机最多的是哪台设备\n那斗提呢", "11月呢", "共停机20分钟，1次"),
        ("how many stops in October", "and for DT-301?", "2 stops, 230 min lost"),
        ("how many stops in October", "how many stops for DT-301?", "3 stops, 250 min lost"),
        ("top 3 causes", "and October vs November?", "2024-10-01 – 2024-10-31: 470 min, stops: 3; 2024-11-01"),
    ],
)
def test_a_follow_up_keeps_what_it_does_not_say(tmp_path, before, text, says):
    path = tmp_path / "log.csv"
    path.write_text(LOG, encoding="utf-8")
    question = Question(id="1", text=text, before=before, artifact=str(path), file_name=path.name)
    answer = pipeline.answer(question, Settings(data_dir=tmp_path), tmp_path / "out", lambda *_: None)
    assert answer.text.startswith(says)


@pytest.mark.parametrize(
    ("heading", "minutes"),
    [
        ("停机h", 60),
        ("停机时间", 1),
        ("Downtime per day (min)", 1),
        ("Minutes (day shift)", 1),
        ("Minutes (day)", 1),
        ("Downtime day shift", 1),
        ("白天停机时间(分钟)", 1),
        ("白天停机时间", 1),
        ("Downtime [min] per hour", 1),
        ("Downtime (min/shift)", 1),
        ("Downtime/day", 1),
        ("Driver's downtime", 1),
        ("每天停机分钟", 1),
        ("每小时停机时间", 1),
        ("Downtime in the last 24 h", 1),
        ("停机时长（分）", 1),
        ("Downtime per day (h)", 60),
        ("Duration in hours", 60),
        ("duration_h", 60),
        ("Dauer [Std.]", 60),
        ("停机时间(单位:小时)", 60),
        ("停机时间/h", 60),
        ("Downtime (days)", 1440),
        ("停机天数", 1440),
        ("Downtime (sec)", 1 / 60),
    ],
)
def test_the_unit_of_a_heading_is_what_its_minutes_are_counted_in(heading, minutes):
    assert scale_of(heading) == minutes


@pytest.mark.parametrize("heading", ["Downtime per day (min)", "Minutes (day shift)", "白天停机时间(分钟)"])
def test_minutes_stay_minutes_whatever_else_their_heading_says(ask, heading):
    total = ask("how many minutes in all", LOG).data.rows_used, ask("停机多少分钟", LOG).text
    assert (ask("how many minutes in all", LOG.replace("停机时间(分钟)", heading)).data.rows_used,
            ask("停机多少分钟", LOG.replace("停机时间(分钟)", heading)).text) == total  # fmt: skip


def test_a_column_called_downtime_in_hours_is_a_duration(ask):
    hours = LOG.replace("停机时间(分钟)", "停机(h)").replace("开始时间,结束时间", "甲,乙")
    assert ask("哪台设备停机最多", hours).text.startswith("最差的设备是斗提：15,000分钟")
