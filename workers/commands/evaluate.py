"""`andon eval`: the question set through the engines, or the pipeline with a role left out."""

from __future__ import annotations

import argparse
import json
import secrets
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from pathlib import Path

from roles.llm.engine import LanguageModel
from roles.types import Lang
from workers.errors import AndonError
from workers.evaluation import ablation, engines, report
from workers.evaluation.cast import RULES, Cast
from workers.evaluation.questions import LANGS, load
from workers.evaluation.recording import Recorder, Replayer
from workers.evaluation.running import evaluate
from workers.language import Books
from workers.settings import Settings
from workers.wording import say

EVERY_S = 10.0  # between two lines of progress


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --engine, --only, --lang, --part, --limit, --record, --replay, --out, --json; --ablation --data, which the
    rules play unless --engine names llm."""
    lang: Lang = args.lang or settings.lang
    if args.record and args.replay:
        raise AndonError("failure_eval_both")
    if args.limit is not None and args.limit < 1:
        raise AndonError("failure_eval_limit")
    if args.ablation:
        return _ablation(args, settings, lang)
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


def _ablation(args: argparse.Namespace, settings: Settings, lang: Lang) -> int:
    """The rules alone, unless --engine names llm, too: that costs tokens, within the budget of a run and of a day."""
    names = engines.wanted(args.engine or RULES, has_model=settings.has_language_model or bool(args.replay))
    if "llm-plain" in names:
        raise AndonError("failure_eval_ablation_engine")
    with ExitStack() as stack:
        casts = [Cast() if name == RULES else _model(args, settings, stack) for name in names]
        rows = ablation.run(
            Path(args.data) if args.data else None, args.limit, lambda what: print(what, file=sys.stderr, flush=True),
            casts,
        )  # fmt: skip
    document = json.dumps([row.model_dump() for row in rows], ensure_ascii=False, indent=2)
    print(document if args.json else _ablation_table(rows, lang, with_model=any(cast.engine for cast in casts)))
    for cast in casts:
        if cast.spent:
            print(say("eval_ablation_budget", lang, count=cast.spent, of=cast.asked.total()), file=sys.stderr)
    _write(args.out, document, lang)
    return 0


def _ablation_table(rows: list[ablation.Row], lang: Lang, *, with_model: bool) -> str:
    columns = say("eval_ablation_columns_model" if with_model else "eval_ablation_columns", lang).split("|")
    legend = say("eval_ablation_legend", lang) + (f"\n{say('eval_ablation_legend_model', lang)}" if with_model else "")
    return f"{report.grid([columns, *(ablation.cells(row, with_model=with_model) for row in rows)])}\n\n{legend}"


def _model(args: argparse.Namespace, settings: Settings, stack: ExitStack) -> Cast:
    """The language model, or its recording, as the one who plays."""
    if args.replay:
        chat: Recorder | Replayer = Replayer(Path(args.replay))
    else:
        books = stack.enter_context(closing(Books(settings)))
        endpoint = engines.bounded(settings, books, f"eval:{secrets.token_hex(8)}")
        chat = Recorder(endpoint, Path(args.record) if args.record else None)
    model = LanguageModel(chat, lambda: engines.NOW, private=settings.privacy, words=settings.private_words)
    return Cast(model, model.name)


def _write(out: str | None, text: str, lang: Lang) -> None:
    if out is None:
        return
    path = Path(out)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text + "\n", encoding="utf-8")
    print(say("eval_written", lang, file=path), file=sys.stderr)
