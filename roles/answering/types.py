"""What the answerer is given and what it says: passages, and sentences that each cite some of them."""

from __future__ import annotations

from pydantic import Field

from roles.types import Frozen, Lang, Passage


class KnowledgeQuestion(Frozen):
    """A question with the verified passages that were found for it, best first, and the confidence that an answer
    needs. No data: what was measured is the decision maker's."""

    question: str
    lang: Lang
    passages: list[Passage] = Field(default_factory=list)
    threshold: float = 0.55


class Sentence(Frozen):
    """One sentence of an answer and the ids of the passages that say it."""

    says: str
    evidence: list[str]


class KnowledgeAnswer(Frozen):
    """The answer, sentence by sentence; none where no passage is similar enough."""

    sentences: list[Sentence] = Field(default_factory=list)

    @property
    def cited(self) -> list[str]:
        """Ids of the passages that are cited, in the order of the answer."""
        return list(dict.fromkeys(id_ for sentence in self.sentences for id_ in sentence.evidence))

    @property
    def text(self) -> str:
        """All sentences on one line, each with its sources: "It rises [CC-001-en]."."""
        return " ".join(f"{s.says} [{', '.join(s.evidence)}]" for s in self.sentences)
