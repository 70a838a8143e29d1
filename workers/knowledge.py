"""The knowledge base as the pipeline needs it: names of columns, causal facts, fault signatures, passages.

Turns kb's values into the roles' words; the roles and kb do not know each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import kb
from kb import packs
from kb.contract import KnowledgeBase
from roles.types import Action, Fact, Fault, Finding, Lang, Passage, Sensor, Sign
from workers.findings import Names
from workers.settings import Settings

PACK = "continuous_casting"
MOST_PASSAGES = 12
MOST_CONTEXT = 600  # characters of a quoted answer: its verdict and causes come first
REFERENCES = re.compile(r"\s*\[[^\]\n]*\]")  # "[F2 CC-009-en]": noise for a search by meaning


class Knowledge:
    """What is known, opened once for a question. The store is opened on first use: many questions need none."""

    def __init__(self, settings: Settings, lang: Lang) -> None:
        self.settings, self.lang = settings, lang
        self.pack = packs.load(PACK)

    @cached_property
    def store(self) -> KnowledgeBase:
        """The configured store, with the pack's passages in it."""
        return kb.open_store(self.settings.data_dir / "knowledge.sqlite", packs=[self.pack])

    def names(self, columns: Sequence[str], units: Mapping[str, str]) -> Names:
        """What the vocabulary knows of each column, and the name to show for it in the reader's language."""
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
        return Names(labelled, shown)

    def facts(self, sensors: Iterable[Sensor]) -> list[Fact]:
        """The pack's relations between tags, spelt out for the columns of this file."""
        by_tag: dict[str, list[Sensor]] = {}
        for sensor in sensors:
            by_tag.setdefault(sensor.tag or "", []).append(sensor)
        facts = []
        for relation in self.pack.relations:
            reason = relation.reason(self.lang)
            for cause in by_tag.get(relation.cause, []):
                for effect in by_tag.get(relation.effect, []):
                    if cause.name == effect.name or (relation.same_instance and cause.instance != effect.instance):
                        continue
                    facts.append(
                        Fact(
                            relation=relation.relation,
                            cause=cause.name,
                            effect=effect.name,
                            reason=reason,
                            source=f"{relation.passage}-{self.lang}",
                            reviewed=True,
                        )
                    )
        return facts

    def faults(self) -> list[Fault]:
        """The fault signatures in the reader's language."""
        return [self._fault(row) for row in self.pack.faults]

    def _fault(self, row: packs.FaultRow) -> Fault:
        lang = self.lang

        def sign(s: packs.SignRow) -> Sign:
            return Sign(tag=s.tag, symptoms=list(s.symptoms), weight=s.weight, text=s.text(lang), leading=s.leading)

        def action(a: packs.ActionRow) -> Action:
            source = f"{a.passage}-{lang}" if a.passage else ""
            return Action(text=a.text(lang), source=source, when=a.when, safety=a.safety)

        return Fault(
            id=row.id,
            name=row.name(lang),
            asset=row.asset,
            signs=[sign(s) for s in row.sign],
            against=[sign(s) for s in row.against],
            same_instance=row.same_instance,
            passages=[f"{pair}-{lang}" for pair in row.passages],
            actions=[action(a) for a in row.action],
            asks_for=row.asks_for(lang),
        )

    def passages(
        self, question: str, findings: Sequence[Finding], faults: Sequence[Fault], context: str = ""
    ) -> list[Passage]:
        """Passages for a diagnosis: those nearest to the question and the findings, and those behind the faults
        whose signs show. A passage that only a fault brings carries no similarity of its own.

        `context` is a text that the question is about: it is looked for together with the question."""
        found: dict[str, Passage] = {}
        about = f"{question}\n{REFERENCES.sub('', context).strip()[:MOST_CONTEXT]}" if context.strip() else ""
        for text in [question, about, "; ".join(f.text for f in findings[:4])]:
            if text.strip():
                for passage in self.search(text):
                    known = found.get(passage.id)
                    if known is None or known.confidence < passage.confidence:
                        found[passage.id] = passage
        shown = {(f.tag, f.kind) for f in findings}
        for fault in faults:
            if any(sign.fits(tag) and kind in sign.symptoms for sign in fault.signs for tag, kind in shown):
                for id_ in fault.passages:
                    if id_ not in found and (behind := self.store.get(id_)) is not None:
                        found[id_] = Passage.model_validate(
                            behind.model_dump(include={"id", "title", "text", "source", "lang", "kind", "status"})
                        )
        return list(found.values())

    def search(self, text: str, limit: int = MOST_PASSAGES) -> list[Passage]:
        """Verified passages nearest to `text`, best first, with their calibrated similarity."""
        return [
            Passage.model_validate(
                hit.passage.model_dump(include={"id", "title", "text", "source", "lang", "kind", "status"})
                | {"score": hit.score, "confidence": hit.confidence}
            )
            for hit in self.store.search(text, lang=self.lang, limit=limit)
        ]
