"""Which passages an answer quotes, and what a question set is answered with."""

from __future__ import annotations

import math
from collections.abc import Sequence

from kb.contract import KnowledgeBase
from kb.growth.disputes import corrects
from kb.growth.documents import SAID
from kb.passage import Frozen, Hit, Passage
from kb.search.elsewhere import UNDER
from kb.search.hits import CORRECTION, EXPLAINS
from kb.search.machines import names_no_machine
from kb.search.numbered import PACK
from kb.text import codes

MOST_QUOTES = 3
NEAR_THE_BEST = 0.8  # a second passage is quoted when its confidence is at least so much of the best one's
LEAST_ODDS = 0.05  # and when it is at least so likely to be the right one as the best; chosen on the fit part
ABOUT_AS_SURE = 0.9  # of the confidence in a passage that a correction must have to go before it
EVERY_WORD = 0.99  # of a question's words, weighted by rarity
LOOKED_AT = 2 * MOST_QUOTES  # hits of which the quoted ones are chosen


class Shown(Frozen):
    """What a question is answered with first. An `id` of "" is no answer."""

    id: str = ""
    title: str = ""


def quoted(hits: Sequence[Hit], threshold: float, question: str = "") -> list[Hit]:
    """Those of `hits` that an answer to `question` quotes, best first; none when no confidence reaches `threshold`.

    Where the plant's own document and a shipped page both answer, the own one goes first: of two machines that vibrate
    the plant wrote of the one that it has. What a correction speaks against is left out where that was made for the
    very question. Where the question is only like it, the correction goes before what it corrects, and both are quoted.
    """
    fitting = [hit for hit in hits if hit.confidence >= threshold]
    if not fitting:
        return []
    own = [hit for hit in fitting if not _is_note(hit.passage)] or fitting  # a note is quoted beside a manual
    best = max(hit.confidence for hit in own)
    exact = [hit for hit in fitting if hit.score > CORRECTION]
    certain = [hit for hit in fitting if hit.score > EXPLAINS]  # answers to the very question, and to its code
    near = [hit for hit in fitting if hit in certain or hit.confidence >= NEAR_THE_BEST * best]
    surest = certain or [hit for hit in near if hit in own]  # of these one is quoted in any case
    least = max(hit.merit for hit in surest) + math.log(LEAST_ODDS)
    likely = [hit for hit in near if hit in certain or hit.merit >= least or _corrects_any(hit, fitting)]
    kept = [hit for hit in likely if not any(corrects(x.passage, hit.passage) for x in exact)]
    shipped = [hit for hit in kept if hit not in certain and not _goes_first(hit, question)]
    order = _corrections_first([hit for hit in kept if hit not in shipped] + shipped)
    if not any(hit in own for hit in order[:MOST_QUOTES]):
        order = [*order[: MOST_QUOTES - 1], *(hit for hit in order if hit in own)]
    return _with_compared(order, hits, question)[:MOST_QUOTES]


def _with_compared(order: list[Hit], hits: Sequence[Hit], question: str) -> list[Hit]:
    """With the rows of the same table for the other tags of a question that names several, behind the first, as sure as
    it: "WK-20 or WK-30" is answered by both, of which each alone says half."""
    table, _, name = order[0].passage.title.rpartition(UNDER)
    tags = codes(question)
    if not table or not codes(name) & tags:
        return order
    told, added = codes(name), list[Hit]()
    for hit in hits:
        other, _, called = hit.passage.title.rpartition(UNDER)
        beside = (other, hit.passage.document) == (table, order[0].passage.document)
        if beside and codes(called) & tags - told:
            told |= codes(called)
            added.append(hit.model_copy(update={"confidence": max(hit.confidence, order[0].confidence)}))
    ids = {hit.passage.id for hit in added}
    return [order[0], *added, *(hit for hit in order[1:] if hit.passage.id not in ids)]


def _is_note(passage: Passage) -> bool:
    """Something that a crew told in a sentence, which answers no question of its own: nobody wrote it to be the whole
    truth on its subject."""
    by_hand = passage.kind == "feedback" and passage.title.strip() in passage.text
    return by_hand or bool(SAID.fullmatch(passage.document))


def _goes_first(hit: Hit, question: str) -> bool:
    """Is it the plant's own document, and about no other machine than the question: that names none, or each of its
    words stands in the passage?"""
    passage = hit.passage
    own = bool(passage.document) and not passage.origin.startswith(PACK) and not _is_note(passage)
    return own and ((hit.coverage or 0.0) >= EVERY_WORD or names_no_machine(question))


def _corrects_any(correction: Hit, hits: Sequence[Hit]) -> bool:
    return any(corrects(correction.passage, hit.passage) for hit in hits)


def _corrections_first(hits: list[Hit]) -> list[Hit]:
    """Each correction moved up to the place of the first passage that it outranks."""
    order = list(hits)
    for hit in hits:
        place = order.index(hit)
        first = next((i for i, other in enumerate(order[:place]) if _outranks(hit, other)), place)
        order.insert(first, order.pop(place))
    return order


def _outranks(correction: Hit, other: Hit) -> bool:
    """Is this the question that was corrected, in other words? About as sure an answer, nearer by meaning, and not by
    its frame ("what are the signs of ...") alone: it must share at least half as much of the question's words."""
    if not corrects(correction.passage, other.passage) or correction.cosine < other.cosine:
        return False
    words, others = correction.title_coverage or 0.0, other.title_coverage or 0.0
    return words >= others / 2 and correction.confidence >= ABOUT_AS_SURE * other.confidence


def answer_of(store: KnowledgeBase, question: str, threshold: float, also: Sequence[str] = ()) -> list[Hit]:
    """The hits that an answer to `question` quotes; `also` are candidates taken as verified."""
    return quoted(store.search(question, limit=LOOKED_AT, also=also), threshold, question)


def answers(store: KnowledgeBase, questions: Sequence[str], threshold: float, also: Sequence[str] = ()) -> list[Shown]:
    """What each question is answered with first, in their order: compare two of these to see what changed."""
    return [shown(answer_of(store, question, threshold, also)) for question in questions]


def shown(hits: Sequence[Hit]) -> Shown:
    """The first of the quoted hits."""
    return Shown(id=hits[0].passage.id, title=hits[0].passage.title) if hits else Shown()
