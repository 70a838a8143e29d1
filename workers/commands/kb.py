"""`andon kb ...`: the knowledge base. One function for each command of the table in bot/commands.py."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import kb
from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Hit, Passage
from workers.commands.batch import run_batch
from workers.errors import AndonError
from workers.settings import Settings
from workers.wording import say

SHORT = 160  # characters of a passage in a list that a person reads
FIELDS = {"id", "title", "text", "source", "asset", "tags", "lang", "kind", "status", "author", "verifier", "created"}


def open_knowledge(settings: Settings) -> KnowledgeBase:
    """The configured store with the shipped pack in it."""
    return kb.open_store(settings.data_dir / kb.FILE)


def keepers(settings: Settings) -> growth.Keepers:
    """Who may approve."""
    return growth.Keepers.parse(settings.keepers, strict=settings.mode == "production")


def add(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: FILE.., --asset, --user, --json. What a named person who is no keeper adds waits as candidate."""
    from kb.ingest import ingest

    lang = args.lang or settings.lang
    trusted = not args.user or keepers(settings).allow(args.user)

    def progress(file: str, share: float) -> None:
        print(say("kb_adding", lang, file=file, percent=round(100 * share)), file=sys.stderr)

    with closing(open_knowledge(settings)) as store:
        report = ingest(
            [Path(file) for file in args.files], store, asset=args.asset, by=args.user,
            status="verified" if trusted else "candidate", progress=progress if len(args.files) > 1 else None,
        )  # fmt: skip
    refused = [{"file": r.file, "reason": say(r.code, lang, **r.values)} for r in report.refused]
    if args.json:
        _print_json({"taken": [t.model_dump() for t in report.taken], "refused": refused})
    else:
        for taken in report.taken:
            key = "kb_added" if taken.stored else "kb_nothing_new"
            print(say(key, lang, file=taken.file, stored=len(taken.stored), known=taken.known))
        if not trusted and any(taken.stored for taken in report.taken):
            print(say("kb_waits", lang))
        for entry in refused[1:]:  # the first is the sentence on stderr
            print(entry["reason"])
    if report.refused:
        raise KnowledgeError(report.refused[0].code, **report.refused[0].values)
    return 0


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
            return {"passages": [_hit(hit) for hit in store.search(text, limit=args.limit)]}

        if args.batch is not None:
            run_batch(Path(args.batch), found)
            return 0
        result = found(args.text)
    if args.json:
        _print_json(result)
        return 0
    for place, entry in enumerate(result["passages"], 1):
        print(f"{place}. [{entry['id']}] {entry['title']} ({entry['confidence']:.2f})")
        print(f"   {_short(entry['text'])}\n   {entry['source']}")
    if not result["passages"]:
        print(say("kb_nothing_found", args.lang or settings.lang))
    return 0


def list(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --json. Passages of every status."""
    with closing(open_knowledge(settings)) as store:
        passages = store.list()
    if args.json:
        _print_json({"passages": [_fields(p) for p in passages]})
    else:
        for p in passages:
            print(f"{p.id:14} {p.status:10} {p.lang} {p.kind:9} {p.title}")
    return 0


def review(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --user, --json. On a terminal each candidate is decided on; without one they are listed."""
    lang = args.lang or settings.lang
    with closing(open_knowledge(settings)) as store:
        waiting = growth.candidates(store)
        if args.json:
            _print_json({"candidates": [_fields(p) for p in waiting]})
        elif not waiting:
            print(say("kb_none_waiting", lang))
        elif sys.stdin.isatty() and sys.stdout.isatty():
            _decide(store, waiting, args.user, keepers(settings), lang)
        else:
            for passage in waiting:
                print(_card(passage) + "\n")
    return 0


def _decide(store: KnowledgeBase, waiting: Sequence[Passage], user: str, may: growth.Keepers, lang: str) -> None:
    may.check(user)
    for passage in waiting:
        print(_card(passage))
        choice = input(say("kb_review_prompt", lang)).strip().casefold()[:1]
        if choice == "q":
            return
        if choice == "a":
            growth.approve(store, passage.id, user, may)
            print(say("kb_approve", lang, id=passage.id))
        elif choice == "r":
            growth.reject(store, passage.id, user, may)
            print(say("kb_reject", lang, id=passage.id))


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
    with closing(open_knowledge(settings)) as store:
        passage: Passage = getattr(growth, action)(store, args.id, args.user, keepers(settings))
    if args.json:
        _print_json({"passage": _fields(passage)})
    else:
        lang = args.lang or settings.lang
        print(say(f"kb_{action}", lang, id=passage.id, status=say(f"kb_status_{passage.status}", lang)))
    return 0


def feedback(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --question, --verdict, --answer, --user, --json."""
    with closing(open_knowledge(settings)) as store:
        candidate = growth.feedback(store, args.question, args.verdict, args.answer or "", args.user)
    if args.json:
        _print_json({"candidate": candidate.id if candidate else None})
        return 0
    lang = args.lang or settings.lang
    if candidate:
        print(say("kb_candidate", lang, id=candidate.id))
    else:
        print(say("kb_no_candidate", lang))
    return 0


def _print_json(document: dict[str, Any]) -> None:
    print(json.dumps(document, ensure_ascii=False, indent=2))


def _fields(passage: Passage) -> dict[str, Any]:
    return passage.model_dump(include=FIELDS)


def _hit(hit: Hit) -> dict[str, Any]:
    return _fields(hit.passage) | {"score": round(hit.score, 6), "confidence": round(hit.confidence, 4)}


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= SHORT else line[: SHORT - 1] + "…"


def _card(passage: Passage) -> str:
    return f"[{passage.id}] {passage.title}\n{passage.text}\n{passage.kind}, {passage.author or '-'}, {passage.created}"
