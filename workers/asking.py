"""A question to the knowledge base: answered by quoting passages, or honestly not answered."""

from __future__ import annotations

from pydantic import Field

from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Hit, Lang
from kb.search.quotes import quote
from kb.text import lang_of
from roles.types import Frozen
from workers.contracts import Evidence
from workers.wording import say

MOST_QUOTES = 3
NEAR_THE_BEST = 0.8  # a second passage is quoted when its confidence is at least so much of the best one's
WORTH_NAMING = 0.5  # of the threshold: nearer than this, the nearest title is named though it does not answer


class Told(Frozen):
    """What `andon ask --json` prints. `threshold` is the confidence that an answer needs."""

    text: str
    abstained: bool
    confidence: float
    threshold: float
    evidence: list[Evidence] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)


def tell(question: str, store: KnowledgeBase, threshold: float, lang: Lang | None = None) -> Told:
    """Answer `question` from verified knowledge in quotes, each under the id of its passage.

    Quotes are in the language of the question where a passage exists in it, the words around them in `lang` (None:
    the language of the question). Below `threshold` nothing is quoted; what would help is asked for.
    """
    if not question.strip():
        raise KnowledgeError("failure_kb_no_question")
    spoken: Lang = lang or lang_of(question)
    hits = store.search(question, limit=2 * MOST_QUOTES)
    best = max((hit.confidence for hit in hits), default=0.0)
    if best < threshold:
        return _abstain(hits, best, threshold, spoken)
    chosen = [hit for hit in hits if hit.confidence >= max(threshold, NEAR_THE_BEST * best)][:MOST_QUOTES]
    evidence = [_evidence(hit, question, store) for hit in chosen]
    lines = [f"{e.quote} [{e.id}]" for e in evidence]
    sources = "\n".join(say("ask_source", spoken, id=e.id, title=e.title, source=e.source or "-") for e in evidence)
    lines.append(f"{say('ask_sources', spoken)}\n{sources}")
    lines.append(say("ask_confidence", spoken, confidence=f"{best:.2f}", threshold=f"{threshold:.2f}"))
    return Told(
        text="\n\n".join(lines), abstained=False, confidence=round(best, 4), threshold=threshold, evidence=evidence
    )


def _evidence(hit: Hit, question: str, store: KnowledgeBase) -> Evidence:
    passage = hit.passage
    return Evidence(
        id=passage.id, source=passage.source, title=passage.title, quote=quote(passage, question, store.embedder),
        lang=passage.lang, kind=passage.kind, status=passage.status, score=round(hit.score, 4),
        confidence=round(hit.confidence, 4),
    )  # fmt: skip


def _abstain(hits: list[Hit], best: float, threshold: float, lang: Lang) -> Told:
    """No quote, so nobody takes a guess for knowledge; the nearest title is named when it is near at all."""
    asks = [say(f"ask_for_{what}", lang) for what in ("asset", "sign", "time")]
    lines = [say("ask_unsure", lang, confidence=f"{best:.2f}", threshold=f"{threshold:.2f}")]
    nearest = max(hits, key=lambda hit: hit.confidence, default=None)
    if nearest is not None and best >= WORTH_NAMING * threshold:
        lines.append(say("ask_nearest", lang, title=nearest.passage.title, id=nearest.passage.id))
    lines.append(say("ask_help", lang) + "\n" + "\n".join(f"- {ask}" for ask in asks))
    return Told(text="\n".join(lines), abstained=True, confidence=round(best, 4), threshold=threshold, asks_for=asks)
