"""What the sandbox costs beyond the code itself: warm rooms, one run at a time, as a language model would ask."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from tests.benchmarks.report import Goal, Report
from workers.errors import AndonError
from workers.sandbox.launching import Way, ways
from workers.sandbox.pool import Sandbox
from workers.sandbox.selftest import escapes
from workers.sandbox.values import Job

RUNS = 20
ROWS, SENSORS = 20_000, 24
ANSWER = "answer = 'done'"
STATISTICS = """
hours = df.resample("10min", on="time").mean(numeric_only=True)
high = (df["S8"] > df["S8"].quantile(0.99)).sum()
answer = f"{high} rows, {hours.shape[0]} intervals"
table = hours
"""
PICTURE = (
    STATISTICS
    + """
import matplotlib.pyplot as plt
fig, ax = plt.subplots(figsize=(9, 4))
ax.plot(df["time"], df["S8"])
fig.savefig("s8.png")
"""
)
CASES = {"one line": (ANSWER, False), "statistics on a table": (STATISTICS, True), "with a picture": (PICTURE, True)}


def run(data: Path) -> Report:
    """Time 20 runs of each kind at the strongest level here, of one kind at the other. `data` is not used."""
    columns = ["level", "own user", "code", "its own time, ms", "beyond it, median ms", "p90 ms", "longest ms"]
    report = Report("The sandbox", columns)
    report.notes += [
        f"{RUNS} runs each, every one in a new room that was warm by then; table {ROWS} x {SENSORS}, Parquet",
        "beyond it: from the call until the results lie in the folder and the room is gone, less the code's own time",
    ]
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "data.parquet"
        sensors(ROWS, SENSORS).to_parquet(table)
        for level, cases in (("bubblewrap", list(CASES)), ("child", ["statistics on a table"])):
            way = next((w for w in ways() if w.level == level and not escapes(w)), None)
            if way is None:
                report.missing.append(f"the level {level} is not to be had on this machine")
            else:
                measure(way, cases, table, Path(folder), report)
    return report


def measure(way: Way, cases: list[str], table: Path, out: Path, report: Report) -> None:
    """One level: its rows and goals, the time of a cold start as a note."""
    sandbox = Sandbox(way, size=2)
    begin = time.perf_counter()
    sandbox.warm()
    if not sandbox.wait():
        raise AndonError("failure_sandbox_start")
    report.notes.append(
        f"{way.level}, own user {way.own_user}: {time.perf_counter() - begin:.1f} s until a room is warm"
    )
    try:
        for name in cases:
            code, given = CASES[name]
            job = Job(code=code, table=table if given else None)
            own, beyond = zip(*(once(sandbox, job, out) for _ in range(RUNS)), strict=True)
            median = statistics.median(beyond)
            tenth = sorted(beyond)[round(0.9 * (RUNS - 1))]
            report.rows.append([way.level, way.own_user, name, statistics.median(own), median, tenth, max(beyond)])
            report.goals.append(Goal(f"{way.level}, {name}: beyond the code, ms", median, "< 150", median < 150))
    finally:
        sandbox.close()


def once(sandbox: Sandbox, job: Job, out: Path) -> tuple[float, float]:
    """One run in a warm room: milliseconds of the code, milliseconds beyond it."""
    sandbox.wait()
    begin = time.perf_counter()
    ran = sandbox.run(job, out)
    seconds = time.perf_counter() - begin
    if ran.end != "done" or ran.code_seconds is None:
        raise RuntimeError(f"the run ended with {ran.end}: {ran.error}")
    return 1000 * ran.code_seconds, 1000 * (seconds - ran.code_seconds)


def sensors(rows: int, count: int) -> pd.DataFrame:
    """A seeded table: `time` and S1..Sn."""
    rng = np.random.default_rng(7)
    values = {f"S{n}": rng.normal(size=rows).cumsum() for n in range(1, count + 1)}
    return pd.DataFrame({"time": pd.date_range("2024-01-01", periods=rows, freq="s", tz="UTC"), **values})
