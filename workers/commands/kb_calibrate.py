"""`andon kb calibrate`: fit order and confidence of the configured embedding model on questions with known answers."""

from __future__ import annotations

import argparse
import json
import sys
from contextlib import closing
from typing import Any

import kb
from kb.contract import Filters
from kb.packs import load
from kb.search import confidence
from kb.search.calibrating import Calibrated, calibrate, read_questions
from kb.search.confidence import file_of
from kb.search.fitting import toml
from workers.errors import AndonError
from workers.knowledge.opening import embedder, open_knowledge
from workers.settings import Settings
from workers.wording import say

QUESTIONS = "questions.jsonl"  # of the plant, in the data folder
STEP = 100  # searches between two lines of progress


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Flags: --dry-run, --json. Writes ANDON_DATA_DIR/calibration/MODEL.toml, which counts before the shipped one."""
    lang = args.lang or settings.lang
    with closing(open_knowledge(settings)) as store:  # also lets the plant's words and calibrations count
        passages = store.list(Filters())
    model, own = embedder(settings), read_questions(settings.data_dir / QUESTIONS)

    def progress(done: int, whole: int) -> None:
        if done % STEP == 0:
            print(say("calibrate_progress", lang, done=done, whole=whole), file=sys.stderr)

    found = calibrate(model, [load(name) for name in kb.PACKS], own, passages, progress)
    file = settings.data_dir / "calibration" / file_of(model.id)
    if not args.dry_run:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(toml(found.calibration), encoding="utf-8")
        except OSError as error:
            raise AndonError("failure_kb_calibrate_write", file=file) from error
        confidence.use(file.parent)  # what this process read before is forgotten
    if args.json:
        print(json.dumps(_fields(found, None if args.dry_run else str(file)), ensure_ascii=False, indent=2))
        return 0
    print(say("calibrate_questions", lang, model=model.id, shipped=found.questions, own=found.own))
    for name, figures in (("before", found.before), ("after", found.after)):
        shares = {field: f"{value:.2f}" for field, value in figures._asdict().items()}
        print(say(f"calibrate_{name}", lang, **shares))
    print(say("calibrate_dry", lang) if args.dry_run else say("calibrate_written", lang, file=file))
    return 0


def _fields(found: Calibrated, file: str | None) -> dict[str, Any]:
    rounded = {
        name: {field: round(value, 4) for field, value in figures._asdict().items()}
        for name, figures in (("before", found.before), ("after", found.after))
    }
    return {"model": found.calibration.model, "file": file, "questions": found.questions, "own": found.own, **rounded}
