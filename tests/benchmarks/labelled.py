"""The labelled data sets as frames: what a detector learns from, what it scores, and the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd

SKAB_TRAIN = 400
TEP_ONSET, TEP_STEP_S, TEP_CHANNELS = 160, 180.0, 52
SIM_TRAIN, SIM_ONSET_H = 1500, 4.0
LONG_TRAIN, WINDOW, WINDOWS = 25_000, 3600, 5


@dataclass(frozen=True)
class Run:
    """One file: `score` is scored as a whole, its rows from `first` on are compared with `labels`."""

    name: str
    train: pd.DataFrame
    score: pd.DataFrame
    first: int
    labels: npt.NDArray[np.int64]
    step_s: float


def skab(data: Path) -> Iterator[Run]:
    """valve1 and valve2, 20 files: rows 0-399 train, the rest is compared."""
    for path in sorted(data.glob("skab/valve[12]/*.csv")):
        frame = pd.read_csv(path, sep=";", index_col="datetime", parse_dates=True)
        frame.index = pd.DatetimeIndex(frame.index).tz_localize("UTC")
        labels = frame.pop("anomaly").to_numpy(dtype=np.int64)
        frame = frame.drop(columns="changepoint").astype(float)
        yield Run(path.stem, frame.iloc[:SKAB_TRAIN], frame, SKAB_TRAIN, labels[SKAB_TRAIN:], 1.0)


def tep(data: Path) -> Iterator[Run]:
    """d00 trains (stored transposed); d00_te..d21_te are compared, faulty from row 160 on where the number is not 0."""
    train = _tep_frame(data / "tep" / "d00.dat")
    for path in sorted(data.glob("tep/d??_te.dat")):
        frame = _tep_frame(path)
        faulty = np.arange(len(frame)) >= (len(frame) if path.name.startswith("d00") else TEP_ONSET)
        yield Run(path.stem, train, frame, 0, faulty.astype(np.int64), TEP_STEP_S)


def tep_sim24(data: Path) -> Iterator[Run]:
    """Eleven fault runs, onset at 4 h: the first 1500 of 2000 normal rows train. All have the same normal part."""
    for path in sorted(data.glob("tep_sim24/faults/*.csv.gz")):
        frame = pd.read_csv(path)
        faulty = frame.pop("t_h").to_numpy() >= SIM_ONSET_H
        frame.index = _index(len(frame), 7.2)
        yield Run(path.stem, frame.iloc[:SIM_TRAIN], frame, SIM_TRAIN, faulty[SIM_TRAIN:].astype(np.int64), 7.2)


def normal(data: Path) -> Iterator[Run]:
    """Nothing is wrong: tep_sim24's 85,000 rows (25,000 train) and five pieces of synth_plant (a quarter trains)."""
    path = data / "tep_sim24" / "normal_85k.csv.gz"
    if path.is_file():
        frame = pd.read_csv(path).drop(columns="t_h")
        frame.index = _index(len(frame), 7.2)
        nothing = np.zeros(len(frame) - LONG_TRAIN, dtype=np.int64)
        yield Run(path.stem, frame.iloc[:LONG_TRAIN], frame, LONG_TRAIN, nothing, 7.2)
    for path in sorted(data.glob("synth_plant/*.csv.gz")):
        whole = pd.read_csv(path).select_dtypes("number")
        for start in np.linspace(0, len(whole) - WINDOW, WINDOWS).astype(int):
            frame = whole.iloc[start : start + WINDOW].astype(float)
            frame.index = _index(WINDOW, 1.0)
            first = WINDOW // 4
            nothing = np.zeros(WINDOW - first, dtype=np.int64)
            yield Run(f"{path.stem}+{start}", frame.iloc[:first], frame, first, nothing, 1.0)


def _tep_frame(path: Path) -> pd.DataFrame:
    values = np.loadtxt(path)
    values = values.T if values.shape[0] == TEP_CHANNELS else values
    names = [f"x{i + 1}" for i in range(TEP_CHANNELS)]
    return pd.DataFrame(values, index=_index(len(values), TEP_STEP_S), columns=names)


def _index(rows: int, step_s: float) -> pd.DatetimeIndex:
    return pd.date_range("2026-01-01", periods=rows, freq=pd.Timedelta(seconds=step_s), tz="UTC")
