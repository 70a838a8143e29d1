"""`andon kb ...`: the knowledge base. One function for each command of the table in bot/commands.py."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from kb import growth
from kb.contract import ANY, Filters, KnowledgeBase, Record
from kb.passage import Hit, Passage
from workers.commands.batch import run_batch
from workers.errors import AndonError
from workers.knowledge.opening import open_knowledge
from workers.prose.standing import record
from workers.settings import Settings
from workers.wording import say

ON_TERMINAL = 40  # passages of a list on a terminal, when nobody says how many
SHORT = 160  # characters of a passage in a list that a person reads
FIELDS = {"id", "title", "text", "source", "asset", "tags", "lang", "kind", "status", "author", "verifier", "created",
          "corrects", "disputed_by"}  # fmt: skip


def search(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: TEXT or --batch FILE.jsonl, --limit, --asset, --status, --json."""
    if (args.text is None) == (args.batch is None):
        raise AndonError("failure_kb_one_question")
    if args.text is not None and not args.text.strip():
        raise AndonError("failure_kb_no_question")
    if args.limit < 1:
        raise AndonError("failure_kb_limit", limit=args.limit)
    with closing(open_knowledge(settings)) as store:

        def found(text: str) -> dict[str, Any]:
            hits = store.search(text, limit=args.limit, statuses=(args.status,), assets=args.asset)
            records = growth.track_records(store, [hit.passage.id for hit in hits])
            return {"passages": [_hit(hit, records) for hit in hits]}

        if args.batch is not None:
            run_batch(Path(args.batch), found)
            return 0
        result = found(args.text)
    lang = args.lang or settings.lang
    if args.json:
        print_json(result)
        return 0
    for place, entry in enumerate(result["passages"], 1):
        told = record(entry["right"], entry["wrong"], lang)
        print(f"{place}. [{entry['id']}] {entry['title']} ({entry['confidence']:.2f}{told})")
        print(f"   {_short(entry['text'])}\n   {entry['source']}")
    if not result["passages"]:
        print(say("kb_nothing_found", lang))
    return 0


def list(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --status, --kind, --asset, --document, --limit, --json. On a terminal the newest, else all."""
    if args.limit is not None and args.limit < 0:
        raise AndonError("failure_kb_limit", limit=args.limit)
    shorter = ON_TERMINAL if sys.stdout.isatty() and not args.json else None
    last = shorter if args.limit is None else args.limit or None
    where = Filters(
        statuses=(args.status,) if args.status else ANY,
        kinds=(args.kind,) if args.kind else (),
        assets=tuple(args.asset or ()),
        documents=(args.document,) if args.document else (),
    )
    with closing(open_knowledge(settings)) as store:
        passages = store.list(where, last=last)
        of = _number(store, where, last, len(passages))
        records = growth.track_records(store, [p.id for p in passages]) if args.json else {}
    lang = args.lang or settings.lang
    if args.json:
        print_json({"passages": [fields(p, records) for p in passages]})
        return 0
    for p in passages:
        print(f"{p.id:14} {p.status:10} {p.lang} {p.kind:9} {p.title}" + (f"  [{p.source}]" if p.source else ""))
    if not of:
        print(say("kb_nothing_found", lang))
    elif of > len(passages):
        print(say("kb_list_more", lang, shown=len(passages), count=of))
    return 0


def _number(store: KnowledgeBase, where: Filters, last: int | None, found: int) -> int:
    """How many passages pass `where`, `found` of which were read."""
    if last is None or found < last:
        return found
    if where.documents or where.assets:
        return len(store.list(where))
    kinds = where.kinds
    return sum(n for (status, kind), n in store.counts().items()
               if status in where.statuses and (not kinds or kind in kinds))  # fmt: skip


def print_json(document: dict[str, Any]) -> None:
    """One document on stdout."""
    print(json.dumps(document, ensure_ascii=False, indent=2))


def fields(passage: Passage, records: Mapping[str, Record]) -> dict[str, Any]:
    """A passage as JSON, with how often it was right and wrong."""
    return passage.model_dump(include=FIELDS) | records.get(passage.id, Record()).model_dump()


def _hit(hit: Hit, records: Mapping[str, Record]) -> dict[str, Any]:
    scores = {"score": round(hit.score, 6), "confidence": round(hit.confidence, 4)}
    return fields(hit.passage, records) | scores


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"
