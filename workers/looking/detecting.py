"""What `--train N` means for the rows of a file as it was given."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workers.errors import AndonError

LEAST = 10
FEW = 200  # rows to learn from, below which false alarms are to be expected and small changes go unseen
DENSE = 0.8  # share of a stretch of the frame that the first N input rows must fill to be one stretch in time


@dataclass(frozen=True)
class TrainRows:
    """`frame` is the span of frame rows to learn from, `silent` (n,) the input rows that get no score and no flag.

    `scattered` is true when the first N input rows lie all over the time axis, so that the earliest N were taken.
    """

    frame: tuple[int, int]
    silent: npt.NDArray[np.bool_]
    scattered: bool = False


def train_rows(row_of: npt.NDArray[np.int32], train: int | None) -> TrainRows | None:
    """The first `train` input rows as rows of the frame; `row_of` (n,) gives the frame row of each input row.

    Files come newest first, with double or unsorted rows, or were averaged onto fewer rows: the first N input rows
    are learnt from where they are one stretch in time; where they are not, the N earliest rows are, and the first N
    input rows stay silent as well. Raises AndonError("failure_train_range") for N outside 10..n-1.
    """
    if train is None:
        return None
    rows, frame_rows = len(row_of), int(row_of.max()) + 1
    if not LEAST <= train < rows:
        raise AndonError("failure_train_range", train=train, least=LEAST, most=rows - 1)
    silent = np.arange(rows) < train
    own = np.unique(row_of[:train])
    start, end = int(own[0]), int(own[-1]) + 1
    scattered = len(own) < DENSE * (end - start)
    if scattered:
        order = np.argsort(row_of, kind="stable")
        silent[order[:train]] = True
        start, end = 0, int(row_of[order[train - 1]]) + 1
    # A frame row that other input rows share is not wholly normal; never fewer than LEAST rows, never all of them.
    if end - start >= LEAST + 2 and not scattered:
        start += bool(start and (row_of[train:] == start).any())
        end -= bool((row_of[train:] == end - 1).any())
    if end - start < LEAST:
        start = min(start, max(0, frame_rows - LEAST - 1))
        end = start + LEAST
    return TrainRows((start, min(end, frame_rows - 1 + bool(start))), silent, scattered)
