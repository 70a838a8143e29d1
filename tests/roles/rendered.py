"""Prompts as they are sent, with inputs like those of a real run: the golden files of tests/roles/prompts hold them."""

from __future__ import annotations

import json
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from roles.answerer import ANSWERER, KnowledgeQuestion
from roles.coder import CODER, CodeRequest
from roles.controller import CONTROLLER, Choice, Condition, ModelCard, Profile
from roles.decision import DECISION_MAKER
from roles.explainer import EXPLAINER
from roles.llm.contract import Ask, Reply
from roles.llm.engine import LanguageModel
from roles.manager import MANAGER
from roles.querier import QUERIER, CatalogueQuestion, ModelName
from roles.role import Role, run
from roles.simulator import SIMULATOR
from roles.supervisor import SUPERVISOR, Candidates
from roles.types import Edge, Fact, Passage
from tests.roles.explained import SAID, follow_up
from tests.roles.faults import clogging
from tests.roles.plant import caster
from tests.roles.test_planning import END, START, request
from workers import simulating
from workers.catalogue import view as catalogue_view

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 3, 10, 4, 10, tzinfo=ZONE)
SIGNALS = {
    "en": ["stopper_position: median 41 mm, spread 0.3 mm; trend +4.6 mm per hour; part of event 1",
           "stopper_position acts on mould_level after 1 s (strength 0.09)"],
    "zh": ["stopper_position：中位数41 mm，波动0.3 mm；趋势每小时+4.6 mm；参与事件1",
           "stopper_position在1秒后影响mould_level（强度0.09）"],
}  # fmt: skip


KNOWN = {
    "en": Passage(id="CC-014-en", title="Stopper clogging", confidence=0.82, text="The stopper opens at constant speed "
                  "while the level swings. Lock out the stopper drive before work on the rod."),
    "zh": Passage(id="CC-014-zh", title="塞棒结瘤", lang="zh", confidence=0.82,
                  text="拉速不变时塞棒开度持续增大，同时液位波动。检修塞棒前先将传动挂牌上锁。"),
}  # fmt: skip


class Scripted:
    """A Chat that says what it was given, in turn, and keeps what it was asked; an unexpected request fails."""

    model = "scripted"

    def __init__(self, *replies: Any) -> None:
        self.replies, self.asked = list(replies), list[Ask]()

    def ask(self, ask, on_text=None):
        self.asked.append(ask)
        assert self.replies, f"unexpected request of {ask.purpose}"
        said = self.replies.pop(0)
        if isinstance(said, Exception):
            raise said
        return Reply(text=json.dumps(said, ensure_ascii=False), data=said)

    @property
    def prompts(self) -> list[str]:
        """What was sent, one text a request."""
        return ["\n".join(m.content for m in ask.messages) for ask in self.asked]


def engine(*replies: Any, **more: Any) -> tuple[LanguageModel, Scripted]:
    """A language model that says `replies` in turn, at a fixed moment."""
    chat = Scripted(*replies)
    return LanguageModel(chat, lambda: NOW, **more), chat


def inputs(lang: str) -> dict[str, tuple[Role[Any, Any], Any, Any]]:
    """role name -> (role, a realistic input, what a good model says)."""
    text = {
        "en": "label S8 > 45 A as abnormal and show it from 02:00 to 04:00",
        "zh": "S8电流超过45 A标为异常，画出2点到4点",
    }[lang]
    s8 = {"kind": "label", "sensors": ["S8_upper_current"], "limit": 45, "unit": "A"}
    plot = {
        "kind": "plot",
        "sensors": ["S8_upper_current"],
        "start": "2024-03-10T02:00:00",
        "end": "2024-03-10T04:00:00",
    }
    cards = [
        ModelCard(name="ensemble", title="Ensemble", best_for="any file", default=True, min_rows=10),
        ModelCard(name="pca", title="PCA", best_for="many sensors that move together", avoid_when="few normal rows",
                  avoid_if=[Condition.parse("reference_rows < 200")], min_rows=50, score=0.71),
        ModelCard(name="lstm", title="LSTM", needs=["torch"], available=False),
    ]  # fmt: skip
    profile = Profile(rows=28_500, reference_rows=5_700, sensors=[s.name for s in caster(lang)], step_s=1.0)
    why = {"en": "position climbs +9.1 mm while the level swings", "zh": "塞棒开度上升9.1 mm，同时液位波动"}[lang]
    edges = [Edge(cause="mould_level", effect="casting_speed", lag_s=4.0, strength=0.02),
             Edge(cause="stopper_position", effect="mould_level", lag_s=1.0, strength=0.09)]  # fmt: skip
    facts = [Fact(relation="required", cause="stopper_position", effect="mould_level", reason="it sets the inflow",
                  source="CC-010-en", reviewed=True)]  # fmt: skip
    passages = [Passage(id="FB-7", title="", text="The casting speed disturbs the mould level.", confidence=0.6)]
    code = CodeRequest(
        request="rolling mean of S8 over 5 min", task="rolling mean of S8 over 5 min", lang=lang,
        columns=[{"key": "S8_upper_current", "name": "S8 upper roll current", "unit": "A", "summary": {"mean": 41.2}}],
        rows=28_500, start=START, end=END, step_s=1.0, zone="Asia/Shanghai", libraries=["numpy", "pandas"],
    )  # fmt: skip
    return {
        "pipeline_manager": (MANAGER, request(text, signals=SIGNALS[lang]), {"steps": [s8, plot]}),
        "controller": (
            CONTROLLER, Choice(lang=lang, profile=profile, models=cards), {"model": "pca", "reasons": ["-"]},
        ),
        "supervisor": (
            SUPERVISOR,
            Candidates(lang=lang, edges=edges, facts=facts, sensors=[s.name for s in caster(lang)], passages=passages,
                       named=caster(lang)),
            {"edits": [{"action": "reverse", "cause": "mould_level", "effect": "casting_speed", "source": "FB-7",
                        "reason": "FB-7"}]},
        ),
        "decision_maker": (
            DECISION_MAKER, clogging(lang=lang, signals=SIGNALS[lang]),
            {"verdict": "fault", "event": 1, "causes": [
                {"fault": "stopper_clogging", "confidence": 0.85, "evidence": ["F1", "F2", "CC-014-en"], "why": why}]},
        ),
        "knowledge_answer": (
            ANSWERER,
            KnowledgeQuestion(
                question={"en": "signs of stopper clogging?", "zh": "塞棒结瘤有哪些征兆？"}[lang], lang=lang,
                passages=[KNOWN[lang]],
            ),
            {"sentences": [{"evidence": [KNOWN[lang].id], "says": {
                "en": "The stopper opens while the level swings.", "zh": "塞棒开度增大，液位波动。"}[lang]}]},
        ),
        "follow_up": (EXPLAINER, follow_up(lang), SAID[lang]),
        "coder": (CODER, code, {"explanation": "-", "code": ""}),
        "catalogue_query": (
            QUERIER,
            CatalogueQuestion(
                lang=lang, question={"en": "which model has the best F1?", "zh": "哪个模型误报最少？"}[lang],
                view=catalogue_view.NAME, columns=catalogue_view.columns(lang),
                models=[ModelName(name="pca", titles=["Principal components", "主成分分析"])],
            ),
            {"sql": "SELECT name FROM model_catalogue"},
        ),
        "simulation_request": (
            SIMULATOR,
            simulating.request({"en": "simulate clogging for two hours", "zh": "模拟结瘤两小时"}[lang], lang),
            {"scenario": "stopper_clogging", "duration_s": 7200},
        ),
    }  # fmt: skip


def _first(role: str, lang: str) -> str:
    what, given, said = inputs(lang)[role]
    model, chat = engine(said, said)
    run(what, given, model)
    return chat.prompts[0]


def _repair(lang: str) -> str:
    """The second request after a first answer that cites an alien id."""
    what, given, said = inputs(lang)["decision_maker"]
    bad = said | {"causes": [said["causes"][0] | {"evidence": ["F99"]}]}
    model, chat = engine(bad, said)
    run(what, given, model)
    return chat.prompts[1]


def _private(role: str, lang: str) -> str:
    what, given, said = inputs(lang)[role]
    model, chat = engine(said, said, private=True)
    run(what, given, model)
    return chat.prompts[0]


CASES = (
    {f"{role}.{lang}": partial(_first, role, lang) for lang in ("en", "zh") for role in inputs(lang)}
    | {f"decision_maker.repair.{lang}": partial(_repair, lang) for lang in ("en", "zh")}
    | {
        f"{role}.private.{lang}": partial(_private, role, lang)
        for role in ("decision_maker", "follow_up")
        for lang in ("en", "zh")
    }
)
