"""The frame while it is filled, batch by batch, in one pass over the file and without holding the file.

Not averaged: the last reading of an instant wins. Averaged: the mean of a block's readings, kept as the first one
plus the mean of the differences from it, so that a sensor that repeats one value gives exactly that value and stays
recognisable as stuck; a block that lacks most of the readings it should have is missing, so that a dropout stays one.
"""

from __future__ import annotations

import numpy as np

from detectors.types import FloatArray, IntArray

DENSE = 8  # cells of a batch that lie closer than this are counted over their span, others are sorted
NO_ARRAY: FloatArray = np.empty(0)


class Grid:
    """Values of `rows` x `columns`, column by column in memory; `averaged` chooses between last and mean."""

    def __init__(self, rows: int, columns: int, averaged: bool) -> None:
        self.rows = rows
        self.columns = columns
        self._values = np.full(rows * columns, np.nan)
        self._sums = np.zeros(rows * columns) if averaged else NO_ARRAY
        self._counts = np.zeros(rows * columns, dtype=np.int32) if averaged else np.empty(0, np.int32)

    def add(self, column: int, row: IntArray | slice, values: FloatArray) -> None:
        """Take in readings of one column at frame rows `row` (a slice where they are consecutive)."""
        if isinstance(row, slice) and not len(self._sums):
            self._values[column * self.rows + row.start : column * self.rows + row.stop] = values
            return
        place = np.arange(row.start, row.stop) if isinstance(row, slice) else row
        self.add_cells(place + column * self.rows, values)

    def add_cells(self, cell: IntArray, values: FloatArray) -> None:
        """Take in readings at cells `cell` (column * rows + row); NaN is no reading."""
        good = ~np.isnan(values)
        if not good.all():
            cell, values = cell[good], values[good]
        if not len(cell):
            return
        if not len(self._sums):
            self._values[cell] = values  # of readings at one cell numpy keeps the last
            return
        fresh = np.isnan(self._values[cell])
        self._values[cell[fresh][::-1]] = values[fresh][::-1]  # the first reading of a cell is its base
        change = values - self._values[cell]
        low, high = int(cell.min()), int(cell.max()) + 1
        if high - low <= DENSE * len(cell):
            span: slice | IntArray = slice(low, high)
            inverse = cell - low
        else:
            span, inverse = np.unique(cell, return_inverse=True)
        self._sums[span] += np.bincount(inverse, weights=change)
        self._counts[span] += np.bincount(inverse).astype(np.int32)

    def finish(self, sizes: IntArray) -> FloatArray:
        """The values as (rows, columns), ready to be a frame without another copy.

        `sizes` (rows,) says how many instants each row averages: a short last block is not a dropout.
        """
        table = self._values.reshape(self.columns, self.rows)
        if len(self._sums):
            sums, counts = (a.reshape(self.columns, self.rows) for a in (self._sums, self._counts))
            for column in range(self.columns):
                values, total, count = table[column], sums[column], counts[column]
                seen = count > 0
                values[seen] += total[seen] / count[seen]
                usual = np.median(count[seen]) if seen.any() else 0
                values[seen & (2 * count < np.minimum(usual, sizes))] = np.nan
            self._sums, self._counts = NO_ARRAY, np.empty(0, np.int32)
        return table.T
