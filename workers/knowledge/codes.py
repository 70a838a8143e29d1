"""A fault code alone is a question, too ("E-2041?"): what it means, why it comes, what to do, each from the table that
explains it. A code that no table explains is said to be unknown; nothing similar is offered in its place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Literal

from kb.contract import KnowledgeBase
from kb.ingest.columns import Role, layout
from kb.passage import Hit, Passage
from kb.search.named import explains, is_about, named_codes
from roles.sentences import first_sentences
from roles.types import Action, Cause, Lang
from workers import receipt as receipts
from workers.contracts import Answer, Block, Diagnosis, Evidence, Question
from workers.knowledge import pending, websearch
from workers.knowledge.context import Knowledge
from workers.knowledge.ellipsis import completed
from workers.knowledge.websearch import numbers
from workers.prose import story
from workers.prose.standing import with_standing
from workers.settings import Settings
from workers.wording import say

MOST_CODES, MOST_PASSAGES = 3, 2
PAIR = re.compile(r"(?P<name>[^:：;；]{1,40})[:：]\s*(?P<value>.+?)(?=[;；]\s*[^:：;；]{1,40}[:：]|$)")
QUOTE = 320


def answer_code(question: Question, settings: Settings, lang: Lang) -> Answer | None:
    """The answer to a question that is about fault codes and nothing else; None for any other, and for a code that
    only the web may know."""
    if question.artifact is not None or question.more:
        return None
    whole = completed(question.text, question.before)
    text = whole or question.text
    codes = named_codes(text)
    if not codes or not is_about(text, codes) or (whole and _besides_codes(whole, codes)):
        return None
    store = Knowledge(settings, lang).store
    found = {code: explained(store, text, code, written, lang) for code, written in list(codes.items())[:MOST_CODES]}
    unknown = [codes[code] for code, hits in found.items() if not hits]
    if unknown and websearch.configured(settings) is not None:
        return None
    told = _told(question, lang, codes, found, unknown, store)
    waiting = pending.for_question(store, text, settings.answer_threshold) if unknown else []
    waiting = [each for each in waiting if each.code in unknown]
    return pending.noted(told, waiting, settings.zone) if waiting else told


def _besides_codes(text: str, codes: dict[str, str]) -> bool:
    """Does a question that was completed ask more than what its codes mean: "mech seal P-202"?"""
    for written in codes.values():
        text = text.replace(written, " ")
    return any(char.isalpha() for char in text)


def explained(store: KnowledgeBase, text: str, code: str, written: str, lang: Lang) -> list[Hit]:
    """The verified passages that explain a code, best first. Of a table that has its rows in two languages, those in
    the reader's."""
    hits = store.search(text, limit=12)
    codes = {code: written}
    found = [hit for hit in hits if hit.passage.status == "verified" and explains(hit.passage, codes, text)]
    mine = {hit.passage.document for hit in found if hit.passage.lang == lang}
    return [hit for hit in found if hit.passage.lang == lang or hit.passage.document not in mine][:MOST_PASSAGES]


def _told(
    question: Question, lang: Lang, codes: dict[str, str], found: dict[str, list[Hit]], unknown: list[str],
    store: KnowledgeBase,
) -> Answer:  # fmt: skip
    blocks: list[Block] = []
    causes: list[Cause] = []
    actions: list[Action] = []
    for hits in found.values():
        for hit in hits:
            parts = parts_of(hit.passage)
            blocks += _lines(hit.passage, parts, lang)
            causes.append(Cause(rank=len(causes) + 1, text=parts.get("meaning") or hit.passage.title,
                                confidence=round(hit.confidence, 2), evidence=[hit.passage.id]))  # fmt: skip
            actions += [Action(text=parts["action"], source=hit.passage.id)] if "action" in parts else []
    if unknown:
        key = "fault_code_unknown_too" if blocks else "fault_code_unknown"
        kind: Literal["note", "headline"] = "note" if blocks else "headline"
        blocks.append(Block(kind=kind, text=say(key, lang, codes=", ".join(unknown))))
        blocks.append(Block(kind="ask", text=say("answer_asks", lang, asks=say("fault_code_table_wanted", lang))))
    hits = [hit for each in found.values() for hit in each]
    evidence = with_standing([_evidence(hit) for hit in hits], store) if hits else []
    asks = [say("fault_code_table_wanted", lang)] if unknown else []
    verdict: Literal["answered", "unsure"] = "answered" if causes else "unsure"
    return Answer(
        schema="andon.answer/1",
        question={"id": question.id, "text": question.text, "lang": lang, "file": None},
        diagnosis=Diagnosis(verdict=verdict, causes=causes, actions=actions, asks_for=asks),
        evidence=evidence, confidence=max((c.confidence for c in causes), default=0.0),
        text=story.plain(blocks), blocks=blocks,
        receipt={"made": datetime.now(UTC).isoformat(timespec="seconds"), "code": receipts.code_version(),
                 "engines": {}, "codes": codes},
    )  # fmt: skip


def _lines(passage: Passage, parts: dict[str, str], lang: Lang) -> Iterator[Block]:
    """Meaning, cause, action, each on its line; a passage that is no row of a table is quoted."""
    yield Block(
        kind="headline", text=say("fault_code_head", lang, title=passage.title, id=passage.id), refs=[passage.id]
    )
    if not {"cause", "action"} & set(parts):
        text = first_sentences(passage.text, 3)
        yield Block(kind="plain", text=say("fault_code_quote", lang, text=text), refs=[passage.id])
    if "cause" in parts:
        yield Block(kind="cause", text=say("fault_code_cause", lang, text=parts["cause"]), refs=[passage.id])
    if "action" in parts:
        yield Block(kind="action", text=say("fault_code_action", lang, text=parts["action"]), refs=[passage.id])
    yield Block(kind="note", text=say("fault_code_source", lang, source=passage.source or passage.title))


def parts_of(passage: Passage) -> dict[str, str]:
    """Meaning, cause and action of a row of a fault-code table, which stands as "Code: E-1; Meaning: ..."."""
    pairs = [(match["name"].strip(), match["value"].strip()) for match in PAIR.finditer(passage.text)]
    names = [name for name, _ in pairs]
    roles: dict[Role, int] = layout(names, []).columns if len(names) > 1 else {}
    wanted: tuple[Role, ...] = ("meaning", "cause", "action", "symptom")
    parts = {str(role): pairs[roles[role]][1] for role in wanted if role in roles}
    return parts if "meaning" in parts or "symptom" not in parts else {**parts, "meaning": parts["symptom"]}


def _evidence(hit: Hit) -> Evidence:
    passage = hit.passage
    return Evidence(
        id=passage.id, source=passage.source, title=passage.title, quote=passage.text[:QUOTE], lang=passage.lang,
        kind=passage.kind, status=passage.status, score=round(hit.score, 4), confidence=round(hit.confidence, 4),
        numbers=numbers(passage.text),
    )  # fmt: skip
