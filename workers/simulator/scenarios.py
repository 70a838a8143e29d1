"""All scenarios by name: ten faults, three benign changes, and an ordinary day."""

from __future__ import annotations

from workers.simulator.benign import grade_change, normal, planned_speed_change, recalibration_note
from workers.simulator.faults_process import (
    cooling_pump_degradation,
    hydraulic_leak,
    narrow_face_valve_sticking,
    stopper_clogging,
    strand_speed_hunting,
)
from workers.simulator.faults_rolls import roll_bearing_seizing, roll_misalignment
from workers.simulator.faults_sensors import level_sensor_drift, sensor_dropout, stuck_sensor
from workers.simulator.scene import Scenario

FAULTS: dict[str, Scenario] = {
    "roll_bearing_seizing": roll_bearing_seizing,
    "roll_misalignment": roll_misalignment,
    "stopper_clogging": stopper_clogging,
    "narrow_face_valve_sticking": narrow_face_valve_sticking,
    "cooling_pump_degradation": cooling_pump_degradation,
    "hydraulic_leak": hydraulic_leak,
    "level_sensor_drift": level_sensor_drift,
    "stuck_sensor": stuck_sensor,
    "sensor_dropout": sensor_dropout,
    "strand_speed_hunting": strand_speed_hunting,
}
BENIGN: dict[str, Scenario] = {
    "planned_speed_change": planned_speed_change,
    "grade_change": grade_change,
    "recalibration_note": recalibration_note,
}
SCENARIOS: dict[str, Scenario] = {**FAULTS, **BENIGN, "normal": normal}
