"""The times of a question to a log: months, weeks, quarters, since, before, one beside another, in English and Chinese.
A time that is not understood is told, never dropped."""

from datetime import date

import pytest

from tests.workers.numbers_in import unbacked
from workers.followups.meant import meant, thing_of
from workers.logbook.asking import weekdays, wish
from workers.logbook.times import Scope, times
from workers.logbook.values import between

SCOPE = Scope(date(2024, 7, 2), date(2024, 12, 28), date(2026, 11, 30))
LOG = """Start,Machine,Shift,Reason,Minutes
2024-09-30 23:00,Mill,A,Jam,10
2024-10-04 02:30,Mill,A,Jam,20
2024-10-11 14:00,Kiln,B,Ring,40
2024-11-01 06:00,Mill,B,Leak,80
2024-11-08 02:10,Kiln,A,Ring,160
"""


@pytest.fixture
def ask(ask_log):
    return lambda text, log=LOG: ask_log(text, log)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("how many minutes in November", "2024-11-01", "2024-11-30"),
        ("11月斗提停机多少分钟", "2024-11-01", "2024-11-30"),
        ("10月份停机总时间", "2024-10-01", "2024-10-31"),
        ("2023年10月停机原因", "2023-10-01", "2023-10-31"),
        ("七月份到九月份", "2024-07-01", "2024-09-30"),
        ("7到9月停机", "2024-07-01", "2024-09-30"),
        ("October to December", "2024-10-01", "2024-12-31"),
        ("downtime since October", "2024-10-01", "2024-12-28"),
        ("in the last 3 months", "2024-09-29", "2024-12-28"),
        ("最近三个月", "2024-09-29", "2024-12-28"),
        ("before the 15th", "2024-07-02", "2024-12-14"),
        ("15号之前", "2024-07-02", "2024-12-14"),
        ("week 42", "2024-10-14", "2024-10-20"),
        ("第42周停机", "2024-10-14", "2024-10-20"),
        ("11月第二周", "2024-11-08", "2024-11-14"),
        ("11月下旬", "2024-11-21", "2024-11-30"),
        ("Q3 downtime", "2024-07-01", "2024-09-30"),
        ("三季度停机", "2024-07-01", "2024-09-30"),
        ("下半年停机", "2024-07-01", "2024-12-31"),
        ("since 2024", "2024-01-01", "2024-12-31"),
        ("from 2024-11-03 to 2024-11-05", "2024-11-03", "2024-11-05"),
        ("11月3日以后", "2024-11-04", "2024-12-28"),
        ("last friday", "2024-12-27", "2024-12-27"),
        ("since wednesday", "2024-12-25", "2024-12-28"),
        ("上周五停机", "2024-12-27", "2024-12-27"),
    ],
)
def test_a_time_is_read_and_taken_out_of_the_text(text, first, last):
    found = times(text, SCOPE)
    assert [(str(p.first), str(p.last)) for p in found.periods] == [(first, last)]
    assert len("".join(found.rest.split())) < len("".join(text.split()))


@pytest.mark.parametrize(
    ("text", "ends", "first", "last"),
    [
        ("between the 3rd and the 9th", "2025-03-05", "2025-03-03", "2025-03-09"),
        ("3月3日到9日停机", "2025-03-05", "2025-03-03", "2025-03-09"),
        ("3月3号到9号停机", "2025-03-05", "2025-03-03", "2025-03-09"),
        ("the 3rd to the 9th of March", "2025-03-05", "2025-03-03", "2025-03-09"),
        ("between the 25th and the 3rd", "2025-03-05", "2025-02-25", "2025-03-03"),
        ("between the 25th and the 31st", "2025-04-28", "2025-04-25", "2025-04-30"),
        ("10月20日到25日", "2024-12-28", "2024-10-20", "2024-10-25"),
        ("the 3rd to the 9th of October", "2024-12-28", "2024-10-03", "2024-10-09"),
        ("week 12 to week 14", "2025-03-09", "2024-03-18", "2024-04-07"),
        ("week 12 to week 14", "2025-03-20", "2025-03-17", "2025-04-06"),
        ("week 50 to week 2", "2024-12-28", "2024-12-09", "2025-01-12"),
        ("28 December to 3 January", "2025-01-02", "2024-12-28", "2025-01-03"),
        ("March to April", "2025-03-15", "2025-03-01", "2025-04-30"),
        ("October to December", "2024-11-20", "2024-10-01", "2024-12-31"),
        ("November to January", "2024-12-28", "2023-11-01", "2024-01-31"),
        ("October to December 2023", "2024-12-28", "2023-10-01", "2023-12-31"),
        ("October 2023 to December", "2024-12-28", "2023-10-01", "2023-12-31"),
        ("from October to the 9th", "2024-12-28", "2024-10-01", "2024-12-09"),
        ("from 2024 to October 2024", "2024-12-28", "2024-01-01", "2024-10-31"),
        ("11月5日到11月3日", "2024-12-28", "2024-11-03", "2024-11-05"),
    ],
)
def test_what_one_end_of_a_stretch_leaves_open_is_taken_from_the_other(text, ends, first, last):
    found = times(text, Scope(date(2023, 8, 1), date.fromisoformat(ends), date(2026, 11, 30))).periods
    assert [(str(p.first), str(p.last)) for p in found] == [(first, last)]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("前两周停机原因", "2024-12-15", "2024-12-28"),
        ("最近两周停机原因", "2024-12-15", "2024-12-28"),
        ("last two weeks", "2024-12-15", "2024-12-28"),
        ("前3天", "2024-12-26", "2024-12-28"),
        ("前两个月停机", "2024-10-29", "2024-12-28"),
        ("10月前两周", "2024-10-01", "2024-10-14"),
        ("10月前", "2024-07-02", "2024-09-30"),
        ("上周一到周三", "2024-12-23", "2024-12-25"),
        ("last Monday to Wednesday", "2024-12-23", "2024-12-25"),
    ],
)
def test_days_and_weeks_counted_back_and_from_one_to_another(text, first, last):
    assert [(str(p.first), str(p.last)) for p in times(text, SCOPE).periods] == [(first, last)]


def test_the_first_three_are_causes_and_the_first_two_weeks_are_none(ask):
    assert wish("停机原因前三").top == 3
    assert not wish("前两周停机原因").topped
    assert (
        "“前两周”" in ask("3月3日前两周停机多少分钟").text
    )  # the two weeks before a day are not read, and that is told
    assert "2024-10-26" in ask("前两周停机多少分钟").text


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("stops from Monday to Wednesday", [0, 1, 2]),
        ("周一到周三停机", [0, 1, 2]),
        ("周一至五停机", [0, 1, 2, 3, 4]),
        ("Mon-Wed", [0, 1, 2]),
        ("between Monday and Wednesday", [0, 1, 2]),
        ("从周五到周一", [0, 4, 5, 6]),
        ("from Saturday until Monday", [0, 5, 6]),
        ("Monday and Wednesday", [0, 2]),
        ("周一和周三", [0, 2]),
        ("compare Monday to Wednesday", [0, 2]),
        ("since Monday", []),
        ("周一到三点", [0]),
    ],
)
def test_weekdays_from_one_to_another_are_all_between_them(text, days):
    assert weekdays(times(text, SCOPE).rest) == days


@pytest.mark.parametrize("text", ["how many minutes from Monday to Wednesday", "周一到周三停机多少分钟"])
def test_a_stretch_of_weekdays_chooses_its_rows_and_nothing_is_left_over(ask, text):
    log = LOG + "2024-11-06 08:00,Mill,A,Jam,100\n2024-11-05 08:00,Mill,A,Jam,200\n"
    answer = ask(text, log)
    assert "310" in answer.text.splitlines()[0]  # Monday 10, Tuesday 200, Wednesday 100
    assert "Not used" not in answer.text
    assert "未采用" not in answer.text


@pytest.mark.parametrize(
    "text",
    [
        "may I see the stops",
        "2号流停机",
        "2号机停机",
        "stops over 3 h",
        "top 3 causes",
        "停机原因前三",
        "march on",
        "E-2041",
    ],
)
def test_what_only_looks_like_a_time_is_none(text):
    assert not times(text, SCOPE).periods


def test_a_line_called_as_a_quarter_is_a_line(ask):
    assert ask("downtime on Q3", LOG.replace("Shift", "Line").replace(",A,", ",Q3,")).data.rows_used == 3
    assert times("10月前三", SCOPE).rest.strip() == "前三"


def test_two_periods_stand_beside_each_other(ask):
    assert ask("compare October with November").text.startswith(
        "2024-10-01 – 2024-10-31: 60 min, stops: 2; 2024-11-01 – 2024-11-30: 240 min, stops: 2"
    )
    answer = ask("10月和11月对比")
    assert answer.text.startswith("2024-10-01 – 2024-10-31：60分钟，2次；2024-11-01")
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
    weeks = times("last week vs the week before?", SCOPE).periods
    assert [str(p.first) for p in weeks] == ["2024-12-22", "2024-12-15"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("how many minutes in November", "240 min lost (4 h) in 2 stops"),
        ("11月停机多少分钟", "共停机240分钟（4小时），2次"),
        ("哪个月停机最长", "最差的月份是2024-11：240分钟（77 %），2次"),
        ("which month was worst", "The worst month is 2024-11: 240 min (77 %)"),
        ("2023年停机原因", "该时段没有记录；日志的范围是2024-09-30至2024-11-08。"),
        ("recent downtime", "Not used, because I do not know what it means in this log: “recent”."),
        ("春节停机多少分钟", "未采用（不知道在该日志中指什么）：“春节”。"),
        ("stops in the last 24 hours", "Not used, because I do not know what it means in this log: “last 24 hours”."),
        ("compare the causes", "I did not find two things to compare"),
    ],
)
def test_the_time_of_the_question_is_counted_or_told(ask, text, says):
    assert ask(text).text.startswith(says)


def test_a_log_is_put_together_by_the_month(ask):
    assert [f.values["group"] for f in ask("按月统计").findings if "group" in f.values] == [
        "2024-09",
        "2024-10",
        "2024-11",
    ]
    assert "2024-W40: " in ask("downtime per week").text


def test_hours_of_the_day_choose_stops(ask):
    assert ask("how many stops between 02:00 and 03:00").text.startswith("2 stops, 180 min")
    assert ask("2点到3点停了几次").text.startswith("共2次停机")
    bare = (
        LOG.replace(" 23:00", "")
        .replace(" 02:30", "")
        .replace(" 14:00", "")
        .replace(" 06:00", "")
        .replace(" 02:10", "")
    )
    assert ask("how many stops between 02:00 and 03:00", bare).text.startswith("Not narrowed to the hours")


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("夜里11点到凌晨3点停了几次", 3),
        ("下午1点到3点停了几次", 1),
        ("中午1点到3点停了几次", 1),
        ("stops from 1 pm to 3", 1),
    ],
)
def test_hours_of_a_part_of_the_day_choose_stops(ask, text, stops):
    assert ask(text).data.rows_used == stops


def test_a_weekday_that_came_twice_is_told_day_by_day(ask):
    answer = ask("how many stops on friday")
    assert "Such days: 4; 2024-10-04: 20 min, stops: 1; 2024-10-11: 40 min" in answer.text
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("03/15/2024 11:50 PM", "03/16/2024 12:20 AM", 30),
        ("9:00 AM", "10:00 PM", 780),
        ("11:30 a.m.", "1:10 p.m.", 100),
        ("2024-03-05 下午2:30", "2024-03-05 下午3:05", 35),
        ("晚上11:50", "凌晨0:20", 30),
        ("夜里1:00", "夜里1:40", 40),
        ("中午12:10", "下午1:00", 50),
        ("Mar 5, 2024 11:55 pm", "Wed 6 Mar 2024 00:10", 15),
        ("23:50:30", "23:51:00", 0.5),
    ],
)
def test_half_of_the_day_and_named_months_count(start, end, minutes):
    assert between(start, end, None, day_leads=False) == pytest.approx(minutes)


def test_a_log_with_twelve_hour_clocks_is_added_up_right(ask):
    log = """Start,End,Machine,Reason
03/15/2024 11:50 PM,03/16/2024 12:20 AM,M1,sensor
03/16/2024 9:00 AM,03/16/2024 10:00 PM,M1,jam
03/17/2024 11:30 AM,03/17/2024 1:10 PM,M2,jam
03/18/2024 08:00 AM,03/18/2024 08:20 AM,M2,sensor
"""
    text = ask("top downtime causes", log).text
    assert "880" in text  # jam: 780 + 100 minutes
    assert text.index("jam") < text.index("sensor")


@pytest.mark.parametrize("text", ["." * 4000, "-" * 4000, "why " * 1000])
def test_a_long_rule_is_no_follow_up_and_is_seen_so_at_once(text):
    assert meant(text) is None
    assert thing_of(text) == ""


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("11月前后对比", "2024-10-31", "2024-12-01"),
        ("11月大修前后停机时间", "2024-10-31", "2024-12-01"),
        ("11月5日以前和以后", "2024-11-04", "2024-11-06"),
        ("downtime before and after November", "2024-10-31", "2024-12-01"),
        ("compare downtime before and after the repair on November 5", "2024-11-04", "2024-11-06"),
        ("12月前后对比", "2024-11-30", "2024-12-01"),  # the log ends in it
    ],
)
def test_before_and_after_are_two_spans(text, before, after):
    one, other = times(text, SCOPE).periods
    assert (one.first, other.last) >= (SCOPE.first, SCOPE.last)
    assert (one.last.isoformat(), other.first.isoformat()) == (before, after)


@pytest.mark.parametrize("text", ["11月1日前后对比停机时间", "downtime before and after November 1"])
def test_before_and_after_stand_beside_each_other_in_the_answer(ask, text):
    said = ask(text).text
    assert "2024-09-30 – 2024-10-31" in said
    assert "2024-11-02 – 2024-11-08" in said
    assert "70" in said.splitlines()[0]
    assert "160" in said.splitlines()[0]
