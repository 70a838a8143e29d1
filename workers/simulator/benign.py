"""Changes that are no faults: the crew or the laboratory made them, and the relations of the plant hold."""

from __future__ import annotations

import numpy as np

from workers.simulator.operation import GRADES, SPEED_RATE
from workers.simulator.scene import Happening, Outcome, Scene
from workers.simulator.signals import trapezoid
from workers.simulator.upset import ReadingUpset, Upset

FIRST_GRADE = "S355J2"
TEMPERATURES = ("tundish_temperature", "mould_temp_rise_wide_inner", "mould_temp_rise_wide_outer")
SPOKEN = {
    "tundish_temperature": "中间包温度计",
    "mould_temp_rise_wide_inner": "结晶器内弧宽面水温差计",
    "mould_temp_rise_wide_outer": "结晶器外弧宽面水温差计",
}


def _note(scene: Scene, english: str, chinese: str) -> str:
    """The crew writes English under some seeds and Chinese under others."""
    return chinese if scene.rng.random() < 0.5 else english


def normal(scene: Scene) -> Outcome:
    """An ordinary day."""
    return Outcome(upset=Upset())


def planned_speed_change(scene: Scene) -> Outcome:
    """The crew slows the strand down for a while, and says so."""
    change = -round(float(scene.rng.uniform(0.15, 0.22)) * scene.severity, 2)
    ramp_s = abs(change) / SPEED_RATE * 60
    back_s = scene.onset_s + max(2 * ramp_s, 0.18 * scene.clock.total_s)
    extra = trapezoid(scene.clock.t, [(scene.onset_s, change, ramp_s), (back_s, 0.0, ramp_s)], 0.0)
    end_s = min(back_s + ramp_s, scene.end_s)
    text = _note(
        scene, f"planned speed change {change:+.2f} m/min, next ladle late", f"计划降速 {change:+.2f} m/min，等钢包"
    )
    return Outcome(
        upset=Upset(speed_set=extra, notes=((scene.onset_s, text),)),
        happenings=(Happening(scene.onset_s, end_s, "planned_speed_change", True),),
        affected=("casting_speed_set", "casting_speed"),
        values={"change_m_per_min": change},
    )


def grade_change(scene: Scene) -> Outcome:
    """Another steel grade at a ladle change: new aim temperature, new casting speed."""
    at = scene.ladle_after_onset()
    grade = str(scene.rng.choice([name for name in GRADES if name not in (FIRST_GRADE, "Q345B")]))
    change = -round(float(scene.rng.uniform(0.06, 0.10)), 2)
    text = _note(scene, f"grade change {FIRST_GRADE} to {grade}", f"换钢种 {FIRST_GRADE} 改 {grade}")
    warmer = (scene.clock.t >= at).astype(np.float64) * (GRADES[grade] - GRADES[FIRST_GRADE])
    extra = trapezoid(scene.clock.t, [(at, change, abs(change) / SPEED_RATE * 60)], 0.0)
    return Outcome(
        upset=Upset(speed_set=extra, aim_c=warmer, grade=(at, grade), notes=((at, text),)),
        happenings=(Happening(at, scene.end_s, "grade_change", True),),
        affected=("tundish_temperature", "casting_speed_set", "casting_speed"),
        values={"grade": grade, "change_m_per_min": change, "aim_c": GRADES[grade]},
    )


def recalibration_note(scene: Scene) -> Outcome:
    """A transmitter is recalibrated: its reading shifts a little, and a note says so."""
    on = scene.on()
    size = float(scene.rng.choice([-1.0, 1.0])) * scene.severity
    if scene.rng.random() < 0.5:
        size *= 1.5
        text = f"recalibrated mould level transmitter, offset {size:+.1f} mm"
        upset = Upset(
            level_offset=size * on,
            notes=((scene.onset_s, _note(scene, text, f"结晶器液位计重新标定，偏移 {size:+.1f} mm")),),
        )
        sensor = "mould_level"
    else:
        sensor = str(scene.rng.choice(TEMPERATURES))
        size *= 1.5 if sensor == "tundish_temperature" else 0.08
        text = f"recalibrated {sensor.replace('_', ' ')} transmitter, offset {size:+.2f} K"
        upset = Upset(
            readings={sensor: ReadingUpset(offset=size * on)},
            notes=((scene.onset_s, _note(scene, text, f"{SPOKEN[sensor]}重新标定，偏移 {size:+.2f} K")),),
        )
    return Outcome(
        upset=upset,
        happenings=scene.lasting("recalibration_note", benign=True),
        affected=(sensor,),
        values={"sensor": sensor, "offset": size},
    )
