"""From a path to the bytes of one table: checks, layers of packing, and nothing inflated past the limit."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from workers.errors import AndonError
from workers.readings.budget import Budget, human
from workers.readings.kinds import foreign, kind_of
from workers.readings.layers import DAMAGED, Opener, gunzip, seekable_opener, zip_member

HEAD = 64 * 1024
DEPTH = 4  # a gzip in a zip in a gzip is somebody's habit; deeper is somebody's joke


@dataclass(frozen=True)
class Source:
    """The bytes of one table. `open()` gives them from the start, as often as wanted; seekable unless text.

    `form` is "text", "xlsx" or "parquet"; `packing` the layers around it, outermost first ("zip", "gz");
    `size` the bytes on disk of the file that was given.
    """

    path: Path
    form: str
    packing: tuple[str, ...]
    size: int
    open: Opener
    budget: Budget

    @property
    def format(self) -> str:
        """For the receipt: "csv", "csv.gz", "xlsx", "csv in zip"."""
        name = "csv" if self.form == "text" else self.form
        for layer in reversed(self.packing):
            name = f"{name}.gz" if layer == "gz" else f"{name} in zip"
        return name


def open_source(path: Path, max_bytes: int) -> Source:
    """Look through the packing of `path`. Raises AndonError with a sentence for everything that is no table."""
    size = _regular_file(path)
    budget = Budget(path.name, max_bytes, size)
    if size > max_bytes:
        raise AndonError("failure_data_too_big", file=path.name, size=human(size), limit=human(max_bytes))
    opener: Opener = lambda: path.open("rb")  # noqa: E731 - layers are closures, one around the other
    packing: tuple[str, ...] = ()
    for _ in range(DEPTH):
        head = _head(opener, path, bool(packing))
        kind = kind_of(head)
        if kind == "gzip":
            opener, packing = gunzip(opener, budget), (*packing, "gz")
        elif kind == "zip":
            inside = zip_member(opener, budget, path)
            if inside is None:
                return Source(path, "xlsx", packing, size, seekable_opener(opener), budget)
            opener, packing = inside, (*packing, "zip")
        else:
            opener = seekable_opener(opener) if kind == "parquet" else opener
            return _bare(Source(path, kind, packing, size, opener, budget), head)
    raise AndonError("failure_data_nested", file=path.name)


def _bare(source: Source, head: bytes) -> Source:
    """The innermost layer: text or Parquet, or a sentence that says what it is instead."""
    if source.form == "empty":
        raise AndonError("failure_data_empty", file=source.path.name)
    if source.form == "text" and (found := foreign(head)):
        code, kind = found
        raise AndonError(code, file=source.path.name, kind=kind)
    if source.form == "text" and not head.strip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n"):
        raise AndonError("failure_data_empty", file=source.path.name)
    return source


def _regular_file(path: Path) -> int:
    """Size in bytes of a file that can be read."""
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise AndonError("failure_data_folder", file=path.name or str(path))
        if not stat.S_ISREG(info.st_mode):
            raise AndonError("failure_data_binary", file=path.name, kind="device")
        if not os.access(path, os.R_OK):
            raise AndonError("failure_data_unreadable", file=path.name)
    except (FileNotFoundError, NotADirectoryError):
        raise AndonError("failure_data_missing", file=str(path)) from None
    except (PermissionError, OSError, ValueError):  # ValueError: a NUL in the name
        raise AndonError("failure_data_unreadable", file=path.name) from None
    return info.st_size


def _head(opener: Opener, path: Path, packed: bool) -> bytes:
    try:
        with opener() as stream:
            return stream.read(HEAD)
    except DAMAGED as error:
        code = "failure_data_damaged" if packed or not isinstance(error, OSError) else "failure_data_unreadable"
        raise AndonError(code, file=path.name) from error
