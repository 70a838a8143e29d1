"""Similarity as confidence: how likely is it that a passage answers the question?

A raw cosine means something else for every embedding model and does not transfer. A logistic on three features is
fitted for each model on a question set of its own: the best cosine between the question and a part of the passage,
the share of the question's words that stand in the passage, and in its title (both weighted by rarity). Coefficients
and how they were fitted are data in
kb/search/calibration/MODEL.toml; `python -m tests.benchmarks.knowledge_fit` fits again.
"""

from __future__ import annotations

import math
import tomllib
from functools import cache
from pathlib import Path

from kb.passage import Frozen

FOLDER = Path(__file__).parent / "calibration"
FALLBACK = "lexical"  # for a model that nobody has fitted: judges by words alone


class Likeness(Frozen):
    """How a passage is like a question: best cosine, and covered shares of the question's words.

    The shares are None when question and passage have no language in common.
    """

    cosine: float
    coverage: float | None = None
    title_coverage: float | None = None


class Logistic(Frozen):
    """Coefficients of log odds, and the ceiling: how often the best searches showed a right passage when it was
    fitted."""

    intercept: float
    cosine: float = 0.0
    coverage: float = 0.0
    title_coverage: float = 0.0
    ceiling: float = 1.0

    def probability(self, like: Likeness) -> float:
        """The logistic of the weighted features, 0..ceiling."""
        odds = self.intercept + self.cosine * like.cosine
        odds += self.coverage * (like.coverage or 0.0) + self.title_coverage * (like.title_coverage or 0.0)
        return self.ceiling / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))


class Calibration(Frozen):
    """How one embedding model's similarity becomes confidence. `fitted` says on what and how well."""

    model: str
    fitted: str
    same: Logistic  # question and passage in one language
    cross: Logistic  # in two: words cannot match, the cosine alone speaks

    def confidence(self, like: Likeness) -> float:
        """Probability that the passage answers the question."""
        return (self.cross if like.coverage is None else self.same).probability(like)


@cache
def calibration_for(model: str) -> Calibration:
    """The shipped calibration of `model`, or the lexical one when there is none."""
    path = FOLDER / f"{model}.toml"
    if not path.is_file():
        path = FOLDER / f"{FALLBACK}.toml"
    return Calibration.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
