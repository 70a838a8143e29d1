"""What is usual is what was seen, what is told of a window is what changed most, and no line takes another back."""

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from detectors.types import Detection, Event, Reference, Share, Symptom
from roles.types import Finding
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.replying.leading import before
from workers.replying.series import usual_range
from workers.replying.window import within


@pytest.mark.parametrize("seed", range(3))
def test_a_usual_range_holds_nothing_that_was_not_seen(seed):
    rng = np.random.default_rng(seed)
    vibration = np.abs(rng.normal(1.2, 0.9, 2000))
    low, high = usual_range(vibration)
    assert low >= vibration.min() >= 0
    assert high <= vibration.max()
    pump = np.where(np.arange(2000) % 100 < 40, 84.0, 0.3) + rng.normal(0, 0.1, 2000)
    assert usual_range(pump)[1] <= pump.max()
    calm = rng.normal(50, 1, 20_000)
    assert usual_range(calm) == pytest.approx((47, 53), abs=0.2)


def finding(number, sensor, text, strength, minute, kind="swing"):
    start = pd.Timestamp("2026-03-04 06:00", tz="UTC") + pd.Timedelta(minutes=minute)
    return Finding(
        id=f"F{number}", kind=kind, text=text, sensor=sensor, event=1, start=start.to_pydatetime(),
        end=(start + pd.Timedelta(minutes=200)).to_pydatetime(), values={"strength": strength},
    )  # fmt: skip


def test_a_window_tells_what_changed_most_in_order_of_time():
    index = pd.date_range("2026-03-04 06:00", periods=600, freq="min", tz="UTC")
    teller = SimpleNamespace(time=lambda row: f"row {row}", at=lambda moment: f"{moment:%H:%M}")
    found = [finding(n, f"s{n}", f"s{n} swings", 4.0, 10 + n) for n in range(1, 6)]
    found.append(finding(7, "tension", "tension swings", 22.0, 17))
    found.append(finding(8, "tension", "tension -416 N/m", 350.0, 30, "fall"))
    reading = SimpleNamespace(frame=pd.DataFrame({"tension": 0.0}, index=index))
    run = SimpleNamespace(reading=reading, teller=teller, lang="en", findings=found)
    start, end = index[5].to_pydatetime(), index[60].to_pydatetime()
    told = within(run, SimpleNamespace(start=start, end=end, values={"window": True})).text
    assert "tension -416 N/m [F8]" in told
    assert "tension swings" not in told
    assert told.index("s1 ") < told.index("tension")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(("now", "kept"), [(3.4, True), (3.19, False)])
def test_no_anomaly_does_not_take_back_that_a_reading_left_its_usual_range(lang, now, kept):
    values = {"reply": "It falls.", "now": now, "low": 3.3, "high": 3.47}
    said = Finding(id="F0", kind="statistics", text="It falls.", values=values)
    output = SimpleNamespace(verdict="normal", headline="No anomaly found in 27 sensors")
    decided = SimpleNamespace(outcome=SimpleNamespace(output=output))
    blocks = before(SimpleNamespace(findings=[said], lang=lang, decided=decided), [])
    assert (output.headline in blocks[1].text) == kept


@pytest.mark.parametrize(("onset", "text"), [(5, "before the normal period"), (300, "tension")])
def test_what_fell_before_the_normal_period_is_told_as_a_fall_unless_the_file_began_so(onset, text):
    index = pd.date_range("2026-03-04 06:00", periods=1440, freq="min", tz="UTC")
    teller = Teller(index, Names({}, {}), ZoneInfo("UTC"), "en")
    values = {"before": 420.0, "after": 3.0, "change": -417.0, "change_sigma": -100.0}
    sign = Symptom("tension", "fall", 1, onset, 340, 90.0, values)
    event = Event(1, onset, 340, onset, 9.0, (Share("tension", 1.0),))
    found = Detection(
        np.zeros(1440), np.zeros(1440, dtype=int), np.zeros(1440, dtype=int), (event,), (sign,),
        Reference(600, 1000, "proposed", "calm"), 1.75, "ensemble",
    )  # fmt: skip
    (told,) = teller.findings(found)
    assert text in told.text
    assert ("before the normal period" in told.text) == (onset == 5)


def test_times_of_a_whole_day_have_dates():
    index = pd.date_range("2026-03-04 06:00", periods=1440, freq="min", tz="UTC")
    assert Teller(index, Names({}, {}), ZoneInfo("UTC"), "en").time(1439) == "03-05 05:59"
    assert Teller(index[:700], Names({}, {}), ZoneInfo("UTC"), "en").time(699) == "17:39"
