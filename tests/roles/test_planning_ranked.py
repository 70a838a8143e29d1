"""Which of several is the highest; pairs of several; set points by loop and by name; two quantities as a scatter."""

import pytest

from roles.manager import MANAGER
from roles.types import Sensor
from tests.roles.test_planning import request

WORKS = {
    "Barrel zone 1 temp": "degC", "Barrel zone 2 temp": "degC", "Barrel zone 3 temp": "degC", "Nozzle temp": "degC",
    "Nozzle SP": "degC", "PT-101 Steam pressure": "bar", "PIC101.SP": "", "Basin 1 DO": "mg/L", "Basin 2 DO": "mg/L",
    "DO setpoint": "mg/L", "Blower 1 current": "A", "Blower 2 current": "A", "Airflow": "m3/h", "Power": "kW",
}  # fmt: skip
SENSORS = [Sensor(name=name, unit=unit or None) for name, unit in WORKS.items()]
PRESS = [Sensor(name=f"Press {n} tonnage {side}", unit="t") for n in (1, 2) for side in ("left", "right")]
ZONES = [f"Barrel zone {n} temp" for n in (1, 2, 3)]


def steps(text, kind="statistics", sensors=SENSORS):
    return [task for task in MANAGER.rules(request(text, sensors=sensors)).subtasks if task.kind == kind]


@pytest.mark.parametrize(
    ("text", "meant", "end"),
    [
        ("which barrel zone is the hottest?", ZONES, {"which": "max"}),
        ("which barrel zone is the coldest", ZONES, {"which": "min"}),
        ("which blower draws more current", ["Blower 1 current", "Blower 2 current"], {"way": "above"}),
    ],
)
def test_which_of_several_is_ranked(text, meant, end):
    (told,) = steps(text)
    assert told.sensors == meant
    assert end.items() <= told.values.items()


@pytest.mark.parametrize("text", ["lowest temperature", "which sensor moved first?", "why is zone 1 the hottest?"])
def test_what_only_sounds_so_ranks_nothing(text):
    assert all("which" not in task.values for task in steps(text))


def test_each_side_of_one_machine_is_held_against_its_own_of_the_other():
    told = steps("is press 1 tonnage higher than press 2?", sensors=PRESS)
    assert [(t.sensors[0], t.values["than"]) for t in told] == [
        ("Press 1 tonnage left", "Press 2 tonnage left"), ("Press 1 tonnage right", "Press 2 tonnage right"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "actual", "wanted"),
    [
        ("steam pressure vs setpoint", "PT-101 Steam pressure", "PIC101.SP"),
        ("is the nozzle temperature holding its setpoint?", "Nozzle temp", "Nozzle SP"),
        ("basin 2 DO against setpoint", "Basin 2 DO", "DO setpoint"),
    ],
)
def test_a_set_point_is_found_by_its_loop_or_its_name(text, actual, wanted):
    (told,) = steps(text)
    assert (told.sensors, told.values.get("follows")) == ([actual, wanted], True)


def test_two_quantities_against_each_other_are_a_scatter_plot_and_two_of_one_unit_are_curves():
    (drawn,) = steps("power vs airflow", "plot")
    assert (drawn.sensors, drawn.values) == (["Power", "Airflow"], {"form": "scatter"})
    (drawn,) = steps("blower 1 current vs blower 2 current", "plot")
    assert "form" not in drawn.values


def test_a_shift_by_its_name_is_not_passed_over():
    (told,) = steps("night shift average airflow")
    assert told.values == {"what": ["mean"], "by": "shift"}
    assert steps("airflow per shift")[0].values == {"by": "shift"}
