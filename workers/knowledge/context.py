"""The knowledge base as the pipeline needs it: names of columns, causal facts, fault signatures, passages.

Turns kb's values into the roles' words; the roles and kb do not know each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

import kb
from kb import growth, packs
from kb.contract import Filters, KnowledgeBase
from kb.errors import KnowledgeError
from kb.ingest.rules import stated
from kb.passage import Hit
from kb.passage import Passage as Stored
from kb.search.nameless import nameless
from kb.search.quotes import FIRST, WHOLE, flat, quote
from roles.deciding.documented import section
from roles.types import Action, Edge, Fact, Fault, Finding, Lang, Passage, Sensor, Sign
from roles.wording import BOOK, say
from workers.knowledge.opening import open_knowledge, shipped
from workers.knowledge.repeats import TAUGHT, is_elsewhere, repeats
from workers.looking.shown import Names
from workers.settings import Settings

MOST_PASSAGES = 12
LEAD, BRIEF = 2, 240  # sentences that head an answer; characters up to which a passage heads it whole
STEP, STEPS = (
    re.compile(r"^\s*(?:\d{1,2}[.)、]|（\d{1,2}）|[(]\d{1,2}[)]|第?[一二三四五六七八九十]+[、步])", re.M),
    3,
)  # a procedure
MOST_CONTEXT = 600  # characters of a quoted answer: its verdict and causes come first
REFERENCES = re.compile(r"\s*\[[^\]\n]*\]")  # "[F2 CC-009-en]": noise for a search by meaning


class Knowledge:
    """What is known, opened once for a question. The store is opened on first use: many questions need none."""

    unheard = False  # could the store not be asked (forbearing.py)?
    misset: KnowledgeError | None = None  # because of this setting

    def __init__(self, settings: Settings, lang: Lang) -> None:
        self.settings, self.lang = settings, lang
        self.pack = shipped(settings)[0]

    @cached_property
    def store(self) -> KnowledgeBase:
        """The configured store, with the pack's passages in it."""
        return open_knowledge(self.settings, packs=[self.pack])

    def names(
        self, columns: Sequence[str], units: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Names:  # fmt: skip
        """What the vocabulary knows of each column, and the name to show for it in the reader's language. `headers`:
        column -> as the file has it."""
        sensors, shown = {}, {}
        for column in columns:
            term = self.pack.vocabulary.match(column, units.get(column))
            if term is None:
                sensors[column] = Sensor(name=column, unit=units.get(column))
                continue
            sensors[column] = Sensor(
                name=column,
                tag=term.tag,
                instance=term.instance,
                unit=units.get(column),
                role=term.role,
                aliases=term.aliases,
            )
            shown[column] = self.pack.vocabulary.name(term.tag, term.instance, self.lang)
        doubles = {name for name in shown.values() if list(shown.values()).count(name) > 1}
        shown = {c: f"{n} ({c})" if n in doubles else n for c, n in shown.items()}
        labelled = {c: s.model_copy(update={"label": shown[c]}) if c in shown else s for c, s in sensors.items()}
        return Names(labelled, shown, headers or {})

    def facts(self, sensors: Iterable[Sensor]) -> list[Fact]:
        """The pack's relations and the verified rules between tags, spelt out for the columns of this file.

        A rule was recognised in a text by its form; `reviewed` only where somebody approved it by itself.
        """
        by_tag: dict[str, list[Sensor]] = {}
        for sensor in sensors:
            by_tag.setdefault(sensor.tag or "", []).append(sensor)
        facts = []
        for relation in self.pack.relations:
            fact = Fact(relation=relation.relation, cause=relation.cause, effect=relation.effect, reviewed=True,
                        reason=relation.reason(self.lang), source=f"{relation.passage}-{self.lang}")  # fmt: skip
            facts += _spelt_out(fact, by_tag, _same if relation.same_instance else _any)
        for passage in self._rules():
            rule = passage.rule
            if rule is not None and rule.cause_tag in by_tag and rule.effect_tag in by_tag:
                fact = Fact(relation=rule.relation, cause=rule.cause_tag, effect=rule.effect_tag,
                            reviewed=bool(passage.verifier), reason=passage.text.split("\n")[0],
                            source=passage.id)  # fmt: skip
                facts += _spelt_out(fact, by_tag, _not_another)
        return facts

    def _rules(self) -> list[Stored]:
        """Verified rules with both quantities known, as long as a passage that says so is verified and undisputed.

        A store that is not there yet holds none and is not made for this.
        """
        if not self.settings.weaviate_url and not (self.settings.data_dir / kb.FILE).exists():
            return []
        rules = self.store.list(Filters(kinds=("rule",)))
        tagged = [r for r in rules if r.rule and r.rule.cause_tag and r.rule.effect_tag and not r.disputed_by]
        return [r for r in tagged if not r.based_on or any(self._stands(id_) for id_ in r.based_on)]

    def _stands(self, id_: str) -> bool:
        source = self.store.get(id_)
        return source is not None and source.status == "verified" and not source.disputed_by

    def faults(self) -> list[Fault]:
        """The fault signatures in the reader's language."""
        return [self._fault(row) for row in self.pack.faults]

    def _fault(self, row: packs.FaultRow) -> Fault:
        lang = self.lang

        def sign(s: packs.SignRow) -> Sign:
            return Sign(tag=s.tag, symptoms=list(s.symptoms), weight=s.weight, text=s.text(lang), leading=s.leading,
                        response=s.response)  # fmt: skip

        def action(a: packs.ActionRow) -> Action:
            source = f"{a.passage}-{lang}" if a.passage else ""
            return Action(text=a.text(lang), source=source, when=a.when, safety=a.safety)

        return Fault(
            id=row.id,
            name=row.name(lang),
            names=[row.name_en, row.name_zh],
            asset=row.asset,
            signs=[sign(s) for s in row.sign],
            against=[sign(s) for s in row.against],
            same_instance=row.same_instance,
            passages=[f"{pair}-{lang}" for pair in row.passages],
            actions=[action(a) for a in row.action],
            asks_for=row.asks_for(lang),
        )

    def passages(
        self, question: str, findings: Sequence[Finding], faults: Sequence[Fault], context: str = "",
        files: Sequence[str] = (),
    ) -> list[Passage]:  # fmt: skip
        """Passages for a diagnosis: those nearest to the question and the findings, and those behind the faults
        whose signs show. A passage that only a fault brings carries no similarity of its own.

        `context` is a text that the question is about: it is looked for together with the question. `files` are the
        names of the files with the findings: what the crew taught of another machine is left out, and what a document
        merely shows (a log, an answer pasted into it) is no evidence about data."""
        found: dict[str, Passage] = {}
        about = f"{question}\n{REFERENCES.sub('', context).strip()[:MOST_CONTEXT]}" if context.strip() else ""
        if not findings:
            question = "" if nameless(question) else question  # "what are the signs": whatever has signs would answer
            found = {p.id: p for p in self._answering(question) or self._answering(about)}
        for text in [question, about, "; ".join(f.text for f in findings[:4]), self._signs(findings[:4])]:
            if text.strip():
                for passage in self.search(text):
                    known = found.get(passage.id)
                    if known is None or (known.confidence < passage.confidence and not known.quote):
                        found[passage.id] = passage
        if findings:
            for repeat in repeats(self.store, findings):
                found.setdefault(repeat.id, _bare(repeat))
            told = [p if p.kind in TAUGHT else p.model_copy(update={"text": stated(p.text)}) for p in found.values()]
            found = {p.id: p for p in told if p.text and not (p.kind in TAUGHT and is_elsewhere(p, question, files))}
        shown = {(f.tag, f.kind) for f in findings}
        for fault in faults:
            if any(sign.fits(tag) and kind in sign.symptoms for sign in fault.signs for tag, kind in shown):
                for id_ in fault.passages:
                    if id_ not in found and (behind := self.store.get(id_)) is not None:
                        found[id_] = _bare(behind)
        return list(found.values())

    def _signs(self, findings: Sequence[Finding]) -> str:
        """What sensors do, as a note of the crew says it: without the numbers and times, which no note has."""
        told = [(f.sensor, f"does_{f.kind}") for f in findings if f.sensor and f"does_{f.kind}" in BOOK.entries]
        return "; ".join(
            f"{re.sub(r'[_.]+', ' ', sensor)} {say(key, self.lang)}" for sensor, key in dict.fromkeys(told)
        )

    def _answering(self, question: str) -> list[Passage]:
        """What answers the question by itself, best first, as `andon ask` quotes it; [] when nothing is sure enough."""
        if not question.strip():
            return []
        hits = self.store.search(question, lang=self.lang, limit=growth.LOOKED_AT)
        return [
            _seen(hit).model_copy(update={
                "quote": quote(hit.passage, question, self.store.embedder, whole=WHOLE if place else FIRST),
                "lead": self._lead(hit.passage, question),
            })
            for place, hit in enumerate(growth.quoted(hits, self.settings.answer_threshold, question))
        ]  # fmt: skip

    def _lead(self, passage: Stored, question: str) -> str:
        """What heads the answer: the sentences that speak to the question most. Of numbered steps none goes alone: the
        others protect whoever does the work."""
        if len(STEP.findall(passage.text)) >= STEPS and passage.title:
            return section(passage.title)
        return flat(quote(passage, question, self.store.embedder, most=LEAD, whole=BRIEF), passage.lang)

    def about_edges(self, edges: Sequence[Edge], names: Names, most: int = 6) -> list[Passage]:
        """Passages that may speak of the strongest edges: one search for each, each passage once."""
        found: dict[str, Passage] = {}
        for edge in sorted(edges, key=lambda e: -e.strength)[:most]:
            for passage in self.search(f"{names.name(edge.cause)} {names.name(edge.effect)}", limit=3):
                found.setdefault(passage.id, passage)
        return [p for p in found.values() if p.status == "verified"]

    def search(self, text: str, limit: int = MOST_PASSAGES) -> list[Passage]:
        """Verified passages nearest to `text`, best first, with their calibrated similarity."""
        return [_seen(hit) for hit in self.store.search(text, lang=self.lang, limit=limit)]


def _seen(hit: Hit) -> Passage:
    return _bare(hit.passage).model_copy(update={"score": hit.score, "confidence": hit.confidence})


def _bare(passage: Stored) -> Passage:
    """A passage without any similarity to a question."""
    kept = {"id", "title", "text", "source", "lang", "kind", "status", "observed"}
    return Passage.model_validate(passage.model_dump(include=kept))


Fits = Callable[[Sensor, Sensor], bool]


def _any(cause: Sensor, effect: Sensor) -> bool:
    return True


def _same(cause: Sensor, effect: Sensor) -> bool:
    """Within one roll or face."""
    return cause.instance == effect.instance


def _not_another(cause: Sensor, effect: Sensor) -> bool:
    """Not from one roll or face to another; what has only one of its kind, such as the speed, goes with all."""
    return not (cause.instance and effect.instance) or cause.instance == effect.instance


def _spelt_out(fact: Fact, by_tag: Mapping[str, Sequence[Sensor]], fits: Fits) -> list[Fact]:
    """A fact between tags as facts between the columns that have them, where `fits` allows the pair."""
    return [
        fact.model_copy(update={"cause": cause.name, "effect": effect.name})
        for cause in by_tag.get(fact.cause, [])
        for effect in by_tag.get(fact.effect, [])
        if cause.name != effect.name and fits(cause, effect)
    ]
