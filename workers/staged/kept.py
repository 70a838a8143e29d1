"""What each stage leaves under the run's folder, and how the next one takes it up.

plan/      frame.parquet (whole.parquet: with the rows left out), context.parquet, rows.parquet, data.json, plan.json
prepare/   frame.parquet and labels.parquet (when the table changed), handled.json, choice.json
detect/    arrays.npz, detection.json
causes/    discovery.json
supervise/ judged.json
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from detectors.causal import Discovery
from detectors.normal.unrest import Unrest
from detectors.types import Closest, Departure, Detection, Event, Reference, Silence, Symptom
from roles.controller import Recommendation
from roles.manager import Plan
from roles.role import Outcome
from roles.types import Finding
from workers.artifacts import ArtifactStore
from workers.contracts import DataReceipt, PlanStep
from workers.handling import Handled
from workers.looking.shown import Names
from workers.readings import Reading
from workers.running.judging import Judged
from workers.running.run import Run
from workers.staged import values

ARRAYS = ("score", "flag", "event")


@dataclass(frozen=True)
class Data:
    """A reading without its tables."""

    units: dict[str, str]
    receipt: DataReceipt
    names: Names
    joined: list[str]
    left_out: list[str]


@dataclass(frozen=True)
class HandledRest:
    """The outcome of handling without its table; `labels` (column -> the sensor's name) stand in labels.parquet."""

    changed: bool
    own_frame: bool
    labels: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    done: dict[int, PlanStep] = field(default_factory=dict)


@dataclass(frozen=True)
class Chosen:
    """The model and the rows given as normal."""

    normal: tuple[int, int] | None
    choice: Outcome[Recommendation] | None
    unrest: Unrest | None = None


@dataclass(frozen=True)
class DetectionRest:
    """A detection without its arrays."""

    events: tuple[Event, ...]
    symptoms: tuple[Symptom, ...]
    reference: Reference
    threshold: float
    model: str
    members: tuple[str, ...]
    notes: tuple[str, ...]
    departures: tuple[Departure, ...] = ()
    closest: Closest | None = None
    silences: tuple[Silence, ...] = ()


class Kept:
    """The artifacts of one run, below the key `prefix`."""

    def __init__(self, store: ArtifactStore, prefix: str) -> None:
        self.store, self.prefix = store, prefix

    def key(self, name: str) -> str:
        """The key of an artifact of this run."""
        return f"{self.prefix}/{name}"

    def put(self, name: str, value: Any) -> None:
        """Write a value as JSON."""
        self.store.write_bytes(self.key(name), values.to_json(value))

    def get(self, name: str, kind: Any) -> Any:
        """Read a value of type `kind`."""
        return values.from_json(kind, self.bytes(name))

    def bytes(self, name: str) -> bytes:
        """Read an artifact of the run; FileNotFoundError where its stage left none."""
        return self.store.read_bytes(self.key(name))

    def save(self, stage: str, run: Run) -> None:
        """Write what `stage` has learnt."""
        if stage == "plan":
            self._save_plan(run)
        elif stage == "prepare":
            if run.handled is not None:
                self._save_handled(run.handled, run)
            self.put("prepare/choice.json", Chosen(run.normal, run.choice, run.unrest))
        elif stage == "detect" and run.detection is not None:
            self._save_detection(run.detection)
        elif stage == "causes":
            self.put("causes/discovery.json", run.discovery)
        elif stage == "supervise":
            self.put("supervise/judged.json", run.judged)

    def load(self, stage: str, run: Run, *, rows: bool, table: bool) -> None:
        """Bring into `run` what `stage` has learnt: `rows` with the numbers of the input rows, `table` with the
        processed table; few stages need them."""
        if stage == "plan":
            run.plan = self.get("plan/plan.json", Outcome[Plan])
            if self.store.exists(self.key("plan/data.json")):
                self._load_data(run, rows)
        elif stage == "prepare":
            chosen = self.get("prepare/choice.json", Chosen)
            run.normal, run.choice, run.unrest = chosen.normal, chosen.choice, chosen.unrest
            if table:
                self._load_handled(run)
        elif stage == "detect":
            rest = self.get("detect/detection.json", DetectionRest)
            parts: dict[str, Any] = values.arrays_from_npz(self.bytes("detect/arrays.npz"))
            run.detection = Detection(**parts, **{name: getattr(rest, name) for name in rest.__dataclass_fields__})
        elif stage == "causes":
            run.discovery = self.get("causes/discovery.json", Discovery)
        elif stage == "supervise":
            run.judged = self.get("supervise/judged.json", Judged)

    def _save_plan(self, run: Run) -> None:
        reading = run.reading
        self.put("plan/plan.json", run.plan)
        if reading is None:
            return
        self.store.write_bytes(self.key("plan/frame.parquet"), values.numbers_to_parquet(reading.frame))
        if reading.whole is not None:
            self.store.write_bytes(self.key("plan/whole.parquet"), values.numbers_to_parquet(reading.whole))
        self.store.write_bytes(self.key("plan/context.parquet"), values.texts_to_parquet(reading.context))
        rows = pa.table({"row_of": pa.array(reading.row_of), "time_text": reading.time_text})
        self.store.write_bytes(self.key("plan/rows.parquet"), values.table_to_parquet(rows))
        self.put("plan/data.json", Data(reading.units, reading.receipt, run.names, run.joined, run.left_out))

    def _load_data(self, run: Run, rows: bool) -> None:
        data = self.get("plan/data.json", Data)
        row_of, time_text = np.empty(0, np.int32), pa.array([], pa.string())
        if rows:
            table = values.table_from_parquet(self.bytes("plan/rows.parquet")).combine_chunks()
            row_of = table.column("row_of").to_numpy()
            time_text = table.column("time_text").combine_chunks()
        frame = values.numbers_from_parquet(self.bytes("plan/frame.parquet"))
        context = values.texts_from_parquet(self.bytes("plan/context.parquet"))
        whole = self.key("plan/whole.parquet")
        all_rows = values.numbers_from_parquet(self.store.read_bytes(whole)) if self.store.exists(whole) else None
        run.reading = Reading(frame, context, data.units, row_of, time_text, data.receipt, all_rows)
        run.names, run.joined, run.left_out = data.names, data.joined, data.left_out

    def _save_handled(self, handled: Handled, run: Run) -> None:
        own = run.reading is None or handled.frame is not run.reading.frame
        fitting = {name: s for name, s in handled.labels.items() if s.index.equals(handled.frame.index)}
        if own:
            self.store.write_bytes(self.key("prepare/frame.parquet"), values.numbers_to_parquet(handled.frame))
        if fitting:
            labels = pd.DataFrame(fitting, index=handled.frame.index)
            self.store.write_bytes(self.key("prepare/labels.parquet"), values.numbers_to_parquet(labels))
        named = {name: str(series.name) for name, series in fitting.items()}
        self.put("prepare/handled.json", HandledRest(handled.changed, own, named, handled.findings, handled.done))

    def _load_handled(self, run: Run) -> None:
        if not self.store.exists(self.key("prepare/handled.json")):
            return
        rest = self.get("prepare/handled.json", HandledRest)
        assert run.reading is not None
        frame = run.reading.frame
        if rest.own_frame:
            frame = values.numbers_from_parquet(self.bytes("prepare/frame.parquet"))
        labels: dict[str, pd.Series] = {}
        if rest.labels:
            table = values.numbers_from_parquet(self.bytes("prepare/labels.parquet"))
            labels = {name: table[name].rename(sensor) for name, sensor in rest.labels.items()}
        run.handled = Handled(frame, labels, rest.findings, rest.done, rest.changed)

    def _save_detection(self, found: Detection) -> None:
        arrays = {name: getattr(found, name) for name in ARRAYS}
        self.store.write_bytes(self.key("detect/arrays.npz"), values.arrays_to_npz(arrays))
        rest = {name: getattr(found, name) for name in DetectionRest.__dataclass_fields__}
        self.put("detect/detection.json", DetectionRest(**rest))
