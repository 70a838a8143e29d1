"""Logs of what happened: told from series of readings, counted by cause and by piece, in both languages."""

import io
import json
import zipfile

import pandas as pd
import pytest

from bot.cli import main
from tests.e2e.plant import small_csv
from tests.workers.numbers_in import unbacked
from workers.contracts import Question, Source
from workers.logbook import answer_log
from workers.logbook.asking import wish
from workers.logbook.columns import find_columns
from workers.logbook.times import period
from workers.logbook.values import between, day_first, minutes, moment, number
from workers.settings import Settings

DOWN = """Date,Shift,Line,Equipment,Downtime reason,Duration (min),Remarks
2025-03-03,A,CC1,Stopper,Stopper clogging,45,ok
2025-03-03,B,CC1,Roll S8,Roll change,120,
2025-03-04,A,CC2,Stopper,stopper clogging,60,
2025-03-04,C,CC2,Hydraulics,Hydraulic leak,35,
2025-03-05,A,CC1,Mould,Level sensor,20,
2025-03-06,B,CC1,Stopper,Stopper clogging,,unknown
2025-03-06,B,CC2,,,15,
2025-03-10,A,CC1,Roll S9,Roll change,95,
Total,,,,,390,
"""
DOWN_ZH = """日期;产线;设备;停机原因;停机时长;处理措施
2025年3月3日;1号机;塞棒;塞棒结瘤;45分钟;更换
2025年3月4日;1号机;辊道;换辊;2小时;完成
2025年3月4日;2号机;液压;液压泄漏;35分钟;紧固
2025年3月5日;1号机;塞棒;塞棒结瘤;30分钟;
"""
QUALITY = """日期,班次,钢种,产量,一次合格,返修,报废
2025-03-03,甲,Q235,120,110,7,3
2025-03-03,乙,Q345,100,80,15,5
2025-03-04,甲,Q235,118,112,4,2
2025-03-04,乙,Q235,,,,
"""


@pytest.fixture
def ask(tmp_path):
    def run(content, text="", name="log.csv", lang=None):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        question = Question(id="1", text=text, artifact=str(path), file_name=name)
        spoken = lang or ("zh" if any("一" <= c <= "鿿" for c in text) else "en")
        return answer_log(question, Settings(data_dir=tmp_path), tmp_path / "out", spoken, lambda *_progress: None)

    return run


def causes(answer):
    return [(f.values["cause"], f.values["minutes"], f.values["count"]) for f in answer.findings if "rank" in f.values]


@pytest.mark.parametrize(("text", "says"), [
    ("top 3 downtime causes", ["Top 3", "1. Roll change: 215 min (55 %), stops: 2", "without a reason", "2025-03-03"]),
    ("停机原因前三", ["停机原因前3位", "1. Roll change：215分钟，2次（55 %）", "未填原因", "2025-03-03"]),
])  # fmt: skip
def test_causes_are_ranked_by_minutes_with_count_share_period_and_what_was_left_out(ask, tmp_path, text, says):
    answer = ask(DOWN, text)
    assert causes(answer) == [("Roll change", 215, 2), ("Stopper clogging", 105, 2), ("Hydraulic leak", 35, 1)]
    whole = next(f.values for f in answer.findings if "causes" in f.values)
    assert (whole["minutes"], whole["count"]) == (390, 7)
    assert answer.data.counts["left_minutes"] == 1
    assert answer.data.counts["left_reason"] == 1
    assert all(words in answer.text for words in says)
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
    (picture,) = answer.pictures
    assert (picture.kind, (tmp_path / "out" / picture.file).read_bytes()[:4]) == ("pareto", b"\x89PNG")


def test_a_chinese_log_with_durations_in_words_is_counted(ask):
    assert causes(ask(DOWN_ZH, "停机原因前两位，前2")) == [("换辊", 120, 1), ("塞棒结瘤", 75, 2)]


def test_a_workbook_is_a_log_too(ask):
    out = io.BytesIO()
    pd.read_csv(io.StringIO(DOWN)).to_excel(out, index=False)
    assert causes(ask(out.getvalue(), "top 1 downtime cause", "log.xlsx")) == [("Roll change", 215, 2)]


@pytest.mark.parametrize(
    ("text", "group", "minutes_"),
    [
        ("top 3 downtime causes by line", "CC1", 280),
        ("停机原因，按班次", "A", 220),
        ("downtime per machine", "Roll S8", 120),
    ],
)
def test_downtime_is_split_on_request(ask, text, group, minutes_):
    answer = ask(DOWN, text)
    assert next(f.values["minutes"] for f in answer.findings if f.values.get("group") == group) == minutes_


def test_a_period_in_the_question_leaves_the_other_days_out(ask):
    assert causes(ask(DOWN, "top 3 downtime causes from 2025-03-03 to 2025-03-04"))[0] == ("Roll change", 120, 1)
    weekly = ask(DOWN, "top 3 downtime causes last week")
    assert causes(weekly)[0] == ("Roll change", 95, 1)
    assert "counted back from the end of the log" in weekly.text


@pytest.mark.parametrize(("text", "says"), [
    ("first-time quality last week", "First-time quality 89.3 %: 302 of 338"),
    ("一次合格率是多少？", "一次合格率89.3 %：338中302一次合格"),
])  # fmt: skip
def test_first_time_quality_is_good_first_time_of_all_with_its_counts(ask, text, says):
    answer = ask(QUALITY, text)
    assert says in answer.text
    values = answer.findings[0].values
    assert (values["good"], values["total"], values["rework"], values["scrap"]) == (302, 338, 26, 10)
    assert answer.data.counts["left_counts"] == 1
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


def test_quality_by_shift_is_worst_first(ask):
    answer = ask(QUALITY, "一次合格率，按班次")
    assert [f.values["group"] for f in answer.findings] == ["", "乙", "甲"]
    assert answer.pictures


@pytest.mark.parametrize(("table", "good", "total", "how"), [
    ("product,good,rework,scrap\na,90,6,4\nb,80,0,0\n", 170, 180, "no column of all pieces"),
    ("product,total,rework,scrap\na,100,6,4\nb,80,0,0\n", 170, 180, "no column of good pieces"),
    ("product,total,good,rework,scrap\na,100,96,6,4\nb,80,80,0,0\n", 170, 180, "took these off"),
    ("date,product,result\n2025-03-01,a,OK\n2025-03-01,a,rework\n2025-03-02,b,ok\n2025-03-02,b,scrap\n", 2, 4, ""),
    ("日期,钢种,判定\n2025-03-01,a,合格\n2025-03-01,a,返修\n2025-03-02,b,不合格\n", 1, 3, ""),
])  # fmt: skip
def test_missing_counts_are_made_up_from_the_others_and_said(ask, table, good, total, how):
    answer = ask(table, "first-time quality")
    assert (answer.findings[0].values["good"], answer.findings[0].values["total"]) == (good, total)
    assert how in answer.text


def test_unknown_headings_are_asked_for_and_taken_from_the_reply(ask):
    foreign = "Data,Causa,Durata\n2025-03-03,Walzenwechsel,45\n2025-03-04,Leck,20\n2025-03-05,Walzenwechsel,30\n"
    asked = ask(foreign, "top downtime causes")
    assert asked.diagnosis.verdict == "unsure"
    assert "Data, Causa, Durata" in asked.text
    assert len(asked.text.splitlines()) == 1
    assert causes(ask(foreign, "reason = Causa, minutes = Durata")) == [("Walzenwechsel", 75, 2), ("Leck", 20, 1)]
    assert causes(ask(foreign, "原因 = Causa，时长 = Durata"))[0] == ("Walzenwechsel", 75, 2)


def test_what_a_log_cannot_tell_is_said(ask):
    answer = ask(DOWN, "first-time quality")
    assert "no column for good the first time" in answer.blocks[0].text
    assert not answer.findings


@pytest.mark.parametrize("table", [
    small_csv().decode(),
    "time,S8 [A],remark\n" + "\n".join(f"2025-03-01 06:00:{i:02d},{40 + i},ok" for i in range(30)),
    "time,a,b,c,d,e,downtime_min,reason\n" + "\n".join(f"2025-03-01 06:00:{i:02d},1,2,3,4,5,0,none" for i in range(30)),
    "Code,Meaning,Cause,Action\nE-1,Hot,Fan,Clean\nE-2,Cold,Oil,Warm\n",
    "",
])  # fmt: skip
def test_series_and_tables_of_codes_are_no_logs(ask, table):
    assert ask(table, "what is wrong?") is None


def test_the_command_counts_a_log_of_fewer_rows_than_a_series_needs(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    path = tmp_path / "log.csv"
    path.write_text(DOWN, encoding="utf-8")
    out = tmp_path / "out"
    assert main(["analyze", str(path), "--ask", "top 3 downtime causes", "--out", str(out)]) == 0
    assert "Roll change" in capsys.readouterr().out
    document = json.loads((out / "answer.json").read_text(encoding="utf-8"))
    assert document["findings"][0]["values"]["minutes"] == 215
    assert (out / document["pictures"][0]["file"]).is_file()


# Cells


@pytest.mark.parametrize(("cell", "value"), [
    ("90", 90), ("1:30", 90), ("1 h 20 min", 80), ("45分钟", 45), ("2小时", 120), ("1.5 h", 90), ("30 s", 0.5),
    ("1,5 h", 90), ("-", None), ("soon", None), ("-5", None),
])  # fmt: skip
def test_durations_are_read_as_people_write_them(cell, value):
    assert minutes(cell) == value


@pytest.mark.parametrize(("cell", "value"), [
    ("1,250", 1250), ("1.250,5", 1250.5), ("98,5", 98.5), ("98.5 %", 98.5), ("12 pcs", None), ("", None),
])  # fmt: skip
def test_counts_are_read_as_people_write_them(cell, value):
    assert number(cell) == value


def test_dates_are_read_in_the_order_that_the_column_proves():
    assert day_first(["03/05/2025", "13/05/2025"])
    assert not day_first(["03/05/2025", "03/15/2025"])
    assert moment("13.05.2025").date().isoformat() == "2025-05-13"
    assert moment("2025年3月4日 06:30").isoformat() == "2025-03-04T06:30:00"
    assert moment("5 Mar 2025").date().isoformat() == "2025-03-05"
    assert moment("31.02.2025") is None
    assert between("23:30", "00:15", moment("2025-03-04")) == 45


def test_a_wish_is_told_from_its_words():
    assert (wish("top five stops").top, wish("前五").top, wish("main 4 causes").top, wish("").top) == (5, 5, 4, 3)
    assert wish("quality per grade").by == "product"
    days = [moment(day).date() for day in ("2025-03-01", "2025-03-31", "2025-04-02")]
    assert period("last month", *days).first.isoformat() == "2025-03-01"
    assert not period("last month", *days).relative
    assert period("no period", *days) is None


def test_a_heading_below_a_title_is_found():
    cells = [["Downtime March", ""], ["", ""], ["Reason", "Minutes"], ["Leak", "5"], ["Jam", "7"]]
    assert find_columns(cells).roles == {"reason": 0, "minutes": 1}


NIGHT = """Date,Start,End,Line,Equipment,Downtime reason
2025-03-03,22:10,23:00,CC1,Stopper,Clogging
2025-03-03,22:40,23:20,CC1,Stopper,Clogging
2025-03-03,22:50,23:30,CC1,Roll S8,Roll change
2025-03-03,23:50,00:20,CC2,Mould,Level sensor
"""
MORNING = """Date,Start,End,Line,Equipment,Downtime reason
2025-03-03,23:10,23:50,CC1,stopper,Nozzle change
2025-03-03,22:20,22:30,CC1,Stopper,Argon
2025-03-04,00:00,00:10,CC2,Mould,Level sensor
2025-03-04,07:00,07:30,CC1,Stopper,Clogging
"""
PIECES = "Date,Shift,Total,Good,Rework,Scrap\n2025-03-03,A,120,110,7,3\n2025-03-04,B,100,90,5,5\n"


@pytest.fixture
def together(tmp_path):
    """Ask about several files at once."""

    def run(text, *files, lang="en"):
        sources = []
        for name, content in files:
            (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
            sources.append(Source(artifact=str(tmp_path / name), file_name=name))
        first, *more = sources
        question = Question(id="1", text=text, artifact=first.artifact, file_name=first.file_name, more=more)
        return answer_log(question, Settings(data_dir=tmp_path), tmp_path / "out", lang, lambda *_progress: None)

    return run


@pytest.mark.parametrize(("lang", "says"), [("en", "overlap others of the same equipment: 4"), ("zh", "4次停机")])
def test_two_shifts_are_one_log_and_overlapping_stops_of_one_machine_count_once(together, lang, says):
    answer = together("top 5 downtime causes", ("night.csv", NIGHT), ("morning.csv", MORNING), lang=lang)
    assert causes(answer) == [
        ("Clogging", 50 + 20 + 30, 2), ("Roll change", 40, 1), ("Level sensor", 30, 1), ("Nozzle change", 30, 1),
    ]  # fmt: skip
    assert answer.data.counts["merged_stops"] == 4
    assert answer.data.counts["merged_minutes"] == 20 + 10 + 10 + 10
    assert says in answer.text
    assert "night.csv + morning.csv" in answer.text
    assert answer.data.rows_in == 8
    assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []


def test_the_same_log_sent_twice_is_counted_once(together):
    twice = together("top 3 downtime causes", ("down.csv", DOWN), ("down again.csv", DOWN))
    assert causes(twice)[0] == ("Roll change", 215, 2)


def test_a_zip_of_logs_is_one_log(together):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("night/night.csv", NIGHT)
        archive.writestr("__MACOSX/._night.csv", "junk")
        archive.writestr("morning.csv", MORNING)
    in_zip = together("top 5 downtime causes", ("shifts.zip", packed.getvalue()))
    assert causes(in_zip) == causes(together("top 5 downtime causes", ("night.csv", NIGHT), ("morning.csv", MORNING)))


def test_stops_without_equipment_or_clock_are_added(ask):
    plain = NIGHT.replace(",Line,Equipment", ",A,B").replace(",CC1", ",x").replace(",CC2", ",x")
    assert causes(ask(plain, "top 5 downtime causes"))[0] == ("Clogging", 90, 2)
    assert "merged_stops" not in ask(DOWN, "top 3 downtime causes").data.counts


def test_stops_and_pieces_in_two_files_are_both_counted(together):
    answer = together("downtime causes and first-time quality", ("night.csv", NIGHT), ("pieces.csv", PIECES))
    assert "First-time quality 90.9 %" in answer.text
    assert ("Clogging", 70, 1) in causes(answer)
    assert "left_minutes" not in answer.data.counts
    assert "left_counts" not in answer.data.counts


def test_a_file_that_is_no_log_beside_one_is_left_out_when_logs_are_asked_for(together):
    answer = together("top 3 downtime causes", ("night.csv", NIGHT), ("pumps.csv", small_csv()))
    assert "Left out, being no log that I can read: pumps.csv" in answer.text
    assert together("pump pressure jumped, why?", ("night.csv", NIGHT), ("pumps.csv", small_csv())) is None


@pytest.mark.parametrize("content", [b"PK\x03\x04" + bytes(100), b"", small_csv()])
def test_a_zip_that_cannot_be_opened_goes_the_ordinary_way(together, content):
    assert together("top 3 downtime causes", ("x.zip", content)) is None


def test_the_command_takes_several_files(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("ANDON_DATA_DIR", str(tmp_path / "data"))
    for name, content in (("night.csv", NIGHT), ("morning.csv", MORNING)):
        (tmp_path / name).write_text(content)
    files = [str(tmp_path / "night.csv"), str(tmp_path / "morning.csv")]
    assert main(["analyze", *files, "--ask", "top 5 downtime causes", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["data"]["file_name"] == "night.csv + morning.csv"
