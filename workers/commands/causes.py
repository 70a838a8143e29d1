"""`andon causes`: lagged causal edges of a file, before and after correction by knowledge, and likely origins."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from detectors import causal
from detectors.types import RootCandidate
from roles.role import run as play
from roles.supervisor import SUPERVISOR, Supervision
from roles.types import Fact, Lang
from workers.errors import AndonError
from workers.knowledge.context import Knowledge
from workers.knowledge.file import read_facts
from workers.looking.findings import Teller
from workers.looking.study import candidates, from_edges, look, said, to_edges
from workers.prose.numbers import figure
from workers.readings import read
from workers.settings import Settings
from workers.wording import say

SCHEMA = "andon.causes/1"
MOST_ROOTS = 10
MOST_NAMED = 5  # unknown sensors that a note lists


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: CSV, --out FILE.json, --knowledge FILE, --lang."""
    lang: Lang = args.lang or settings.lang
    out = Path(args.out)
    knowledge = Path(args.knowledge) if args.knowledge else None
    if out.is_dir():
        raise AndonError("failure_causes_write", file=out)
    if knowledge is not None:
        read_facts(knowledge)  # complain about the file before computing
    reading = read(
        Path(args.csv), zone=settings.zone, lang=lang, max_bytes=settings.max_input_bytes, max_rows=settings.max_rows
    )
    columns = [str(column) for column in reading.frame.columns]
    names = Knowledge(settings, lang).names(columns, reading.units)
    facts = read_facts(knowledge, columns) if knowledge is not None else []
    _writable(out)
    print(say("causes_working", lang), file=sys.stderr)
    seen = look(reading, names, None, causes=True)
    found = seen.discovery
    told = play(SUPERVISOR, candidates(found, facts, columns, lang)).output
    roots = causal.rank(reading.frame, seen.detection, from_edges(told.corrected))[:MOST_ROOTS]
    teller = Teller(pd.DatetimeIndex(reading.frame.index), names, settings.zone, lang)
    notes = _notes(found, facts, columns, lang)
    _write(
        out,
        {
            "schema": SCHEMA,
            "discovered": _dump(to_edges(found.edges, lang)),
            "corrected": _dump(told.corrected),
            "removed": _dump(told.removed),
            "root_causes": [_root(root, teller) for root in roots],
            "edits": _dump(told.edits),
            "conflicts": told.conflicts,
            "notes": notes,
            "sensors": list(found.sensors),
        },
    )
    _report(out, found, told, notes, lang, known=knowledge is not None)
    return 0


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


def _notes(found: causal.Discovery, facts: list[Fact], columns: list[str], lang: Lang) -> list[str]:
    """What the reader should know: limits of the discovery, and facts that could not be used."""
    notes = [said(note, lang) for note in found.notes]
    bare = sum(not fact.source.strip() for fact in facts)
    if bare:
        notes.append(say("causes_note_no_source", lang, count=bare))
    strange = [fact for fact in facts if not {fact.cause, fact.effect} <= set(columns)]
    if strange:
        unknown = dict.fromkeys(end for fact in strange for end in (fact.cause, fact.effect) if end not in columns)
        names = ", ".join(list(unknown)[:MOST_NAMED])
        notes.append(say("causes_note_unknown", lang, count=len(strange), names=names))
    return notes


def _writable(out: Path) -> None:
    """Complain about the place to write before any work."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise AndonError("failure_causes_write", file=out) from error


def _write(out: Path, document: dict[str, Any]) -> None:
    """Write the document whole or not at all."""
    part = out.with_name(f".{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
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
