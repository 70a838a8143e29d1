"""`andon ask`: a question to the knowledge base."""

from __future__ import annotations

import argparse
import json
from contextlib import closing
from pathlib import Path

from workers.commands.batch import run_batch
from workers.commands.kb import open_knowledge
from workers.errors import AndonError
from workers.settings import Settings


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: TEXT or --batch FILE.jsonl, --json, --lang."""
    from workers import websearch
    from workers.asking import tell

    if (args.text is None) == (args.batch is None):
        raise AndonError("failure_kb_one_question")
    web = websearch.configured(settings)
    with closing(open_knowledge(settings)) as store:
        if args.batch is not None:
            run_batch(
                Path(args.batch),
                lambda text: tell(text, store, settings.answer_threshold, args.lang, web).model_dump(),
            )
            return 0
        told = tell(args.text, store, settings.answer_threshold, args.lang, web)
    print(json.dumps(told.model_dump(), ensure_ascii=False, indent=2) if args.json else told.text)
    return 0
