"""A question whose answer somebody agreed with is attached to the passage that was quoted, and leads to it from then
on.

The passage is not copied: a case has the question as its title and names the passage (`answered_by`). Verified, it
makes the search give that passage for the very question, in these or other words, however near other passages are
(kb/stores/entries.py). It counts as long as the passage does, and has a history, an undo and a place in the review of
its own. Passage.asked, the phrasings of the shipped pack, are not grown: a passage that has some has weights of its
own, fitted where there are a dozen each, so a single one would make it less sure for every other question; and a
phrasing has no standing, so none could wait for a keeper.
"""

from __future__ import annotations

from kb.contract import KnowledgeBase
from kb.growth.agreement import agree, known_case, withdraw
from kb.growth.crew import Crew
from kb.passage import Passage
from kb.text import clean


def attach(store: KnowledgeBase, question: str, id: str, *, by: str, about: str, crew: Crew) -> Passage | None:
    """Note that `by` agrees with the passage `id` as the answer to `question`; None when there is nothing to learn:
    from whom does not count, of a result of a web search, which is verified itself, or of an answer whose own question
    this is."""
    passage = store.get(id) if crew.counts(by) and question.strip() else None
    if passage is None or passage.kind == "web" or _is_of(passage, question):
        return None
    return agree(store, question, pointer(passage), by=by, about=about, crew=crew, answered_by=id)


def detach(store: KnowledgeBase, question: str, id: str, *, by: str, about: str, crew: Crew) -> None:
    """`by` says now that the passage `id` is not the answer to `question`: an earlier agreement counts no more."""
    case = known_case(store, clean(question), "", id)
    if case is not None and any(vote.by == by for vote in store.votes([case.id])):
        withdraw(store, case.id, by, about, crew)


def pointer(passage: Passage) -> str:
    """The text of a case that leads to `passage`, the same in every language."""
    return f"→ [{passage.id}] {passage.title}"


def _is_of(passage: Passage, question: str) -> bool:
    return " ".join(clean(question).casefold().split()) == " ".join(passage.title.casefold().split())
