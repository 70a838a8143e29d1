"""A clogging stopper as the explainer is given it: what is stored of the answer, in both languages."""

from roles.deciding.types import EventBrief
from roles.explainer import FollowUp, Line, Link, Step, Weighed
from roles.types import Finding, Passage
from tests.roles.faults import ONSET
from tests.roles.plant import caster

TEXTS = {
    "en": {
        "question": "why?",
        "headline": "Mould level swings since 03:12; stopper clogging is the likeliest cause (0.74)",
        "climb": "stopper position climbs steadily since 03:12: 41 to 50.1 mm, +9.1 mm",
        "swing": "mould level swings 2.1 times as wide as normal since 03:37",
        "rise": "S9 lower roll current rose by 1.2 A (41 to 42.2 A) since 03:50",
        "clogging": "Stopper clogging", "bearing": "Roll bearing seizing (S9)",
        "opens": "the stopper opens at constant speed", "breaks": "the level swings as deposits break off",
        "creeps": "the current of one roll creeps up", "rough": "the current of that roll grows rough once a turn",
        "argon": "stopper argon flow for the same hours",
        "check": "Check the argon flow at the stopper.", "lock": "Lock out before touching the hydraulics.",
        "passage": "Deposits narrow the nozzle, so the stopper position climbs over hours while the casting speed "
                   "stays the same. Lock out the stopper drive before work on the rod.",
        "data": "Data: 7,200 rows, 40 sensors, 2 h, 1 s step.",
    },
    "zh": {
        "question": "为什么？",
        "headline": "自03:12起结晶器液位波动加大，最可能原因：塞棒结瘤（置信度0.74）",
        "climb": "塞棒开度自03:12起持续上升：41→50.1 mm，+9.1 mm",
        "swing": "结晶器液位自03:37起波动幅度为正常的2.1倍",
        "rise": "S9下辊电流自03:50起升高1.2 A（41→42.2 A）",
        "clogging": "塞棒结瘤", "bearing": "辊子轴承卡滞（S9）",
        "opens": "拉速未变而塞棒持续开大", "breaks": "结瘤物脱落使液位波动",
        "creeps": "单个辊的电流持续爬升", "rough": "该辊电流每转脉动加大",
        "argon": "同一时段的塞棒氩气流量",
        "check": "检查塞棒氩气流量。", "lock": "动液压前先挂牌上锁。",
        "passage": "结瘤物使水口变窄，拉速不变时塞棒开度在几小时内缓慢上升。检修塞棒前先将传动挂牌上锁。",
        "data": "数据：7,200行，40个传感器，2小时，步长1秒。",
    },
}  # fmt: skip


def follow_up(lang="en", asked="why", **changes):
    """What the explainer is given for a question about the answer."""
    says = TEXTS[lang]
    columns = {s.name: s for s in caster(lang)}

    def finding(id_, sensor, kind, clock, **values):
        return Finding(id=id_, kind=kind, text=says[{"F1": "climb", "F2": "swing", "F3": "rise"}[id_]], sensor=sensor,
                       tag=columns[sensor].tag, event=1, start=ONSET,
                       values={"unit": columns[sensor].unit, "clock": clock, **values})  # fmt: skip

    fields = {
        "question": says["question"], "asked": asked, "lang": lang, "verdict": "fault", "headline": says["headline"],
        "told": [Line(text=f"{says['climb']} [F1]", evidence=["F1"]), Line(text=says["swing"], evidence=["F2"])],
        "findings": [
            finding("F1", "stopper_position", "drift_up", "03:12", before=41.0, after=50.1, change=9.1),
            finding("F2", "mould_level", "swing", "03:37", spread_ratio=2.1),
            finding("F3", "S9_lower_current", "rise", "03:50", before=41.0, after=42.2, change=1.2),
        ],
        "weighed": [
            Weighed(id="C1", text=says["clogging"], confidence=0.74, sensor="stopper_position",
                    evidence=["F1", "F2", f"CC-014-{lang}"], checks=[says["argon"]],
                    signs={"seen": [says["opens"], says["breaks"]]}),
            Weighed(id="C2", text=says["bearing"], confidence=0.02, sensor="S9_lower_current", evidence=["F3"],
                    signs={"seen": [says["creeps"]], "missing": [says["rough"]]}),
        ],
        "events": [EventBrief(number=1, start="03:12", end="05:12", severity=4.0, kind="anomaly",
                              sensors=["stopper_position", "mould_level"])],
        "links": [Link(id="E1", cause="stopper_position", effect="mould_level", lag_s=4.0)],
        "passages": [Passage(id=f"CC-014-{lang}", title=says["clogging"], text=says["passage"], lang=lang,
                             confidence=0.8)],
        "steps": [Step(id="A1", text=says["check"]), Step(id="A2", text=says["lock"])],
        "notes": [Step(id="D1", text=says["data"])], "asks_for": [says["argon"]], "sensors": caster(lang),
    }  # fmt: skip
    return FollowUp(**(fields | changes))


SAID = {
    "en": {"sentences": [
        {"says": "Stopper clogging is the likeliest cause (0.74), because the stopper position climbs by 9.1 mm at "
                 "constant casting speed.", "evidence": ["C1", "F1"]},
        {"says": "The mould level swings 2.1 times as wide as normal since 03:37, as deposits would let it.",
         "evidence": ["F2", "C1"]}]},
    "zh": {"sentences": [
        {"says": "塞棒结瘤最可能（置信度0.74）：塞棒开度自03:12起持续上升9.1 mm，而拉速不变。",
         "evidence": ["C1", "F1"]},
        {"says": "结晶器液位自03:37起波动幅度为正常的2.1倍，与结瘤物脱落相符。", "evidence": ["F2", "C1"]}]},
}  # fmt: skip
