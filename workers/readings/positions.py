"""Where each input row goes: sorted unique instants, and blocks of them when there are too many."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from detectors.types import BoolArray, IntArray
from workers.readings.timestamps import NO_TIME

GAP_STEPS = 10  # a block never reaches over a hole this many median steps wide


@dataclass(frozen=True)
class Positions:
    """The rows of the frame and the input rows that fall on them.

    `index` (m,) holds sorted unique microseconds since 1970; `row_of` (n,) the frame row of each input row: a row
    whose time can't be read belongs to the row before it in the file, and has no part in the values (`known` False).
    `block` is how many instants were averaged into one row.
    """

    index: IntArray
    row_of: npt.NDArray[np.int32]
    known: BoolArray
    block: int
    unsorted: bool
    instants: int  # distinct times before averaging
    sizes: IntArray  # (m,) how many of them fell into each row

    @property
    def unknown(self) -> int:
        """Input rows without a readable time."""
        return len(self.known) - int(np.count_nonzero(self.known))


def place(utc: IntArray, cap: int, grid_us: int = 0) -> Positions:
    """Positions of rows at `utc` (n,) in a frame of at most `cap` rows.

    `grid_us` > 0 first rounds times down to multiples of it from the first one (long exports in which every tag keeps
    its own clock).
    """
    known = utc != NO_TIME
    times = utc if known.all() else utc[known]
    steps = np.diff(times)
    unsorted = bool((steps < 0).any())
    if grid_us:
        start = int(times.min())
        times = start + (times - start) // grid_us * grid_us
        steps = np.diff(times)
    if (steps > 0).all():
        index, position = times, np.arange(len(times), dtype=np.int32)
    elif not (steps < 0).any():  # sorted with repetitions: no need to sort five million rows
        new = np.concatenate(([True], steps > 0)) if len(times) else np.empty(0, bool)
        index, position = times[new], (np.cumsum(new) - 1).astype(np.int32)
    else:
        index, inverse = np.unique(times, return_inverse=True)
        position = inverse.astype(np.int32)
    instants = len(index)
    block, block_of = _blocks(index, cap)
    sizes = np.bincount(block_of, minlength=1)
    if block > 1:
        index, position = index[np.flatnonzero(np.diff(block_of, prepend=-1))], block_of[position].astype(np.int32)
    return Positions(index, _spread(position, known), known, block, unsorted, instants, sizes)


def _blocks(index: IntArray, cap: int) -> tuple[int, IntArray]:
    """Instants a block and the block of each instant. Blocks end at holes, unless holes are all there is."""
    count = len(index)
    if count <= cap:
        return 1, np.arange(count)
    steps = np.diff(index, prepend=index[0])
    segment = np.cumsum(steps > GAP_STEPS * np.median(steps[1:]))
    if segment[-1] > cap // 4:
        segment = np.zeros(count, dtype=np.int64)
    first = np.searchsorted(segment, segment)  # where each instant's segment begins
    block = -(-count // cap)
    while True:
        inside = (np.arange(count) - first) // block
        new = np.diff(segment, prepend=-1).astype(bool) | np.diff(inside, prepend=-1).astype(bool)
        if np.count_nonzero(new) <= cap:
            return block, np.cumsum(new) - 1
        block += 1


def _spread(position: npt.NDArray[np.int32], known: BoolArray) -> npt.NDArray[np.int32]:
    """Positions of all rows: one without a time takes that of the last row before it that has one."""
    if len(position) == len(known):
        return position
    last = np.cumsum(known) - 1
    return position[np.maximum(last, 0)]
