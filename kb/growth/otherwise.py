"""Verified passages that say otherwise than one that an answer quotes: whoever reads it should know of both.

Two documents of a plant give different torques for the same bolts, and nobody has decided yet which one holds. Only
what the answer quotes is compared, sentence by sentence as kb/growth/statements.py does it, with passages that a search
for the quote brings.
"""

from __future__ import annotations

import re

from kb.contract import KnowledgeBase
from kb.growth.alike import LOOKED_AT, compare, nearness
from kb.growth.disputes import corrects
from kb.growth.statements import Opposition, contradiction, shared_words
from kb.passage import Frozen, Passage
from kb.search.named import named_codes
from kb.text import is_row, query_terms

_CELL = re.compile(r"(?P<name>[^:：;；]{1,40})[:：]\s*(?P<value>.+?)(?=[;；]\s*[^:：;；]{1,40}[:：]|$)")
_DIGIT = re.compile(r"\d")
TELLING = 5  # words in common by which two sentences are about one thing, whatever their headings are


class Contrary(Frozen):
    """A verified passage with a sentence (`theirs`) that contradicts a quoted one (`mine`)."""

    id: str
    title: str
    source: str
    mine: str
    theirs: str


def otherwise(store: KnowledgeBase, passage: Passage, quoted: str) -> list[Contrary]:
    """What other documents say against the sentences `quoted` of `passage`, one sentence of each, nearest first.

    Corrections that speak against the passage, and what it corrects itself, are told apart from these
    (kb/growth/disputes.py), so they are left out here.
    """
    if passage.kind == "rule" or not quoted.strip():
        return []
    found = []
    for other in (hit.passage for hit in store.search(quoted, lang=passage.lang, limit=LOOKED_AT)):
        if other.lang != passage.lang or not _another(passage, other) or not _of_one_thing(passage, other):
            continue
        if _answers_otherwise(store, passage, other) or _other_cells(passage, other):
            found.append(Contrary(id=other.id, title=other.title, source=other.source, mine=passage.text,
                                  theirs=other.text))  # fmt: skip
            continue
        opposed = contradiction(quoted, other.text, held=True)
        if opposed is not None and _says_of_what(opposed, passage, other):
            found.append(Contrary(id=other.id, title=other.title, source=other.source, mine=opposed.mine,
                                  theirs=opposed.theirs))  # fmt: skip
    return found


def _answers_otherwise(store: KnowledgeBase, passage: Passage, other: Passage) -> bool:
    """Are these two corrections that answer one question, each in its way? Both are verified, and one is wrong."""
    if {passage.kind, other.kind} != {"feedback"}:
        return False
    compared = compare(passage, other, nearness(store, passage, other))
    return compared is not None and compared.kind == "contradiction"


def _other_cells(passage: Passage, other: Passage) -> bool:
    """Are these two versions of one row: the same title and columns, and another amount in one of them?"""
    if passage.title != other.title or not is_row(passage.text) or not is_row(other.text):
        return False
    mine, theirs = _cells(passage.text), _cells(other.text)
    return mine.keys() == theirs.keys() and any(mine[n] != theirs[n] and _DIGIT.search(mine[n]) for n in mine)


def _cells(row: str) -> dict[str, str]:
    return {match["name"].strip(): match["value"].strip() for match in _CELL.finditer(row)}


def _another(passage: Passage, other: Passage) -> bool:
    """Is `other` a manual or a confirmed answer of its own, neither a correction of the passage nor corrected by it?"""
    one = passage.id == other.id or (passage.pair != "" and passage.pair == other.pair)
    return not one and other.kind in ("manual", "feedback") and not corrects(passage, other) | corrects(other, passage)


def _of_one_thing(passage: Passage, other: Passage) -> bool:
    """Pump P-201 and pump P-202 may well have different bolts, and so may two sections of one document."""
    if passage.asset and other.asset and passage.asset != other.asset:
        return False
    if passage.document and passage.document == other.document and passage.title != other.title:
        return False
    titled, named = (
        [named_codes(text(p)).keys() for p in (passage, other)]
        for text in (lambda p: p.title, lambda p: f"{p.title}\n{p.document}")
    )  # fmt: skip
    mine, theirs = titled if all(titled) else named
    return mine == theirs or not mine.isdisjoint(theirs)


def _says_of_what(opposed: Opposition, passage: Passage, other: Passage) -> bool:
    """Do the sentences say by themselves what they are about, or stand under headings of one thing?
    "Replace the mechanical seal every 6000 h" may be of any pump."""
    mine, theirs = (set(query_terms(p.title.split("›")[-1])) for p in (passage, other))
    one_thing = bool(mine and theirs) and (mine <= theirs or theirs <= mine)
    return one_thing or shared_words(opposed.mine, opposed.theirs) >= TELLING
