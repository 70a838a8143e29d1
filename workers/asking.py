"""A question to the knowledge base: answered by quoting passages, or honestly not answered."""

from __future__ import annotations

from pydantic import Field

from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Hit, Lang
from kb.search.gaps import gaps
from kb.search.quotes import quote
from kb.text import lang_of
from roles.types import Frozen
from workers.contracts import Evidence
from workers.standing import disputes, record, with_standing
from workers.websearch import Web
from workers.wording import say

WORTH_NAMING = 0.5  # of the threshold: nearer than this, the nearest title is named though it does not answer


class Told(Frozen):
    """What `andon ask --json` prints. `threshold` is the confidence that an answer needs; one from the web has less.

    `searched` is what was sent to a search engine, "" when nothing was.
    """

    text: str
    abstained: bool
    confidence: float
    threshold: float
    evidence: list[Evidence] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    searched: str = ""


def tell(
    question: str, store: KnowledgeBase, threshold: float, lang: Lang | None = None, web: Web | None = None
) -> Told:
    """Answer `question` from verified knowledge in quotes, each under the id of its passage.

    Quotes are in the language of the question where a passage exists in it, the words around them in `lang` (None:
    the language of the question). Below `threshold` nothing is quoted; what would help is asked for. There `web`
    (None: off) is asked, and what it says is quoted as not verified.
    """
    if not question.strip():
        raise KnowledgeError("failure_kb_no_question")
    spoken: Lang = lang or lang_of(question)
    hits = store.search(question, limit=growth.LOOKED_AT)
    best = max((hit.confidence for hit in hits), default=0.0)
    if best < threshold:
        unsure = _abstain(question, hits, best, threshold, spoken)
        return unsure if web is None else _from_the_web(unsure, question, store, spoken, web)
    evidence = with_standing([_evidence(hit, question, store) for hit in growth.quoted(hits, threshold)], store)
    lines = ["\n".join([f"{e.quote} [{e.id}]", *disputes(e, store, spoken)]) for e in evidence]
    sources = "\n".join(
        say("ask_source", spoken, id=e.id, title=e.title, source=e.source or "-") + record(e.right, e.wrong, spoken)
        for e in evidence
    )
    lines.append(f"{say('ask_sources', spoken)}\n{sources}")
    lines.append(say("ask_confidence", spoken, confidence=f"{best:.2f}", threshold=f"{threshold:.2f}"))
    return Told(
        text="\n\n".join(lines), abstained=False, confidence=round(best, 4), threshold=threshold, evidence=evidence
    )


def _from_the_web(unsure: Told, question: str, store: KnowledgeBase, lang: Lang, web: Web) -> Told:
    """What the web says where knowledge has no answer. Its confidence is that of knowledge."""
    looked = web.look(question, store, lang)
    if looked is None:
        return unsure
    lines = "\n".join(f"- {text}" if id_ else text for text, id_ in looked.lines)
    if not looked.evidence:
        return unsure.model_copy(update={"text": f"{unsure.text}\n{lines}", "searched": looked.query})
    first, _, rest = unsure.text.partition("\n")
    return unsure.model_copy(update={
        "text": f"{first}\n{lines}\n{rest}", "abstained": False, "evidence": looked.evidence, "searched": looked.query,
    })  # fmt: skip


def _evidence(hit: Hit, question: str, store: KnowledgeBase) -> Evidence:
    passage = hit.passage
    return Evidence(
        id=passage.id, source=passage.source, title=passage.title, quote=quote(passage, question, store.embedder),
        lang=passage.lang, kind=passage.kind, status=passage.status, score=round(hit.score, 4),
        confidence=round(hit.confidence, 4),
    )  # fmt: skip


def _abstain(question: str, hits: list[Hit], best: float, threshold: float, lang: Lang) -> Told:
    """No quote, so nobody takes a guess for knowledge; the nearest title is named when it is near at all.

    Asked for is what the question itself leaves open. A code that no passage explains is said to be unknown.
    """
    open_ = gaps(question, [hit.passage for hit in hits])
    asks = [say(f"ask_for_{what}", lang) for what in open_.missing]
    lines = [say("ask_unsure", lang, confidence=f"{best:.2f}", threshold=f"{threshold:.2f}")]
    if open_.codes:
        lines = [say("ask_unknown_code", lang, codes=", ".join(open_.codes)), *lines]
        asks = [say("ask_for_code_table", lang), *(ask for ask in asks if ask != say("ask_for_sign", lang))]
    nearest = max(hits, key=lambda hit: hit.confidence, default=None)
    if nearest is not None and best >= WORTH_NAMING * threshold:
        lines.append(say("ask_nearest", lang, title=nearest.passage.title, id=nearest.passage.id))
    lines.append(say("ask_help", lang) + "\n" + "\n".join(f"- {ask}" for ask in asks))
    return Told(text="\n".join(lines), abstained=True, confidence=round(best, 4), threshold=threshold, asks_for=asks)
