"""The marks of simulated files, so that nobody takes them for the plant's: their name begins with PREFIX, and every
row says so in the column ORIGIN, which outlives a new name, a spreadsheet and a part cut out."""

from __future__ import annotations

from pathlib import PurePath

PREFIX = "simulated_"
ORIGIN, SIMULATED = "data_origin", "simulated"


def is_simulated(file_name: str) -> bool:
    """Does the file's name say that it was simulated here?"""
    return PurePath(file_name).name.casefold().startswith(PREFIX)
