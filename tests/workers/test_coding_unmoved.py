"""Numbers that code states instead of working them out: what stays the same on other readings is refused."""

from datetime import UTC, datetime

import numpy as np
import pandas as pd
import pytest

from roles.coder import CodeRequest, TableColumn
from workers.coding.entries import entries
from workers.coding.unmoved import other, stated, stated_table

ROWS = 600


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(2)
    index = pd.date_range("2026-03-01 20:00", periods=ROWS, freq="s", tz="UTC", name="time")
    flag = (np.arange(ROWS) % 7 == 0).astype(float)
    return pd.DataFrame(
        {"S3": 40 + rng.normal(size=ROWS), "S8": 44 + rng.normal(size=ROWS), "C": 12.5, "flag": flag}, index
    )


@pytest.fixture(scope="module")
def complaints(frame):
    """What is said of a piece of code, run here: these pieces are the tests' own."""

    def run(code, request="rows of S8 above 45 A", fails=False):
        columns = [TableColumn(key=key, name=key) for key in frame]
        start, end = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
        given = CodeRequest(
            request=request, task=request, lang="en", columns=columns, rows=ROWS, step_s=1.0, libraries=[], start=start,
            end=end,
        )  # fmt: skip
        said = []
        for table in (frame, other(frame)):
            names = {"df": table, "pd": pd}
            exec(code, names)
            found = names["answer"]
            said.append(dict(entries(found if isinstance(found, str) else pd.Series(found).to_json())))
        return list(stated(said[0], None if fails else said[1], code, given))

    return run


@pytest.mark.parametrize("code", [
    'answer = "The mean is 42.1"',
    'answer = "平均值为42.1"',
    'answer = f"S8 rose by 3.7 A in {len(df)} rows"',
    'answer = {"mean": 42.1}',
    'answer = {"mean": df["S8"].mean() * 0 + 42.1}',
    'mean = 40 + 2.13\nanswer = {"mean": mean}',
    'answer = {"mean": "42.1 A"}',
    'answer = {"mean 42.1 A, rows": len(df)}',
    'answer = {"rows above 45 A": 0}',
    'answer = {"longest run": 17}',
    'answer = {}\nanswer["runs"] = 2',
])  # fmt: skip
def test_a_number_that_no_reading_can_change_is_refused(complaints, code):
    assert "whatever the readings are" in complaints(code)[0]


@pytest.mark.parametrize("code", [
    'answer = {"mean": df["S8"].mean(), "above 45 A": (df["S8"] > 45).sum(), "above 99 A": (df["S8"] > 99).sum()}',
    'answer = {"constant": df["C"].max(), "share": df["flag"].mean(), "r": round(df["S3"].corr(df["S8"]), 3)}',
    'answer = {"95th percentile": df["S8"].quantile(0.95), "sensors": df.shape[1], "step, s": 1, "limit, A": 45.0}',
    'm = df["S8"].rolling("5min").mean()\nanswer = {"lowest mean over 5 min, time": m.idxmin().strftime("%H:%M")}',
    'first = df.index[0]\nanswer = {"day": str(first.date()), "weekday": f"{first:%A}", "from": f"{first:%H:%M}"}',
    'answer = f"S8 is above 45 A in {int((df[\'S8\'] > 45).sum())} rows"',
    'answer = {"rows above": 0}\nfor v in df["S8"]:\n    answer["rows above"] += int(v > 99)',
    'answer = {"minutes": (df.index[-1] - df.index[0]).total_seconds() / 60, "gaps": int(df.isna().sum().sum())}',
])  # fmt: skip
def test_what_is_worked_out_from_the_table_passes_also_where_it_stays_as_it_is(complaints, code):
    assert complaints(code) == []


def test_where_code_fails_on_other_readings_a_number_that_stands_in_it_is_refused(complaints):
    assert complaints('answer = {"mean": 0 * len(df) + 42.1}', fails=True)
    assert complaints('answer = {"mean": df["S8"].mean()}', fails=True) == []


def test_a_number_that_was_asked_with_is_no_invention(complaints):
    code = 'answer = {"window": "10 min", "limit, A": 45.5}'
    assert complaints(code, "rows above 45.5 A over 10 min") == []
    assert complaints(code, "rows above the limit")
    assert complaints('answer = {"window": "3 hours"}', "rolling mean over three hours") == []
    assert complaints('answer = {"窗口": "3小时"}', "三小时滚动平均") == []


@pytest.mark.parametrize("rows", [1, 2, 3])
def test_other_readings_can_be_had_of_any_table(frame, rows):
    few = frame.head(rows).assign(lost=np.nan)
    made = other(few)
    assert list(made.columns) == list(few.columns)
    assert made.index[0] == few.index[0]
    assert made["lost"].isna().all()
    assert not np.isclose(made["S8"], few["S8"].iloc[: len(made)]).any()


def test_a_table_of_numbers_is_worked_out_too(frame):
    fixed = pd.DataFrame({"x": [1.0, 2.0]})
    assert stated_table(fixed, fixed.copy())
    assert stated_table(pd.DataFrame({"x": ["S3", "S8"]}), pd.DataFrame({"x": ["S3", "S8"]})) == []
    assert stated_table(frame.head(), other(frame).head()) == []
