"""`andon kb migrate`: everything that one store knows, into the other one."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import kb
from kb.contract import Dump, KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Passage
from kb.stores.weaviate.place import Place
from workers.knowledge.opening import embedded_place, weaviate_place
from workers.settings import Settings
from workers.wording import say

CHUNK = 200  # passages that are moved at once


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --from, --to (embedded, weaviate), --json. Moving again moves what is new; nothing is taken away.

    Ids, texts, standing, history, votes and memos stay as they are; vectors are made by the target's model.
    """
    lang = args.lang or settings.lang
    source, target = (_place(name, settings) for name in (args.source, args.target))
    if args.source == args.target:
        raise KnowledgeError("failure_kb_migrate_same")
    if isinstance(source, Path) and not source.exists():
        raise KnowledgeError("failure_kb_migrate_empty", path=source)
    with closing(kb.open_store(source, packs=())) as old, closing(kb.open_store(target, packs=())) as new:
        dump = old.dump()
        written = _move(dump, new, lang)
        missing = _differing(dump.passages, new.list())
    name = say(f"migrate_{args.target}", lang)
    if missing:
        raise KnowledgeError("failure_kb_migrate_short", missing=len(missing), count=len(dump.passages), to=name)
    counts: dict[str, Any] = {"passages": len(dump.passages), "written": written, "changes": len(dump.changes),
                              "votes": len(dump.votes)}  # fmt: skip
    if args.json:
        print(json.dumps(counts, ensure_ascii=False, indent=2))
    else:
        print(say("migrate_done", lang, to=name, count=counts["passages"], written=written,
                  changes=counts["changes"], votes=counts["votes"]))  # fmt: skip
    return 0


def _place(name: str, settings: Settings) -> Path | Place:
    if name == "embedded":
        return embedded_place(settings)
    if not settings.weaviate_url:
        raise KnowledgeError("failure_kb_migrate_no_url")
    return weaviate_place(settings)


def _move(dump: Dump, new: KnowledgeBase, lang: str) -> int:
    """Move in parts, each whole, and say how far it is; the number of passages that were new or differed."""
    changes: dict[str, list[Any]] = {}
    for change in dump.changes:
        changes.setdefault(change.id, []).append(change)
    written, count = 0, len(dump.passages)
    for first in range(0, count, CHUNK):
        part = dump.passages[first : first + CHUNK]
        mine = sorted((c for p in part for c in changes.get(p.id, ())), key=lambda c: c.number)
        written += new.restore(Dump(passages=part, changes=mine, votes=[], memos={}))
        done = first + len(part)
        print(say("migrate_progress", lang, percent=100 * done // count, done=done, count=count), file=sys.stderr)
    new.restore(Dump(passages=[], changes=[], votes=dump.votes, memos=dump.memos))
    return written


def _differing(old: Sequence[Passage], new: Sequence[Passage]) -> list[str]:
    """Ids of passages that are not in `new` as they are in `old`; the model that embedded them aside."""
    there = {p.id: _content(p) for p in new}
    return [p.id for p in old if there.get(p.id) != _content(p)]


def _content(passage: Passage) -> Passage:
    return passage.model_copy(update={"embedding_model": ""})
