"""What is drawn is what the text speaks of, and an origin claims causes only where the graph knows some."""

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from detectors.causal import RootCandidate
from detectors.types import Event, Share, Symptom
from roles.decision import Decision
from roles.types import Sensor
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.running.focusing import spoken_of
from workers.running.judging import root_reason

COLUMNS = ("temp", "temp_out", "S1", "S14", "flow")
NAMES = Names({c: Sensor(name=c) for c in COLUMNS}, {"flow": "narrow left flow"})
INDEX = pd.date_range("2026-03-04 06:00", periods=100, freq="min", tz="UTC")


def teller(lang="en"):
    return Teller(INDEX, NAMES, ZoneInfo("UTC"), lang)


def test_sensors_are_found_whole_in_the_order_of_the_text():
    said = Decision(verdict="unsure", headline="S14 +3 A, temp_out +2 C", notes=["Also: narrow left flow -2 [F2]"])
    assert spoken_of(said, NAMES) == ["S14", "temp_out", "flow"]


@pytest.mark.parametrize(
    ("caused", "said"), [(True, "what its causes explain"), (False, "no other sensor explains it")]
)
def test_causes_are_spoken_of_only_where_some_are_known(caused, said):
    root = RootCandidate("temp", 0.4, 5.0, 40, 0.0)
    told = root_reason(root, teller(), caused=caused)
    assert said in told
    assert "06:40" in told


def test_a_slow_onset_is_told_with_what_it_is_unsure_by():
    numbers = {"before": 10.0, "after": 19.0, "change": 9.0, "onset_within_s": 1656.0}
    symptom = Symptom("temp", "rise", 1, 40, 99, 9.0, numbers)
    assert teller().symptom("F1", symptom).text.endswith("since about 06:40 (give or take 28 min)")
    assert "自约06:40（前后28分钟）起" in teller("zh").symptom("F1", symptom).text


def test_an_event_knows_its_first_alarm():
    flag = np.zeros(100, dtype=np.int64)
    flag[55:60] = 1
    brief = teller().brief(Event(1, 50, 70, 56, 3.0, (Share("temp", 1.0),)), flag)
    assert (brief.start, brief.alarm, brief.begun.minute, brief.alarmed.minute) == ("06:50", "06:55", 50, 55)
    assert brief.weight == pytest.approx(3.0 * 21**0.5, abs=0.01)
