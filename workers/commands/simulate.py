"""`andon simulate`: a simulated caster file with its ground truth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from workers.errors import AndonError
from workers.settings import Settings
from workers.simulator import SCENARIOS, START, simulate, truth_path, write
from workers.wording import say


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --fault NAME, --out FILE, --rows N, --seed N, --list."""
    if args.list:
        for name in SCENARIOS:
            print(f"{name:28}{say(f'simulate_{name}', settings.lang)}")
        return 0
    if args.fault is None or args.out is None:
        raise AndonError("failure_simulate_what", names=", ".join(SCENARIOS))
    path = Path(args.out)
    truth_path(path)  # complain about the name before computing
    simulation = simulate(args.fault, args.rows, args.seed, START.replace(tzinfo=settings.zone))
    beside = write(simulation, path)
    rows, sensors = simulation.frame.shape
    print(
        say("simulate_done", settings.lang, file=path, rows=rows, sensors=sensors, truth=beside.name), file=sys.stderr
    )
    return 0
