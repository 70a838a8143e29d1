"""How knowledge grows: what the crew says becomes a candidate, a keeper makes it knowledge.

Nothing that a person said is in any answer before somebody who may do so approved it, or enough people agreed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kb.contract import Change, Edit, Filters, KnowledgeBase, last_standing
from kb.errors import KnowledgeError
from kb.growth.agreement import agree
from kb.growth.crew import Crew, Keepers
from kb.growth.disputes import disputable, follow
from kb.growth.merging import part
from kb.growth.standing import confirmed_by_crew, get
from kb.passage import Observed, Passage, Status
from kb.text import clean, content_hash, lang_of

Verdict = Literal["agree", "disagree"]


def feedback(
    store: KnowledgeBase, question: str, verdict: Verdict, answer: str, by: str, *,
    wrong: Sequence[str] = (), about: str = "", crew: Crew | None = None, observed: Observed | None = None,
) -> Passage | None:  # fmt: skip
    """What `by` said about the answer to `question` as a candidate; None when there is nothing to learn.

    Agreement with an answer's text is a case (see agree), disagreement with the right answer is a correction. `wrong`
    are the passages that the wrong answer stood on, `about` names the answer, `observed` is what its data showed.
    Saying the same again gives the same candidate; one that was rejected or taken back is opened again.
    """
    if verdict == "agree":
        about = about or about_question(question)
        return agree(store, question, answer, by=by, about=about, crew=crew or Crew(), observed=observed)
    question, answer = clean(question), clean(answer)
    if not question:
        raise KnowledgeError("failure_kb_no_question")
    if not answer:
        return None
    said = Passage(id="", title=question, text=answer, source=f"feedback: {by or '-'}", lang=lang_of(question),
                   kind="feedback", status="candidate", author=by, corrects=disputable(store, wrong),
                   observed=observed)  # fmt: skip
    added = store.add([said], by=by, note=f"disagree: {about}: {' '.join(wrong)}" if about else "disagree")
    if added.stored:
        return added.stored[0]
    known = added.known[0]
    if known.status == "retired":
        known = store.set_status(known.id, "candidate", by=by)
    more = [id for id in said.corrects if id not in known.corrects and id != known.id]
    if known.status == "candidate" and more:
        wider = known.model_copy(update={"corrects": [*known.corrects, *more]})
        return store.revise([Edit(before=known, after=wider)], action="amend", by=by)[0]
    return known


def about_question(question: str) -> str:
    """What a vote is about that names a question and no answer."""
    return f"question {content_hash(question.casefold())[:16]}"


def candidates(store: KnowledgeBase) -> Sequence[Passage]:
    """What waits for a keeper, oldest first."""
    return store.list(Filters(statuses=("candidate",)))


def waiting(store: KnowledgeBase, id: str) -> Passage:
    """The candidate with this id; KnowledgeError when there is none, or it is decided on."""
    passage = get(store, id)
    if passage.status != "candidate":
        raise KnowledgeError("failure_kb_not_waiting", id=id)
    return passage


def approve(store: KnowledgeBase, id: str, by: str, keepers: Keepers, *, note: str = "") -> Passage:
    """Make a candidate (or a retired passage) verified and mark what it corrects; `note` stands in its history.

    Approving what a keeper has approved changes nothing; what the crew confirmed becomes a keeper's decision.
    """
    keepers.check(by)
    passage = get(store, id)
    if passage.status != "verified":
        lower: tuple[Status, ...] = ("candidate", "retired")
        passage = store.set_status(id, "verified", by=by, action="approve", note=note, expected=lower)
    elif confirmed_by_crew(store.history(id)):
        passage = store.set_status(id, "verified", by=by, action="approve", note=note, expected=("verified",))
    follow(store, passage, by)
    return passage


def reject(store: KnowledgeBase, id: str, by: str, keepers: Keepers, *, note: str = "") -> Passage:
    """Refuse a candidate: it is kept as retired, with who refused it."""
    keepers.check_lowering(by)
    get(store, id)
    return store.set_status(id, "retired", by=by, action="reject", note=note, expected=("candidate",))


def retire(store: KnowledgeBase, id: str, by: str, keepers: Keepers, *, note: str = "") -> Passage:
    """Take a passage out of every answer, and its marks off what it corrects; again changes nothing."""
    keepers.check_lowering(by)
    passage = get(store, id)
    if passage.status != "retired":
        higher: tuple[Status, ...] = ("candidate", "verified")
        passage = store.set_status(id, "retired", by=by, action="retire", note=note, expected=higher)
    follow(store, passage, by)
    return passage


def undo(store: KnowledgeBase, id: str, by: str, keepers: Keepers, *, note: str = "") -> Passage:
    """Take back the last change, with what it did to other passages. Who may: a keeper, or a candidate's author. `note`
    stands in its history.

    What would become verified again needs a keeper by name, as an approval does.
    """
    passage = get(store, id)
    change = last_standing(store.history(id))
    if change is not None and change.before is not None and change.before.status == "verified":
        keepers.check(by)
    elif passage.status != "candidate" or not by or passage.author != by:
        keepers.check_lowering(by)
    after = store.undo(id, by=by, note=note)
    _after_undo(store, after, change)
    follow(store, after, by)
    return after


def _after_undo(store: KnowledgeBase, after: Passage, undone: Change | None) -> None:
    """What taking a change back does to other passages."""
    if undone is not None and undone.action == "merge":
        part(store, after.id, undone.note)
    if undone is None or undone.before is None:
        _withdraw_votes(store, after)


def note_occasion(token: str) -> str:
    """What the history says of a decision that was made on one occasion, a press or a message."""
    return f"occasion {token}" if token else ""


def decided(store: KnowledgeBase, id: str, by: str, note: str) -> Passage | None:
    """A passage that was decided on, or undone, under this note before; None when it was not. Whoever died on the way
    may have left what the decision does to other passages undone: while nothing came after it that is done again."""
    changes = store.history(id) if note else ()
    made = next((change for change in changes if change.note == note), None)
    if made is None:
        return None
    passage = get(store, id)
    if made is changes[-1]:
        if made.action == "undo":
            _after_undo(store, passage, next((c for c in changes if c.number == made.undoes), None))
        follow(store, passage, by)
    return passage


def _withdraw_votes(store: KnowledgeBase, correction: Passage) -> None:
    """Take back what the author of a correction that is gone said of the passages it spoke against."""
    if correction.kind != "feedback":
        return
    _, about, ids = [*store.history(correction.id)[0].note.split(": ", 2), "", ""][:3]
    about, wrong = about or about_question(correction.title), ids.split() or correction.corrects
    said = [v.passage for v in store.votes(wrong) if (v.by, v.about, v.right) == (correction.author, about, False)]
    if said:
        store.vote(said, None, by=correction.author, about=about)
