"""The answerer with a language model: it words the answer from passages and says which one each sentence is from.
What it says of making work safe, and lockout notes that it leaves out, stand here in the passage's own words."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from roles.answering.guarding import guarded
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
    worded = [Sentence(says=" ".join(s.says.split()), evidence=list(dict.fromkeys(s.evidence))) for s in said.sentences]
    kept = [s for each in worded if (s := guarded(each, given.passages, given.lang)) is not None]
    sentences = list({s.says: s for s in kept}.values())
    return KnowledgeAnswer(sentences=with_lockout(sentences, given.passages)).model_dump(mode="json")


SPEECH = Speech(Answered, brief, assemble, max_tokens=700)
