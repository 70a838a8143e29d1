"""From what was found and how it is like the question to the hits that a search gives: order, confidence, merit.

A correction or case answers a question of its own; it is trusted for another one only when that speaks of the same
thing. An alarm code is explained by what explains it, or not at all.
"""

from __future__ import annotations

from typing import NamedTuple

from kb.passage import Hit, Passage
from kb.search.confidence import Calibration, Likeness
from kb.search.facets import without_facets
from kb.search.glossary import THING
from kb.search.named import mentions
from kb.search.question import Question
from kb.text import codes

ANSWERING = ("feedback", "case")  # kinds whose title is a question and whose text its answer
OTHER_ITEM = 0.5  # what is left of the confidence when a correction or case is about another thing, roll or code
SHORT = 4  # words of a subject of which a correction or case must speak of each
HALF = 0.5  # share of a longer one of which it must speak
IDENTICAL = 0.995  # the very question, word for word (vectors are kept in half precision)
CORRECTION = 10.0  # added to the score of an answer to the very question, which goes before all others
EXPLAINS = 5.0  # added to the score of a passage that explains the code that was asked for
CONFIRMED = 0.8  # confidence in an answer to the very question in other words
CERTAIN = 0.95  # confidence in a confirmed answer to the very question, and in a passage that explains the code
BARRED = 0.2  # the most that a page about another machine is trusted, or a hint where safety is asked about
ANOTHER = 0.4  # the most that a passage about K3 is trusted where K4 is asked about: enough to be shown as related
OTHER_CODE = 0.2  # the most that a passage which does not explain the code is trusted


class Seen(NamedTuple):
    """A passage that was found, and how it is like the question. `answers_it`: a correction or case for it."""

    passage: Passage
    like: Likeness
    answers_it: bool
    explains: bool  # the code that the question is about


def bonus(seen: Seen) -> float:
    """What puts answers to the very question, then what explains its code, before all others."""
    return CORRECTION * seen.answers_it + EXPLAINS * seen.explains


def nearness(seen: Seen) -> tuple[float, str]:
    """Of several answers to the very question the nearest, then the newest, goes first; others are all alike."""
    return (round(seen.like.cosine, 2), seen.passage.created) if seen.answers_it else (0.0, "")


def _confidence(seen: Seen, question: Question, calibration: Calibration, most: float) -> float:
    """How likely it is that the passage answers, 0..1; `most`, unless it answers this very question or code."""
    passage, like = seen.passage, seen.like
    confidence = min(calibration.confidence(like), most)
    if passage.kind in ANSWERING and (_of_other_items(question, passage) or not _of_one_thing(question, passage)):
        confidence *= OTHER_ITEM
    if seen.explains or (seen.answers_it and like.cosine > IDENTICAL):
        return max(confidence, CERTAIN)
    if seen.answers_it:
        return max(confidence, CONFIRMED)
    if like.barred:
        return min(confidence, BARRED)
    if question.codes and (question.about_codes or passage.codes) and not mentions(passage, question.codes):
        return min(confidence, OTHER_CODE)
    return min(confidence, ANOTHER) if like.another else confidence


def _of_other_items(question: Question, answer: Passage) -> bool:
    """Is the answer about another roll, number or code? The title of a row of a log is no question: "dew point above
    -40 °C (dryer 2)" is asked for as dryer 2."""
    if answer.document:
        return not question.items <= codes(f"{answer.title} {answer.asset} {answer.text}")
    return codes(answer.title) != question.items


def _of_one_thing(question: Question, answer: Passage) -> bool:
    """Does an answer to another question speak of this one's subject? "How often is the desiccant changed" has the
    frame of "how often is the filter changed", and its answer is wrong there. Of a short subject nothing may lack."""
    words, subject = question.glossary, question.subject
    body = words.of(f"{answer.title} {answer.text}")
    if sum(map(len, subject)) > SHORT:
        return words.covered(subject, body) > HALF
    named = words.asked(without_facets(question.text)).groups  # "the cause of" names no thing
    things = (group for group in subject.groups if group in named and words.weight(group) >= THING)
    return not any(group.isdisjoint(body.notions) for group in things)


def hit_of(seen: Seen, question: Question, calibration: Calibration, most: float, rarity: dict[str, float]) -> Hit:
    """A passage for the very question, or for the code asked for, has a score that goes before all others."""
    whole, title = question.in_words(seen.passage, rarity)
    return Hit(
        passage=seen.passage, score=bonus(seen) + calibration.rank(seen.like),
        confidence=_confidence(seen, question, calibration, most), merit=calibration.worth(seen.like),
        cosine=seen.like.cosine, coverage=whole, title_coverage=title,
    )  # fmt: skip
