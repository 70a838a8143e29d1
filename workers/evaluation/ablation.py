"""What each role brings to detection: the pipeline's own steps with one role left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd
from sqlalchemy import create_engine

from detectors import causal
from detectors.detect import detect
from detectors.types import Detection
from roles.choosing.rules import choose
from roles.controller import Choice, ModelCard, Profile
from roles.planning.rules import plan
from roles.planning.types import Request
from roles.supervising.rules import correct
from roles.types import Frozen
from workers.catalogue.models import Catalogue
from workers.errors import AndonError
from workers.evaluation import labelled
from workers.evaluation.labelled import Labelled
from workers.findings import Names, Teller
from workers.handling import handle
from workers.knowledge import Knowledge
from workers.looking import candidates, from_edges
from workers.settings import Settings

SETS: dict[str, Callable[[Path], Iterator[Labelled]]] = {
    "SKAB": labelled.skab, "TEP": labelled.tep, "simulator": labelled.simulator,
}  # fmt: skip
REQUEST = "Clean the data, remove spikes, then find anomalies."
NEAR = 3  # places among which the true origin has to be
DEFAULT = "ensemble"
Flags = npt.NDArray[np.bool_]
Tell = Callable[[str], None]


class Row(Frozen):
    """One variant on one data set. `roots` is "first, among the first three of known", `models` those
    that were used."""

    data: str
    pipeline: str
    files: int
    precision: float
    recall: float
    f1: float
    roots: str
    models: list[str]


@dataclass
class Sum:
    """Rows hit, falsely flagged and missed, and origins found, over the files so far."""

    hit: int = 0
    false: int = 0
    missed: int = 0
    first: int = 0
    found: int = 0
    known: int = 0
    files: int = 0
    models: set[str] = field(default_factory=set)

    def add(self, flags: Flags, labels: Flags, model: str, place: int | None = None, *, known: bool = False) -> None:
        """One file's rows; `place` of the true origin among the ranked, where it is known."""
        self.hit += int((flags & labels).sum())
        self.false += int((flags & ~labels).sum())
        self.missed += int((~flags & labels).sum())
        self.known += known
        self.first += place == 0
        self.found += place is not None and place < NEAR
        self.files += 1
        self.models.add(model)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        return 2 * self.hit / max(1, 2 * self.hit + self.false + self.missed)

    def row(self, data: str, pipeline: str) -> Row:
        """The finished row."""
        return Row(
            data=data, pipeline=pipeline, files=self.files, precision=self.hit / max(1, self.hit + self.false),
            recall=self.hit / max(1, self.hit + self.missed), f1=self.f1,
            roots=f"{self.first}, {self.found} of {self.known}" if self.known else "-", models=sorted(self.models),
        )  # fmt: skip


def run(data: Path | None, limit: int | None, tell: Tell) -> list[Row]:
    """Every variant on every set that is there; `limit` files of each. The simulator needs no folder.

    Raises AndonError failure_eval_data for a folder that holds neither set.
    """
    folder = data or Path()
    there = [name for name in SETS if name == "simulator" or (data and (folder / name.lower()).is_dir())]
    if data is not None and there == ["simulator"]:
        raise AndonError("failure_eval_data", folder=str(data))
    rows: list[Row] = []
    for name in there:
        files = list(SETS[name](folder))
        if limit is not None:
            files = [files[i * len(files) // limit] for i in range(min(limit, len(files)))]
        rows += Bench(name, files, tell).rows()
    return rows


def cells(row: Row) -> list[str]:
    """The row as the table shows it."""
    shares = [f"{value:.3f}" for value in (row.precision, row.recall, row.f1)]
    return [row.data, row.pipeline, str(row.files), *shares, row.roots, ", ".join(row.models)]


class Bench:
    """The variants on the files of one set. Detections are kept: most variants share them."""

    def __init__(self, name: str, files: Sequence[Labelled], tell: Tell) -> None:
        self.name, self.files, self.tell = name, list(files), tell
        self.knowledge = Knowledge(Settings(), "en")
        self.cards = _cards()
        self._kept: dict[tuple[str, str, bool, bool], Detection] = {}
        self._frames: dict[tuple[str, bool, bool], pd.DataFrame] = {}
        self._found: dict[tuple[str, bool], causal.Discovery] = {}

    def rows(self) -> list[Row]:
        """All variants."""
        return [
            self._row("all roles", manager=True, supervisor=True),
            self._row("no manager", manager=False, supervisor=True),
            self._row("no supervisor", manager=True, supervisor=False),
            self._row("no controller", manager=True, supervisor=True, controller=False),
            self._row("damaged: all roles", manager=True, supervisor=None, bad=True),
            self._row("damaged: no manager", manager=False, supervisor=None, bad=True),
            *self._with_record(),
        ]

    def _row(
        self, pipeline: str, *, manager: bool, supervisor: bool | None, controller: bool = True, bad: bool = False
    ) -> Row:
        """`supervisor` None: origins are not looked for."""
        self.tell(f"{self.name}: {pipeline}")
        total = Sum()
        for file in self.files:
            model = self.choice(file, self.cards) if controller else DEFAULT
            seen = self.seen(file, model, clean=manager, bad=bad)
            known = supervisor is not None and bool(file.roots)
            place = self._place(file, seen, corrected=bool(supervisor), clean=manager) if known else None
            total.add(*_judged(file, seen), model, place, known=known)
        return total.row(self.name, pipeline)

    def _with_record(self) -> list[Row]:
        """The controller with a record: every model's F1 on every second file, then its choice on the others."""
        past, later = self.files[::2], self.files[1::2]
        if not later:
            return []
        scores: dict[str, float] = {}
        for card in self.cards:
            self.tell(f"{self.name}: record of {card.name}")
            total = Sum()
            for file in past:
                if card.min_rows <= file.train:
                    total.add(*_judged(file, self.seen(file, card.name, clean=True)), card.name)
            if total.files == len(past):
                scores[card.name] = total.f1
        cards = [card.model_copy(update={"score": scores.get(card.name)}) for card in self.cards]
        default, chosen = Sum(), Sum()
        for file in later:
            model = self.choice(file, cards)
            default.add(*_judged(file, self.seen(file, DEFAULT, clean=True)), DEFAULT)
            chosen.add(*_judged(file, self.seen(file, model, clean=True)), model)
        return [
            default.row(self.name, "every second file: no controller"),
            chosen.row(self.name, "every second file: controller with a record"),
        ]

    def choice(self, file: Labelled, cards: list[ModelCard]) -> str:
        """The controller's model."""
        frame = file.frame
        steady = int((frame.iloc[: file.train].nunique() <= 1).sum())
        profile = Profile(
            rows=len(frame), reference_rows=file.train, sensors=[str(c) for c in frame.columns],
            step_s=float(np.median(np.diff(pd.DatetimeIndex(frame.index).as_unit("ns").asi8))) / 1e9,
            missing_share=float(frame.isna().to_numpy().mean()), constant_sensors=steady,
        )  # fmt: skip
        return choose(Choice(lang="en", profile=profile, models=cards)).model

    def seen(self, file: Labelled, model: str, *, clean: bool, bad: bool = False) -> Detection:
        """Detection on the file, cleaned by the manager's plan or as it came."""
        key = file.name, model, clean, bad
        if key not in self._kept:
            names = self._names(file)
            self._kept[key] = detect(
                self.frame(file, clean=clean, bad=bad), train=file.train, model=model, context=file.context,
                setpoints=[s.name for s in names.sensors.values() if s.role == "setpoint"],
                names={s.name: s.aliases for s in names.sensors.values()},
            )  # fmt: skip
        return self._kept[key]

    def frame(self, file: Labelled, *, clean: bool, bad: bool) -> pd.DataFrame:
        """The readings, damaged or not, cleaned or not."""
        key = file.name, clean, bad
        if key not in self._frames:
            frame = labelled.damaged(file).frame if bad else file.frame
            self._frames[key] = self._cleaned(file, frame) if clean else frame
        return self._frames[key]

    def _cleaned(self, file: Labelled, frame: pd.DataFrame) -> pd.DataFrame:
        """What the manager makes of the request is carried out as in a run."""
        names = self._names(file)
        asked = plan(Request(text=REQUEST, lang="en", sensors=list(names.sensors.values())))
        teller = Teller(pd.DatetimeIndex(frame.index), names, ZoneInfo("UTC"), "en")
        return handle(frame, asked, teller).frame

    def _place(self, file: Labelled, seen: Detection, *, corrected: bool, clean: bool) -> int | None:
        """Where the true origin stands among the ranked sensors."""
        frame, names = self.frame(file, clean=clean, bad=False), self._names(file)
        found = self._found.get((file.name, clean)) or causal.explore(frame)
        self._found[file.name, clean] = found
        given = candidates(found, self.knowledge.facts(names.sensors.values()), list(names.sensors), "en")
        edges = from_edges(correct(given).corrected if corrected else given.edges)
        ranked = [c.sensor for c in causal.rank(frame, seen, edges)]
        return next((i for i, sensor in enumerate(ranked) if sensor in file.roots), None)

    def _names(self, file: Labelled) -> Names:
        return self.knowledge.names([str(c) for c in file.frame.columns], file.units)


def _judged(file: Labelled, seen: Detection) -> tuple[Flags, Flags]:
    """Flags and labels of the rows after the normal part."""
    return np.asarray(seen.flag[file.train :]) > 0, file.labels[file.train :] > 0


def _cards() -> list[ModelCard]:
    """The shipped catalogue without a record."""
    engine = create_engine("sqlite://")
    try:
        return Catalogue(engine).cards("en")
    finally:
        engine.dispose()
