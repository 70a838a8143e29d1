"""The questions on which a candidate is tried: what the plant asked in chat and at the command line, what it wrote down
with known answers, and the shipped ones."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from kb import growth
from kb.errors import KnowledgeError
from kb.search.calibrating import read_questions
from workers.settings import Settings

FILE = "asked.jsonl"  # in the data folder: what `andon ask` was asked, oldest first
WRITTEN = "questions.jsonl"  # there too: the plant's questions with known answers (`andon kb calibrate`)
MOST = 200  # questions that are kept


def tried(settings: Settings, questions: Sequence[str]) -> list[str]:
    """`questions`, which were asked in chat, and all others, each once."""
    with suppress(KnowledgeError):  # a broken file is told of by `kb calibrate`, which needs it
        questions = [*questions, *(row.text for row in read_questions(settings.data_dir / WRITTEN))]
    return list(dict.fromkeys([*reversed(_noted(settings.data_dir / FILE)), *questions, *growth.shipped_questions()]))


def note(settings: Settings, question: str) -> None:
    """Keep a question of the command line, which no ledger has. Where that cannot be, the answer stands without it."""
    file = settings.data_dir / FILE
    kept = [*(text for text in _noted(file) if text != question), question][-MOST:]
    lines = "".join(f"{json.dumps({'text': text}, ensure_ascii=False)}\n" for text in kept)
    with suppress(OSError):
        with tempfile.NamedTemporaryFile("w", dir=file.parent, suffix=".part", delete=False, encoding="utf-8") as part:
            part.write(lines)
        os.replace(part.name, file)


def _noted(file: Path) -> list[str]:
    """The questions of the file, oldest first; lines that are none are passed over."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    found = []
    for line in lines:
        with suppress(ValueError, KeyError, TypeError):
            found.append(str(json.loads(line)["text"]))
    return found
