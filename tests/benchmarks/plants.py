"""Plants with documents of their own and what their crews asked: what a plant gets that teaches Andon its own papers.

Each folder of data/plants has `docs` (files as people send them) and `questions.jsonl`: `expect` are words of which
one stands in the passage that answers; `kind` is answerable, absent (on the topic, but nowhere written) or off_topic.
All of it was made up for this project, the questions before anything was tuned on them. The packaging plant takes part
in fitting (knowledge_fit.py), the waterworks do not: their row tells what a new plant gets. The cement works took no
part in the fit either, but some of its questions were looked at while rules were mended, and four of its machines
entered the glossary then: its row flatters.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import kb
from kb.embedders import Embedder
from kb.ingest import ingest
from kb.passage import Passage

FOLDER = Path(__file__).parent / "data/plants"
FITTED = "packaging"
KEPT_ASIDE = ("waterworks", "cement")
Question = dict[str, Any]


@cache
def passages(plant: str, embedder: Embedder) -> list[Passage]:
    """What `andon kb add` makes of the plant's documents."""
    store = kb.open_store(":memory:", embedder, packs=())
    ingest(sorted((FOLDER / plant / "docs").iterdir()), store, status="verified")
    found = store.list()
    store.close()
    return found


def questions(plant: str, known: Sequence[Passage]) -> list[Question]:
    """The plant's questions; `expect` names passages of `known`, as the other question sets do."""
    rows = [json.loads(line) for line in (FOLDER / plant / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
    for row in rows:
        words = row.get("expect", [])
        row["expect"] = [p.pair or p.id for p in known if any(word in p.text for word in words)]
    return rows
