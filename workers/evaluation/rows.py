"""The rows of the ablation's table, and the sums that they are made of."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from roles.types import Frozen
from workers.evaluation.cast import RULES

NEAR = 3  # places among which the true origin has to be
Flags = npt.NDArray[np.bool_]


class Row(Frozen):
    """One variant on one data set. `roots` is "first, among the first three of known", `models` those that were used;
    `causes` is "first cause right of known", `own` "said by the engine itself of what it was asked": of language models
    alone, else "-"."""

    data: str
    pipeline: str
    files: int
    precision: float
    recall: float
    f1: float
    roots: str
    models: list[str]
    engine: str = RULES
    causes: str = "-"
    own: str = "-"


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
    right: int = 0
    told: int = 0

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

    def add_cause(self, right: bool | None) -> None:
        """Whether the first cause is the true fault; None where nobody looked."""
        self.right += right is True
        self.told += right is not None

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
            causes=f"{self.right} of {self.told}" if self.told else "-",
        )  # fmt: skip


def cells(row: Row, *, with_model: bool = False) -> list[str]:
    """The row as the table shows it; `with_model` also who played and what came of it."""
    shares = [f"{value:.3f}" for value in (row.precision, row.recall, row.f1)]
    more = [row.causes, row.own] if with_model else []
    pipeline = f"{row.engine}: {row.pipeline}" if with_model else row.pipeline
    return [row.data, pipeline, str(row.files), *shares, row.roots, *more, ", ".join(row.models)]
