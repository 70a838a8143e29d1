"""Agreement makes knowledge: the question and the diagnosis that somebody agreed with become a case.

A case is verified when a keeper agrees, or when so many different people of the crew do; it is a candidate again when
they change their minds and no keeper has decided. Who agrees is counted from votes, so nobody counts twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from kb.contract import KnowledgeBase, Vote
from kb.errors import KnowledgeError
from kb.growth.crew import Crew
from kb.growth.standing import confirmed_by_crew, get, refused
from kb.growth.statements import likeness, same_numbers
from kb.passage import Observed, Passage
from kb.search.question import SAME_QUESTION as THE_QUESTION
from kb.text import clean, codes, lang_of, query_terms

SAME_DIAGNOSIS = 0.7  # likeness of two diagnoses that are one in other words
SAME_QUESTION = 0.75  # cosine of two questions that are one in other words, when the diagnosis is the same too
LOOKED_AT = 10  # cases that are compared
CONFIRMED_BY_CREW = ("case", "web")  # kinds that agreement alone can make knowledge; a correction needs a keeper


def agree(
    store: KnowledgeBase, question: str, diagnosis: str, *, by: str, about: str, crew: Crew,
    observed: Observed | None = None, answered_by: str = "",
) -> Passage | None:  # fmt: skip
    """Note that `by` agrees with `diagnosis` as the answer to `question`; None when there is nothing to learn.

    The first line of `diagnosis` is what was found, the others say more. The same diagnosis of the same question, also
    in other words, joins the case that is there. `about` names the answer: agreeing twice with one is agreeing once;
    `observed` is what the data of that answer showed, `answered_by` the passage that it quoted (see attached.attach).
    """
    question, diagnosis = clean(question), clean(diagnosis)
    if not question:
        raise KnowledgeError("failure_kb_no_question")
    if not diagnosis:
        return None
    case = known_case(store, question, diagnosis, answered_by)
    if case is None:
        case = _new_case(store, Passage(
            id="", title=question, text=diagnosis, source=f"case: {by or '-'}", lang=lang_of(question), kind="case",
            status="candidate", author=by, observed=observed, answered_by=answered_by,
        ))  # fmt: skip
    if case.status == "retired":
        with suppress(KnowledgeError):  # two people may say it at once
            case = store.set_status(case.id, "candidate", by=by, expected=("retired",))
    if crew.counts(by):
        store.vote([case.id], True, by=by, about=about)
    return settle(store, case.id, by, crew)


def _new_case(store: KnowledgeBase, said: Passage) -> Passage:
    added = store.add([said], by=said.author, note="agree")
    return (added.stored or added.known)[0]


def known_case(store: KnowledgeBase, question: str, diagnosis: str, answered_by: str = "") -> Passage | None:
    """The case with this question and diagnosis, or this passage as its answer, in these or other words; retired ones
    too."""
    hits = store.search(question, limit=LOOKED_AT, statuses=("verified", "candidate", "retired"), kinds=("case",))
    alike = [h.passage for h in hits if h.passage.answered_by == answered_by
             and (answered_by or _same_diagnosis(h.passage.text, diagnosis))
             and codes(h.passage.title) == codes(question)]  # fmt: skip
    if not alike:
        return None
    if same := [p for p in alike if answered_by and query_terms(p.title) == query_terms(question)]:
        return same[0]
    vectors = store.embedder.encode([question, *(p.title for p in alike)])
    nearest = max(range(len(alike)), key=lambda i: float(vectors[i + 1] @ vectors[0]))
    least = THE_QUESTION if answered_by else SAME_QUESTION  # one page answers several questions that are alike
    return alike[nearest] if float(vectors[nearest + 1] @ vectors[0]) >= least else None


def _same_diagnosis(one: str, other: str) -> bool:
    first, second = one.splitlines()[0], other.splitlines()[0]
    return same_numbers(first, second) and likeness(first, second) >= SAME_DIAGNOSIS


def agreeing(votes: Sequence[Vote], crew: Crew) -> list[str]:
    """The people whose last word on a passage is that it was right, in the order in which they said so."""
    last: dict[str, bool] = {}
    for vote in votes:
        last.pop(vote.by, None)
        last[vote.by] = vote.right
    return [person for person, right in last.items() if right and crew.counts(person)]


def withdraw(store: KnowledgeBase, id: str, by: str, about: str, crew: Crew) -> Passage:
    """`by` no longer stands behind a case or correction.

    A candidate that nobody stands behind is retired; what the crew had confirmed waits again when too few are left.
    What a keeper decided stays.
    """
    passage = get(store, id)
    store.vote([id], None, by=by, about=about)
    if passage.status == "candidate":
        left = agreeing(store.votes([id]), crew) if passage.kind == "case" else []
        if not left and (passage.kind == "case" or by == passage.author):
            return store.set_status(id, "retired", by=by, action="withdraw", expected=("candidate",))
    return settle(store, id, by, crew)


def settle(store: KnowledgeBase, id: str, by: str, crew: Crew) -> Passage:
    """Bring a case (or a passage from the web) to the standing that agreement gives it; anything else stays."""
    case = get(store, id)
    if case.kind not in CONFIRMED_BY_CREW or case.status == "retired":
        return case
    people, history = agreeing(store.votes([id]), crew), store.history(id)
    keepers = [person for person in people if crew.is_keeper(person)]
    enough = bool(keepers) or (crew.confirms and len(people) >= crew.confirmations)
    if refused(history):
        enough = by in keepers
    with suppress(KnowledgeError):  # somebody decided at this moment: that stands
        if case.status == "candidate" and enough:
            note = f"keeper {keepers[-1]} agreed" if keepers else f"{len(people)} agreed: {', '.join(people)}"
            return store.set_status(id, "verified", by=by, action="confirm", note=note, expected=("candidate",))
        if case.status == "verified" and not enough and confirmed_by_crew(history):
            note = f"{len(people)} agreed"
            return store.set_status(id, "candidate", by=by, action="reopen", note=note, expected=("verified",))
    return get(store, id)
