"""How knowledge grows: what the crew says becomes a candidate, a keeper makes it knowledge.

Nothing that a person said is in any answer before somebody who may do so approved it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kb.contract import Filters, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.passage import Frozen, Passage
from kb.text import clean, lang_of

Verdict = Literal["agree", "disagree"]


class Keepers(Frozen):
    """Who may decide what is knowledge. `names` None: nobody is named, so everyone may, unless `strict`."""

    names: frozenset[str] | None = None
    strict: bool = False  # production: an empty list admits nobody

    @classmethod
    def parse(cls, names: str | None, strict: bool = False) -> Keepers:
        """From a comma-separated list; "*" is everyone, a blank list is no list."""
        listed = frozenset(name.strip() for name in (names or "").split(",") if name.strip())
        return cls(names=listed or None, strict=strict)

    def allow(self, user: str) -> bool:
        """True when `user` may approve."""
        if self.names is None:
            return not self.strict
        return "*" in self.names or user in self.names

    def check(self, user: str) -> None:
        """KnowledgeError when `user` may not."""
        if self.allow(user):
            return
        if self.names is None:
            raise KnowledgeError("failure_kb_no_keepers")
        raise KnowledgeError("failure_kb_not_keeper" if user else "failure_kb_no_user", user=user)


def feedback(store: KnowledgeBase, question: str, verdict: Verdict, answer: str, by: str) -> Passage | None:
    """A candidate from what `by` said about the answer to `question`; None when there is nothing to learn.

    Agreement with an answer's text is a case, disagreement with the right answer is feedback. Saying the same again
    gives the same candidate; one that was rejected or taken back is opened again.
    """
    question, answer = clean(question), clean(answer)
    if not question:
        raise KnowledgeError("failure_kb_no_question")
    if not answer:
        return None
    kind: Literal["case", "feedback"] = "case" if verdict == "agree" else "feedback"
    said = Passage(id="", title=question, text=answer, source=f"{kind}: {by or '-'}", lang=lang_of(question),
                   kind=kind, status="candidate", author=by)  # fmt: skip
    added = store.add([said], by=by, note=verdict)
    if added.stored:
        return added.stored[0]
    known = added.known[0]
    return store.set_status(known.id, "candidate", by=by) if known.status == "retired" else known


def candidates(store: KnowledgeBase) -> Sequence[Passage]:
    """What waits for a keeper, oldest first."""
    return store.list(Filters(statuses=("candidate",)))


def approve(store: KnowledgeBase, id: str, by: str, keepers: Keepers) -> Passage:
    """Make a candidate (or a retired passage) verified; approving what is verified changes nothing."""
    keepers.check(by)
    passage = _get(store, id)
    if passage.status == "verified":
        return passage
    return store.set_status(id, "verified", by=by, action="approve", expected=("candidate", "retired"))


def reject(store: KnowledgeBase, id: str, by: str, keepers: Keepers) -> Passage:
    """Refuse a candidate: it is kept as retired, with who refused it."""
    _check_unless_unnamed(by, keepers)
    _get(store, id)
    return store.set_status(id, "retired", by=by, action="reject", expected=("candidate",))


def retire(store: KnowledgeBase, id: str, by: str, keepers: Keepers) -> Passage:
    """Take a passage out of every answer; retiring what is retired changes nothing."""
    _check_unless_unnamed(by, keepers)
    passage = _get(store, id)
    if passage.status == "retired":
        return passage
    return store.set_status(id, "retired", by=by, action="retire", expected=("candidate", "verified"))


def undo(store: KnowledgeBase, id: str, by: str, keepers: Keepers) -> Passage:
    """Take back the last change. Who may do so: a keeper, or the author of a candidate that is still one.

    What would become verified again needs a keeper by name, as an approval does.
    """
    passage = _get(store, id)
    change = last_standing(store.history(id))
    if change is not None and change.before is not None and change.before.status == "verified":
        keepers.check(by)
    elif passage.status != "candidate" or not by or passage.author != by:
        _check_unless_unnamed(by, keepers)
    return store.undo(id, by=by)


def _get(store: KnowledgeBase, id: str) -> Passage:
    passage = store.get(id)
    if passage is None:
        raise KnowledgeError("failure_kb_unknown_id", id=id)
    return passage


def _check_unless_unnamed(by: str, keepers: Keepers) -> None:
    """The operator at the command line may lower a passage's standing unnamed; whoever is named must be a keeper."""
    if by:
        keepers.check(by)
    elif keepers.names is None:
        keepers.check("")
