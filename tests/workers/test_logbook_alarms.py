"""A list of alarms is counted however few its rows are: how often, how long, which first, which chatter."""

from datetime import date, timedelta

import pytest

from tests.e2e.plant import small_csv
from tests.workers.numbers_in import unbacked
from workers.contracts import Question
from workers.logbook import answer_log
from workers.logbook.alarm_chart import per_day
from workers.logbook.alarm_list import read_alarms
from workers.settings import Settings

LIST = """Timestamp,Tag,Alarm text,Priority,State
29/11/2026 01:12:00,TCV-110,Valve output high,2,RAISED
29/11/2026 02:11:00,TT-104,Temp low LL,1,RAISED
29/11/2026 02:11:30,FDV-105,Flow divert active,1,RAISED
29/11/2026 02:14:00,TT-104,Temp low LL,1,CLEARED
29/11/2026 02:16:00,TT-104,Temp low LL,1,RAISED
29/11/2026 02:18:00,TT-104,Temp low LL,1,CLEARED
29/11/2026 02:19:00,TT-104,Temp low LL,1,RAISED
29/11/2026 02:32:00,E-4107,Seal water flow low,2,RAISED
29/11/2026 02:35:00,E-4107,Seal water flow low,2,CLEARED
29/11/2026 03:20:00,TT-104,Temp low LL,1,CLEARED
"""
CHINESE = (
    LIST.replace("Timestamp,Tag,Alarm text,Priority,State", "时间,位号,报警内容,级别,状态")
    .replace("RAISED", "触发").replace("CLEARED", "恢复")
)  # fmt: skip


@pytest.fixture
def ask(tmp_path):
    def run(text, table=LIST, lang="en"):
        path = tmp_path / "alarms.csv"
        path.write_text(table, encoding="utf-8")
        question = Question(id="1", text=text, artifact=str(path), file_name=path.name)
        return answer_log(question, Settings(data_dir=tmp_path), tmp_path / "out", lang, lambda *_: None)

    return run


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("how many times E-4107", "E-4107 came 1 ×, active 3 min in all"),
        ("which alarm is most frequent", "6 alarms; most often TT-104 Temp low LL: 3 ×"),
        ("wot came first and wots the cause", "First came TCV-110 Valve output high, at 01:12:00"),
        ("what alarms came between 02:00 and 03:00", "5 alarms came, of 3 kinds"),
        ("which alarms chatter?", "Alarms that chatter: 1 (3 times or more within 10 min)"),
        ("which alarms are still active", "Alarms still active at the end of the list: 2"),
        ("which alarm was active longest", "Longest active: TCV-110 Valve output high"),
        ("how many times E-9999", "No such alarm came: E-9999"),
        ("how often did the boiler trip", "Not used, because I do not know what it means in this log: “boiler”."),
    ],
)
def test_a_list_of_alarms_is_counted(ask, text, says):
    answer = ask(text)
    assert answer.text.startswith(says)
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("TT-104报了几次", "TT-104共报警3次，合计持续66分钟"),
        ("2点到3点有哪些报警", "共5次报警，3种"),
        ("哪个报警最频繁", "共6次报警；最频繁的是TT-104 Temp low LL：3次"),
        ("有抖动报警吗", "抖动报警：1个（10分钟内3次及以上）"),
    ],
)
def test_a_chinese_list_of_alarms_is_counted(ask, text, says):
    assert ask(text, CHINESE, "zh").text.startswith(says)


def test_times_that_overlap_are_active_once_and_a_going_ends_the_last_coming():
    rows = [line.split(",") for line in (
        "Time,Tag,Text,State", "2026-11-29 02:00,A-1,Low,ON", "2026-11-29 02:10,A-1,Low,ON",
        "2026-11-29 02:20,A-1,Low,OFF", "2026-11-29 02:30,A-1,Low,OFF", "2026-11-29 02:40,B-2,High,ON",
    )]  # fmt: skip
    made = read_alarms(rows)
    assert [(a.name, f"{a.on:%H:%M}", a.off and f"{a.off:%H:%M}") for a in made.alarms] == [
        ("A-1", "02:00", "02:30"), ("A-1", "02:10", "02:20"), ("B-2", "02:40", None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "table",
    [
        small_csv().decode(),
        "time,tag,value,state\n" + "\n".join(f"2026-03-01 06:00:{i:02d},P-1,{i}.5,ON" for i in range(30)),
        "Code,Meaning,Cause,Action\nE-1,Hot,Fan,Clean\nE-2,Cold,Oil,Warm\n",
        "time,pump state,flow\n" + "\n".join(f"2026-03-01 06:00:{i:02d},ON,{i}" for i in range(30)),
    ],
)
def test_series_and_tables_of_codes_are_no_lists_of_alarms(ask, table):
    assert ask("what is wrong?", table) is None


@pytest.mark.parametrize(("table", "lang"), [(LIST, "en"), (CHINESE, "zh")])
def test_alarms_get_a_chart_by_number_and_one_by_day_where_there_are_days(ask, tmp_path, table, lang):
    (one,) = ask("count the alarms" if lang == "en" else "统计报警", table, lang).pictures
    assert (tmp_path / "out" / one.file).stat().st_size > 1_000
    more = table + table[table.index("\n") + 1 :].replace("29/11/2026", "30/11/2026")
    numbers, days = ask("count the alarms" if lang == "en" else "统计报警", more, lang).pictures
    assert (numbers.file, days.file) == ("alarms.png", "alarm_days.png")
    assert "12" in days.caption


def test_days_without_an_alarm_are_drawn_and_many_days_are_put_together_by_weeks():
    few = [date(2026, 11, 27), date(2026, 11, 27), date(2026, 11, 30)]
    assert per_day(few) == ([("11-27", 2), ("11-28", 0), ("11-29", 0), ("11-30", 1)], False)
    many = [date(2026, 11, 2) + timedelta(days=n) for n in range(28)]
    assert per_day(many) == ([("11-02", 7), ("11-09", 7), ("11-16", 7), ("11-23", 7)], True)
    assert per_day([]) == ([], False)


def test_a_single_alarm_has_no_chart(ask):
    assert ask("what does TCV-110 say?", LIST).pictures == []
