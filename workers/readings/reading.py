"""What reading a file gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from workers.contracts import DataReceipt


@dataclass(frozen=True)
class Reading:
    """One data file as numbers, with an account of what was read and assumed.

    frame: float64, NaN for missing; sorted unique UTC DatetimeIndex (microseconds, not forced to be regular); one
        column a sensor, named as its header without the unit.
    context: texts (notes, grades, states) on the same index; str dtype, NaN where there is none.
    units: column -> unit, for the columns that name one.
    row_of: (n,) for each input row, in input order, the row of `frame` that it belongs to. An input row whose time
        can't be read belongs to the row before it in the file (the first row, when there is none), and its values are
        not used; so every row has one and -1 does not occur.
    time_text: (n,) Arrow strings, each input row's own time text (null where the cell is empty); the row number
        counted from 1 when there is no time column.
    receipt: the account.
    whole: the frame with the rows that a request left out ("only the night shift"), where what is normal is still to be
        learnt from all of them.
    """

    frame: pd.DataFrame
    context: pd.DataFrame
    units: dict[str, str]
    row_of: npt.NDArray[np.int32]
    time_text: Any
    receipt: DataReceipt
    whole: pd.DataFrame | None = None
