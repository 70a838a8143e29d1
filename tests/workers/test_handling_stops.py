"""When a machine stood still, and how far a controller is from its set point: the times and numbers are the rows'."""

import numpy as np
import pandas as pd
import pytest

from roles.types import Sensor
from tests.workers.test_handling import INDEX, SHANGHAI, plan
from workers.handling import handle
from workers.looking.findings import Teller
from workers.looking.shown import Names


def told(frame, lang="en", unit="rpm", sensors=None, **values):
    known = {str(name): Sensor(name=str(name), unit=unit) for name in frame}
    teller = Teller(INDEX, Names(known, {}), SHANGHAI, lang)
    task = {"kind": "statistics", "sensors": sensors or list(known), "values": values}
    (finding,) = handle(frame, plan(task), teller).findings
    return finding


@pytest.fixture
def rotor():
    speed = np.full(len(INDEX), 12.0)
    speed[100:160] = speed[300:310] = 0.1
    return pd.DataFrame({"Rotor": speed}, index=INDEX)


def test_each_standstill_has_its_times_and_lengths(rotor):
    found = told(rotor, stops=True, yes_no=True)
    step = (INDEX[1] - INDEX[0]).total_seconds()
    assert (found.values["stops"], found.values["for_s"]) == (2, 70 * step)
    assert found.start == INDEX[100]
    assert found.values["reply"].startswith("Yes: Rotor stood still 2 times")
    assert "from " in found.text
    assert told(rotor, "zh", stops=True).text.startswith("Rotor停了2次")


def test_a_machine_that_runs_on_did_not_stand_and_one_that_stands_at_the_end_has_no_end(rotor):
    running = rotor.assign(Rotor=12.0)
    assert told(running, stops=True, yes_no=True).text.startswith("No: Rotor did not stand still")
    rotor.iloc[-20:] = 0.0
    found = told(rotor, stops=True)
    assert found.values["stops"] == 3
    assert "to the end" in found.text


def test_a_controller_is_told_with_its_mean_and_its_largest_deviation():
    wanted = np.full(len(INDEX), 50.0)
    actual = wanted + np.where(np.arange(len(INDEX)) % 2, 1.0, -1.0)
    actual[400] = 42.0
    frame = pd.DataFrame({"FIC.PV": actual, "FIC.SP": wanted}, index=INDEX)
    found = told(frame, unit="L/min", than="FIC.SP", way="", follows=True)
    assert found.values["mean_deviation"] == pytest.approx(np.abs(actual - wanted).mean())
    assert found.values["largest_deviation"] == -8.0
    assert "8 L/min at most: below it at" in found.text


def test_a_switch_is_told_with_its_starts_and_stops_and_the_times_that_were_asked_for():
    on = np.zeros(len(INDEX))
    on[10:20] = on[30:60] = 1.0
    frame = pd.DataFrame(
        {"K3": on, "冷却停机": on, "Pump": np.where(np.arange(len(INDEX)) % 4, 12.5, 0.1)}, index=INDEX
    )
    step = (INDEX[1] - INDEX[0]).total_seconds()
    found = told(frame[["K3"]], unit=None, stops=True, starts=True)
    assert (found.values["starts"], found.values["stops"], found.values["on_s"]) == (2, 2, 40 * step)
    assert found.text.startswith("K3 came on 2 times and went off 2 times")
    assert "It was on: from" in found.text
    assert "It was off: from" in told(frame[["K3"]], unit=None, stops=True).text
    assert told(frame[["K3"]], "zh", unit=None, stops=True, starts=True).text.startswith(
        "K3启动（接通）2次，停止（断开）2次"
    )
    # Of a flag that says "stopped" the one is the standstill; a machine at work is told with its limit.
    assert told(frame[["冷却停机"]], "zh", unit=None, stops=True).values["off_s"] == 40 * step
    assert "on: above 1.25 rpm" in told(frame[["Pump"]], stops=True, starts=True).text
    assert "was off all the time" in told(frame[["Pump"]] * 0.0, stops=True, starts=True).text


def test_a_set_point_without_a_unit_is_in_that_of_its_reading():
    frame = pd.DataFrame({"P": 10.5, "P.SP": 10.0}, index=INDEX)
    known = {"P": Sensor(name="P", unit="bar"), "P.SP": Sensor(name="P.SP")}
    task = {"kind": "statistics", "sensors": list(known), "values": {"than": "P.SP", "way": "", "follows": True}}
    (finding,) = handle(frame, plan(task), Teller(INDEX, Names(known, {}), SHANGHAI, "en")).findings
    assert finding.values["mean_deviation"] == pytest.approx(0.5)
