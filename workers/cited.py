"""The evidence of an answer: the passages that it cites, each with its quote, and what the web says beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workers.contracts import Evidence
from workers.standing import with_standing

if TYPE_CHECKING:
    from workers.run import Run

QUOTE = 320  # characters of a passage that stand in answer.json


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
        given |= {passage.id: passage for passage in run.decided.passages}
    used = [
        Evidence(quote=p.text if len(p.text) <= QUOTE else p.text[: QUOTE - 1] + "…",
                 **p.model_dump(include={"id", "source", "title", "lang", "kind", "status", "score", "confidence"}))
        for p in (given[id_] for id_ in dict.fromkeys(ids) if id_ in given)
    ]  # fmt: skip
    return [*(with_standing(used, run.knowledge.store) if used else []), *beside]
