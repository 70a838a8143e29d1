"""`andon ask`: a question to the knowledge base."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from collections.abc import Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roles.llm.troubles import BUDGETS
from roles.types import Lang
from workers.commands.batch import run_batch
from workers.commands.kb import open_knowledge
from workers.errors import AndonError
from workers.settings import Settings
from workers.spoken import spoken_in
from workers.wording import say

if TYPE_CHECKING:
    from workers.knowledge.asking import Told


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: TEXT or --batch FILE.jsonl, --json, --lang. A batch is one run of the language model: one budget."""
    from workers.knowledge import asked, websearch
    from workers.knowledge.asking import tell
    from workers.language import speaker

    if (args.text is None) == (args.batch is None):
        raise AndonError("failure_kb_one_question")
    web, engine = websearch.configured(settings), speaker(settings, f"ask:{secrets.token_hex(8)}")
    told: list[Told] = []
    with closing(open_knowledge(settings)) as store, nullcontext() if engine is None else closing(engine):

        def answer(text: str) -> dict[str, Any]:
            if engine is not None:
                engine.again()
            lang = args.lang or spoken_in(text, settings.lang)
            told.append(tell(text, store, settings.answer_threshold, lang, web, engine, settings.zone))
            return told[-1].model_dump()

        if args.batch is not None:
            run_batch(Path(args.batch), answer)
            _say_quoted(told, args.lang or settings.lang)
            return 0
        said = answer(args.text)
    if told[0].confidence > 0:  # else nothing was looked for, or nothing is like it at all
        asked.note(settings, args.text.strip())
    print(json.dumps(said, ensure_ascii=False, indent=2) if args.json else said["text"])
    return 0


def _say_quoted(told: Sequence[Told], lang: Lang) -> None:
    """How many answers of a batch a language model was asked for in vain, on standard error."""
    why = [said["fallback"] for each in told for said in each.receipt.get("engines", {}).values() if "fallback" in said]
    spent = sum(each in BUDGETS for each in why)
    for key, count in (("ask_batch_budget", spent), ("ask_batch_quoted", len(why) - spent)):
        if count:
            print(say(key, lang, count=count, of=len(told)), file=sys.stderr)
