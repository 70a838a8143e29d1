"""The answerer with a language model: it words the answer from passages and says which one each sentence is from.
Lockout notes that it leaves out are added here in the passage's own words."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from roles.answering.rules import with_lockout
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.llm.condensing import IN_A_QUESTION, RUN, condense
from roles.llm.speech import Brief, Said, Speech, near, passages

LONGEST_PASSAGE = 1200  # characters: an answer is nowhere else


class SentenceSaid(Said):
    """One sentence; `evidence` are the ids of the passages that say it."""

    says: str
    evidence: list[str]


class Answered(Said):
    """One to four sentences."""

    sentences: list[SentenceSaid] = Field(default_factory=list)


def brief(given: KnowledgeQuestion) -> Brief:
    """The question and the passages, longer than other roles see them."""
    data = {"question": condense(given.question, most=IN_A_QUESTION), "near": near(given.passages)}
    shown = passages(given.passages, longest=LONGEST_PASSAGE, numbers=RUN)
    return Brief(data, shown, len(shown))


def assemble(given: KnowledgeQuestion, said: Answered) -> dict[str, Any]:
    """The sentences on one line each, and the lockout notes of what they cite."""
    sentences = [
        Sentence(says=" ".join(s.says.split()), evidence=list(dict.fromkeys(s.evidence))) for s in said.sentences
    ]
    return KnowledgeAnswer(sentences=with_lockout(sentences, given.passages)).model_dump(mode="json")


SPEECH = Speech(Answered, brief, assemble, max_tokens=700)
