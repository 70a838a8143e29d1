"""From a path to the bytes of one table: checks, layers of packing, and nothing inflated past the limit."""

from __future__ import annotations

import gzip
import io
import lzma
import os
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from workers.errors import AndonError
from workers.readings.budget import Budget, Metered, human
from workers.readings.kinds import foreign, kind_of

HEAD = 64 * 1024
DEPTH = 4  # a gzip in a zip in a gzip is somebody's habit; deeper is somebody's joke
SPOOL = 64 * 2**20  # an inner zip or workbook above this goes to an unnamed temporary file
ENCRYPTED = 0x1
TABLES = {".csv", ".tsv", ".txt", ".dat", ".asc", ".log", ".prn", ".xlsx", ".xlsm", ".parquet", ".gz", ".zip", ".xls"}
LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
DAMAGED = (
    OSError,  # a seek to where nothing is; errors of the disk itself show on opening
    EOFError,
    zlib.error,
    lzma.LZMAError,
    zipfile.BadZipFile,
    gzip.BadGzipFile,
    NotImplementedError,
)

BROKEN_DIRECTORY = (ValueError, IndexError, struct.error, RuntimeError)  # what zipfile says to nonsense

Opener = Callable[[], IO[bytes]]


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
    inner_name: str = ""

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
    inner = path.name
    for _ in range(DEPTH):
        head = _head(opener, path, bool(packing))
        kind = kind_of(head)
        if kind == "gzip":
            opener, packing = _gunzip(opener, budget), (*packing, "gz")
        elif kind == "zip":
            inside = _zip_member(opener, budget, path)
            if inside is None:
                return Source(path, "xlsx", packing, size, _seekable(opener), budget, inner)
            inner, opener = inside
            packing = (*packing, "zip")
        else:
            opener = _seekable(opener) if kind == "parquet" else opener
            return _bare(Source(path, kind, packing, size, opener, budget, inner), head)
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


def _gunzip(opener: Opener, budget: Budget) -> Opener:
    def inner() -> IO[bytes]:
        packed = opener()
        return buffered(Metered(gzip.GzipFile(fileobj=packed), budget, packed))  # type: ignore[arg-type]

    return inner


def _zip_member(opener: Opener, budget: Budget, path: Path) -> tuple[str, Opener] | None:
    """Name and opener of the one table in a zip; None when the zip is itself a workbook."""
    seekable = _seekable(opener)
    try:
        with seekable() as stream, zipfile.ZipFile(stream) as archive:
            if "xl/workbook.xml" in archive.namelist():
                # zipfile never yields more than the size that the directory declares, so the sum is a bound.
                budget.check(sum(i.file_size for i in archive.infolist()))
                return None
            member = _only_table(archive, path)
    except (*DAMAGED, *BROKEN_DIRECTORY) as error:
        raise AndonError("failure_data_damaged", file=path.name) from error
    budget.check(member.file_size)

    def inner() -> IO[bytes]:
        packed = seekable()
        archive = zipfile.ZipFile(packed)
        return buffered(Metered(archive.open(member), budget, archive, packed))

    return member.filename, inner


def _only_table(archive: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    members = [i for i in archive.infolist() if not i.is_dir() and not _litter(i.filename)]
    tables = [i for i in members if PurePosixPath(i.filename).suffix.lower() in TABLES]
    if len(tables) > 1:  # a read-me beside the table is no second table
        tables = [i for i in tables if not _read_me(i.filename)] or tables
    tables = tables or (members if len(members) == 1 else [])
    if not tables:
        raise AndonError("failure_data_archive_empty", file=path.name)
    if len(tables) > 1:
        names = ", ".join(PurePosixPath(i.filename).name for i in tables[:3])
        raise AndonError("failure_data_archive_several", file=path.name, count=len(tables), names=names)
    if tables[0].flag_bits & ENCRYPTED:
        raise AndonError("failure_data_encrypted", file=path.name, kind="ZIP")
    return tables[0]


def _litter(name: str) -> bool:
    base = PurePosixPath(name).name
    return name.startswith(LITTER) or base.startswith("._") or base in LITTER


def _read_me(name: str) -> bool:
    return PurePosixPath(name).stem.lower().startswith(("readme", "read_me", "license", "licence", "说明", "changelog"))


def buffered(raw: io.RawIOBase) -> IO[bytes]:
    """`raw` with a buffer of 1 MiB."""
    return io.BufferedReader(raw, 2**20)


def _seekable(opener: Opener) -> Opener:
    """An opener whose streams can seek: as it is for a plain file, else a spooled copy (metered by the layers)."""
    with opener() as probe:
        if probe.seekable():
            return opener

    def inner() -> IO[bytes]:
        spool = tempfile.SpooledTemporaryFile(max_size=SPOOL)  # noqa: SIM115 - the caller closes it
        with opener() as stream:
            while chunk := stream.read(2**20):
                spool.write(chunk)
        spool.seek(0)
        return spool

    return inner
