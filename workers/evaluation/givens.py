"""From a question to the role that it concerns and its typed input, as the pipeline would make it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import create_engine

from roles.controller import CONTROLLER, Choice, ModelCard, Profile
from roles.deciding.figures import written
from roles.decision import DECISION_MAKER, Case, EventBrief
from roles.manager import MANAGER, Request
from roles.role import Role
from roles.supervisor import SUPERVISOR, Candidates
from roles.types import Edge, Finding, Frozen, Lang
from workers.catalogue.models import Catalogue
from workers.evaluation.questions import Question, plants
from workers.knowledge.context import Knowledge
from workers.looking.shown import Names
from workers.settings import Settings

ROLES: dict[str, Role[Any, Any]] = {
    "data_handling": MANAGER,
    "causal_correction": SUPERVISOR,
    "model_recommendation": CONTROLLER,
    "fault_causes": DECISION_MAKER,
    "advice": DECISION_MAKER,
}
ONSET = timedelta(hours=4, minutes=10)  # of the findings after the beginning of the file
SEVERITY = 3.0


class Givens:
    """Makes typed inputs. Knowledge and catalogue are opened once for each language; `close` gives them back.

    The catalogue is the shipped one without a record: what a question says of past scores is put into it.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._knowledge: dict[Lang, Knowledge] = {}
        self._cards: dict[Lang, list[ModelCard]] = {}

    def knowledge(self, lang: Lang) -> Knowledge:
        """What is known, in a language."""
        if lang not in self._knowledge:
            self._knowledge[lang] = Knowledge(self.settings, lang)
        return self._knowledge[lang]

    def close(self) -> None:
        """Close the stores that were opened."""
        for knowledge in self._knowledge.values():
            if "store" in knowledge.__dict__:
                knowledge.store.close()

    def of(self, question: Question) -> Frozen:
        """The typed input of the role ROLES[question.category]."""
        make = {
            "data_handling": self._request,
            "causal_correction": self._candidates,
            "model_recommendation": self._choice,
            "fault_causes": self._case,
            "advice": self._advice,
        }[question.category]
        return make(question)

    def _request(self, question: Question) -> Request:
        plant = plants()[question.given["plant"]]
        names = self.knowledge(question.lang).names(list(plant.columns), plant.columns)
        return Request(
            text=question.question, lang=question.lang, sensors=list(names.sensors.values()),
            start=datetime.fromisoformat(plant.start), end=datetime.fromisoformat(plant.end),
        )  # fmt: skip

    def _candidates(self, question: Question) -> Candidates:
        knowledge = self.knowledge(question.lang)
        names = knowledge.names(question.given["sensors"], {})
        edges = [Edge(cause=c, effect=e, lag_s=lag, strength=s) for c, e, lag, s in question.given["edges"]]
        sensors = list(names.sensors.values())
        return Candidates(
            lang=question.lang, edges=edges, facts=knowledge.facts(sensors), sensors=list(names.sensors),
            passages=knowledge.about_edges(edges, names), named=sensors,
        )  # fmt: skip

    def _choice(self, question: Question) -> Choice:
        given = question.given
        profile = dict(given["profile"])
        sensors = [f"S{i}" for i in range(1, profile.pop("sensors") + 1)]
        scores, trained = given.get("scores", {}), given.get("trained", [])
        cards = [
            card.model_copy(
                update={"score": scores.get(card.name, card.score)}
                | ({"sensors": sensors[: max(1, len(sensors) - 2)]} if card.name in trained else {})
            )
            for card in self._catalogue(question.lang)
        ]
        return Choice(
            lang=question.lang, profile=Profile(sensors=sensors, **profile), models=cards, wanted=given.get("wanted")
        )

    def _catalogue(self, lang: Lang) -> list[ModelCard]:
        if lang not in self._cards:
            engine = create_engine("sqlite://")
            try:
                self._cards[lang] = Catalogue(engine).cards(lang)
            finally:
                engine.dispose()
        return self._cards[lang]

    def _case(self, question: Question) -> Case:
        knowledge, plant = self.knowledge(question.lang), plants()[question.given["plant"]]
        rows = question.given["findings"]
        columns = dict(plant.columns) | {r["sensor"]: "" for r in rows if r["sensor"] not in plant.columns}
        names = knowledge.names(list(columns), {c: u for c, u in columns.items() if u})
        began = datetime.fromisoformat(plant.start) + ONSET
        findings = [
            _finding(f"F{i}", row, names, began + timedelta(minutes=i - 1), question.lang)
            for i, row in enumerate(rows, start=1)
        ]
        planned = any(row.get("planned") for row in rows)
        event = EventBrief(
            number=1, start=f"{began:%H:%M}", end=plant.end[11:16], severity=SEVERITY,
            kind="operating_change" if planned else "anomaly",
            sensors=list(dict.fromkeys(row["sensor"] for row in rows))[:6],
            reason="; ".join(f.text for f in findings) if planned else "",
        )  # fmt: skip
        faults = knowledge.faults()
        return Case(
            question=question.question, lang=question.lang, has_data=True, sensors=list(names.sensors.values()),
            events=[event], findings=findings, faults=faults, threshold=self.settings.answer_threshold,
            passages=knowledge.passages(question.question, findings, faults),
        )  # fmt: skip

    def _advice(self, question: Question) -> Case:
        knowledge = self.knowledge(question.lang)
        faults = knowledge.faults()
        return Case(
            question=question.question, lang=question.lang, has_data=False, faults=faults, searched=False,
            threshold=self.settings.answer_threshold, passages=knowledge.passages(question.question, [], faults),
        )  # fmt: skip


def _finding(id_: str, row: Mapping[str, Any], names: Names, start: datetime, lang: Lang) -> Finding:
    """A finding as the teller would number it; every number of its text is a value too."""
    numbers = {
        f"n{i}": float(n.replace(",", "").replace("−", "-")) for i, n in enumerate(written(row["text"]), start=1)
    }
    return Finding(
        id=id_, kind="operating_change" if row.get("planned") else row["kind"], sensor=row["sensor"],
        tag=names.tag(row["sensor"]),
        text=f"{names.name(row['sensor'])}{'' if lang == 'zh' else ' '}{row['text']}", event=1, start=start,
        values={**numbers, "clock": f"{start:%H:%M}", "strength": SEVERITY},
    )  # fmt: skip
