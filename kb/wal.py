"""SQLite's write-ahead log, switched on while other processes may do the same."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import Any

PAUSE_S = 0.02


def use_wal(execute: Callable[[str], Any], busy_s: float) -> None:
    """Switch to WAL by `execute` (of a connection or a cursor). The switch does not wait for its lock by itself when
    several processes make the file at once; after `busy_s` seconds its error is raised."""
    deadline = time.monotonic() + busy_s
    while execute("PRAGMA journal_mode").fetchone()[0] not in ("wal", "memory"):
        try:
            execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(PAUSE_S)
