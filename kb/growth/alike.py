"""What a keeper should know before approving: passages that say nearly the same, and those that say the opposite.

Everything is found by comparing words (kb/growth/statements.py) with the passages that a search brings; each finding
has a reason that people can check. Only texts of one language are compared, rules and questions in any.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kb.contract import KnowledgeBase
from kb.growth.agreement import SAME_QUESTION as ALIKE_QUESTION
from kb.growth.statements import contradiction, likeness, opposition, pieces, renamed, same_numbers
from kb.passage import Frozen, Passage, Status
from kb.search.hits import ANSWERING
from kb.search.question import SAME_QUESTION
from kb.text import codes, query_terms

NEARLY_SAME = 0.7  # likeness of two texts that say the same
LOOKED_AT = 8  # passages that each search brings
LEAST_TERMS = 2  # a question of fewer words ("what is wrong?") is asked about everything

Why = Literal["same_words", "direction", "number", "negation", "code", "question", "rule_forbidden", "rule_reversed"]


class Alike(Frozen):
    """A passage that says nearly the same as another one, or contradicts it.

    `mine` and `theirs` are the sentences that show it, the words what differs in them; `share` of words in common.
    """

    id: str
    title: str
    status: Status
    kind: Literal["duplicate", "contradiction"]
    why: Why
    mine: str = ""
    theirs: str = ""
    my_word: str = ""
    their_word: str = ""
    share: float = 0.0


def alike(
    store: KnowledgeBase, passage: Passage, statuses: Sequence[Status] = ("verified", "candidate")
) -> list[Alike]:
    """What says nearly the same as `passage` or contradicts it, contradictions first, of equals what is verified."""
    hits = [hit for text in dict.fromkeys([passage.title, passage.text, f"{passage.title}\n{passage.text}"])
            for hit in store.search(text, limit=LOOKED_AT, statuses=statuses)]  # fmt: skip
    near = {hit.passage.id: hit.passage for hit in hits if hit.passage.id != passage.id}
    found = [compare(passage, other, nearness(store, passage, other)) for other in near.values()]
    return sorted(
        (f for f in found if f is not None),
        key=lambda f: (f.kind != "contradiction", -f.share, f.status != "verified"),
    )


def nearness(store: KnowledgeBase, one: Passage, other: Passage) -> float:
    """How near the questions of two answers are; 0 when one is no answer to a question."""
    if one.kind not in ANSWERING or other.kind not in ANSWERING:
        return 0.0
    vectors = store.embedder.encode([one.title, other.title])
    return float(vectors[0] @ vectors[1])


def compare(mine: Passage, other: Passage, cosine: float = 0.0) -> Alike | None:
    """How `other` relates to `mine`; `cosine` is that of their questions where both are answers."""
    who = {"id": other.id, "title": other.title, "status": other.status}
    rules = _rules(mine, other)
    if rules is not None:
        return Alike(kind="contradiction", why=rules, **who)
    answers = mine.kind in ANSWERING and other.kind in ANSWERING
    if answers and (cosine < ALIKE_QUESTION or _other_question(mine.title, other.title)):
        return None
    if mine.lang == other.lang and not mine.answered_by:  # a case that leads to a passage says nothing itself
        opposed = contradiction(mine.text, other.text)
        if opposed is None and mine.kind == other.kind == "manual" and _folded(mine.title) == _folded(other.title):
            opposed = renamed(mine.text, other.text)
        if opposed is not None:
            return Alike(kind="contradiction", why=opposed.sort, mine=opposed.mine, theirs=opposed.theirs,
                         my_word=opposed.my_word, their_word=opposed.their_word, **who)  # fmt: skip
        share = _same(mine.text, other.text)
        if share >= NEARLY_SAME:
            return Alike(kind="duplicate", why="same_words", share=round(share, 2), **who)
    corrected = answers and "feedback" in (mine.kind, other.kind) and cosine >= SAME_QUESTION
    if corrected and len(query_terms(mine.title)) >= LEAST_TERMS:
        return Alike(kind="contradiction", why="question", mine=mine.text, theirs=other.text, **who)
    return None


def nearly_same(mine: Passage, other: Passage) -> bool:
    """Does `other` say in nearly the same words what `mine` says, whatever they were asked?"""
    if mine.lang != other.lang or contradiction(mine.text, other.text) is not None:
        return False
    return _same(mine.text, other.text) >= NEARLY_SAME


def _folded(title: str) -> str:
    return " ".join(title.split()).casefold()


def _other_question(mine: str, theirs: str) -> bool:
    """Do two questions name other rolls or codes, or ask about the opposite ("too much", "too little")?"""
    return codes(mine) != codes(theirs) or opposition(mine, theirs) is not None


def _same(mine: str, theirs: str) -> float:
    """Likeness of two texts with the same numbers, or of every sentence of `mine` to one of `theirs` (the least)."""
    whole = likeness(mine, theirs) if same_numbers(mine, theirs) else 0.0
    parts = [
        max((likeness(x, y) for y in pieces(theirs) if same_numbers(x, y)), default=0.0)
        for x in pieces(mine)
    ]  # fmt: skip
    return max(whole, min(parts, default=0.0))


def _rules(mine: Passage, other: Passage) -> Why | None:
    """Do two rules say the opposite of one cause and effect?"""
    if mine.rule is None or other.rule is None:
        return None
    one, two = mine.rule, other.rule
    ends, others = _ends(mine), _ends(other)
    if ends == others and one.relation != two.relation:
        return "rule_forbidden"
    if ends == others[::-1] and ends != others and one.relation == two.relation == "required":
        return "rule_reversed"
    return None


def _ends(passage: Passage) -> tuple[str, str]:
    rule = passage.rule
    assert rule is not None
    return (rule.cause_tag or rule.cause.casefold().strip(), rule.effect_tag or rule.effect.casefold().strip())
