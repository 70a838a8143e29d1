"""The web, asked when the knowledge base has no answer. What it says is quoted, labelled, and decides nothing.

A role never sees it: text of strangers is put beside the decision, not into it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from kb import packs, web
from kb.contract import KnowledgeBase
from kb.errors import KnowledgeError
from kb.passage import Lang, Passage
from kb.text import lang_of, query_terms, stem, tokens
from roles.decision import Decision
from roles.types import Finding
from roles.wording import BOOK
from workers.contracts import Evidence
from workers.settings import Settings
from workers.wording import say

if TYPE_CHECKING:  # it brings pandas along, half a second
    from workers.looking.shown import Names

PACK = "continuous_casting"
ASKED_FOR = 8  # results of an engine that are looked at
MOST_QUOTED = 3  # results in an answer; as many are stored
LEAST_WORDS = 2  # that say something: "what is wrong" alone finds anything
OURS = str.maketrans('"“”[]', "'''()")  # marks that mean something in our sentences
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


@dataclass(frozen=True)
class Looked:
    """What came of asking the web: `evidence` to quote, else `why` there is none, in a sentence.

    `query` is exactly what was sent, "" when nothing was.
    """

    lang: Lang
    engine: str = ""
    query: str = ""
    evidence: list[Evidence] = field(default_factory=list)
    why: str = ""

    @property
    def lines(self) -> list[tuple[str, str]]:
        """(sentence, id of the evidence that it quotes or ""), in order, for a person."""
        if not self.evidence:
            return [(self.why, "")]
        head = say("web_found", self.lang, engine=self.engine, query=self.query)
        quoted = [(_line(e, self.lang), e.id) for e in self.evidence]
        return [(head, ""), *quoted, (say("web_quarantine", self.lang), "")]


@dataclass(frozen=True)
class Web:
    """The configured engines, asked in their order. `hidden` words stay inside when it is `private`."""

    engines: tuple[web.WebSearch, ...]
    private: bool = False
    hidden: tuple[str, ...] = ()

    def look(
        self, question: str, store: KnowledgeBase, lang: Lang, *, names: Iterable[str] = (), query: str = ""
    ) -> Looked | None:
        """Ask about `question` (in the words of `query` when given), keep what fits as candidates; `lang` is the
        reader's. Never raises: why there is no answer is part of what comes back. None: there is nothing to ask."""
        if not query_terms(query or question):
            return None
        engine = sent = ""
        try:
            sent = self.words(query or question, names)
            found = web.first_answer(self.engines, sent, lang_of(question), ASKED_FOR)
            engine = found.engine
            fitting = web.related(query or question, found.hits, store.embedder)
            evidence = _kept(store, fitting, engine)
            if evidence:
                web.note_shown(store, question, [e.id for e in evidence])
        except KnowledgeError as error:
            return Looked(lang, engine, sent, why=say(error.code, lang, **error.values))
        return Looked(lang, engine, sent, evidence, "" if evidence else _nothing(found, sent, lang))

    def search(self, words: str, lang: Lang, limit: int = 4) -> list[web.WebHit]:
        """What the first engine that answers finds for `words`, as it is; KnowledgeError when none answers."""
        return web.first_answer(self.engines, words, lang, limit).hits

    def words(self, text: str, names: Iterable[str] = (), private: bool = False) -> str:
        """`text` as it leaves the plant; KnowledgeError when nothing of it may."""
        words = everything = web.outgoing(text)
        if private or self.private:
            words = web.outgoing(text, private=True, names=[*names, *self.hidden], known=_public_words())
        if words != everything and len(query_terms(words)) < LEAST_WORDS:
            raise KnowledgeError("failure_web_private")
        return words


def configured(settings: Settings) -> Web | None:
    """The web as the settings allow it; None when no engine is set."""
    engines: list[web.WebSearch] = []
    if settings.web_search_url:
        engines.append(web.Searxng(settings.web_search_url))
    if settings.tavily_api_key and (key := settings.tavily_api_key.get_secret_value()):
        engines.append(web.Tavily(key, settings.tavily_url))
    if settings.brave_api_key and (key := settings.brave_api_key.get_secret_value()):
        engines.append(web.Brave(key, settings.brave_url))
    return Web(tuple(engines), settings.privacy, settings.private_words) if engines else None


def _kept(store: KnowledgeBase, fitting: Sequence[web.Related], engine: str) -> list[Evidence]:
    """The first results that nobody refused, stored as candidates and ready to be quoted."""
    evidence: list[Evidence] = []
    for one in fitting:
        (passage,) = web.keep(store, [one.hit], engine)
        if passage is not None:
            evidence.append(_evidence(one, passage))
        if len(evidence) == MOST_QUOTED:
            break
    return evidence


def _evidence(one: web.Related, passage: Passage) -> Evidence:
    """A result as evidence. Its confidence is 0: likeness to the question is no sign that a stranger is right."""
    hit = one.hit
    return Evidence(
        id=passage.id, source=hit.url, title=hit.title, quote=hit.text or hit.title, lang=passage.lang, kind="web",
        status=passage.status, score=max(one.shared, one.cosine), date=hit.date,
        seen=f"{datetime.now(UTC):%Y-%m-%d}", numbers=numbers(f"{hit.title} {hit.text} {hit.url}"),
    )  # fmt: skip


def numbers(text: str) -> list[float]:
    """The numbers of a text, as values."""
    return [float(n.replace(",", "")) for n in NUMBER.findall(text)]


def _line(e: Evidence, lang: Lang) -> str:
    """A result on one line, every word of the stranger between quotation marks and none in the form of a citation."""
    when = e.date or say("web_seen", lang, day=e.seen)
    title, quote = (text.translate(OURS) for text in (e.title, e.quote))
    return say("web_result", lang, title=title, quote=quote, date=when, url=e.source, id=e.id)


def _nothing(found: web.Found, sent: str, lang: Lang) -> str:
    """Nothing fits: said, with the engines that kept silent."""
    why = say("web_nothing", lang, engine=found.engine, query=sent)
    if not found.silent:
        return why
    return why + {"en": " ", "zh": ""}[lang] + say("web_silent", lang, engines=", ".join(found.silent))


def beside(
    decision: Decision, question: str, findings: Sequence[Finding], names: Names, files: Sequence[str],
    web: Web, store: KnowledgeBase, lang: Lang, threshold: float, *, has_data: bool,
) -> Looked | None:  # fmt: skip
    """What the web says beside a decision that found nothing similar enough; None when it is not to be asked.

    With data the words are those of the symptoms (symptoms()); the file's names and values are not looked at. Two
    known causes that stand against each other are knowledge, though neither is sure.
    """
    known = sum(cause.confidence for cause in decision.causes if cause.fault)
    if decision.verdict != "unsure" or known >= threshold:
        return None
    query = symptoms(findings, lang) if has_data else ""
    if has_data and not query and len(query_terms(question)) < LEAST_WORDS:
        return None
    own = [column for column, sensor in names.sensors.items() if sensor.tag is None]
    return web.look(question, store, lang, names=[*own, *files], query=query)


def symptoms(findings: Sequence[Finding], lang: Lang, most: int = 3) -> str:
    """What the first findings are about in general words: "continuous casting mould level swings". "" when none of
    their sensors is a quantity of the vocabulary."""
    told: dict[str, str] = {}
    vocabulary = packs.load(PACK).vocabulary
    for finding in findings:
        does = f"does_{finding.kind}"
        if finding.tag in vocabulary.by_tag and does in BOOK.entries:
            told.setdefault(finding.tag, f"{vocabulary.name(finding.tag, None, lang)} {BOOK.say(does, lang)}")
    if not told:
        return ""
    return " ".join([say("web_asset", lang), *list(told.values())[:most], say("web_cause", lang)])


@cache
def _public_words() -> frozenset[str]:
    """Stems of the words of the shipped pack: written with a capital they are still no names of this plant."""
    pack = packs.load(PACK)
    texts = [f"{p.title} {p.text}" for p in pack.passages if p.lang == "en"]
    texts += [word for quantity in pack.vocabulary.quantities for word in (quantity.en, *quantity.aliases)]
    return frozenset(stem(token) for text in texts for token in tokens(text))
