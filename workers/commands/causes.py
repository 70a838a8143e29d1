"""`andon causes`: lagged causal edges of a file, before and after correction by knowledge, and likely origins."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from detectors import causal
from detectors.types import RootCandidate
from roles.role import run as play
from roles.supervisor import SUPERVISOR, Supervision
from roles.types import Lang
from workers.errors import AndonError
from workers.knowledge.context import Knowledge
from workers.knowledge.file import read_facts, unused
from workers.looking.findings import Teller
from workers.looking.study import candidates, from_edges, look, said, to_edges
from workers.outputs import folder_for, refuse_over_input, try_file
from workers.prose.numbers import figure
from workers.readings import read
from workers.settings import Settings
from workers.wording import say

SCHEMA = "andon.causes/1"
MOST_ROOTS = 10


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: CSV, --out FILE.json, --knowledge FILE, --lang."""
    lang: Lang = args.lang or settings.lang
    out, source = Path(args.out), Path(args.csv)
    knowledge = Path(args.knowledge) if args.knowledge else None
    if out.is_dir():
        raise AndonError("failure_causes_write", file=out)
    refuse_over_input([out], [source, *([knowledge] if knowledge is not None else [])])
    if knowledge is not None:
        read_facts(knowledge)  # complain about the file before computing
    with folder_for(out.parent, lambda error: AndonError("failure_causes_write", file=out)):
        _try(out)
        _causes(source, out, knowledge, settings, lang)
    return 0


def _causes(source: Path, out: Path, knowledge: Path | None, settings: Settings, lang: Lang) -> None:
    reading = read(source, zone=settings.zone, lang=lang, max_bytes=settings.max_input_bytes,
                   max_rows=settings.max_rows)  # fmt: skip
    columns, headers = [str(column) for column in reading.frame.columns], reading.receipt.columns
    names = Knowledge(settings, lang).names(columns, reading.units, headers)
    facts = read_facts(knowledge, columns, headers) if knowledge is not None else []
    print(say("causes_working", lang), file=sys.stderr)
    seen = look(reading, names, None, causes=True)
    found = seen.discovery
    told = play(SUPERVISOR, candidates(found, facts, columns, lang)).output
    roots = causal.rank(reading.frame, seen.detection, from_edges(told.corrected))[:MOST_ROOTS]
    teller = Teller(pd.DatetimeIndex(reading.frame.index), names, settings.zone, lang)
    notes = [*(said(note, lang) for note in found.notes), *unused(facts, columns, lang)]
    _write(
        out,
        {
            "schema": SCHEMA,
            "discovered": _renamed(_dump(to_edges(found.edges, lang)), headers),
            "corrected": _renamed(_dump(told.corrected), headers),
            "removed": _renamed(_dump(told.removed), headers),
            "root_causes": _renamed([_root(root, teller) for root in roots], headers),
            "edits": _renamed(_dump(told.edits), headers),
            "conflicts": told.conflicts,
            "notes": notes,
            "sensors": [headers.get(sensor, sensor) for sensor in found.sensors],
        },
    )
    _report(out, found, told, notes, lang, known=knowledge is not None)


def _dump(values: Iterable[Any]) -> list[dict[str, Any]]:
    return [value.model_dump(mode="json") for value in values]


def _root(root: RootCandidate, teller: Teller) -> dict[str, Any]:
    said: dict[str, Any] = {"residual": figure(root.residual), "downstream": f"{100 * root.ancestry:.0f}%"}
    if root.onset_row is None:
        reason = say("causes_root_reason_bare", teller.lang, **said)
    else:
        reason = say("causes_root_reason", teller.lang, onset=teller.time(root.onset_row), **said)
    return {
        "sensor": root.sensor,
        "score": round(root.score, 4),
        "reason": reason,
        "residual": round(root.residual, 3),
        "downstream": round(root.ancestry, 3),
    }


def _renamed(dumped: Iterable[dict[str, Any]], headers: Mapping[str, str]) -> list[dict[str, Any]]:
    """Edges and origins with the sensors as the file's header calls them, by which scripts join."""
    ends = ("cause", "effect", "sensor")
    return [{k: headers.get(v, v) if k in ends else v for k, v in each.items()} for each in dumped]


def _try(out: Path) -> None:
    """Complain about the place to write before any work."""
    try:
        try_file(_part(out))
        if out.exists():
            try_file(out)
    except OSError as error:
        raise AndonError("failure_causes_write", file=out) from error


def _part(out: Path) -> Path:
    return out.with_name(f".{out.name}.part")


def _write(out: Path, document: dict[str, Any]) -> None:
    """Write the document whole or not at all."""
    part = _part(out)
    try:
        part.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(part, out)
    except OSError as error:
        raise AndonError("failure_causes_write", file=out) from error


def _report(out: Path, found: causal.Discovery, told: Supervision, notes: list[str], lang: Lang, known: bool) -> None:
    for line in (*notes, *told.conflicts):
        print(line, file=sys.stderr)
    if not known:
        print(say("causes_no_knowledge", lang), file=sys.stderr)
    added = sum(edge.origin == "knowledge" for edge in told.corrected)
    print(
        say(
            "causes_done",
            lang,
            discovered=len(found.edges),
            removed=len(told.removed),
            added=added,
            conflicts=len(told.conflicts),
            file=out,
        ),
        file=sys.stderr,
    )
