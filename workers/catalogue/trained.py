"""Models trained in the plant: a shipped method, and the normal readings that it is fitted on.

What is kept is data, not code: the readings as Parquet, with their hash in the catalogue. Fitting takes seconds and is
the same every time, so the method is fitted anew on use; nothing is ever unpickled. To score a new file the kept
readings are put before it as its reference period, and cut off again from what detection says.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import numpy as np
import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from detectors.detect import detect
from detectors.normal.reference import propose
from detectors.types import Detection, Event, IntArray, Reference, Symptom
from workers.artifacts import ArtifactStore, open_store
from workers.catalogue.models import Catalogue, opened
from workers.catalogue.tables import NEEDS_UPDATE, TrainedRow
from workers.errors import AndonError
from workers.looking.shown import Names
from workers.looking.study import setpoints
from workers.readings import Reading
from workers.settings import Settings

NAME = re.compile(r"[\w.@-]{1,80}")
LEAST_ROWS, MOST_CELLS = 200, 1_500_000  # rows to train on; rows x sensors that are kept, the last ones
HELD_OUT = 0.3  # share of the file, its end, that tells how often the model alarms on normal rows
GAP_STEPS = 30  # steps between the kept readings and a new file, so that no method takes one for the past of the other
DRIFT, MANY = 3.0, 0.2  # spreads that a level moved, share of the sensors that did
STEP_RATIO = 1.25  # a file whose step differs more is not what the model was trained on


@dataclass(frozen=True)
class Trained:
    """A trained model: its row of the catalogue and the normal readings (n, d) that it is fitted on."""

    row: TrainedRow
    normal: pd.DataFrame


@dataclass(frozen=True)
class Training:
    """What training came to."""

    name: str
    base: str
    version: int
    rows: int
    sensors: list[str]
    held_out_flagged: float  # share of the held-out rows
    replaced: bool


def train(base: str, reading: Reading, names: Names, settings: Settings, *, file: str, called: str | None) -> Training:
    """Fit the shipped method `base` on a file of normal operation and keep it as `called`; a name that is taken gets a
    new version.

    Raises AndonError: failure_model_unknown, failure_model_name, failure_model_short (fewer than LEAST_ROWS rows),
    failure_model_name_taken for the name of a shipped model.
    """
    stem = re.sub(r"[^\w.-]+", "_", Path(file).name.split(".")[0])
    name = called or f"{base}@{stem}"[:80]
    if not NAME.fullmatch(name):
        raise AndonError("failure_model_name", name=name)
    frame = reading.frame
    if len(frame) < LEAST_ROWS:
        raise AndonError("failure_model_short", rows=len(frame), least=LEAST_ROWS)
    with opened(settings) as catalogue:
        catalogue.card(base)
        if any(card.name == name for card in catalogue.cards()):
            raise AndonError("failure_model_name_taken", name=name)
        split = int(len(frame) * (1 - HELD_OUT))
        inputs = setpoints(reading, names)
        flagged = detect(frame, train=split, model=base, setpoints=inputs, context=reading.context).flag[split:]
        kept = frame.iloc[-max(LEAST_ROWS, MOST_CELLS // max(1, frame.shape[1])) :]
        data = _packed(kept)
        with Session(catalogue.engine) as session, session.begin():
            before = session.get(TrainedRow, name)
            version = before.version + 1 if before is not None else 1
            key = f"models/{sha256(name.encode()).hexdigest()[:16]}/{version}/normal.parquet"
            open_store(settings).write_bytes(key, data)
            row = TrainedRow(
                name=name, base=base, version=version, file=Path(file).name, data_sha256=reading.receipt.sha256,
                kept_sha256=sha256(data).hexdigest(), artifact=key, rows=len(kept), width=kept.shape[1],
                sensors=[str(c) for c in kept.columns], step_s=reading.receipt.step_s or 1.0,
                held_out_flagged=round(float(np.mean(flagged)), 5), score=None, status="ready", changed_by="",
                at=datetime.now(UTC).isoformat(timespec="seconds"),
            )  # fmt: skip
            session.merge(row)
        return Training(name, base, version, len(kept), [str(c) for c in kept.columns], float(np.mean(flagged)),
                        before is not None)  # fmt: skip


def find(name: str, settings: Settings) -> TrainedRow | None:
    """The trained model of that name, None when there is none."""
    with opened(settings) as catalogue:
        return row_of(catalogue, name)


def row_of(catalogue: Catalogue, name: str) -> TrainedRow | None:
    """As `find`, of an opened catalogue."""
    with Session(catalogue.engine, expire_on_commit=False) as session:
        return session.get(TrainedRow, name)


def names(settings: Settings) -> list[str]:
    """The names of all trained models."""
    with opened(settings) as catalogue, Session(catalogue.engine) as session:
        return list(session.scalars(select(TrainedRow.name).order_by(TrainedRow.name)))


def load(name: str, settings: Settings) -> Trained | None:
    """A trained model with its readings; None for another name.

    Raises AndonError(failure_model_lost) when the readings are gone or not those that were kept.
    """
    row = find(name, settings)
    if row is None:
        return None
    store: ArtifactStore = open_store(settings)
    try:
        data = store.read_bytes(row.artifact)
    except FileNotFoundError as error:
        raise AndonError("failure_model_lost", name=name, file=row.file) from error
    if sha256(data).hexdigest() != row.kept_sha256:
        raise AndonError("failure_model_lost", name=name, file=row.file)
    return Trained(row, pd.read_parquet(io.BytesIO(data), engine="pyarrow"))


def use(
    model: Trained, reading: Reading, names: Names, settings: Settings, threshold: float | None = None
) -> Detection:
    """Detect in a file by a trained model. The detection's reference is the longest stretch of the file that agrees
    with what was learnt, empty (rows 0..0) where none does; nothing was fitted on it.

    Raises AndonError(failure_model_columns) when the file has sensors that the model was not trained on, or lacks some;
    the model is then marked "needs update" for the former. failure_model_step: the file has another time step.
    """
    frame, row = reading.frame, model.row
    new = [str(c) for c in frame.columns if c not in row.sensors]
    gone = [c for c in row.sensors if c not in frame.columns]
    if new or gone:
        if new:
            with opened(settings) as catalogue:
                catalogue.mark([row.name], NEEDS_UPDATE)
        raise AndonError("failure_model_columns" if new else "failure_model_columns_gone", name=row.name,
                         sensors=", ".join((new or gone)[:6]), count=len(new or gone), file=row.file)  # fmt: skip
    step = reading.receipt.step_s or 1.0
    if max(step, row.step_s) > STEP_RATIO * min(step, row.step_s):
        raise AndonError("failure_model_step", name=row.name, step=f"{step:g}", trained=f"{row.step_s:g}")
    normal = model.normal[list(frame.columns)]
    joined, context = _before(normal, frame, reading.context, step)
    inputs = setpoints(reading, names)
    aliases = {sensor.name: sensor.aliases for sensor in names.sensors.values()}
    found = detect(joined, normal=(0, len(normal)), model=row.base, setpoints=inputs, context=context, names=aliases,
                   threshold=threshold)  # fmt: skip
    return cut(found, len(normal), row.name)


def drifted(model: Trained, frame: pd.DataFrame, calm: Reference | None = None) -> list[str]:
    """Sensors whose level in the calmest stretch of a file (`calm`, where it is known) lies outside what the model was
    trained on, when they are so many that the normal operation itself has moved; the model is then to be marked."""
    calm = calm or propose(frame, [])
    part = frame.iloc[calm.start : calm.end]
    moved = []
    for name in model.row.sensors:
        known = model.normal[name].to_numpy(dtype=np.float64)
        low, middle, high = np.nanquantile(known, [0.16, 0.5, 0.84])
        here = float(np.nanmedian(part[name].to_numpy(dtype=np.float64)))
        if abs(here - middle) > DRIFT * max(high - low, 1e-9 * abs(middle)) / 2 > 0:
            moved.append(name)
    return moved if len(moved) >= max(2, MANY * len(model.row.sensors)) else []


def _before(
    normal: pd.DataFrame, frame: pd.DataFrame, context: pd.DataFrame | None, step_s: float
) -> tuple[pd.DataFrame, pd.DataFrame | None]:
    """The kept readings with the new ones behind them; the text columns begin as the file's own do."""
    step = pd.Timedelta(seconds=step_s)
    last = pd.DatetimeIndex(frame.index)[0] - GAP_STEPS * step
    index = pd.date_range(end=last, periods=len(normal), freq=step)
    joined = pd.concat([normal.set_axis(index), frame]).rename_axis("time")
    if context is None or context.empty:
        return joined, None
    first = {name: [context[name].iloc[0] if name != "note" else ""] * len(index) for name in context.columns}
    return joined, pd.concat([pd.DataFrame(first, index=index, dtype="str"), context]).rename_axis("time")


def cut(found: Detection, rows: int, name: str) -> Detection:
    """A detection without its first `rows` rows; what happened in them is left out, all other rows are counted anew."""
    events = tuple(_moved(event, rows) for event in found.events if event.end >= rows)
    kept = {event.number for event in events}
    signs = tuple(_told(s, rows) for s in found.symptoms if s.event in kept and s.end >= rows)
    left = tuple(
        replace(d, event=_moved(d.event, rows), symptoms=tuple(_told(s, rows) for s in d.symptoms if s.end >= rows))
        for d in found.departures
        if d.event.end >= rows
    )
    numbers, near = found.event[rows:], found.closest
    silent = tuple(replace(s, start=max(0, s.start - rows), end=s.end - rows) for s in found.silences if s.end >= rows)
    return replace(
        found, score=found.score[rows:], flag=found.flag[rows:],
        event=np.where(np.isin(numbers, list(kept)), numbers, 0), events=events, symptoms=signs,
        reference=_agreeing(found.event[rows:]), model=name, departures=left,
        closest=replace(near, row=near.row - rows) if near is not None and near.row >= rows else None, silences=silent,
    )  # fmt: skip


def _told(sign: Symptom, rows: int) -> Symptom:
    return replace(sign, onset=max(0, sign.onset - rows), end=sign.end - rows)


def _agreeing(events: IntArray) -> Reference:
    """The longest stretch of rows outside every event; pictures and the search for the origin compare with it."""
    edges = np.flatnonzero(np.diff(np.concatenate(([1], events > 0, [1]))))
    if not len(edges):
        return Reference(0, 0, "given", "trained")
    starts, ends = edges[::2], edges[1::2]
    longest = int(np.argmax(ends - starts))
    return Reference(int(starts[longest]), int(ends[longest]), "given", "trained")


def _moved(event: Event, rows: int) -> Event:
    return replace(event, start=max(0, event.start - rows), end=event.end - rows, peak=max(0, event.peak - rows))


def _packed(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    frame.set_axis([str(c) for c in frame.columns], axis=1).to_parquet(sink, engine="pyarrow", compression="zstd")
    return sink.getvalue()
