"""What the room is for: pandas, scikit-learn and matplotlib code on a table, its answer, table and pictures."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from workers.errors import AndonError
from workers.sandbox.values import Job, Limits

CODE = """
import pandas as pd
import matplotlib.pyplot as plt
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import cross_val_score
print("unit", units["S8"], df.shape)
df["label"] = (df["S8"] > 45).astype(int)
scores = cross_val_score(LinearRegression(), df[["S1"]], df["S8"], n_jobs=2)
forest = RandomForestClassifier(10, n_jobs=-1, random_state=0).fit(df[["S1", "S8"]], df["label"])
answer = f"{df['label'].sum()} rows above 45 A, {len(scores)} scores, {forest.score(df[['S1', 'S8']], df['label']):.2f}"
table = df.resample("1h", on="time").mean(numeric_only=True)
fig, ax = plt.subplots()
ax.plot(df["time"], df["S8"])
ax.set_title("辊电流 S8")
fig2 = plt.figure()
fig2.gca().hist(df["S8"])
fig2.savefig("hist.png")
"""


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """A Parquet file of 2,000 minutes and two sensors."""
    path = tmp_path_factory.mktemp("given") / "data.parquet"
    rng = np.random.default_rng(0)
    times = pd.date_range("2024-03-01", periods=2000, freq="min", tz="Asia/Shanghai")
    pd.DataFrame({"time": times, "S1": rng.normal(size=2000), "S8": 44 + rng.normal(size=2000)}).to_parquet(path)
    return path


def test_code_works_on_a_table(sandbox, given, tmp_path):
    ran = sandbox.run(Job(code=CODE, table=given, context={"units": {"S8": "A"}}), tmp_path)
    assert ran.end == "done", ran.error
    above = int((pd.read_parquet(given)["S8"] > 45).sum())
    assert ran.answer.startswith(f"{above} rows above 45 A, 5 scores")
    assert "unit A (2000, 3)" in ran.output
    assert len(ran.pictures) == 2  # the open figure once, the saved one once
    assert all(Image.open(path).width > 300 for path in ran.pictures)
    table = pd.read_parquet(ran.table)
    assert ran.rows == len(table) == 34
    assert str(table["time"].dt.tz) == "Asia/Shanghai"
    assert ran.level == sandbox.level
    assert 50e6 < ran.memory_peak_bytes < 2e9


def test_memory_beyond_the_limit_is_an_error_that_can_be_repaired(sandbox, given, tmp_path):
    code = "import numpy as np\nx = np.ones((200_000, 10_000))\nanswer = 'all'"
    ran = sandbox.run(Job(code=code, table=given), tmp_path)
    assert (ran.end, ran.answer) == ("error", None)
    assert "Memory" in ran.error.type
    assert ran.error.line == 2


def test_a_table_that_is_none_is_told(sandbox, given, tmp_path):
    ran = sandbox.run(Job(code="table = [1, 2]", table=given), tmp_path)
    assert ran.error.text() == "TypeError: table must be a pandas DataFrame, not list"


def test_code_that_would_be_refused_does_not_start(sandbox, tmp_path):
    ran = sandbox.run(Job(code="import os\nanswer = os.getcwd()"), tmp_path)
    assert (ran.end, ran.seconds, ran.error.type, ran.error.line) == ("error", 0.0, "NotAllowed", 1)


def test_a_table_too_large_to_hand_in_is_one_sentence(sandbox, given, tmp_path):
    large = tmp_path / "large.parquet"
    with large.open("wb") as file:
        file.truncate(Limits().file_bytes + 1)
    with pytest.raises(AndonError) as caught:
        sandbox.run(Job(code="answer = 1", table=large), tmp_path)
    assert caught.value.code == "failure_sandbox_input"


GLYPHS = """
import numpy as np
answer = {"mean": df["液位"].mean(), ("two", "keys"): np.int64(3), "name": names["液位"], "zone": str(df.index.tz),
          "per hour": df["液位"].resample("1h").max().to_dict(), "missing": np.nan}
for sign in "液位":
    figure, axes = plt.subplots(figsize=(2, 2))
    axes.text(0.2, 0.3, sign, fontsize=60)
"""


def test_an_answer_of_names_and_numbers_comes_as_json_and_chinese_is_drawn(sandbox, tmp_path):
    times = pd.date_range("2024-03-01", periods=61, freq="min", tz="Asia/Shanghai", name="time")
    pd.DataFrame({"液位": np.arange(61.0)}, index=times).to_parquet(tmp_path / "given.parquet")
    job = Job(code=GLYPHS, table=tmp_path / "given.parquet", context={"names": {"液位": "结晶器液位"}})
    (tmp_path / "made").mkdir()
    ran = sandbox.run(job, tmp_path / "made")
    assert ran.end == "done", ran.error
    said = json.loads(ran.answer)
    assert (said["mean"], said["two keys"], said["name"], said["zone"]) == (30.0, 3, "结晶器液位", "Asia/Shanghai")
    assert list(said["per hour"].values()) == [59.0, 60.0]
    assert said["missing"] != said["missing"]
    one, other = (Image.open(path).tobytes() for path in ran.pictures)
    assert one != other  # signs that a font lacks are one box like another
