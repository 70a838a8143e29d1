"""The one entry: a frame in; scores, flags, events and symptoms out.

reference -> announced changes -> channel findings -> score -> flags -> events -> symptoms. Scores and flags are
causal in the readings, not in what was announced (docs/detection.md); onsets and symptoms look at the whole event,
which is over when they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from detectors import combine, events, silence
from detectors.errors import DetectorError
from detectors.normal.reference import LEAST_ROWS, propose
from detectors.planned import operating, standstill, turns
from detectors.planned.announced import changes
from detectors.planned.operating import Explained
from detectors.reconstruction import without
from detectors.scoring import Scorer
from detectors.signs import channels, cycles, stopped, swinging, symptoms
from detectors.signs.channels import ChannelFinding
from detectors.signs.departures import departures
from detectors.signs.lone import lone
from detectors.signs.standing import standing
from detectors.silence import silences
from detectors.types import BoolArray, Closest, Departure, Detection, FloatArray, Reference, Silence, Symptom

Progress = Callable[[str], None]


def detect(
    frame: pd.DataFrame,
    *,
    train: int | None = None,
    normal: tuple[int, int] | None = None,
    model: str = "ensemble",
    setpoints: Sequence[str] = (),
    context: pd.DataFrame | None = None,
    names: Mapping[str, Sequence[str]] | None = None,
    progress: Progress | None = None,
    threshold: float | None = None,
) -> Detection:
    """Detect anomalies in `frame` (n rows, numeric columns, NaN for missing, a sorted DatetimeIndex).

    The first `train` rows are normal, or rows `normal[0]`..`normal[1]` - 1; without either a reference period is
    proposed, and the outcome says so. `setpoints` are columns that the
    plant sets, inputs and never suspects; `context` has text columns over the same rows (product, notes); `names`
    gives other words for a sensor by which a note may call it. `progress` is told the name of each step. `threshold` is
    the alarm in units of the reference period's q99, the model's own where None; lower is more sensitive.

    Raises DetectorError("failure_train_range") for `train` outside 10..n-1 and what the catalogue raises for an
    unknown model. A file without a usable sensor is an outcome: no event and a note.
    """
    tell = progress or (lambda step: None)
    inputs = [name for name in setpoints if name in frame.columns]
    endless = np.isinf(frame.to_numpy(dtype=np.float64)).any()
    readings = frame.replace([np.inf, -np.inf], np.nan) if endless else frame
    tell("reference")
    reference = _reference(readings, inputs, train, normal)
    silent = silences(readings.drop(columns=inputs), reference, context)
    plain = silence.without(readings.drop(columns=inputs), silent)
    step_s = _step_s(frame)
    tell("channels")
    found = stopped.without(channels.findings(plain, reference), plain, reference)
    tell("operation")
    announced = changes(readings, inputs, context, names or {})
    explained = operating.explain(readings, list(plain.columns), announced, reference, step_s)
    tell("score")
    scorer = Scorer(plain, explained.offset, reference, found, model, threshold)
    tell("events")
    judged = np.ones(len(frame), dtype=bool)
    judged[reference.start : reference.end] = False
    waiting, excused = explained.excuse(scorer.loud, scorer.alarmed)
    settle = operating.moving(operating.settling(step_s, len(frame)))
    waiting |= turns.waits(plain.to_numpy(dtype=np.float64), scorer.total, reference, settle, scorer.threshold)
    alarmed = scorer.alarmed(waiting) & judged
    evidence = scorer.evidence()
    broken = standstill.without(found, context, reference)
    swings = swinging.find(plain, reference, explained.offset)
    grouped = swings.gathered(events.group(alarmed, evidence))
    joined = combine.combine(grouped, broken, excused, scorer.unexplained, evidence)
    tell("symptoms")
    signs = symptoms.measure(plain, reference, joined.events, joined.channels, explained.offset, step_s, swings)
    signs = lone(_levels(plain, found, explained), scorer.names, reference, joined.events, signs)
    left = departures(plain, reference, explained.offset, joined.events, signs, step_s, swings, announced)
    left += cycles.cycles(plain, context, reference, len(joined.events) + len(left) + 1, step_s)
    calm = not left and all(event.kind == "operating_change" for event in joined.events)
    near = _closest(evidence, judged & ~waiting & (joined.rows(len(frame)) == 0)) if calm else None
    joined = replace(joined, events=standing(plain, reference, joined.events, signs, explained.offset, step_s))
    return _detection(scorer, joined, signs, left, alarmed, judged, reference, model, closest=near, silences=silent)


def _levels(plain: pd.DataFrame, found: Sequence[ChannelFinding], explained: Explained) -> FloatArray:
    """Readings (n, d) without those that a finding condemns and without what planned operation explains."""
    level = without(plain.to_numpy(dtype=np.float64), [str(name) for name in plain.columns], found)
    return level if explained.offset is None else level - explained.offset


def _closest(evidence: events.Evidence, rows: BoolArray) -> Closest | None:
    """The row with the highest score among `rows` (n,), and whose score it is."""
    if not rows.any() or not evidence.names:
        return None
    row = int(np.argmax(np.where(rows, evidence.score, -np.inf)))
    share = float(evidence.score[row] / evidence.threshold)
    carried = events.shares(evidence, slice(row, row + 1))
    if not np.isfinite(share) or not carried.any():
        return None
    return Closest(evidence.names[int(np.argmax(carried))], row, min(max(share, 0.0), 1.0))


def _reference(
    readings: pd.DataFrame, inputs: Sequence[str], train: int | None, normal: tuple[int, int] | None
) -> Reference:
    rows = len(readings)
    start, end = normal or (0, train)
    if end is None and rows > LEAST_ROWS:
        return propose(readings, inputs)
    length = (end or 0) - start
    if not LEAST_ROWS <= length < rows or start < 0 or start + length > rows:
        raise DetectorError("failure_train_range", train=length, least=LEAST_ROWS, most=rows - 1)
    return Reference(start, start + length, "given", "given")


def _step_s(frame: pd.DataFrame) -> float:
    """Typical time step in seconds; rows count as seconds where there is no time."""
    if not isinstance(frame.index, pd.DatetimeIndex) or len(frame) < 2:
        return 1.0
    step = float(np.median(np.diff(frame.index.as_unit("ns").asi8))) / 1e9
    return step if step > 0 else 1.0


def _detection(
    scorer: Scorer,
    joined: combine.Joined,
    signs: tuple[Symptom, ...],
    left: tuple[Departure, ...],
    alarmed: BoolArray,
    judged: BoolArray,
    reference: Reference,
    model: str,
    closest: Closest | None,
    silences: tuple[Silence, ...],
) -> Detection:
    """Put the parts together: a row that a channel finding condemns is flagged and scored as an alarm too."""
    flag, score = alarmed.copy(), scorer.total.copy()
    for _, finding in joined.channels:
        rows = slice(finding.known, finding.end + 1)
        flag[rows] |= judged[rows]
        score[rows] = np.maximum(score[rows], 1.01 * scorer.threshold)
    if reference.how == "given":
        score[reference.start : reference.end] = np.nan
    notes = [] if scorer.members else ["no_usable_sensor"]
    return Detection(
        score=score,
        flag=flag.astype(np.int64),
        event=joined.rows(len(score)),
        events=joined.events,
        symptoms=signs,
        reference=reference,
        threshold=scorer.threshold,
        model=model,
        members=scorer.members,
        notes=tuple(notes),
        departures=left,
        closest=closest,
        silences=silences,
    )
