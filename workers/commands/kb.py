"""`andon kb ...`: the knowledge base. One function for each command of the table in bot/commands.py."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from kb import growth
from kb.contract import Record
from kb.passage import Hit, Passage
from workers.commands.batch import run_batch
from workers.errors import AndonError
from workers.knowledge.opening import keepers, open_knowledge
from workers.prose.standing import record
from workers.settings import Settings
from workers.wording import say

SHORT = 160  # characters of a passage in a list that a person reads
FIELDS = {"id", "title", "text", "source", "asset", "tags", "lang", "kind", "status", "author", "verifier", "created",
          "corrects", "disputed_by"}  # fmt: skip


def search(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: TEXT or --batch FILE.jsonl, --limit, --json. Verified passages only."""
    if (args.text is None) == (args.batch is None):
        raise AndonError("failure_kb_one_question")
    if args.text is not None and not args.text.strip():
        raise AndonError("failure_kb_no_question")
    if args.limit < 1:
        raise AndonError("failure_kb_limit", limit=args.limit)
    with closing(open_knowledge(settings)) as store:

        def found(text: str) -> dict[str, Any]:
            hits = store.search(text, limit=args.limit)
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
    """Flags: --json. Passages of every status."""
    with closing(open_knowledge(settings)) as store:
        passages = store.list()
        records = growth.track_records(store, [p.id for p in passages]) if args.json else {}
    if args.json:
        print_json({"passages": [fields(p, records) for p in passages]})
    else:
        for p in passages:
            print(f"{p.id:14} {p.status:10} {p.lang} {p.kind:9} {p.title}")
    return 0


def approve(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --user, --json."""
    return _change("approve", args, settings)


def reject(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --user, --json."""
    return _change("reject", args, settings)


def retire(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --user, --json."""
    return _change("retire", args, settings)


def undo(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: ID, --user, --json."""
    return _change("undo", args, settings)


def _change(action: str, args: argparse.Namespace, settings: Settings) -> int:
    """Change one passage; an approval also says what is disputed by it and what it nearly repeats."""
    lang = args.lang or settings.lang
    with closing(open_knowledge(settings)) as store:
        passage: Passage = getattr(growth, action)(store, args.id, args.user, keepers(settings))
        shown = fields(passage, growth.track_records(store, [passage.id]))
        disputed = growth.disputed_by(store, passage) if action == "approve" else []
        alike = growth.alike(store, passage) if action == "approve" else []
    repeated = [each for each in alike if each.kind == "duplicate"]
    if args.json:
        more = {"disputes": disputed, "near_duplicates": [each.id for each in repeated]} if action == "approve" else {}
        print_json({"passage": shown} | more)
        return 0
    print(say(f"kb_{action}", lang, id=passage.id, status=say(f"kb_status_{passage.status}", lang)))
    if disputed:
        print(say("kb_disputes", lang, ids=", ".join(disputed)))
    for each in repeated:
        reason = say("kb_why_same_words", lang, percent=round(100 * each.share))
        print(say("kb_card_duplicate", lang, id=each.id, title=each.title, mine=passage.id, reason=reason))
    return 0


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
