"""How what was found is like the question: the numbers of which order and confidence are made (confidence.py).

What a question speaks of is weighed by the glossary and by how few of the passages found speak of it: the word that
all of them have tells none from another. A page may have the topic and no answer, so its best sentence counts apart;
so does whatever the question names and nothing that was found does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter, mul
from typing import NamedTuple

from kb.embedders import Embedder
from kb.passage import Passage
from kb.search import asked
from kb.search.addressed import spoken_to_people
from kb.search.confidence import Likeness
from kb.search.elsewhere import Bars, for_any_plant
from kb.search.facets import facets_in
from kb.search.glossary import PLENTY, THING, UNKNOWN, Glossary
from kb.search.implied import with_implied
from kb.search.levels import Body, Group
from kb.search.question import Question
from kb.search.wants import unmet, unspoken
from kb.text import sentences

Held = tuple[float, ...]  # how much of each word of a question stands in a text, 0..1

REMEMBERED = 8192  # passages whose words are kept
UNHEARD = 0.75  # weight of a word that no notion has
NAMES = 2.0  # such words that may be names; more of them are another subject, and speak for no passage
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
    first, context = words.of(title), words.of(f"{title}\n{document}")
    parts = tuple(with_implied(words.read_each(texts), texts, context, words))
    notions = first.notions.union(*(part.notions for part in parts))
    whole = Body(notions, f" {' '.join(body.words.strip() for body in (first, *parts))} ")
    return Reading(first, parts, texts, whole, context)


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
    told, bars = _Told(question, [reading.whole for reading in readings]), Bars.of(question)
    texts = [text for one in found for text in one.phrasings]
    nearness = asked.cosines(texts, question.vector, embedder).tolist()
    told_of, first = [], 0
    for one, reading, there in zip(found, readings, told.there, strict=True):
        last = first + len(one.phrasings)
        near = sorted(zip(nearness[first:last], one.phrasings, strict=True), reverse=True)
        title = told.held(reading.title)
        told_of.append(
            _words(bars, one, reading) | told.of(reading, there, title) | _phrased(question, one, near, told, title)
        )
        first = last
    cosines = compared()
    return [
        Likeness(cosine=max(cosines.get(id, 0.0) for id in one.ids), places=one.places, **fields)
        for one, fields in zip(found, told_of, strict=True)
    ]  # fmt: skip


def _words(bars: Bars, one: Candidate, reading: Reading) -> dict[str, float]:
    """What depends on the question and this passage alone."""
    question, shown = bars.question, one.shown
    whole = f"{shown.title} {shown.text}"
    missing = [*unmet(question.wants, whole), *unspoken(question.wants, whole)]
    held = facets_in(shown.title)
    strange = bars.strange(reading.whole) and not for_any_plant(question, shown)
    return {
        "unmet": float(bool(missing)), "hard_unmet": float(any(want.hard for want in missing)),
        "value_unmet": float(any(want.value for want in missing)), "strange": float(strange),
        "beside": _things(reading.title.notions - question.glossary.of(question.text).notions, question.glossary),
        "across": float(shown.lang != question.lang),
        "facet": float(bool(question.facets & held)),
        "other_facet": float(bool(question.facets and held) and not question.facets & held),
        "barred": float(
            bars.on(shown, (reading.whole, reading.context, _together(one.phrasings, question.glossary)))
        ),
        "another": float(bars.another(shown, (reading.whole, reading.context))),
    }  # fmt: skip


def _things(notions: Group, words: Glossary) -> float:
    """Weight of the things among `notions`, without what is seen of them and everyday words."""
    return sum(one.weight for one in map(words.notions.__getitem__, notions) if one.weight >= THING and not one.sign)


def _phrased(
    question: Question, one: Candidate, near: Sequence[tuple[float, str]], told: _Told, title: Held
) -> dict[str, float]:
    """What the passage's own questions say; the title is one of them as far as words go."""
    words, mine = question.glossary, question.glossary.of(question.text)
    meant = words.covered(words.asked(one.shown.title), mine)
    alike = math.sqrt(told.share(title) * meant)
    for _, text in near[:PHRASINGS]:
        share = told.share(told.held(words.of(text)))
        if share > alike * alike:  # else what the two have in common is no more than that, however much the other is
            alike = max(alike, math.sqrt(share * words.covered(words.asked(text), mine)))
    together = told.held(_together((one.shown.title, *one.phrasings), words)) if one.phrasings else title
    return {
        "meant": meant, "phrased": float(bool(near)), "phrasing": near[0][0] if near else 0.0, "alike": alike,
        "phrasings_near": sum(cosine for cosine, _ in near) / max(len(near), 1),
        "phrasings_told": told.share(together),
    }  # fmt: skip


class _Told:
    """What a question speaks of, weighed by how few of the passages found (`bodies`) speak of it.

    A search compares hundreds of texts with one question, and most of them speak of few of its notions, many of the
    same ones. So the share of the question that a text speaks of is reckoned once for each set of notions.
    """

    def __init__(self, question: Question, bodies: Sequence[Body]) -> None:
        words = question.glossary
        self._question = question
        self._groups = question.asked.groups
        # a word that only says what is wanted ("how tight") is understood, whatever the glossary knows
        self._unknown = tuple(word for word in question.asked.unknown if word in question.subject.unknown)
        self._notions: Group = frozenset().union(*self._groups)
        self._heard = len(self._groups)
        self._plain = [*map(words.weight, self._groups), *(UNKNOWN for _ in self._unknown)]
        self._plain_whole, self._plain_known = sum(self._plain), sum(self._plain[: self._heard])
        self._known: dict[Group, Held] = {}
        self._shares: dict[Held, float] = {}
        self.there = [self.held(body) for body in bodies]  # of each, what the question speaks of
        found = [sum(one[i] > 0 for one in self.there) for i in range(len(self._plain))]
        weights = [*self._plain[: self._heard], *(UNHEARD for _ in self._unknown)]
        self._worth = [w * math.log((len(bodies) + 1) / (n + 0.5)) for w, n in zip(weights, found, strict=True)]
        self._whole = sum(self._worth)
        # what says only what is wanted ("how much", "part number") is not missed: a passage holds it or not by itself
        subject = question.subject.groups
        self._weighed = [w if g in subject else 0.0 for w, g in zip(weights, self._groups, strict=False)]
        things = [bool(_things(group, words)) for group in self._groups]
        self._things = [w if thing else 0.0 for w, thing in zip(self._weighed, things, strict=True)]
        self._nowhere = sum(w for w, n in zip(self._weighed, found, strict=False) if not n)
        self._nowhere_heard = float(sum(not n for n in found[self._heard :]))

    def held(self, body: Body, within: Held | None = None) -> Held:
        """How much of each word of the question stands in `body`, 0..1. A word that does not stand in the text that
        `body` is a part of, as `within` says, is not looked for."""
        near = self._notions & body.notions
        known = self._known.get(near)
        if known is None:
            known = self._known[near] = tuple(float(not group.isdisjoint(near)) for group in self._groups)
        if not self._unknown:
            return known
        if within is None:
            return (*known, *map(body.holds, self._unknown))
        words = zip(self._unknown, within[self._heard :], strict=True)
        return (*known, *(body.holds(word) if there else 0.0 for word, there in words))

    def share(self, held: Held) -> float:
        """Share of the question that a text speaks of, by how few speak of it."""
        share = self._shares.get(held)
        if share is None:
            share = self._shares[held] = sum(map(mul, self._worth, held)) / self._whole if self._whole else 0.0
        return share

    def covered(self, held: Held) -> float:
        """Share of the question that a text speaks of, by weight alone, as Glossary.covered()."""
        return sum(map(mul, self._plain, held)) / self._plain_whole if self._plain_whole else 0.0

    def said(self, held: Held) -> float:
        """How much the question says that is understood, as Glossary.said()."""
        return min((self._plain_known + sum(UNKNOWN * t for t in held[self._heard :])) / PLENTY, 1.0)

    def unknown(self, held: Held) -> float:
        """Share of the question's words that nothing knows, as Glossary.unknown()."""
        return sum(1.0 - t for t in held[self._heard :]) / len(self._plain) if self._plain else 1.0

    def _speaks_of_all(self, reading: Reading) -> bool:
        """Does one sentence, under the title and the name of the document, speak of the whole subject and hold the kind
        of thing that is asked for?"""
        groups, unknown = self._question.subject
        groups = tuple(group for group in groups if group.isdisjoint(reading.context.notions))
        if any(group.isdisjoint(reading.whole.notions) for group in groups):
            return False  # what does not stand in the text stands in none of its sentences
        unknown = tuple(word for word in unknown if not reading.context.holds(word))
        return any(self._question.subject) and any(
            not any(group.isdisjoint(body.notions) for group in groups) and all(map(body.holds, unknown))
            and not unmet(self._question.wants, text)
            for body, text in zip(reading.sentences, reading.texts, strict=True)
        )  # fmt: skip

    def _best(self, reading: Reading, there: Held) -> tuple[float, float]:
        """What the sentence tells that tells most, and the one that does of those that hold what is asked for."""
        if not any(there):
            return 0.0, 0.0
        shares = [self.share(self.held(body, there)) for body in reading.sentences]
        best = max(shares, default=0.0)
        if not self._question.wants or not best:
            return best, best
        order = sorted(zip(shares, reading.texts, strict=True), key=itemgetter(0), reverse=True)
        holding = (share for share, text in order if not share or not unmet(self._question.wants, text))
        return best, next(holding, 0.0)

    def of(self, reading: Reading, there: Held, title: Held) -> dict[str, float]:
        """The shares of a passage, and what it lacks; the question's words stand in it as in `there`."""
        best, holding = self._best(reading, there)
        return {
            "notions": self.covered(there), "title_notions": self.covered(title),
            "said": self.said(there), "unknown": self.unknown(there),
            "whole": float(self._speaks_of_all(reading)),
            "told": self.share(there), "title_told": self.share(title), "sentence_told": best,
            "wanting": float(bool(self._question.wants)), "apart": best - holding,
            "missing": sum(w for w, t in zip(self._weighed, there, strict=False) if not t),
            "lacking": max((w for w, t in zip(self._things, there, strict=False) if not t), default=0.0),
            "unheard": min(sum(1.0 - t for t in there[self._heard :]), NAMES),
            "nowhere": self._nowhere, "nowhere_heard": self._nowhere_heard,
        }  # fmt: skip
