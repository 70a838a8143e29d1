"""A question, ready to be looked up and compared with passages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kb.embedders import Embedder, Vectors
from kb.passage import Lang, Passage
from kb.search import named
from kb.search.facets import facets_of
from kb.search.glossary import THING, Asked, Glossary, current
from kb.search.spelling import mended
from kb.search.wants import Want, subject, wants_of
from kb.text import codes, lang_of, query_terms, tokens

REMEMBERED = 1024  # texts of passages whose words are kept: those that are shown
ASKED_LATELY = 256  # questions that are remembered
MAX_TERMS = 48  # words of the question that are looked up
MAX_SYNONYMS = 24  # words of the glossary that are looked up in each language: common ones cost most and tell least
SURE_WORDS = 0.8  # share of each question that the other speaks of, from which they are one in other words
LEAST_WORDS = 2  # known words that each must have for that
SURE_COSINE = 0.6  # if their sense is as near as this
SAME_QUESTION = 0.92  # cosine of two questions from which they are one, if they name the same rolls and numbers


class Question(NamedTuple):
    """What a search knows of a question before it looks anything up."""

    text: str
    lang: Lang
    vector: Vectors
    terms: list[str]
    items: frozenset[str]  # words with a digit: rolls, strands, amounts
    codes: dict[str, str]  # alarm codes, levelled -> as written; see kb/search/named.py
    about_codes: bool
    asked: Asked
    subject: Asked  # of it what names the thing, without the words that say what of it is wanted
    wants: list[Want]
    facets: frozenset[str]
    glossary: Glossary

    @classmethod
    def of(
        cls, text: str, embedder: Embedder, lang: Lang | None = None, known: frozenset[str] = frozenset()
    ) -> Question:  # fmt: skip
        """Read `text`, misspelt words as what they probably mean, but for those with a `known` stem; `lang` None: told
        from it."""
        question = _read(text, lang, current(), known)
        return question._replace(vector=embedder.encode([question.text])[0])

    def synonyms(self, lang: Lang) -> list[str]:
        """What the glossary says for the question's words in `lang`, with the words themselves in their own."""
        own = self.terms if lang == self.lang else []
        return list(dict.fromkeys([*own, *self.glossary.terms(self.asked, lang, MAX_SYNONYMS)]))[:MAX_TERMS]

    def in_words(self, passage: Passage, rarity: dict[str, float]) -> tuple[float | None, float | None]:
        """Shares of this question's words in the passage and in its title, by `rarity`; None across languages."""
        if passage.lang != self.lang:
            return None, None
        title = words_of(passage.title)
        whole = title | words_of(passage.text) | words_of(" ".join(passage.tags))
        return _share(whole, rarity), _share(title, rarity)

    def is_asked_by(self, title: str, cosine: float) -> bool:
        """Is `title`, the question of a correction or case, this question? `cosine` is their likeness in sense."""
        if codes(title) != self.items:
            return False
        theirs = self.glossary.asked(title)
        if cosine > SAME_QUESTION:
            return not self._opposes(theirs)
        return cosine >= SURE_COSINE and self._speaks_of(self.asked, title) and self._speaks_of(theirs, self.text)

    def _opposes(self, theirs: Asked) -> bool:
        """Does each question name a sign, or a thing, that the other does not: "rises" here, "falls" there; the seal
        here, the filter there?"""
        words = self.glossary

        def apart(kind: Callable[[frozenset[int]], bool]) -> bool:
            mine, other = (list(filter(kind, asked.groups)) for asked in (self.asked, theirs))
            return any(not any(a & b for b in other) for a in mine) and any(not any(a & b for a in mine) for b in other)

        return apart(lambda group: any(words.notions[n].sign for n in group)) or apart(
            lambda group: words.weight(group) >= THING and not any(words.notions[n].sign for n in group)
        )

    def _speaks_of(self, one: Asked, text: str) -> bool:
        """Has `text` everything that one question speaks of? "Rises" is not "falls": no known word may differ."""
        body = self.glossary.of(text)
        same = len(one.groups) >= LEAST_WORDS and all(group & body.notions for group in one.groups)
        return same and self.glossary.covered(one, body) >= SURE_WORDS


@lru_cache(ASKED_LATELY)
def _read(text: str, lang: Lang | None, words: Glossary, known: frozenset[str]) -> Question:
    """The question without its vector: one answer looks at it several times."""
    text = mended(text, words, known)
    named_codes, wants = named.named_codes(text), wants_of(text)
    return Question(
        text=text, lang=lang or lang_of(text), vector=np.zeros(0, np.float32),
        terms=query_terms(text)[:MAX_TERMS], items=codes(text), codes=named_codes,
        about_codes=named.is_about(text, named_codes), asked=words.asked(text),
        subject=words.asked(subject(text, wants)), wants=wants,
        facets=facets_of(text), glossary=words,
    )  # fmt: skip


@lru_cache(REMEMBERED)
def words_of(text: str) -> frozenset[str]:
    """The words of the full-text index that stand in `text`."""
    return frozenset(tokens(text))


def coverage(text: str, rarity: Mapping[str, float]) -> float:
    """Share of the question's words that stand in `text`, each weighted by `rarity`; 0 without words."""
    return _share(words_of(text), rarity)


def _share(present: Set[str], rarity: Mapping[str, float]) -> float:
    whole = sum(rarity.values())
    return sum(weight for term, weight in rarity.items() if term in present) / whole if whole else 0.0
