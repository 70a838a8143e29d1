"""Every detector of the catalogue on the simulated caster, as the product runs it: the catalogue's shipped scores.

The table goes into workers/catalogue/model_scores.toml, which text-to-SQL over the catalogue reads; a test compares
the names.
Seeds are those of the simulator's benchmark (nobody looked at them while the detectors were written).
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from detectors import catalogue
from detectors.detect import detect
from kb import packs
from tests.benchmarks.metrics import Counts, count
from tests.benchmarks.report import Report
from workers.simulator import SCENARIOS, Simulation, simulate

ROWS, TRAIN = 6_000, 0.4
SEEDS = range(40, 43)
COLUMNS = ["model", "F1", "precision", "recall", "faults found", "false alarms a day"]


def run(data: Path) -> Report:
    """All models on all scenarios; `data` is not used."""
    report = Report("Models of the catalogue on the simulated caster", list(COLUMNS))
    files = [simulate(name, ROWS, seed) for name in SCENARIOS for seed in SEEDS]
    for card in catalogue.cards():
        total = Counts()
        for simulation in files:
            total += judged(card.name, simulation)
        precision = total.hit / max(total.hit + total.false, 1)
        shown = (total.f1, precision, total.recall, total.event_recall, total.false_alarms_a_day)
        report.rows.append([card.name, *(round(value, 3) for value in shown)])
    report.notes.append(
        f"{len(files)} files of {ROWS:,} rows (every scenario, seeds {SEEDS.start} to {SEEDS.stop - 1}); "
        f"{TRAIN:.0%} of each given as normal. Rows pooled; faulty rows reach from the onset to the end of the file, "
        "so a gradual fault costs recall before anybody could see it. Channel findings (stuck, dropout) count for "
        "every model."
    )
    return report


def judged(model: str, simulation: Simulation) -> Counts:
    """The flags of one model on one file against the truth."""
    vocabulary = packs.load("continuous_casting").vocabulary
    terms = {name: vocabulary.match(name) for name in map(str, simulation.frame.columns)}
    train = int(TRAIN * len(simulation.frame))
    found = detect(
        simulation.frame,
        train=train,
        model=model,
        setpoints=[name for name, term in terms.items() if term and term.role == "setpoint"],
        context=simulation.context,
        names={name: term.aliases for name, term in terms.items() if term},
    )
    labels = np.zeros(len(simulation.frame), dtype=np.int64)
    for event in simulation.truth.events:
        if not event.benign:
            first, last = simulation.frame.index.searchsorted([event.start, event.end])
            labels[first : last + 1] = 1
    return count(found.flag[train:], labels[train:], simulation.truth.step_s)
