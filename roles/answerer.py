"""Decision maker, part two: a question to the knowledge base becomes sentences, each with the passages that say it."""

from __future__ import annotations

from roles.answering.check import check
from roles.answering.rules import quote
from roles.answering.types import KnowledgeAnswer, KnowledgeQuestion, Sentence
from roles.role import Role

ANSWERER = Role("knowledge_answer", KnowledgeQuestion, KnowledgeAnswer, rules=quote, check=check)

__all__ = ["ANSWERER", "KnowledgeAnswer", "KnowledgeQuestion", "Sentence"]
