"""The evidence of an answer: the passages that it cites, each with its quote, and what the web says beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb import growth
from kb.passage import Hit
from kb.search.nameless import nameless
from kb.search.quotes import quote
from workers.contracts import Block, Evidence
from workers.knowledge.another import unnamed_line
from workers.knowledge.nearest import near
from workers.prose.equipment import speaks_of
from workers.prose.standing import with_standing

if TYPE_CHECKING:
    from workers.running.run import Run


def evidence(run: Run) -> list[Evidence]:
    """The passages that the decision and the limits of forecasts cite, with the part that stands for them, and what the
    web says beside it."""
    beside = run.web.evidence if run.web else []
    ids = [passage.id for passage in run.cited]
    given = {passage.id: passage for passage in run.cited}
    if run.decided is not None:
        decision = run.decided.outcome.output
        ids += [id_ for cause in decision.causes for id_ in [*cause.evidence, *cause.against]]
        ids += [action.source for action in decision.actions if action.source]
        ids += [p.id for p in run.decided.passages if any(f"[{p.id}]" in note for note in decision.notes)]
        given |= {passage.id: passage for passage in run.decided.passages}
    told = [given[id_] for id_ in dict.fromkeys(ids) if id_ in given]
    if not told:  # also where the knowledge base is away: it is not asked again
        return list(beside)
    topic, embedder = _topic(run), run.knowledge.store.embedder
    used = [
        Evidence(quote=quote(p, topic, embedder),
                 **p.model_dump(include={"id", "source", "title", "lang", "kind", "status", "score", "confidence"}))
        for p in told
    ]  # fmt: skip
    return [*with_standing(used, run.knowledge.store), *beside]


def _topic(run: Run) -> str:
    """What the quotes should speak of: the likeliest cause, or the question itself where it was answered."""
    decision = run.decided.outcome.output if run.decided is not None else None
    if decision is None or decision.verdict == "answered" or not decision.causes:
        return run.question.text
    return decision.causes[0].text


def of_which(run: Run) -> list[Block]:
    """Of which machine the quoted pages speak, where the question names none and data show none, or of which other one
    where they do not speak of the one it names; where nothing answers, what comes near. As `andon ask` says it."""
    if run.decided is None or run.knowledge.unheard or (run.reading is not None and not run.only_asks):
        return []
    verdict, question, store = run.decided.outcome.output.verdict, run.question.text, run.knowledge.store
    said: tuple[str, ...] = ()
    if verdict == "answered":
        found = (store.get(p.id) for p in run.decided.passages if p.quote)
        quoted = [passage for passage in found if passage is not None]
        said = (speaks_of(question, quoted, run.lang),)
        if quoted:
            said += (unnamed_line(question, quoted[0], _hits(run), run.lang),)
    elif verdict == "unsure" and not nameless(question):
        said = near(question, _hits(run), store, run.settings.answer_threshold, run.lang)
    return [Block(kind="note", text=text) for text in said if text]


def _hits(run: Run) -> list[Hit]:
    """What the question itself finds."""
    return run.knowledge.store.search(run.question.text, lang=run.lang, limit=growth.LOOKED_AT)
