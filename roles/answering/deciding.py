"""A case without data as a question to the knowledge base, and its answer as a decision."""

from __future__ import annotations

from roles.answerer import ANSWERER
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion
from roles.deciding import telling
from roles.deciding.rules import decide
from roles.deciding.types import Case, Decision
from roles.role import Engine, Outcome, run
from roles.types import Cause


def decided(case: Case, engine: Engine | None) -> Outcome[Decision]:
    """What passages say of a case without data. Where the rules abstain nobody else is asked."""
    base = decide(case)
    if engine is None or base.verdict != "answered":
        return Outcome(base, "rules")
    cited = [id_ for cause in base.causes for id_ in cause.evidence]
    passages = [p for id_ in cited for p in case.passages if p.id == id_]
    given = KnowledgeQuestion(question=case.question, lang=case.lang, passages=passages, threshold=case.threshold)
    said = run(ANSWERER, given, engine)
    if said.engine == "rules":
        return Outcome(base, "rules", said.repairs, said.fallback)
    return Outcome(worded(base, said.output, given), said.engine, said.repairs)


def worded(base: Decision, answer: KnowledgeAnswer, given: KnowledgeQuestion) -> Decision:
    """The rules' decision in the answer's words: the passages that it cites, surest first; actions stay."""
    cited = [p for p in given.passages if p.id in answer.cited]
    cited.sort(key=lambda p: -p.confidence)
    causes = [
        Cause(rank=rank, text=telling.passage_says(p), confidence=round(p.confidence, 2), evidence=[p.id])
        for rank, p in enumerate(cited, start=1)
    ]
    return base.model_copy(update={"headline": answer.text, "causes": causes, "confidence": causes[0].confidence})
