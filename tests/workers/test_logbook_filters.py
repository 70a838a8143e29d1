"""A question about one strand, one shift or one cause is answered for it alone, or says that it could not be."""

import pytest

LOG = """Date,Shift,Strand,Downtime reason,Duration (min)
2026-02-01,A,1,SEN change,40
2026-02-01,B,2,SEN change,60
2026-02-02,A,2,Roll drive trip,30
2026-02-03,B,1,Stopper clogging,90
"""
WITHOUT = """Date,Downtime reason,Duration (min)
2026-02-01,SEN change,40
2026-02-02,Roll drive trip,30
"""


@pytest.fixture
def ask(ask_log):
    return lambda text, log=LOG: ask_log(text, log)


@pytest.mark.parametrize(
    ("text", "minutes", "rows"),
    [
        ("how many minutes did we lose on strand 2? downtime", 90, 2),
        ("2号流停机多少分钟？", 90, 2),
        ("downtime of strands 1 and 2", 220, 4),
        ("downtime of shift A", 70, 2),
        ("A班停机原因", 70, 2),
        ("how much downtime by SEN changes on strand 1?", 40, 1),
        ("top 3 downtime causes by strand", 220, 4),
    ],
)
def test_only_the_rows_that_the_question_names_are_counted(ask, text, minutes, rows):
    answer = ask(text)
    assert answer.data.rows_used == rows
    assert next(f.values["minutes"] for f in answer.findings if "causes" in f.values) == minutes


def test_the_filter_is_told(ask):
    told = ask("how many minutes of downtime on strand 2?").text
    assert told.startswith("90 min lost")
    assert "Only line 2: 2 of 4 rows." in told


def test_a_strand_that_no_row_has_and_a_column_that_is_not_there_are_told(ask):
    told = ask("downtime on strand 7").text
    assert told.startswith("No row has line 7; the log has 1, 2.")
    told = ask("downtime on strand 2", WITHOUT).text
    assert "Not narrowed to the line" in told
    assert "70 min" in told
    assert "未按您所说的班次筛选" in ask("夜班停机原因", WITHOUT).text


def test_why_so_many_is_answered_with_what_a_log_can_say(ask):
    told = ask("why so many SEN changes? downtime").text
    assert "Only reason SEN change: 2 of 4 rows." in told
    assert "not why" in told
