"""Departures (detectors/signs/departures.py): silent where nothing is wrong, and do they tell what no alarm tells?

Limits were chosen on seeds 100 to 109. A file with an alarm is no miss of the departures: the alarm tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pandas as pd

from detectors.detect import detect
from detectors.types import Detection
from tests.benchmarks import labelled
from tests.benchmarks.report import Goal, Report
from tests.benchmarks.simulator import anomalies, look
from workers.simulator import BENIGN, simulate

SEEDS = range(110, 119)
ROWS = (15_000, 28_800, 43_200)
LEAKS = ((11, 43_200), (12, 43_200), (13, 43_200), (21, 28_800), (22, 28_800), (23, 28_800))  # seed, rows
SETS: dict[str, Callable[[Path], Iterator[labelled.Run]]] = {
    "SKAB": labelled.skab, "TEP": labelled.tep, "tep_sim24": labelled.tep_sim24, "normal": labelled.normal,
}  # fmt: skip
COLUMNS = ["data", "what", "files", "with a departure", "with an alarm", "neither"]


def run(data: Path) -> Report:
    """Simulated files, then the public sets that lie in `data`."""
    report = Report("Departures: outside the normal range without an alarm", list(COLUMNS))
    false = 0
    for name in BENIGN:
        found = [look(simulate(name, rows, seed), given=g) for rows in ROWS for seed in SEEDS for g in (True, False)]
        report.rows.append(row("simulated", name, found))
        false += sum(bool(each.departures) for each in found)
    report.rows.append(row("simulated", "hydraulic_leak", [look(simulate("hydraulic_leak", n, s)) for s, n in LEAKS]))
    for name, load in SETS.items():
        runs = list(load(data))
        if not runs:
            report.missing.append(name)
            continue
        for what, faulty in (("faulty files", True), ("files without a fault", False)):
            some = [each for each in runs if bool(each.labels.any()) == faulty]
            if some:
                report.rows.append(row(name, what, (of(each) for each in some)))
    report.goals.append(Goal("Departures in simulated files where nothing is wrong", false, "== 0", false == 0))
    report.notes.append(
        f"simulated: seeds {SEEDS.start} to {SEEDS.stop - 1}, {', '.join(f'{n:,}' for n in ROWS)} rows, 40% given as "
        f"normal and proposed; leaks: seeds and rows {', '.join(f'{s}/{n:,}' for s, n in LEAKS)}, 40% given"
    )
    return report


def of(file: labelled.Run) -> Detection:
    """The training rows are the normal period; those of another file are put before it."""
    if file.first:
        return detect(file.score, train=len(file.train))
    whole = pd.concat([file.train, file.score], ignore_index=True)
    whole.index = pd.date_range("2025-01-01", periods=len(whole), freq=f"{file.step_s}s", tz="UTC")
    return detect(whole, train=len(file.train))


def row(data: str, what: str, found: Iterable[Detection]) -> list[object]:
    """How many files told what."""
    told = [(bool(each.departures), bool(anomalies(each))) for each in found]
    return [
        data,
        what,
        len(told),
        sum(d for d, _ in told),
        sum(a for _, a in told),
        sum(not d and not a for d, a in told),
    ]
