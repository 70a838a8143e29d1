"""A question to the knowledge base: answered from passages, each sentence under its ids, or honestly not answered.

A language model words the answer where one is configured; without one, or where what it says is refused, the passages
are quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, tzinfo
from typing import Any

from pydantic import Field

from kb import growth
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Hit, Lang
from kb.search.gaps import gaps
from kb.search.glossary import current
from kb.search.nameless import nameless
from kb.search.question import words_of
from kb.search.quotes import FIRST, WHOLE, quote
from kb.search.spelling import misread
from kb.text import lang_of, language_in
from roles.answerer import ANSWERER, KnowledgeAnswer, KnowledgeQuestion
from roles.role import Engine, Outcome, run
from roles.types import Frozen, Passage
from workers import receipt
from workers.contracts import Evidence
from workers.knowledge import another, inventory, pending
from workers.knowledge.nearest import near
from workers.knowledge.websearch import Web
from workers.prose import courtesy
from workers.prose.equipment import speaks_of
from workers.prose.standing import disputes, record, with_standing
from workers.telling.instead import is_failure, reason, refusal
from workers.wording import say

LEAST_SHOWN = 0.01  # a confidence below it is no number worth reading


class Told(Frozen):
    """What `andon ask --json` prints. `threshold` is the confidence that an answer needs; one from the web has less.

    `searched` is what was sent to a search engine, "" when nothing was. `engine` worded the answer: "rules" (quotes) or
    "llm"; `receipt` says so in full, with each request to a language model as in a run's receipt. `waiting` are the
    candidates that would have answered: they are named, never quoted.
    """

    text: str
    abstained: bool
    confidence: float
    threshold: float
    evidence: list[Evidence] = Field(default_factory=list)
    asks_for: list[str] = Field(default_factory=list)
    searched: str = ""
    engine: str = "rules"
    receipt: dict[str, Any] = Field(default_factory=dict)
    waiting: list[pending.Waiting] = Field(default_factory=list)


def tell(
    question: str,
    store: KnowledgeBase,
    threshold: float,
    lang: Lang | None = None,
    web: Web | None = None,
    engine: Engine | None = None,
    zone: tzinfo = UTC,
) -> Told:
    """Answer `question` from verified knowledge: by `engine` (None: nobody) in its words, else in quotes, each under
    the ids of its passages.

    Quotes are in the language of the question where a passage exists in it, the words around them in `lang` (None:
    the language of the question). Below `threshold` nothing is quoted; what would help is asked for, and what waits for
    a keeper and would answer is said to be there, since which day of `zone`. There `web` (None: off) is asked, and what
    it says is quoted as not verified.
    """
    if not question.strip():
        raise KnowledgeError("failure_kb_no_question")
    spoken: Lang = lang or lang_of(question)
    if (lines := courtesy.told(question, spoken) or inventory.told(question, store, spoken)) is not None:
        return Told(text="\n".join(lines), abstained=True, confidence=0.0, threshold=threshold)
    if nameless(question):
        return _of_what(threshold, spoken)
    hits = store.search(question, lang=language_in(question) or lang, limit=growth.LOOKED_AT)
    best = max((hit.confidence for hit in hits), default=0.0)
    if best >= threshold:
        told = _answered(question, hits, store, threshold, spoken, engine)
    else:
        told = _abstain(question, hits, best, threshold, spoken, store)
        told = _with_waiting(told, pending.for_question(store, question, threshold), spoken, zone)
        told = told if web is None else _from_the_web(told, question, store, spoken, web)
    return _as_read(told, question, hits, spoken)


def _with_waiting(told: Told, found: list[pending.Waiting], lang: Lang, zone: tzinfo) -> Told:
    """With the sentence that something waits which would answer, below the first."""
    if not found:
        return told
    first, _, rest = told.text.partition("\n")
    return told.model_copy(update={"text": f"{first}\n{pending.line(found, lang, zone)}\n{rest}", "waiting": found})


def _of_what(threshold: float, lang: Lang) -> Told:
    """A question that names no thing is answered by whatever has signs, or steps: so it is asked back."""
    ask = say("ask_for_asset", lang)
    text = f"{say('ask_of_what', lang)}\n{say('ask_help', lang)}\n- {ask}"
    return Told(text=text, abstained=True, confidence=0.0, threshold=threshold, asks_for=[ask])


def _as_read(told: Told, question: str, hits: Sequence[Hit], lang: Lang) -> Told:
    """With the misspelt words first, and what was read for them; a word that a passage has was read as it is."""
    known = {term for hit in hits for term in words_of(f"{hit.passage.title} {hit.passage.text}")}
    read = misread(question, current(), known)
    lines = [say("ask_read_as", lang, word=word, meant=meant) for word, meant in read.items()]
    return told.model_copy(update={"text": "\n".join([*lines, told.text])}) if lines else told


def _answered(
    question: str, hits: Sequence[Hit], store: KnowledgeBase, threshold: float, spoken: Lang, engine: Engine | None
) -> Told:
    """The answer from those of `hits` that are quoted; its evidence are those that it cites, in its order."""
    quoted = growth.quoted(hits, threshold, question)
    before = len(receipt.calls(engine))
    outcome = _worded(question, quoted, threshold, spoken, engine)
    by_id = {hit.passage.id: hit for hit in quoted}
    cited = quoted if outcome.engine == "rules" else [by_id[id_] for id_ in outcome.output.cited]
    evidence = with_standing([_evidence(hit, question, store, hit is cited[0]) for hit in cited], store)
    sure = max(hit.confidence for hit in cited)
    lines = _lines(outcome, evidence, store, spoken, sure, threshold)
    lines[:0] = filter(None, (
        speaks_of(question, [hit.passage for hit in cited], spoken),
        another.unnamed_line(question, cited[0].passage, hits, spoken),
    ))  # fmt: skip
    return Told(
        text="\n\n".join(lines), abstained=False,
        confidence=round(sure, 4), threshold=threshold, evidence=evidence, engine=outcome.engine,
        receipt={"engines": {ANSWERER.name: receipt.engine(outcome)}, "calls": receipt.calls(engine)[before:]},
    )  # fmt: skip


def _worded(
    question: str, quoted: Sequence[Hit], threshold: float, lang: Lang, engine: Engine | None
) -> Outcome[KnowledgeAnswer]:
    """What the engine makes of the passages that would be quoted."""
    fields = {"id", "title", "text", "source", "lang", "kind", "status"}
    passages = [
        Passage.model_validate(h.passage.model_dump(include=fields) | {"score": h.score, "confidence": h.confidence})
        for h in quoted
    ]
    given = KnowledgeQuestion(question=question, lang=lang, passages=passages, threshold=threshold)
    return run(ANSWERER, given, engine)


def _lines(
    outcome: Outcome[KnowledgeAnswer], evidence: Sequence[Evidence], store: KnowledgeBase, lang: Lang, sure: float,
    threshold: float,
) -> list[str]:  # fmt: skip
    """The answer, what speaks against its passages, its sources, how sure it is, and who worded it."""
    if outcome.engine == "rules":
        lines = ["\n".join([f"{e.quote} [{e.id}]", *disputes(e, store, lang)]) for e in evidence]
    else:
        lines = [outcome.output.text, *(dispute for e in evidence for dispute in disputes(e, store, lang))]
    sources = "\n".join(
        say("ask_source", lang, id=e.id, title=e.title, source=e.source or "-") + record(e.right, e.wrong, lang)
        for e in evidence
    )
    lines.append(f"{say('ask_sources', lang)}\n{sources}")
    lines.append(say("ask_confidence", lang, confidence=f"{sure:.2f}", threshold=f"{threshold:.2f}"))
    if outcome.engine != "rules":
        lines.append(say("ask_worded", lang))
    elif outcome.fallback:
        lines.append(_why_quoted(outcome.fallback, lang))
    return lines


def _why_quoted(fallback: str, lang: Lang) -> str:
    """Why passages are quoted although a language model was asked."""
    if not is_failure(fallback):
        return say("ask_quoted_refused", lang, why=refusal([fallback], lang))
    because = reason(fallback, lang)
    return say("ask_quoted_because", lang, why=because) if because else say("ask_quoted_instead", lang)


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


def _evidence(hit: Hit, question: str, store: KnowledgeBase, first: bool) -> Evidence:
    passage, whole = hit.passage, FIRST if first else WHOLE
    return Evidence(
        id=passage.id, source=passage.source, title=passage.title,
        quote=quote(passage, question, store.embedder, whole=whole),
        lang=passage.lang, kind=passage.kind, status=passage.status, score=round(hit.score, 4),
        confidence=round(hit.confidence, 4),
    )  # fmt: skip


def _abstain(
    question: str, hits: list[Hit], best: float, threshold: float, lang: Lang, store: KnowledgeBase
) -> Told:  # fmt: skip
    """Nothing that anybody could take for an answer; the nearest title is named when it is near at all, its nearest
    sentence shown when it is almost near enough.

    Asked for is what the question itself leaves open. A code that no passage explains is said to be unknown.
    """
    open_ = gaps(question, [hit.passage for hit in hits])
    asks = [say(f"ask_for_{what}", lang) for what in open_.missing]
    lines = [say("ask_unsure", lang, confidence=say("confidence_hardly", lang) if best < LEAST_SHOWN else f"{best:.2f}",
                 threshold=f"{threshold:.2f}")]  # fmt: skip
    if open_.codes:
        lines = [say("ask_unknown_code", lang, codes=", ".join(open_.codes)), *lines]
        asks = [say("ask_for_code_table", lang), *(ask for ask in asks if ask != say("ask_for_sign", lang))]
    other, shown = near(question, hits, store, threshold, lang)
    lines = [line for line in (other, *lines, shown) if line]
    lines.append(say("ask_help", lang) + "\n" + "\n".join(f"- {ask}" for ask in asks))
    return Told(text="\n".join(lines), abstained=True, confidence=round(best, 4), threshold=threshold, asks_for=asks)
