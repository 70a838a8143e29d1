"""From single answers to figures with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean

import numpy as np

from roles.types import Frozen, Lang
from workers.evaluation.facts import Checked
from workers.evaluation.overlap import Overlap, overlap
from workers.evaluation.questions import LANGS, Question
from workers.evaluation.recording import Cost
from workers.evaluation.said import Said

DRAWS = 2000


class Scored(Frozen):
    """One answer with what was checked of it."""

    question: Question
    said: Said
    checked: Checked


class Interval(Frozen):
    """A share with its bootstrap 95 % interval."""

    value: float
    low: float
    high: float


class Figures(Frozen):
    """One row of the table. Shares are 0..1, overlaps 0..100; None where nothing was to be checked.

    `abstained_right`: share of the questions without an answer that were not answered; `abstained_wrong`: share of the
    others that were not. `own`: share that the engine itself said. Of an engine's own answers what it did not say
    counts as wrong; `delivered` is right with the rules standing in.
    """

    engine: str
    category: str
    count: int
    right: Interval
    share: float
    action: float | None
    cited: float | None
    grounded: float | None
    abstained_right: float | None
    abstained_wrong: float | None
    own: float
    delivered: float
    overlap: Overlap
    cost: Cost


def figures(engine: str, category: str, scored: Sequence[Scored], cost: Cost) -> Figures:
    """The figures of some answers."""
    own = [s.said.own for s in scored]
    right = [s.checked.right and s.said.own for s in scored]
    none = [s.said.abstained and s.said.own for s in scored if s.question.abstain]
    many = [s.said.abstained for s in scored if not s.question.abstain and s.said.own]
    return Figures(
        engine=engine, category=category, count=len(scored), right=interval(right),
        share=fmean(s.checked.share * s.said.own for s in scored) if scored else 0.0,
        action=_mean([s.checked.action * s.said.own for s in scored if s.checked.action is not None]),
        cited=_mean([float(s.checked.cited and s.said.own) for s in scored if s.checked.cited is not None]),
        grounded=_mean([float(s.checked.grounded) for s in scored if s.said.own]),
        abstained_right=_mean([float(x) for x in none]), abstained_wrong=_mean([float(x) for x in many]),
        own=_mean([float(x) for x in own]) or 0.0,
        delivered=_mean([float(s.checked.right) for s in scored]) or 0.0,
        overlap=_overlap(scored), cost=cost,
    )  # fmt: skip


def interval(hits: Sequence[bool]) -> Interval:
    """A share and its percentile interval over resampled questions, seeded."""
    if not hits:
        return Interval(value=0.0, low=0.0, high=0.0)
    values = np.asarray(hits, dtype=float)
    draws = np.random.default_rng(0).choice(values, size=(DRAWS, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return Interval(value=float(values.mean()), low=float(low), high=float(high))


def _overlap(scored: Sequence[Scored]) -> Overlap:
    """Each language by itself, then the mean weighted by the number of questions."""
    parts = [(lang, [s for s in scored if s.question.lang == lang]) for lang in LANGS]
    made = [(len(cell), _of(cell, lang)) for lang, cell in parts if cell]
    total = sum(count for count, _ in made) or 1

    def mean(name: str) -> float:
        return sum(count * getattr(each, name) for count, each in made) / total

    return Overlap(bleu4=mean("bleu4"), rouge1=mean("rouge1"), rouge2=mean("rouge2"), rouge_l=mean("rouge_l"))


def _of(cell: Sequence[Scored], lang: Lang) -> Overlap:
    """Only what an engine said itself has a text of its own."""
    texts = [s.said.text if s.said.own else "" for s in cell]
    return overlap(texts, [s.question.reference for s in cell], lang)


def _mean(values: Sequence[float]) -> float | None:
    return fmean(values) if values else None
