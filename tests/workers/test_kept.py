"""What a stage leaves for the next one, as values: nothing of a detection or of a choice gets lost on the way."""

import json

from detectors.normal.unrest import Unrest
from detectors.types import Departure, Event, Reference, Share, Symptom
from workers.staged import values
from workers.staged.kept import Chosen, DetectionRest

LEFT = Event(2, 1, 5, 1, 2.0, (Share("a", 1.0),), "departure")
REST = DetectionRest(
    (), (), Reference(0, 5, "given"), 1.0, "ensemble", (), (),
    (Departure(LEFT, (Symptom("a", "fall", 2, 1, 5, 3.0, {"after": 1.0}),)),),
)  # fmt: skip


def test_departures_and_unrest_come_back_as_they_were():
    assert values.from_json(DetectionRest, values.to_json(REST)) == REST
    chosen = Chosen((0, 3), None, Unrest("a", "step", 3, 1.0, 2.0, 9.0, (0, 3)))
    assert values.from_json(Chosen, values.to_json(chosen)) == chosen


def test_artifacts_of_an_earlier_layout_have_no_departures():
    old = {key: value for key, value in json.loads(values.to_json(REST)).items() if key != "departures"}
    assert values.from_json(DetectionRest, json.dumps(old).encode()).departures == ()
