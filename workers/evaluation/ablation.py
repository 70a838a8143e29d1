"""What each role brings to detection: the pipeline's own steps with one role left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from sqlalchemy import create_engine

from detectors import causal
from detectors.detect import detect
from detectors.types import Detection
from roles.controller import CONTROLLER, Choice, ModelCard, Profile
from roles.manager import MANAGER, Request
from roles.supervisor import SUPERVISOR
from roles.types import Edge
from workers.catalogue.models import Catalogue
from workers.errors import AndonError
from workers.evaluation import labelled
from workers.evaluation.cast import Cast
from workers.evaluation.diagnosing import first_cause
from workers.evaluation.labelled import Labelled
from workers.evaluation.rows import Flags, Row, Sum, cells
from workers.handling import handle
from workers.knowledge.context import Knowledge
from workers.looking.findings import Teller
from workers.looking.shown import Names
from workers.looking.study import candidates, from_edges
from workers.settings import Settings

SETS: dict[str, Callable[[Path], Iterator[Labelled]]] = {
    "SKAB": labelled.skab, "TEP": labelled.tep, "simulator": labelled.simulator,
}  # fmt: skip
REQUEST = "Clean the data, remove spikes, then find anomalies."
DEFAULT = "ensemble"
Tell = Callable[[str], None]


def run(data: Path | None, limit: int | None, tell: Tell, casts: Sequence[Cast] = ()) -> list[Row]:
    """Every variant on every set that is there, by each of `casts` (none: the rules); `limit` files of each. The
    simulator needs no folder.

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
        for cast in casts or [Cast()]:
            rows += Bench(name, files, tell, cast, causes=any(each.engine for each in casts)).rows()
    return rows


class Bench:
    """The variants on the files of one set, roles played by `cast`. Detections are kept: most variants share them.
    `causes`: the decision maker is asked as well."""

    def __init__(
        self, name: str, files: Sequence[Labelled], tell: Tell, cast: Cast | None = None, *, causes: bool = False
    ) -> None:  # fmt: skip
        self.name, self.files, self.tell, self.cast = name, list(files), tell, cast or Cast()
        self.causes = causes
        self.knowledge = Knowledge(Settings(), "en")
        self.cards = _cards()
        self._kept: dict[tuple[str, str, bool, bool], Detection] = {}
        self._frames: dict[tuple[str, bool, bool], pd.DataFrame] = {}
        self._found: dict[tuple[str, bool], causal.Discovery] = {}

    def rows(self) -> list[Row]:
        """One row for each variant of the pipeline, with a role left out or the data damaged."""
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
        self.tell(f"{self.name}: {pipeline}" if self.cast.engine is None else f"{self.name}, llm: {pipeline}")
        total = Sum()
        for file in self.files:
            model = self.choice(file, self.cards) if controller else DEFAULT
            seen = self.seen(file, model, clean=manager, bad=bad)
            known = supervisor is not None and bool(file.roots)
            ranked = self._ranked(file, seen, corrected=bool(supervisor), clean=manager) if known else None
            place = _place_of(file, ranked[1]) if ranked else None
            total.add(*_judged(file, seen), model, place, known=known)
            total.add_cause(self._is_right(file, seen, *ranked) if ranked and file.fault and self.causes else None)
        row = total.row(self.name, pipeline)
        return row.model_copy(update={"engine": self.cast.name, "own": self.cast.share()})

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
        cards = [
            card.model_copy(update={"score": scores.get(card.name), "scored_on": len(past)}) for card in self.cards
        ]
        default, chosen = Sum(), Sum()
        for file in later:
            model = self.choice(file, cards)
            default.add(*_judged(file, self.seen(file, DEFAULT, clean=True)), DEFAULT)
            chosen.add(*_judged(file, self.seen(file, model, clean=True)), model)
        pair = (default, "every second file: no controller"), (chosen, "every second file: controller with a record")
        named = {"engine": self.cast.name, "own": self.cast.share()}
        return [total.row(self.name, pipeline).model_copy(update=named) for total, pipeline in pair]

    def choice(self, file: Labelled, cards: list[ModelCard]) -> str:
        """The controller's model."""
        frame = file.frame
        steady = int((frame.iloc[: file.train].nunique() <= 1).sum())
        profile = Profile(
            rows=len(frame), reference_rows=file.train, sensors=[str(c) for c in frame.columns],
            step_s=float(np.median(np.diff(pd.DatetimeIndex(frame.index).as_unit("ns").asi8))) / 1e9,
            missing_share=float(frame.isna().to_numpy().mean()), constant_sensors=steady,
        )  # fmt: skip
        return self.cast.play(CONTROLLER, Choice(lang="en", profile=profile, models=cards)).model

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
        asked = self.cast.play(MANAGER, Request(text=REQUEST, lang="en", sensors=list(names.sensors.values())))
        teller = Teller(pd.DatetimeIndex(frame.index), names, ZoneInfo("UTC"), "en")
        return handle(frame, asked, teller).frame

    def _ranked(
        self, file: Labelled, seen: Detection, *, corrected: bool, clean: bool
    ) -> tuple[list[Edge], Sequence[causal.RootCandidate]]:
        """The graph, corrected or as discovered, and the sensors where the disturbance may have entered."""
        frame, names = self.frame(file, clean=clean, bad=False), self._names(file)
        found = self._found.get((file.name, clean)) or causal.explore(frame)
        self._found[file.name, clean] = found
        given = candidates(found, self.knowledge.facts(names.sensors.values()), list(names.sensors), "en")
        if self.cast.engine is not None:  # who reads gets what a run gives
            named, passages = list(names.sensors.values()), self.knowledge.about_edges(given.edges, names)
            given = given.model_copy(update={"passages": passages, "named": named})
        edges = self.cast.play(SUPERVISOR, given).corrected if corrected else given.edges
        return edges, causal.rank(frame, seen, from_edges(edges))

    def _is_right(
        self, file: Labelled, seen: Detection, edges: list[Edge], ranked: Sequence[causal.RootCandidate]
    ) -> bool:
        """Is the decision maker's first cause the true fault?"""
        index = pd.DatetimeIndex(file.frame.index)
        return first_cause(index, seen, edges, ranked, self._names(file), self.knowledge, self.cast) == file.fault

    def _names(self, file: Labelled) -> Names:
        return self.knowledge.names([str(c) for c in file.frame.columns], file.units)


def _place_of(file: Labelled, ranked: Sequence[causal.RootCandidate]) -> int | None:
    """Where the true origin stands among the ranked sensors."""
    return next((i for i, candidate in enumerate(ranked) if candidate.sensor in file.roots), None)


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


__all__ = ["Bench", "Row", "cells", "run"]
