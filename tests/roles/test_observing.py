"""What a language model says of a cause: sentences that the data bear out stay, the others are dropped."""

import pytest

from roles.deciding.observing import observed
from roles.deciding.supporting import known_of
from roles.types import Sensor
from tests.roles.faults import clogging
from tests.roles.plants import CHILLER, FAN, PRESS, measured

GOOD_EN = [
    (FAN, "The fan vibration rose from 2.1 to 6.4 mm/s at 14:05."),
    (FAN, "Fan vibration tripled while the air flow dropped by 5,200 m3/h."),
    (FAN, "The bearing temperature climbs by 17 C since about 14:20."),
    (FAN, "The air flow fell by 10 %, so the wheel may be dirty."),
    (FAN, "The motor current oscillates every 12 s."),
    (FAN, "Vibration came first, then the bearing temperature climbed."),
    (FAN, "The damper was closed from 60 to 45 % at 13:30, which does not explain the vibration."),
    (FAN, "Unbalance fits best, but it is not certain."),
    (FAN, "Loose belts would show periods of 8 to 15 s."),
    (FAN, "Dust on the blades unbalances the wheel."),
    (FAN, "The duct pressure stays at 18.4 mbar."),
    (FAN, "About 7 minutes before the alarm the fan vibration rose."),
    (FAN, "Both signs of unbalance are seen."),
    (FAN, "Soft foot would look the same and was not measured."),
    (FAN, "This should be confirmed with a vibration spectrum."),
    (PRESS, "Case drain flow climbs from 1.82 to 7.85 lpm."),
    (PRESS, "The case drain flow rose by 6 L/min, more than four times its value."),
    (PRESS, "The oil temperature went up by 5.9 C since 03:15."),
    (PRESS, "Oil gets 12 % warmer."),
    (PRESS, "The ram speed swings 2.6 times as wide as normal."),
    (PRESS, "Main pump pressure is 211 bar and did not change."),
    (PRESS, "More drain flow and warmer oil mean internal leakage."),
    (PRESS, "The pump motor current shows no change, which speaks against a blocked filter."),
    (PRESS, "Internal leakage explains both findings; a worn seal is possible too."),
    (FAN, "Shortly after two the fan vibration rose, at five past two it was 6.4 mm/s."),
    (FAN, "The bearing temperature is up by more than a quarter, the air flow is down by a tenth."),
    (FAN, "The motor current oscillates with a period of about 12 seconds and an amplitude three times as wide."),
    (FAN, "The fan vibration rose by 4.3 mm/s before the bearing temperature climbed."),
    (FAN, "The bearing temperature climbed because the vibration rose."),
    (PRESS, "The pump motor current does not explain it: no change was seen."),
    (PRESS, "The case drain flow is now 7.85 lpm."),
]
GOOD_ZH = [
    (CHILLER, "冷却塔风机频率自13:36起由48 Hz降到26 Hz。"),
    (CHILLER, "冷凝压力升高约152 kPa，压缩机电流随之上升。"),
    (CHILLER, "冷却水进水温度升高6.1℃，说明散热不足。"),
    (CHILLER, "风机频率下降46%，冷却水变热。"),
    (CHILLER, "压缩机电流从310 A缓慢升到344 A。"),
    (CHILLER, "冷冻水供水温度的波动扩大到2.4倍。"),
    (CHILLER, "蒸发压力没有变化，约352 kPa。"),
    (CHILLER, "冷凝压力先升高，随后压缩机电流上升。"),
    (CHILLER, "冷凝压力升高0.15 MPa。"),
    (CHILLER, "风机转速下降使冷却水变热，冷凝压力随之升高。"),
    (CHILLER, "冷凝器结垢也会使冷凝压力升高，但尚不能确定。"),
    (CHILLER, "冷凝压力在报警前约17分钟开始升高。"),
    (CHILLER, "制冷剂不足的可能性较小。"),
    (CHILLER, "缺少冷却水流量，无法区分。"),
    (CHILLER, "与冷却塔散热不足相符。"),
    (CHILLER, "压缩机电流上升11%。"),
    (CHILLER, "下午一点三十六分左右冷却塔风机频率下降，降幅近一半。"),
    (CHILLER, "冷凝压力升高近两成。"),
    (CHILLER, "压缩机电流上升不能解释冷凝压力升高。"),
    (clogging(lang="zh"), "塞棒开度上升9.1 mm，同时液位波动。"),
    (clogging(lang="zh"), "液位波动扩大到2.1倍，与结瘤相符。"),
]
BAD_EN = [
    (FAN, "The fan vibration fell from 6.4 to 2.1 mm/s."),
    (FAN, "The fan vibration rose from 6.4 to 2.1 mm/s."),
    (FAN, "The bearing temperature rose by 4.3 C."),
    (FAN, "Fan vibration rose by 17 mm/s."),
    (FAN, "The fan vibration rose to 6.4 bar."),
    (FAN, "The bearing temperature climbs since 14:05."),
    (FAN, "The damper was opened from 45 to 60 %."),
    (FAN, "The oil pressure dropped at 14:05."),
    (FAN, "The duct pressure fell to 12 mbar."),
    (FAN, "The bearing temperature climbed first, then the vibration rose."),
    (FAN, "Unbalance is 85 % likely."),
    (FAN, "Remove the coupling guard and look inside."),
    (FAN, "Jumper the vibration switch until the weekend."),
    (FAN, "The vibration trip can be taken out for the night."),
    (FAN, "Stand beside the fan and hit the casing with a hammer."),
    (FAN, "You may grease the bearing with the fan turning."),
    (FAN, "The night crew forgot to grease the bearing."),
    (FAN, "The bearing will fail within 3 h."),
    (FAN, "It must be the bearing."),
    (PRESS, "The main pump pressure fell to 198 bar."),
    (PRESS, "Oil temperature went down by 5.9 C."),
    (PRESS, "The case drain flow climbs since 03:15."),
    (PRESS, "Open the relief valve fully and keep pressing."),
    (PRESS, "Force the pressure interlock bit in the PLC."),
    (PRESS, "It is fine to tighten the fitting while the line is loaded."),
    (PRESS, "The ram speed swings 5.9 times as wide."),
    (PRESS, "The case drain flow limit of 7.85 lpm was exceeded."),
    (PRESS, "Somebody set the two-hand control to single hand."),
    (FAN, "The fan vibration rose by 6.4 mm/s."),
    (FAN, "The fan vibration doubled."),
    (FAN, "The air flow fell by a third."),
    (FAN, "At half past two the fan vibration rose."),
    (FAN, "The motor bearing temperature climbs by 17 C."),
    (FAN, "The fan vibration is not moving."),
    (FAN, "The fan vibration is within the normal range."),
    (FAN, "The vibration rose because the bearing temperature climbed."),
    (FAN, "The bearing temperature rose by 17 C, the highest ever."),
    (FAN, "The wheel is cracked, which fits."),
    (FAN, "The casing is full of water, as seen in the data."),
    (FAN, "The rise of the fan vibration is harmless."),
    (FAN, "The other machine shows the same signs."),
    (FAN, "Known and accepted."),
    (PRESS, "The case drain flow is now 1.82 lpm."),
    (PRESS, "The oil temperature rose by 5.9 C because the oil level is low."),
    (PRESS, "The seal is worn, which explains the drain flow."),
    (PRESS, "The same happened last week."),
]
BAD_ZH = [
    (CHILLER, "冷却塔风机频率升高到48 Hz。"),
    (CHILLER, "冷凝压力下降152 kPa。"),
    (CHILLER, "冷却水进水温度升高152℃。"),
    (CHILLER, "冷凝压力升高6.1 kPa。"),
    (CHILLER, "压缩机电流自13:33起上升。"),
    (CHILLER, "蒸发压力下降到300 kPa。"),
    (CHILLER, "冷却水流量明显减少。"),
    (CHILLER, "压缩机电流先上升，随后冷凝压力升高。"),
    (CHILLER, "肯定是冷却塔故障。"),
    (CHILLER, "把高压保护切除后继续运行。"),
    (CHILLER, "建议临时屏蔽高压联锁。"),
    (CHILLER, "可先退出高压保护再处理。"),
    (CHILLER, "解除压缩机的高压报警。"),
    (CHILLER, "短接压力开关。"),
    (CHILLER, "不停机清理冷却塔填料。"),
    (CHILLER, "用手拨动风机叶轮。"),
    (CHILLER, "将报警值调高即可。"),
    (CHILLER, "操作工误关了阀门。"),
    (CHILLER, "压缩机将在2小时内停机。"),
    (CHILLER, "冷凝压力升高152 A。"),
    (CHILLER, "冷凝压力升高一半。"),
    (CHILLER, "冷凝压力升高1031 kPa。"),
    (CHILLER, "冷凝压力翻了一倍。"),
    (CHILLER, "冷却塔风机频率自下午一点十分起下降。"),
    (CHILLER, "冷却塔填料破裂，与发现相符。"),
    (CHILLER, "已见制冷剂泄漏。"),
    (CHILLER, "两台机组均出现同样征兆。"),
    (CHILLER, "上周也发生过同样情况。"),
    (CHILLER, "冷凝压力已高于上限。"),
    (clogging(lang="zh"), "塞棒开度下降9.1 mm。"),
    (clogging(lang="zh"), "氩气流量自03:12起下降。"),
]


def test_the_table_is_large_and_half_of_it_is_chinese():
    assert len(GOOD_EN) + len(GOOD_ZH) >= 40
    assert len(BAD_EN) + len(BAD_ZH) >= 40
    assert min(len(GOOD_ZH), len(BAD_ZH)) >= 18


@pytest.mark.parametrize(("case", "text"), [*GOOD_EN, *GOOD_ZH], ids=lambda v: v if isinstance(v, str) else "")
def test_what_the_data_bear_out_stays(case, text):
    assert observed(text, case) == text


@pytest.mark.parametrize(("case", "text"), [*BAD_EN, *BAD_ZH], ids=lambda v: v if isinstance(v, str) else "")
def test_what_they_do_not_bear_out_is_dropped(case, text):
    assert observed(text, case) == ""


KNOWN = known_of(FAN, "unbalance", ["F1"])


@pytest.mark.parametrize("text", ["It is not unbalance.", "Unbalance cannot explain the findings.",
                                  "All signs of unbalance are seen.", "No sign of unbalance is missing."])  # fmt: skip
def test_a_cause_is_neither_denied_in_its_own_reason_nor_proved_by_signs_that_are_not_there(text):
    assert observed(text, FAN, KNOWN) == ""


ENDLESS = FAN.model_copy(update={"events": [FAN.events[0].model_copy(update={"ongoing": True})]})


@pytest.mark.parametrize("text", ["The fan vibration has recovered.", "The vibration rose and fell back.",
                                  "The oscillation of the motor current has ended."])  # fmt: skip
def test_what_goes_on_is_not_told_as_over(text):
    assert not any(over in observed(text, ENDLESS) for over in ("recovered", "back", "ended"))


ROLLS = FAN.model_copy(update={
    "sensors": [Sensor(name=f"S{n}_{side}_current", unit="A", label=f"S{n} {side} roll current",
                       aliases=["roll current"]) for n, side in ((7, "upper"), (8, "upper"), (8, "lower"))],
    "findings": [measured(1, "S7_upper_current", "drift_up", "14:05", "A", before=36.6, after=51.2)],
})  # fmt: skip


@pytest.mark.parametrize("text", ["S7 lower roll current climbed by 14.6 A.", "All roll currents climb.",
                                  "S7 bearing temperature is high.", "S8 upper roll current climbed."])  # fmt: skip
def test_a_roll_is_not_taken_for_another(text):
    assert observed(text, ROLLS) == ""


def test_the_roll_that_moved_is_told_by_any_of_its_names():
    text = "S7 upper current rose by two fifths. S7's upper roll draws 14.6 A more."
    assert observed(text, ROLLS) == text
