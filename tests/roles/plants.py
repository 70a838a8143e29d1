"""Three plants and what was measured in them, for sentences about it: a fan, a hydraulic press, a chiller (Chinese)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from roles.deciding.types import Case, EventBrief
from roles.types import Fault, Finding, Passage, Sensor, Sign

ZONE = timedelta(hours=8)
DAY = datetime(2025, 6, 10, tzinfo=UTC)


def measured(number, sensor, kind, clock, unit, **values):
    """A finding that began at `clock`, plant time."""
    hour, minute = map(int, clock.split(":"))
    start = DAY + timedelta(hours=hour, minutes=minute) - ZONE
    if {"before", "after"} <= set(values):
        values |= {"change": round(values["after"] - values["before"], 4)}
        values |= {"change_percent": round(100 * values["change"] / values["before"], 3)}
    return Finding(
        id=f"F{number}", kind=kind, text=f"{sensor} {kind} {clock}", sensor=sensor, event=1, start=start,
        values=values | {"unit": unit, "clock": clock, "strength": 9.0},
    )  # fmt: skip


def planned(number, column, clock, before, after):
    """A change that was meant."""
    found = measured(number, column, "rise", clock, "", before=before, after=after)
    values = {"column": column, "before": before, "after": after, "clock": clock}
    return found.model_copy(update={"kind": "operating_change", "sensor": None, "event": 2, "values": values})


def _case(lang, sensors, findings, start, end, *, signals, passages, faults=()):
    carriers = list(dict.fromkeys(f.sensor for f in findings if f.sensor))
    events = [EventBrief(number=1, start=start, end=end, severity=4.0, kind="anomaly", sensors=carriers, alarm=start)]
    return Case(question="?", lang=lang, has_data=True, sensors=sensors, events=events, findings=findings,
                signals=signals, passages=passages, faults=list(faults))  # fmt: skip


FAN = _case(
    "en",
    [Sensor(name="FAN_VIB_DE", unit="mm/s", label="fan vibration"), Sensor(name="bearing_temp", unit="C"),
     Sensor(name="air_flow", unit="m3/h"), Sensor(name="damper_position", unit="%"),
     Sensor(name="motor_current", unit="A"), Sensor(name="duct_pressure", unit="mbar")],
    [measured(1, "FAN_VIB_DE", "rise", "14:05", "mm/s", before=2.1, after=6.4),
     measured(2, "bearing_temp", "drift_up", "14:20", "C", before=61.0, after=78.0),
     measured(3, "air_flow", "fall", "14:06", "m3/h", before=52000.0, after=46800.0),
     measured(4, "motor_current", "oscillation", "14:10", "A", period_s=12.0, spread_ratio=3.1),
     planned(5, "damper_position", "13:30", 60.0, 45.0)],
    "14:12", "15:59",
    signals=["duct_pressure: median 18.4 mbar, spread 0.2 mbar", "bearing_temp: median 61 C, spread 0.4 C"],
    passages=[Passage(id="FA-3", title="Unbalance", text="Dust on the blades unbalances the wheel. Periods of 8 to 15 "
                      "s are seen with loose belts. Isolate the fan before the casing is opened.", confidence=0.7)],
    faults=[Fault(id="unbalance", name="Unbalance of the wheel", signs=[
        Sign(tag="vib", symptoms=["rise"], text="the vibration grows"), Sign(tag="t", symptoms=["rise"])])],
)  # fmt: skip
PRESS = _case(
    "en",
    [Sensor(name="case_drain_flow", unit="lpm"), Sensor(name="oil_temp", unit="C"),
     Sensor(name="ram_speed", unit="mm/s"), Sensor(name="main_pump_pressure", unit="bar"),
     Sensor(name="pump_motor_current", unit="A")],
    [measured(1, "case_drain_flow", "drift_up", "02:57", "lpm", before=1.82, after=7.85),
     measured(2, "oil_temp", "drift_up", "03:15", "C", before=47.94, after=53.84),
     measured(3, "ram_speed", "swing", "03:40", "mm/s", spread_ratio=2.6)],
    "03:04", "05:59",
    signals=["main_pump_pressure: median 211 bar, spread 0.795 bar"],
    passages=[Passage(id="HY-9", title="Case drain", text="More drain flow and warmer oil mean internal leakage.")],
)  # fmt: skip
CHILLER = _case(
    "zh",
    [Sensor(name="冷却塔风机频率", unit="Hz"), Sensor(name="冷凝压力", unit="kPa"),
     Sensor(name="压缩机电流", unit="A"), Sensor(name="冷却水进水温度", unit="℃"),
     Sensor(name="冷冻水供水温度", unit="℃"), Sensor(name="蒸发压力", unit="kPa")],
    [measured(1, "冷却塔风机频率", "fall", "13:36", "Hz", before=47.99, after=26.05),
     measured(2, "冷凝压力", "rise", "13:33", "kPa", before=879.8, after=1031.4),
     measured(3, "冷却水进水温度", "rise", "13:33", "℃", before=26.5, after=32.6),
     measured(4, "压缩机电流", "drift_up", "13:45", "A", before=310.2, after=344.0),
     measured(5, "冷冻水供水温度", "swing", "14:02", "℃", spread_ratio=2.4)],
    "13:50", "15:59",
    signals=["蒸发压力：中位数352 kPa，波动1.1 kPa"],
    passages=[Passage(id="CH-2", title="冷却塔", lang="zh", text="风机转速下降使冷却水变热，冷凝压力随之升高。")],
    faults=[Fault(id="tower", name="冷却塔散热不足", signs=[
        Sign(tag="p", symptoms=["rise"]), Sign(tag="f", symptoms=["fall"])])],
)  # fmt: skip
