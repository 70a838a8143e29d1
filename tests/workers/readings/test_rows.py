"""Rows of a wide table: order, repetitions, cells that are no numbers, columns that are no sensors."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st


def clock(i: int) -> str:
    return f"2024-03-05 {8 + i // 3600:02d}:{i // 60 % 60:02d}:{i % 60:02d}"


def lines(rows) -> str:
    return "time,a,b\n" + "".join(f"{clock(t)},{a},{b}\n" for t, a, b in rows)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 99) | st.none()), min_size=40, max_size=80))
def test_every_row_finds_its_instant_and_the_last_value_stays(load, entries):
    entries = [*entries, *((100 + i, i) for i in range(20))]
    text = "time,a,b\n" + "".join(f"{clock(t)},{'' if a is None else a},1\n" for t, a in entries)
    reading = load(text)
    wanted: dict[int, float] = {}
    for t, a in entries:
        wanted[t] = wanted.get(t, np.nan) if a is None else float(a)
    times = sorted(wanted)
    np.testing.assert_array_equal(reading.frame["a"], [wanted[t] for t in times])
    assert [times[p] for p in reading.row_of] == [t for t, _ in entries]
    assert reading.receipt.duplicates == len(entries) - len(times)
    assert reading.receipt.unsorted == ([t for t, _ in entries] != sorted(t for t, _ in entries))


def test_newest_first_is_sorted_and_row_of_points_back(load):
    reading = load(lines((59 - i, 59 - i, 0) for i in range(60)))
    np.testing.assert_array_equal(reading.frame["a"], np.arange(60))
    assert reading.row_of.tolist() == list(range(59, -1, -1))
    assert reading.receipt.unsorted
    assert not reading.receipt.gaps


def test_duplicated_rows_complete_each_other(load):
    rows = [(i, i, i) for i in range(30)] + [(5, "", 99), (6, 77, "")]
    reading = load(lines(rows))
    assert reading.frame.iloc[5].tolist() == [5.0, 99.0]
    assert reading.frame.iloc[6].tolist() == [77.0, 6.0]
    assert reading.receipt.duplicates == 2


BAD_CELLS = ["Bad", "#N/A", "---", "无效", "NaN", "", "No Data", "I/O Timeout", "断线", "?", "Over Range", "#DIV/0!"]


@pytest.mark.parametrize("cell", BAD_CELLS)
def test_cell_that_is_no_number_is_missing_and_harms_nothing_else(load, cell):
    reading = load(lines((i, cell if i in (0, 7) else i, i) for i in range(40)))
    assert reading.frame["a"].isna().sum() == 2
    assert reading.frame["a"].iloc[8] == 8.0
    assert list(reading.frame.columns) == ["a", "b"]


def test_words_among_numbers_are_counted_and_blanks_are_not(load):
    reading = load(lines((i, {3: "Bad", 4: "", 5: "NaN", 6: "hello"}.get(i, i), i) for i in range(60)))
    (issue,) = [q for q in reading.receipt.quality if q.issue == "text_cells"]
    assert (issue.sensor, issue.values["cells"]) == ("a", 2.0)


def test_infinite_values_are_missing_and_counted(load):
    reading = load(lines((i, {3: "inf", 4: "-Infinity", 5: "1e999", 6: "∞"}.get(i, i), i) for i in range(60)))
    assert reading.frame["a"].isna().sum() == 4
    assert [q.values["cells"] for q in reading.receipt.quality if q.issue == "infinite"] == [4.0]


def test_text_columns_become_context(load, rows):
    text = rows().splitlines()
    text[0] += ",grade,note"
    for i in range(1, 31):
        text[i] += ",S355," + ("ladle change" if i == 20 else "")
    reading = load("\n".join(text))
    assert list(reading.frame.columns) == ["a", "b"]
    assert set(reading.context["grade"]) == {"S355"}
    assert reading.context["note"].dropna().to_dict() == {reading.frame.index[19]: "ladle change"}
    assert reading.receipt.text_columns == ["grade", "note"]


def test_column_that_turns_to_text_late_is_context(load):
    rows = [(i, i if i < 150 else "maintenance", i) for i in range(400)]
    reading = load(lines(rows))
    assert list(reading.frame.columns) == ["b"]
    assert reading.context["a"].iloc[-1] == "maintenance"


def test_column_of_lost_readings_alone_is_left_out_and_named(load):
    reading = load(lines((i, "Bad" if i % 2 else "", i) for i in range(40)))
    assert list(reading.frame.columns) == ["b"]
    assert reading.receipt.dropped_columns == ["a"]


def test_codes_are_context_even_when_they_are_numbers(load, rows):
    reading = load(rows(header="time,heat_no,炉号").replace("heat_no,炉号", "heat_no,level"))
    assert list(reading.frame.columns) == ["level"]
    assert list(reading.context.columns) == ["heat_no"]


@pytest.mark.parametrize("words", [("True", "False"), ("ON", "OFF"), ("开", "关"), ("true", "false")])
def test_switches_are_one_and_zero(load, words):
    reading = load(lines((i, words[i % 3 == 0], i) for i in range(40)))
    assert reading.frame["a"].sum() == sum(i % 3 != 0 for i in range(40))
    assert any("1 and 0" in note for note in reading.receipt.notes)


def test_labels_and_row_numbers_are_no_sensors(load, rows):
    text = rows(60).splitlines()
    text[0] = "No," + text[0] + ",anomaly"
    for i in range(1, 61):
        text[i] = f"{i}," + text[i] + f",{int(i > 40)}"
    reading = load("\n".join(text))
    assert list(reading.frame.columns) == ["a", "b"]
    assert reading.receipt.dropped_columns == ["No", "anomaly"]
    assert reading.context["anomaly"].iloc[-1] == "1"


def test_gaps_are_listed_longest_first_kept_and_in_order(load):
    seconds = [i for i in range(2000) if not (100 <= i < 140 or 500 <= i < 503 or i == 900)]
    reading = load(lines((s, s % 7, s % 5) for s in seconds))
    assert [gap.seconds for gap in reading.receipt.gaps] == [41.0, 4.0]
    assert reading.receipt.gap_seconds == 45.0
    assert reading.receipt.gaps[0].start == pd.Timestamp("2024-03-05 08:01:39", tz="UTC")
    assert reading.receipt.step_s == 1.0


def test_at_most_twenty_gaps_are_listed_and_all_are_summed(load):
    reading = load(lines((i + 10 * (i // 20), i % 7, i % 5) for i in range(1000)))
    assert len(reading.receipt.gaps) == 20
    assert reading.receipt.gap_seconds == 49 * 11.0


def test_irregular_steps_are_a_share_and_no_gaps(load):
    rng = np.random.default_rng(0)
    reading = load(lines((int(t), i % 7, i % 5) for i, t in enumerate(np.cumsum(rng.integers(1, 9, 400)))))
    assert reading.receipt.irregular_share > 0.3
    assert not reading.receipt.gaps


def test_receipt_speaks_the_language_asked_for(load, rows):
    assert any("时区" in note for note in load(rows(), lang="zh").receipt.notes)
    assert any("zone" in note for note in load(rows(), lang="en").receipt.notes)


def test_progress_rises_to_one(load, rows):
    seen: list[float] = []
    load(rows(), progress=seen.append)
    assert seen == sorted(seen)
    assert (seen[0], seen[-1]) == (0.0, 1.0)


def test_sum_of_the_file_is_that_of_its_bytes(load, rows):
    import hashlib

    assert load(rows()).receipt.sha256 == hashlib.sha256(rows().encode()).hexdigest()


def test_same_file_gives_the_same_reading(load, rows):
    one, two = load(rows()), load(rows())
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert one.receipt == two.receipt
