"""The mark of simulated files: their name begins with it, so that nobody takes them for the plant's."""

from __future__ import annotations

from pathlib import PurePath

PREFIX = "simulated_"


def is_simulated(file_name: str) -> bool:
    """Does the file's name say that it was simulated here?"""
    return PurePath(file_name).name.casefold().startswith(PREFIX)
