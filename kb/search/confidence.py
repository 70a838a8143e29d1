"""Similarity as confidence: how likely is it that a passage answers the question?

A raw cosine means something else for every embedding model and does not transfer. For each model two linear models
are fitted on a question set of their own (kb/search/fitting.py): `merit` puts the passages that were found into their
order; the logistic of merit and of what the question asks for beyond it is the confidence. Coefficients and how they
were fitted are data, in kb/search/calibration/MODEL.toml or, for a plant's own model, in a file of the same form.
"""

from __future__ import annotations

import math
import re
import tomllib
from functools import cache, cached_property
from operator import attrgetter, mul
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from kb.errors import KnowledgeError
from kb.passage import Frozen

FOLDER = Path(__file__).parent / "calibration"
WITHOUT_VALUE = (
    0.5  # the most that a passage without the value which is asked for is trusted: below the default threshold
)
FALLBACK = "lexical"  # for a model that nobody has fitted: judges by words alone


class Likeness(NamedTuple):  # one for each passage found: a model would be checked some forty times a search
    """How a passage is like a question. Shares are 0..1; all of it holds across languages."""

    cosine: float
    places: float = 0.0  # how far ahead the pools put it: weighted reciprocal ranks
    notions: float = 0.0  # share of what the question speaks of that the passage speaks of
    title_notions: float = 0.0  # the same for its title
    meant: float = 0.0  # share of what the title speaks of that the question speaks of
    said: float = 0.0  # how much the question says that is understood: a share of one word proves less than of five
    unmet: float = 0.0  # 1: the question asks for a kind of thing (number, person) that the passage does not hold
    hard_unmet: float = 0.0  # 1: and manuals hardly ever hold it (a date, a part number, a past event)
    value_unmet: float = 0.0  # 1: it asks for the value of a quantity, and the passage has no number with such a unit
    unknown: float = 0.0  # share of the question's words that the glossary does not know
    strange: float = 0.0  # 1: the question names another machine, and the passage does not
    # as notions and title_notions, but the fewer of what was found speak of it the more it counts
    told: float = 0.0
    title_told: float = 0.0
    sentence_told: float = 0.0  # the best single sentence: a topic is spread over a page, an answer is not
    whole: float = 0.0  # 1: a sentence, under its title, speaks of the whole subject and holds what is asked for
    apart: float = 0.0  # how much less a sentence tells that holds the kind of thing that is asked for
    wanting: float = 0.0  # 1: the question asks for a kind of thing at all
    missing: float = 0.0  # weight of what the question speaks of and the passage does not
    lacking: float = 0.0  # the greatest weight among the things that it names and the passage does not
    beside: float = 0.0  # weight of the things that the title names and the question does not
    across: float = 0.0  # 1: the passage is in the other language alone, where cosines and words count for less
    unheard: float = 0.0  # words that no notion has and that do not stand in the passage, two at most
    nowhere: float = 0.0  # weight of what nothing speaks of that was found
    nowhere_heard: float = 0.0  # words that no notion has and that stand in nothing that was found
    facet: float = 0.0  # 1: the title has the side of the matter that is asked for (signs, causes, what to do)
    other_facet: float = 0.0  # 1: it has another one
    phrased: float = 0.0  # 1: the passage brings questions that it answers; see kb/search/asked.py
    phrasing: float = 0.0  # cosine of the nearest of those, 0 without
    phrasings_near: float = 0.0  # mean cosine of all of them: one may be near by its frame ("what are the signs of")
    alike: float = 0.0  # share that the question and the nearest of those, or the title, speak of in common
    phrasings_told: float = 0.0  # told, by all of those and the title together
    barred: float = 0.0  # 1: a shipped page about another machine, or a hint where leave for something unsafe is asked
    another: float = 0.0  # 1: it speaks of another one of the kind that is asked about by tag or number (K3, not K4)
    # only for the fit of the second look (kb/search/closer.py): cosines of the nearest sentence and of the two nearest
    nearest: float = 0.0
    two_nearest: float = 0.0


class Merit(Frozen):
    """Weights by which passages are put into their order for one question."""

    cosine: float = 0.0
    places: float = 0.0
    notions: float = 0.0
    title_notions: float = 0.0
    meant: float = 0.0
    told: float = 0.0
    title_told: float = 0.0
    sentence_told: float = 0.0
    facet: float = 0.0
    other_facet: float = 0.0
    phrased: float = 0.0
    phrasing: float = 0.0
    alike: float = 0.0
    phrasings_told: float = 0.0
    phrasings_near: float = 0.0
    unmet: float = 0.0
    apart: float = 0.0
    across: float = 0.0

    def of(self, like: Likeness) -> float:
        """The weighted sum; comparable between questions too, as far as the features are."""
        return sum(map(mul, self._weights, _FEATURES(like)))

    @cached_property
    def _weights(self) -> tuple[float, ...]:
        return tuple(getattr(self, name) for name in type(self).model_fields)


_FEATURES = attrgetter(*Merit.model_fields)


class Answer(Frozen):
    """Coefficients of the log odds that a passage answers, and the ceiling: how often the best searches showed a
    right passage when it was fitted."""

    intercept: float
    merit: float
    said: float = 0.0
    unmet: float = 0.0
    hard_unmet: float = 0.0
    value_unmet: float = 0.0
    unknown: float = 0.0
    strange: float = 0.0
    sentence_told: float = 0.0
    whole: float = 0.0
    apart: float = 0.0
    wanting: float = 0.0
    missing: float = 0.0
    unheard: float = 0.0
    nowhere: float = 0.0
    nowhere_heard: float = 0.0
    lacking: float = 0.0
    beside: float = 0.0
    places: float = 0.0
    phrased: float = 0.0
    phrasing: float = 0.0
    phrasings_near: float = 0.0
    phrasings_told: float = 0.0
    ceiling: float = 1.0

    def odds(self, merit: float, like: Likeness) -> float:
        """The log odds of a passage of this merit."""
        return self.intercept + self.merit * merit + sum(getattr(self, name) * getattr(like, name) for name in BEYOND)


BEYOND = tuple(name for name in Answer.model_fields if name not in ("intercept", "merit", "ceiling"))


class Closer(Frozen):
    """Weights of the second look at the first passages (kb/search/closer.py)."""

    merit: float
    nearest: float
    two_nearest: float

    def of(self, merit: float, nearest: float, two_nearest: float) -> float:
        """What orders the first passages among themselves."""
        return self.merit * merit + self.nearest * nearest + self.two_nearest * two_nearest


class Calibration(Frozen):
    """How one embedding model's similarity becomes order and confidence. `fitted` says on what and how well.

    A passage with questions of its own (kb/search/asked.py) has weights of its own: what its words and title tell is
    the less, the more those questions do.
    """

    model: str
    fitted: str
    merit: Merit
    phrased_merit: Merit | None = None
    closer: Closer | None = None
    answer: Answer

    def worth(self, like: Likeness) -> float:
        """Merit by the weights for such a passage."""
        return (self.phrased_merit if self.phrased_merit and like.phrased else self.merit).of(like)

    def rank(self, like: Likeness) -> float:
        """What puts passages into order, 0..1: their merit alone. Of what speaks against an answer only that counts
        here which tells passages for one question apart: whether they hold the kind of thing that is asked for."""
        return _logistic(self.answer.intercept + self.answer.merit * self.worth(like))

    def confidence(self, like: Likeness) -> float:
        """Of the best passage: probability that what is known here answers the question, 0..ceiling; it may stand in
        one of the next ones. Where the value of a quantity is asked for and the passage has none, it is no answer
        however near it is."""
        confidence = self.answer.ceiling * _logistic(self.answer.odds(self.worth(like), like))
        return min(confidence, WITHOUT_VALUE) if like.value_unmet else confidence


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, odds))))


def file_of(model: str) -> str:
    """Name of the calibration file of a model: its id without what file systems do not like."""
    return re.sub(r"[^\w.-]+", "_", model) + ".toml"


@cache
def calibration_for(model: str, folder: Path | None = None) -> Calibration:
    """The calibration of `model` in `folder` (a plant's own), else the shipped one, else the lexical one."""
    for place in (folder or _plant, FOLDER):
        if place is not None and (file := place / file_of(model)).is_file():
            return read(file)
    return read(FOLDER / f"{FALLBACK}.toml")


def read(file: Path) -> Calibration:
    """A calibration from its file; KnowledgeError failure_kb_calibration when it does not hold together."""
    try:
        return Calibration.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        detail = str(error).splitlines()[0]
        raise KnowledgeError("failure_kb_calibration", file=file, detail=detail) from error


_plant: Path | None = None


def use(folder: Path) -> None:
    """From now on this process looks for calibrations in `folder` (ANDON_DATA_DIR/calibration) first."""
    global _plant
    _plant = folder
    calibration_for.cache_clear()
