"""A follow-up is told wholly in the language that it was asked in; what has no twin is quoted and labelled."""

import re
from zoneinfo import ZoneInfo

import pytest

from kb import packs
from tests.workers.diagnosed import diagnosed
from tests.workers.numbers_in import unbacked
from workers.errors import AndonError
from workers.followups.answering import KINDS, follow_up
from workers.followups.turning import Turner, names_of

UTC = ZoneInfo("UTC")
CHINESE, ENGLISH = re.compile(r"[㐀-鿿]"), re.compile(r"\b[a-z]{3,}(?: [a-z']{2,})+")
FAULTS = ("stopper_clogging", "hydraulic_leak", "unknown")
PACK = packs.load("continuous_casting")


def told(answer, kind, lang):
    return follow_up(answer, kind, zone=UTC, lang=lang)[0]


def turner(source, target, columns=("mould_level", "stopper_position", "S9_lower_current", "oscillation_frequency")):
    return Turner(PACK, source, target, names_of(columns, PACK, source, target))


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_chinese_answer_is_explained_in_english_and_an_english_one_in_chinese(fault, kind):
    for lang, other, foreign in (("zh", "en", CHINESE), ("en", "zh", ENGLISH)):
        try:
            answer = told(diagnosed(fault, lang), kind, other)
        except AndonError:
            assert kind == "order"  # refused: nothing was diagnosed
            continue
        for line in answer.text.splitlines():
            assert not foreign.search(line), line
        assert unbacked(answer.text, answer.model_dump(mode="json", by_alias=True)) == []
        assert answer.question["lang"] == other


def test_it_says_what_the_answer_in_that_language_says():
    turned, own = told(diagnosed("stopper_clogging", "zh"), "engineer", "en"), diagnosed("stopper_clogging", "en")
    assert turned.findings == own.findings
    assert turned.diagnosis.actions == own.diagnosis.actions
    assert [c.why for c in turned.diagnosis.causes] == [c.why for c in own.diagnosis.causes]
    assert turned.blocks[0] == own.blocks[0]
    assert turned.considered[0].meaning == own.considered[0].meaning


def test_passages_are_cited_as_their_twins():
    answer = told(diagnosed("stopper_clogging", "en"), "why", "zh")
    assert all(e.lang == "zh" and e.id.endswith("-zh") for e in answer.evidence)
    assert set(answer.diagnosis.causes[0].evidence) <= {e.id for e in answer.evidence} | {f.id for f in answer.findings}


def test_what_exists_in_one_language_only_is_quoted_and_labelled():
    base = diagnosed("stopper_clogging", "en")
    cause = base.diagnosis.causes[0].model_copy(update={"text": "The crane shook the caster", "fault": None,
                                                        "evidence": ["F1", "FB-1"]})  # fmt: skip
    note = base.evidence[0].model_copy(update={"id": "FB-1", "quote": "The crane shakes the caster at shift change."})
    own = base.model_copy(update={
        "diagnosis": base.diagnosis.model_copy(update={"causes": [cause]}), "evidence": [note]})  # fmt: skip
    lines = told(own, "why", "zh").text.splitlines()
    assert "“The crane shook the caster”（原文）" in lines[0]
    assert "“The crane shakes the caster at shift change.”" in lines[-1]
    assert lines[-1].endswith("（英文原文）")


def test_the_same_language_changes_nothing_and_an_order_stays_the_same_order():
    base = diagnosed("stopper_clogging", "en")
    assert told(base, "why", "en").findings == base.findings
    orders = {follow_up(base, "order", zone=UTC, lang=lang)[1].id for lang in ("en", "zh", None)}
    assert len(orders) == 1


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("oscillation frequency fell by 3 1/min (5 to 2 1/min) since 22:00",
         "振动频率自22:00起降低3 1/min（5→2 1/min）"),
        ("Roll bearing seizing (S9)", "辊子轴承卡滞（S9）"),
        ("5.22 min", "5.22分钟"),
        ("mould level swings", "结晶器液位波动加大"),
        ("stopper position climbing, +8.91 mm, mould level swings 2.97 times as wide",
         "塞棒开度持续上升8.91 mm、结晶器液位波动增至2.97倍"),
        ("Mould level swings since 23:07; stopper clogging is the likeliest cause (0.66)",
         "自23:07起结晶器液位波动加大，最可能原因：塞棒结瘤（置信度0.66）"),
        ("stopper position rose by 8.9 mm (10.1 to 19 mm) since about 02:10 (give or take 28 min)",
         "塞棒开度自约02:10（前后28分钟）起升高8.9 mm（10.1→19 mm）"),
        ("First sign at about 02:10: stopper position has risen [F2]; the first alarm came at 02:49.",
         "最早的迹象出现在约02:10：塞棒开度升高 [F2]；首次报警在02:49。"),
        ("Also: mould level dips to 0 mm, at 16:40 for 4 min [F1]",
         "另外：结晶器液位跌到0 mm（16:40时（持续4分钟））[F1]"),
        ("Also: stopper position +8.9 mm, since about 02:10 [F2]; likeliest cause stopper clogging",
         "另外：塞棒开度升高8.9 mm（自约02:10起）[F2]；最可能原因：塞棒结瘤"),
        ("And 2 more events; “list all events” shows them", "另有2个事件；输入“列出所有事件”可查看"),
        ("mould level oscillates every 20 min since 22:00 and goes on, by ±0.3 mm, 3.14 times what is usual at that"
         " period, and it grows; it follows stopper position by 40 s",
         "结晶器液位自22:00起周期性振荡，仍在持续，周期20分钟，振幅±0.3 mm，为该周期上正常幅度的3.14倍，且在增大；"
         "滞后于塞棒开度40秒"),
        ("mould level oscillates every 49 s since 01:21 until 01:52, by ±1.35 mm, 2.5 times what is usual at that"
         " period",
         "结晶器液位自01:21起周期性振荡，至01:52，周期49秒，振幅±1.35 mm，为该周期上正常幅度的2.5倍"),
        ("until 04:19, before the normal period, mould level was 2.5 mm lower than in it (2.1 against 4.6 mm)",
         "04:19之前（早于正常时段）结晶器液位比正常时段低2.5 mm（2.1，正常时段为4.6 mm）"),
        ("Status changes from RUN to TRIP at 19:10", "Status在19:10由RUN变为TRIP"),
    ],
)  # fmt: skip
def test_sentences_are_turned_both_ways(english, chinese):
    assert turner("en", "zh").turn(english) == chinese
    assert turner("zh", "en").turn(chinese) == english


@pytest.mark.parametrize("text", ["the crane shook the caster", "since the crane; stopper clogging", "天车撞了中间包"])
def test_what_nobody_wrote_twice_is_not_turned(text):
    assert turner("zh" if CHINESE.search(text) else "en", "en" if CHINESE.search(text) else "zh").turn(text) is None
