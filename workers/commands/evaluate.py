"""`andon eval`: the question set through the engines, or the pipeline with a role left out."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from roles.types import Lang
from workers.errors import AndonError
from workers.evaluation import ablation, engines, report
from workers.evaluation.questions import LANGS, load
from workers.evaluation.recording import Recorder, Replayer
from workers.evaluation.running import evaluate
from workers.settings import Settings
from workers.wording import say

EVERY_S = 10.0  # between two lines of progress


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --engine, --only, --lang, --part, --limit, --record, --replay, --out, --json; --ablation --data."""
    lang: Lang = args.lang or settings.lang
    if args.ablation:
        return _ablation(args, lang)
    if args.record and args.replay:
        raise AndonError("failure_eval_both")
    if args.limit is not None and args.limit < 1:
        raise AndonError("failure_eval_limit")
    names = engines.wanted(args.engine, has_model=settings.has_language_model or bool(args.replay))
    questions = load(args.only, args.lang, args.part, args.limit)
    if not questions:
        raise AndonError("failure_eval_nothing")
    if names == ["rules"] and args.engine is None:
        print(say("eval_rules_alone", lang), file=sys.stderr)
    evaluation = evaluate(questions, names, settings, _chat(args, settings, names), _progress(lang))
    if args.json:
        print(json.dumps(report.data(evaluation), ensure_ascii=False, indent=2))
    else:
        langs = ", ".join(x for x in LANGS if any(q.lang == x for q in questions))
        head = {"questions": len(questions), "langs": langs, "part": args.part or "fit + test"}
        print(say("eval_head", lang, model=evaluation.model or "-", **head) + "\n")
        print(report.table(evaluation, lang))
    _write(args.out, json.dumps(report.data(evaluation), ensure_ascii=False, indent=2), lang)
    return 0


def _chat(args: argparse.Namespace, settings: Settings, names: list[str]) -> Recorder | Replayer | None:
    """The recording, or the endpoint, kept where that is asked for; None where no engine needs one."""
    if names == ["rules"]:
        return None
    if args.replay:
        return Replayer(Path(args.replay))
    return Recorder(engines.endpoint(settings), Path(args.record) if args.record else None)


def _progress(lang: Lang) -> Callable[[str, int, int], None]:
    last = time.monotonic()

    def tell(engine: str, done: int, of: int) -> None:
        nonlocal last
        if done == of or time.monotonic() - last >= EVERY_S:
            last = time.monotonic()
            print(say("eval_progress", lang, engine=engine, done=done, of=of), file=sys.stderr)

    return tell


def _ablation(args: argparse.Namespace, lang: Lang) -> int:
    rows = ablation.run(
        Path(args.data) if args.data else None, args.limit, lambda what: print(what, file=sys.stderr, flush=True)
    )
    if args.json:
        print(json.dumps([row.model_dump() for row in rows], ensure_ascii=False, indent=2))
    else:
        print(report.grid([say("eval_ablation_columns", lang).split("|"), *(ablation.cells(row) for row in rows)]))
        print(f"\n{say('eval_ablation_legend', lang)}")
    _write(args.out, json.dumps([row.model_dump() for row in rows], ensure_ascii=False, indent=2), lang)
    return 0


def _write(out: str | None, text: str, lang: Lang) -> None:
    if out is None:
        return
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    print(say("eval_written", lang, file=path), file=sys.stderr)
