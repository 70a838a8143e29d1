"""The knowledge base as the pipeline needs it: names of columns, causal facts, fault signatures, passages.

Turns kb's values into the roles' words; the roles and kb do not know each other.
"""

from __future__ import annotations

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
        return Names(sensors, {c: f"{n} ({c})" if n in doubles else n for c, n in shown.items()})

    def facts(self, sensors: Iterable[Sensor]) -> list[Fact]:
        """The pack's relations between tags, spelt out for the columns of this file."""
        by_tag: dict[str, list[Sensor]] = {}
        for sensor in sensors:
            by_tag.setdefault(sensor.tag or "", []).append(sensor)
        facts = []
        for relation in self.pack.relations:
            reason = relation.reason_zh if self.lang == "zh" else relation.reason_en
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
                        )
                    )
        return facts

    def faults(self) -> list[Fault]:
        """The fault signatures in the reader's language."""
        zh = self.lang == "zh"

        def signs(rows: Iterable[packs.SignRow]) -> list[Sign]:
            return [
                Sign(tag=s.tag, symptoms=list(s.symptoms), weight=s.weight, text=s.text_zh if zh else s.text_en)
                for s in rows
            ]

        return [
            Fault(
                id=f.id,
                name=f.name_zh if zh else f.name_en,
                asset=f.asset,
                signs=signs(f.sign),
                against=signs(f.against),
                same_instance=f.same_instance,
                passages=[f"{pair}-{self.lang}" for pair in f.passages],
                actions=[
                    Action(
                        text=a.text_zh if zh else a.text_en,
                        source=f"{a.passage}-{self.lang}" if a.passage else "",
                        when=a.when,
                        safety=a.safety,
                    )
                    for a in f.action
                ],
                asks_for=list(f.asks_for_zh if zh else f.asks_for_en),
            )
            for f in self.pack.faults
        ]

    def passages(self, question: str, findings: Sequence[Finding], faults: Sequence[Fault]) -> list[Passage]:
        """Passages for a diagnosis: those nearest to the question and the findings, and those behind the faults
        whose signs show. A passage that only a fault brings carries no similarity of its own."""
        found: dict[str, Passage] = {}
        for text in [question, "; ".join(f.text for f in findings[:4])]:
            if text.strip():
                for passage in self.search(text):
                    known = found.get(passage.id)
                    if known is None or known.confidence < passage.confidence:
                        found[passage.id] = passage
        shown = {(f.tag, f.kind) for f in findings}
        for fault in faults:
            if any((sign.tag, kind) in shown or sign.tag == "*" for sign in fault.signs for kind in sign.symptoms):
                for id_ in fault.passages:
                    if id_ not in found and (passage := self.store.get(id_)) is not None:
                        found[id_] = Passage.model_validate(
                            passage.model_dump(include={"id", "title", "text", "source", "lang", "kind", "status"})
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
