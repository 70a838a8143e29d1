"""How what was found is like the question: the numbers of which order and confidence are made (confidence.py).

What a question speaks of is weighed by the glossary and by how few of the passages found speak of it: the word that
all of them have tells none from another. A page may have the topic and no answer, so its best sentence counts apart;
so does whatever the question names and nothing that was found does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import mul
from typing import NamedTuple

from kb.embedders import Embedder
from kb.passage import Passage
from kb.search import asked
from kb.search.addressed import spoken_to_people
from kb.search.confidence import Likeness
from kb.search.elsewhere import barred, for_any_plant
from kb.search.facets import facets_in
from kb.search.glossary import Body, Glossary
from kb.search.question import Question
from kb.search.wants import unmet
from kb.text import sentences

REMEMBERED = 8192  # passages whose words are kept
UNHEARD = 0.75  # weight of a word that no notion has
PHRASINGS = 4  # the nearest phrasings of a passage whose words are compared


class Reading(NamedTuple):
    """A passage as far as it is compared: notions and words of its title, its sentences and all of it."""

    title: Body
    sentences: tuple[Body, ...]
    texts: tuple[str, ...]  # of the sentences
    whole: Body
    context: Body  # title and name of the document: what goes for every sentence


@lru_cache(REMEMBERED)
def _read(title: str, text: str, document: str, words: Glossary) -> Reading:
    texts = tuple(spoken_to_people(sentences(text)))
    first, parts = words.of(title), tuple(words.read(piece) for piece in texts)
    notions = first.notions.union(*(part.notions for part in parts))
    whole = Body(notions, f" {' '.join(body.words.strip() for body in (first, *parts))} ")
    return Reading(first, parts, texts, whole, words.of(f"{title}\n{document}"))


@lru_cache(REMEMBERED)
def _together(texts: tuple[str, ...], words: Glossary) -> Body:
    bodies = [words.of(text) for text in texts]
    notions = frozenset[int]().union(*(body.notions for body in bodies))
    return Body(notions, f" {' '.join(body.words.strip() for body in bodies)} ")


class Candidate(NamedTuple):
    """A passage that was found: the one that is shown, the phrasings of it and its twins, their ids, what the pools
    say."""

    shown: Passage
    phrasings: tuple[str, ...]
    ids: tuple[str, ...]
    places: float


def likenesses(
    question: Question, found: Sequence[Candidate], embedder: Embedder, compared: Callable[[], Mapping[str, float]]
) -> list[Likeness]:
    """How each of `found` is like the question; each depends on what else was found. `compared` gives the cosines and
    is asked last: a server reckons them while the texts are read here."""
    readings = [_read(one.shown.title, one.shown.text, one.shown.document, question.glossary) for one in found]
    told = _Told(question, [reading.whole for reading in readings])
    texts = [text for one in found for text in one.phrasings]
    nearness = asked.cosines(texts, question.vector, embedder)
    told_of, first = [], 0
    for one, reading in zip(found, readings, strict=True):
        last = first + len(one.phrasings)
        near = sorted(zip(nearness[first:last].tolist(), one.phrasings, strict=True), reverse=True)
        told_of.append(_words(question, one, reading) | told.of(reading) | _phrased(question, one, near, told))
        first = last
    cosines = compared()
    return [
        Likeness(cosine=max(cosines.get(id, 0.0) for id in one.ids), places=one.places, **fields)
        for one, fields in zip(found, told_of, strict=True)
    ]  # fmt: skip


def _words(question: Question, one: Candidate, reading: Reading) -> dict[str, float]:
    """What depends on the question and this passage alone."""
    words, spoken, shown = question.glossary, question.asked, one.shown
    missing = unmet(question.wants, f"{shown.title} {shown.text}")
    held = facets_in(shown.title)
    strange = words.strange(spoken, reading.whole) and not for_any_plant(question, shown)
    return {
        "notions": words.covered(spoken, reading.whole), "title_notions": words.covered(spoken, reading.title),
        "meant": words.covered(words.asked(shown.title), words.of(question.text)),
        "said": words.said(spoken, reading.whole),
        "unmet": float(bool(missing)), "hard_unmet": float(any(want.hard for want in missing)),
        "value_unmet": float(any(want.value for want in missing)),
        "unknown": words.unknown(spoken, reading.whole), "strange": float(strange),
        "facet": float(bool(question.facets & held)),
        "other_facet": float(bool(question.facets and held) and not question.facets & held),
        "barred": float(barred(question, shown, (reading.whole, reading.context, _together(one.phrasings, words)))),
    }  # fmt: skip


def _phrased(question: Question, one: Candidate, near: Sequence[tuple[float, str]], told: _Told) -> dict[str, float]:
    """What the passage's own questions say; the title is one of them as far as words go."""
    words, mine = question.glossary, question.glossary.of(question.text)

    def alike(text: str) -> float:
        share = told.share(words.of(text))
        return math.sqrt(share * words.covered(words.asked(text), mine)) if share else 0.0

    together = _together((one.shown.title, *one.phrasings), words)
    return {
        "phrased": float(bool(near)), "phrasing": near[0][0] if near else 0.0,
        "alike": max(alike(text) for text in (one.shown.title, *(text for _, text in near[:PHRASINGS]))),
        "phrasings_told": told.share(together),
    }  # fmt: skip


class _Told:
    """What a question speaks of, weighed by how few of the passages found speak of it."""

    def __init__(self, question: Question, bodies: Sequence[Body]) -> None:
        self._question, words = question, question.glossary
        groups, unknown = question.asked
        self._groups, self._unknown = groups, unknown
        self._heard = len(groups)
        self._weights = [*map(words.weight, groups), *(UNHEARD for _ in unknown)]
        there = [self._there(body) for body in bodies]
        found = [sum(one[i] > 0 for one in there) for i in range(len(self._weights))]
        self._worth = [w * math.log((len(bodies) + 1) / (n + 0.5)) for w, n in zip(self._weights, found, strict=True)]
        self._whole = sum(self._worth)
        # what says only what is wanted ("how much", "part number") is not missed: a passage holds it or not by itself
        subject = question.subject.groups
        self._weighed = [w if g in subject else 0.0 for w, g in zip(self._weights, groups, strict=False)]
        self._nowhere = sum(w for w, n in zip(self._weighed, found, strict=False) if not n)
        self._nowhere_heard = float(sum(not n for n in found[self._heard :]))

    def _there(self, body: Body) -> list[float]:
        """How much of each word of the question stands in `body`, 0..1."""
        known = [float(not group.isdisjoint(body.notions)) for group in self._groups]
        return known + [body.holds(word) for word in self._unknown]

    def share(self, body: Body) -> float:
        """Share that `body` speaks of."""
        if not self._whole:
            return 0.0
        return sum(map(mul, self._worth, self._there(body))) / self._whole

    def _shares(self, bodies: Sequence[Body], there: Sequence[float]) -> list[float]:
        """share() of each sentence of a text in which the question's words stand as in `there`: a word that does not
        stand in the text is not looked for in its sentences."""
        if not self._whole:
            return [0.0] * len(bodies)
        known = [(self._worth[i], self._groups[i]) for i in range(self._heard) if there[i]]
        words = [(self._worth[i], self._unknown[i - self._heard]) for i in range(self._heard, len(there)) if there[i]]
        return [
            (sum(worth for worth, group in known if not group.isdisjoint(body.notions))
             + sum(worth * body.holds(word) for worth, word in words)) / self._whole
            for body in bodies
        ]  # fmt: skip

    def _speaks_of_all(self, reading: Reading) -> bool:
        """Does one sentence, under the title and the name of the document, speak of the whole subject and hold the kind
        of thing that is asked for?"""
        groups, unknown = self._question.subject
        groups = tuple(group for group in groups if group.isdisjoint(reading.context.notions))
        unknown = tuple(word for word in unknown if not reading.context.holds(word))
        return any(self._question.subject) and any(
            not any(group.isdisjoint(body.notions) for group in groups) and all(map(body.holds, unknown))
            and not unmet(self._question.wants, text)
            for body, text in zip(reading.sentences, reading.texts, strict=True)
        )  # fmt: skip

    def of(self, reading: Reading) -> dict[str, float]:
        """The shares of a passage, and what it lacks."""
        there = self._there(reading.whole)
        shares = self._shares(reading.sentences, there)
        wants, best = self._question.wants, max(shares, default=0.0)
        held = (s for s, text in zip(shares, reading.texts, strict=True) if not unmet(wants, text)) if wants else ()
        return {
            "whole": float(self._speaks_of_all(reading)),
            "told": sum(map(mul, self._worth, there)) / self._whole if self._whole else 0.0,
            "title_told": self.share(reading.title), "sentence_told": best,
            "wanting": float(bool(wants)), "apart": best - max(held, default=0.0) if wants else 0.0,
            "missing": sum(w for w, t in zip(self._weighed, there, strict=False) if not t),
            "unheard": sum(1.0 - t for t in there[self._heard :]),
            "nowhere": self._nowhere, "nowhere_heard": self._nowhere_heard,
        }  # fmt: skip
