"""Labelled data for the ablation: SKAB and TEP from a folder, the simulated caster made here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

from workers.simulator import BENIGN, FAULTS, Simulation, simulate

SKAB_TRAIN = 400
TEP_ONSET, TEP_STEP_S, TEP_CHANNELS = 160, 180.0, 52
SIM_ROWS, SIM_TRAIN, SIM_SEED = 15_000, 6_000, 50
MISSING, LONGEST_GAP, ENDLESS, SPIKES, SPIKE_SIGMAS = 0.03, 5, 0.001, 0.003, 12.0  # shares of cells; rows


@dataclass(frozen=True)
class Labelled:
    """One file. The first `train` rows are normal and not judged; `labels` (n,) are 1 in faulty rows.

    `name` tells it from every other file of its set. `roots`: columns where the fault may have entered, empty where
    nobody knows it; `fault`: its id in the knowledge pack, where one is known. `context`: text columns.
    """

    name: str
    frame: pd.DataFrame
    train: int
    labels: npt.NDArray[np.int64]
    roots: tuple[str, ...] = ()
    context: pd.DataFrame | None = None
    units: Mapping[str, str] = field(default_factory=dict)
    fault: str = ""


def skab(data: Path) -> Iterator[Labelled]:
    """valve1 and valve2: rows 0-399 train."""
    for path in sorted(data.glob("skab/valve[12]/*.csv")):
        frame = pd.read_csv(path, sep=";", index_col="datetime", parse_dates=True)
        frame.index = pd.DatetimeIndex(frame.index).tz_localize("UTC")
        labels = frame.pop("anomaly").to_numpy(dtype=np.int64)
        yield Labelled(
            f"{path.parent.name}/{path.stem}", frame.drop(columns="changepoint").astype(float), SKAB_TRAIN, labels
        )


def tep(data: Path) -> Iterator[Labelled]:
    """d00 (500 rows) before each of d00_te..d21_te, which are faulty from row 160 on where the number is not 0."""
    train = _tep(data / "tep" / "d00.dat")
    for path in sorted(data.glob("tep/d??_te.dat")):
        test = _tep(path)
        values = np.vstack([train, test])
        labels = np.zeros(len(values), dtype=np.int64)
        if not path.name.startswith("d00"):
            labels[len(train) + TEP_ONSET :] = 1
        index = pd.date_range("2026-01-01", periods=len(values), freq=pd.Timedelta(seconds=TEP_STEP_S), tz="UTC")
        names = [f"x{i + 1}" for i in range(TEP_CHANNELS)]
        yield Labelled(path.stem, pd.DataFrame(values, index=index, columns=names), len(train), labels)


def simulator(data: Path) -> Iterator[Labelled]:
    """Each fault, each benign change and a normal run of the simulated caster, one seed. `data` is not used."""
    for name in (*FAULTS, *BENIGN, "normal"):
        made: Simulation = simulate(name, SIM_ROWS, SIM_SEED)
        labels = np.zeros(len(made.frame), dtype=np.int64)
        for event in made.truth.events:
            if not event.benign:
                start, end = made.frame.index.searchsorted([event.start, event.end])
                labels[start : end + 1] = 1
        roots = made.truth.acceptable if labels.any() else ()
        fault = name if labels.any() else ""
        yield Labelled(name, made.frame, SIM_TRAIN, labels, tuple(roots), made.context, fault=fault)


def damaged(file: Labelled, seed: int = 0) -> Labelled:
    """The file as bad transmission would leave it: short gaps, infinite readings, single spikes."""
    draw = np.random.default_rng(seed)
    values = file.frame.to_numpy(dtype=float).copy()
    size = values.shape
    spread = np.nanstd(values[: file.train], axis=0)
    spiked = draw.random(size) < SPIKES
    values = np.where(spiked, values + SPIKE_SIGMAS * spread * draw.choice([-1.0, 1.0], size), values)
    values[draw.random(size) < ENDLESS] = np.inf
    for column in range(size[1]):
        starts = np.flatnonzero(draw.random(size[0]) < 2 * MISSING / (1 + LONGEST_GAP))
        for start, length in zip(starts, draw.integers(1, LONGEST_GAP + 1, len(starts)), strict=True):
            values[start : start + length, column] = np.nan
    return replace(file, frame=pd.DataFrame(values, index=file.frame.index, columns=file.frame.columns))


def _tep(path: Path) -> npt.NDArray[np.float64]:
    """Rows by 52 channels; d00 is stored transposed."""
    values = np.loadtxt(path)
    return values.T if values.shape[0] == TEP_CHANNELS else values
