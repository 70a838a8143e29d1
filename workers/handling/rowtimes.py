"""Moments of a file without a time column: told by their row, for nobody's clock stood at midnight there."""

from __future__ import annotations

import pandas as pd

from workers.looking.findings import Teller
from workers.prose.numbers import span
from workers.wording import say

EPOCH = pd.Timestamp(0, tz="UTC")  # where the times of rows without a time of their own begin


class RowTeller(Teller):
    """Tells moments as rows, counted from 1."""

    def at(self, time: pd.Timestamp) -> str:
        """The row of a moment."""
        return say("moment_row", self.lang, row=f"{int(self.index.searchsorted(pd.Timestamp(time))) + 1:,}")


def by_rows(teller: Teller) -> Teller:
    """`teller`, or one that tells rows where the file has one row a second from the epoch on: no plant ran then."""
    index = teller.index
    if len(index) < 2 or index[0] != EPOCH or (index[1:] - index[:-1] != pd.Timedelta(seconds=1)).any():
        return teller
    return RowTeller(teller.index, teller.names, teller.zone, teller.lang)


def lasting(seconds: float, teller: Teller) -> str:
    """How long something was, in rows where nothing says how far apart they are."""
    if isinstance(teller, RowTeller):
        rows = round(seconds)
        return say("moment_rows" if rows != 1 else "moment_one_row", teller.lang, rows=f"{rows:,}")
    return span(seconds, teller.lang)
