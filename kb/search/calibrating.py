"""Fit order and confidence of one embedding model on the shipped questions and a plant's own.

The shipped questions are asked of the shipped packs alone, three times: with the questions that the passages bring,
with those of every other pair, and without any, because a plant's own documents have none and must not drown among
passages that do. The plant's own are asked of all that it knows.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from pydantic import Field, ValidationError

from kb.embedders import Embedder, Vectors
from kb.errors import KnowledgeError
from kb.packs import Pack
from kb.passage import Frozen, Passage
from kb.search.asked import know
from kb.search.confidence import Calibration, calibration_for
from kb.search.fitting import Figures, Watched, cross_validated, figures, fit

FILE = "calibration.jsonl"  # of a pack
REPEATED = 3  # a question of the plant counts as often as a shipped one
FEWEST = 40  # questions, of each kind, without which a fit means nothing


class Known(Frozen):
    """A question with a known answer: ids (or pairs) of the passages that answer it; none: nothing here answers it."""

    text: str = Field(min_length=1)
    expect: tuple[str, ...] = ()


class Calibrated(NamedTuple):
    """The new calibration; what the present one reaches on the same questions, and what the new one does on questions
    that it was not fitted on."""

    calibration: Calibration
    questions: int
    own: int
    before: Figures
    after: Figures


class Remembering:
    """An embedder that makes the vector of a text once: several stores hold the same passages here."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder, self.id, self.dims = embedder, embedder.id, embedder.dims
        self._known: dict[str, Vectors] = {}

    def encode(self, texts: Sequence[str]) -> Vectors:
        """See Embedder."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known |= dict(zip(new, self._embedder.encode(new), strict=True))
        return np.array([self._known[text] for text in texts], np.float32).reshape(-1, self.dims)


def unasked(passages: Iterable[Passage], one_in: int = 1) -> list[Passage]:
    """The passages, one of so many pairs without the questions that it answers: as a plant's own documents are."""
    return [p.model_copy(update={"asked": []}) if _number(p) % one_in == 0 else p for p in passages]


def _number(passage: Passage) -> int:
    """A number of the pair that neighbours, which speak of one thing, do not share."""
    return zlib.crc32(passage.pair.encode()) if passage.pair else 0


def read_questions(file: Path) -> list[Known]:
    """One JSON object a line; a missing file has none. KnowledgeError failure_kb_questions names the line."""
    if not file.is_file():
        return []
    found = []
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KnowledgeError("failure_kb_questions", file=file, line=1, detail=str(error).splitlines()[0]) from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row: Mapping[str, Any] = json.loads(line)
            found.append(Known.model_validate({k: v for k, v in row.items() if k in Known.model_fields}))
        except (ValueError, AttributeError, ValidationError) as error:
            detail = str(error).splitlines()[0]
            raise KnowledgeError("failure_kb_questions", file=file, line=number, detail=detail) from error
    return found


def calibrate(
    embedder: Embedder, packs: Sequence[Pack], own: Sequence[Known], passages: Sequence[Passage],
    progress: Callable[[int, int], None] = lambda done, whole: None,
) -> Calibrated:  # fmt: skip
    """`own` are the plant's questions about `passages`, all that it knows; `progress` hears of searches done.

    KnowledgeError failure_kb_calibrate_few: too few questions; failure_kb_calibrate_unknown: an `expect` that is not
    the id or pair of a passage.
    """
    model = Remembering(embedder)
    shipped = [p for pack in packs for p in pack.passages]
    asked = [q for pack in packs for q in read_questions(pack.folder / FILE)]
    _check(asked, own, passages)
    stores = [(some, asked) for some in (shipped, unasked(shipped, 2), unasked(shipped))]
    stores += [(list(passages), list(own))] if own else []
    whole, done, cases = sum(len(questions) for _, questions in stores), 0, []
    for some, questions in stores:
        store = Watched(None, model)
        store.add(some)
        know(some)
        times = REPEATED if questions is not asked else 1
        for question in questions:
            cases += times * [store.case(question.text, question.expect, bool(question.expect))]
            progress(done := done + 1, whole)
        store.close()
    present = calibration_for(embedder.id)
    said = f"{len(asked)} shipped questions and {len(own)} of the plant's own"
    return Calibrated(
        fit(cases, embedder.id, said).calibration, len(asked), len(own), figures((c, present) for c in cases),
        cross_validated(cases, embedder.id),
    )  # fmt: skip


def _check(shipped: Sequence[Known], own: Sequence[Known], passages: Sequence[Passage]) -> None:
    answerable = sum(bool(q.expect) for q in (*shipped, *own))
    if min(answerable, len(shipped) + len(own) - answerable) < FEWEST:
        raise KnowledgeError("failure_kb_calibrate_few", fewest=FEWEST)
    ids = {p.id for p in passages} | {p.pair for p in passages}
    for question in own:
        if unknown := set(question.expect) - ids:
            raise KnowledgeError("failure_kb_calibrate_unknown", id=sorted(unknown)[0], question=question.text)
