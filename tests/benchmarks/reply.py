"""The whole deterministic reply as a person waits for it: one process, imports included, charts and graph written."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from tests.benchmarks.report import Goal, Report

ASK = "what is wrong and what caused it?"


def run(data: Path) -> Report:
    """Time `andon analyze` on 24 sensors x 85,000 rows, two runs: the first fills the caches."""
    report = Report("The whole reply", ["file", "run", "seconds", "peak MB", "look s", "read s", "draw s"])
    report.notes.append("wall seconds of the whole process, imports included; peak resident memory of that process")
    source = data / "tep_sim24" / "normal_85k.csv.gz"
    if not source.is_file():
        report.missing.append(str(source.relative_to(data)))
        return report
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "stepped_85k.csv"
        stepped(source, csv)
        environment = {**os.environ, "ANDON_DATA_DIR": f"{folder}/home"}
        seconds, peak = 0.0, 0.0
        for number in (1, 2):
            seconds, peak, stages = once(csv, Path(folder) / "out", environment)
            look, read, draw = (stages[k] for k in ("looking", "reading", "drawing"))
            report.rows.append(["tep_sim24 24 x 85,001, a step added", number, seconds, peak, look, read, draw])
    report.goals.append(Goal("whole reply, s", seconds, "< 10", seconds < 10))
    report.goals.append(Goal("peak memory, MB", peak, "< 1500", peak < 1500))
    return report


def stepped(source: Path, target: Path) -> None:
    """The normal run with a step of three standard deviations in one sensor from 80 % on: an event to explain."""
    table = pd.read_csv(source)
    column = table.columns[5]
    table.loc[len(table) * 4 // 5 :, column] += 3 * table[column].std()
    table.to_csv(target, index=False)


def once(csv: Path, out: Path, environment: dict[str, str]) -> tuple[float, float, dict[str, float]]:
    """One process: wall seconds, peak resident MB, seconds of each stage."""
    command = [sys.executable, "-m", "bot.cli", "analyze", str(csv), "--ask", ASK, "--out", str(out)]
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if status != 0:
        raise RuntimeError(f"andon analyze ended with status {status}")
    receipt = json.loads((out / "answer.json").read_text(encoding="utf-8"))["receipt"]
    return seconds, usage.ru_maxrss / 1024, receipt["timings"]
