"""One reading a row: brought to one column a tag."""

import numpy as np
import pandas as pd
import pytest

TAGS = ("LIC101.PV", "TI205.PV", "FI300.PV")


def clock(seconds: float) -> str:
    return (pd.Timestamp("2024-03-05 08:00") + pd.Timedelta(seconds=seconds)).isoformat(sep=" ")


def export(rows, header="time,tag,value") -> str:
    return f"{header}\n" + "".join(",".join(str(cell) for cell in row) + "\n" for row in rows)


def scanned(count: int = 50):
    return [(clock(i), tag, 100 * k + i) for i in range(count) for k, tag in enumerate(TAGS)]


@pytest.mark.parametrize(
    "header",
    ["time,tag,value", "Timestamp,TagName,Value", "时间,位号,数值", "time,node,val", "Zeit,Messstelle,Wert", "x,y,z"],
)
def test_tags_become_columns_under_any_names(load, header):
    reading = load(export(scanned(), header))
    assert list(reading.frame.columns) == list(TAGS)
    assert reading.frame.iloc[7].tolist() == [7.0, 107.0, 207.0]
    assert (reading.receipt.layout, reading.receipt.rows_in, reading.receipt.rows_used) == ("long", 150, 50)
    assert reading.row_of.tolist() == [i // 3 for i in range(150)]
    assert len(reading.time_text) == 150


def test_order_of_rows_does_not_matter(load):
    rows = scanned()
    by_tag = sorted(rows, key=lambda row: row[1])
    rng = np.random.default_rng(1)
    mixed = [rows[i] for i in rng.permutation(len(rows))]
    wanted = load(export(rows)).frame
    for other in (by_tag, mixed):
        pd.testing.assert_frame_equal(load(export(other)).frame[list(TAGS)], wanted)


def test_wide_table_with_a_text_column_stays_wide(load):
    rows = [(clock(i), ("S355", "S235")[i // 30], i * 0.5) for i in range(60)]
    reading = load(export(rows, "time,grade,level"))
    assert reading.receipt.layout == "wide"
    assert list(reading.frame.columns) == ["level"]


@pytest.mark.parametrize(
    ("good", "bad"), [("Good", "Bad"), ("192", "0"), ("192", "24"), ("良好", "坏值"), ("GOOD", "Bad Input")]
)
def test_readings_of_bad_quality_are_not_used(load, good, bad):
    rows = [(*row, bad if i in (30, 31) else good) for i, row in enumerate(scanned())]
    reading = load(export(rows, "time,tag,value,quality"))
    assert reading.receipt.counts["bad_quality"] == 2
    assert np.isnan(reading.frame[TAGS[0]].iloc[10])
    assert np.isnan(reading.frame[TAGS[1]].iloc[10])
    assert reading.frame[TAGS[2]].iloc[10] == 210.0


def test_quality_of_zero_and_one_is_not_judged(load):
    rows = [(*row, 0) for row in scanned()]
    assert not load(export(rows, "time,tag,value,quality")).frame.isna().any().any()


def test_units_come_from_the_tag_or_from_a_column_of_their_own(load):
    rows = [(t, f"{tag} [mm]", v) for t, tag, v in scanned()]
    assert load(export(rows)).units == dict.fromkeys(TAGS, "mm")
    rows = [(t, tag, v, "bar") for t, tag, v in scanned()]
    assert load(export(rows, "time,tag,value,unit")).units == dict.fromkeys(TAGS, "bar")


def test_tags_of_words_become_context(load):
    rows = [*scanned(), *((clock(i), "STATE", "casting" if i < 25 else "stopped") for i in range(50))]
    reading = load(export(rows))
    assert list(reading.frame.columns) == list(TAGS)
    assert reading.context["STATE"].iloc[[0, -1]].tolist() == ["casting", "stopped"]


def test_repeated_readings_keep_the_last_and_are_counted(load):
    reading = load(export([*scanned(), (clock(5), TAGS[0], 999)]))
    assert reading.frame[TAGS[0]].iloc[5] == 999.0
    assert reading.receipt.duplicates == 1


def test_tags_scanned_at_their_own_instants_share_one_step_and_dropouts_stay(load):
    rows = [
        (clock(10 * i + 0.3 * k), tag, i)
        for i in range(200)
        for k, tag in enumerate(TAGS)
        if not (k == 1 and 80 <= i < 120)
    ]
    reading = load(export(rows))
    assert len(reading.frame) == 200
    assert reading.receipt.step_s == 10.0
    missing = reading.frame[TAGS[1]].isna()
    assert 36 <= missing.sum() <= 40
    assert not missing.iloc[:80].any()
    assert not reading.frame[TAGS[0]].isna().any()


def test_values_stored_on_change_stand_until_the_next(load):
    rng = np.random.default_rng(0)
    rows = [(clock(0), tag, 0) for tag in TAGS]
    for k, tag in enumerate(TAGS):
        rows += [(clock(round(float(t), 3)), tag, i + 1) for i, t in enumerate(np.cumsum(rng.exponential(30, 80 + k)))]
    reading = load(export(sorted(rows)))
    assert not reading.frame.isna().any().any()
    assert not reading.receipt.gaps
    assert any("stored on change" in note for note in reading.receipt.notes)


def test_long_table_is_averaged_onto_the_limit(load):
    reading = load(export(scanned(2000)), max_rows=500)
    assert reading.receipt.downsampled_by == 4
    assert len(reading.frame) == 500
    np.testing.assert_allclose(reading.frame[TAGS[1]].iloc[:2], [101.5, 105.5])
    assert reading.row_of[3 * 4] == 1


@pytest.mark.parametrize("place", [0, 1, 2])
def test_one_spoilt_cell_does_not_change_how_the_file_is_read(load, place):
    rows = [[*row, "Good"] for row in scanned()]
    rows[100][place] = f"{rows[100][place]}Bad"
    reading = load(export(rows, "time,tag,value,quality"))
    assert set(TAGS) <= set(reading.frame.columns) | set(reading.receipt.dropped_columns)
    assert reading.receipt.layout == "long"
    assert len(reading.frame) == 50


def test_column_of_ever_new_texts_is_no_column_of_tags(refused):
    rows = [(clock(i), f"event {i}", i) for i in range(6000)]
    assert refused(export(rows)).code == "failure_data_many_tags"


def test_row_without_a_readable_time_stays_beside_the_one_before(load):
    rows = scanned()
    rows[10] = ("???", TAGS[1], 5)
    reading = load(export(rows))
    assert reading.row_of[10] == reading.row_of[9]
    assert reading.receipt.counts["unreadable_times"] == 1
