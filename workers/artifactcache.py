"""Copies of a remote store's files on this machine: kept while they are used, within bounds.

Only the machine on which runs are deleted hears of it; the copies of all others go by their age.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

UNUSED_S = 3 * 86400.0  # a copy that nobody asked for so long is dropped: it can be fetched again
MOST_BYTES = 4 * 2**30
IN_USE_S = 3600.0  # a copy that was asked for since may be open
EVERY_S = 3600.0  # between two looks of a process

_looked: dict[Path, float] = {}


def used(note: Path) -> None:
    """Remember that a copy was asked for just now; `note` is the file that names its version."""
    with suppress(OSError):
        os.utime(note)


def tend(folder: Path) -> None:
    """Drop what is not used, unless that was done within the hour."""
    moment = time.monotonic()
    if moment - _looked.get(folder, -EVERY_S) >= EVERY_S:
        _looked[folder] = moment
        drop(folder, time.time())


def drop(folder: Path, moment: float) -> int:
    """Drop copies of `folder` that are unused, then the longest unused ones beyond MOST_BYTES; gives how many files."""
    found = sorted(_copies(folder))
    total = sum(size for _, size, _ in found)
    dropped = 0
    for at, size, copy in found:
        if moment - at < IN_USE_S or not (moment - at > UNUSED_S or total > MOST_BYTES):
            continue
        for path in (note_of(copy), copy):
            with suppress(OSError):
                path.unlink()
        total -= size
        dropped += 1
    empty_out(folder, moment - IN_USE_S)
    return dropped


def note_of(copy: Path) -> Path:
    """The file that notes of which version of a remote file `copy` is one."""
    return copy.with_name(f".{copy.name}.version")


def empty_out(folder: Path, before: float) -> None:
    """Remove empty folders below `folder` that nothing was done in since then (seconds since 1970)."""
    for path, _, _ in os.walk(folder, topdown=False):
        with suppress(OSError):  # not empty, or another process is at it
            if Path(path) != folder and os.stat(path).st_mtime < before:
                os.rmdir(path)


def _copies(folder: Path) -> Iterator[tuple[float, int, Path]]:
    """(last used, bytes, path) of each copy."""
    for path in folder.rglob("*"):
        with suppress(OSError):
            if path.name.endswith(".version") or not path.is_file():
                continue
            note = note_of(path)
            told = path.stat()
            yield (note.stat().st_mtime if note.is_file() else told.st_mtime), told.st_size, path
