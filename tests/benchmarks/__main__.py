"""`make bench`: every benchmark, one table each, as Markdown and JSON. A missing data set is named, never left out.

The data sets lie in ANDON_BENCH_DATA (default ../shared/data beside the project).
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
import time
from dataclasses import asdict
from pathlib import Path

from tests.benchmarks.report import Report

BENCHMARKS = (
    "detection", "simulator", "causal", "knowledge", "knowledge_scale", "reply", "chat", "sandbox", "models", "passing",
    "departures",
)  # fmt: skip
ROOT = Path(__file__).parents[2]


def main() -> int:
    """Run the named benchmarks (default all) and write OUT/benchmarks.md and OUT/benchmarks.json."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", default=[], metavar="NAME", help=", ".join(BENCHMARKS))
    parser.add_argument("--out", type=Path, default=ROOT / "out" / "bench")
    args = parser.parse_args()
    data = Path(os.environ.get("ANDON_BENCH_DATA") or ROOT.parent / "shared" / "data")
    args.out.mkdir(parents=True, exist_ok=True)
    reports: dict[str, Report] = {}
    for name in args.names or BENCHMARKS:
        start = time.perf_counter()
        print(f"== {name}", file=sys.stderr, flush=True)
        reports[name] = importlib.import_module(f"tests.benchmarks.{name}").run(data)
        reports[name].notes.append(f"took {time.perf_counter() - start:.0f} s")
        text = markdown(reports)  # written after each: an interrupted run keeps what it has
        (args.out / "benchmarks.md").write_text(text, encoding="utf-8")
        document = {key: asdict(report) for key, report in reports.items()}
        (args.out / "benchmarks.json").write_text(json.dumps(document, indent=2, default=str), encoding="utf-8")
    print(markdown(reports))
    return 0


def markdown(reports: dict[str, Report]) -> str:
    """The reports as Markdown: table, goals, what was missing, notes."""
    parts = ["# Benchmarks\n\nMade by `make bench`. Ratios hold within one run; machines differ.\n"]
    for report in reports.values():
        parts.append(f"\n## {report.title}\n")
        parts.append("| " + " | ".join(report.columns) + " |")
        parts.append("|" + " --- |" * len(report.columns))
        parts += ["| " + " | ".join(cell(value) for value in row) + " |" for row in report.rows]
        if report.goals:
            parts.append("\n| goal | value | wanted | reached |\n| --- | --- | --- | --- |")
            parts += [f"| {g.name} | {cell(g.value)} | {g.goal} | {'yes' if g.met else 'NO'} |" for g in report.goals]
        parts += [f"\nMissing: {name}" for name in report.missing]
        parts += ["", *(f"- {note}" for note in report.notes)]
    return "\n".join(parts) + "\n"


def cell(value: object) -> str:
    """A number with three significant digits, everything else as it is."""
    return f"{value:.3g}" if isinstance(value, float) else str(value).replace("|", "\\|")


if __name__ == "__main__":
    raise SystemExit(main())
