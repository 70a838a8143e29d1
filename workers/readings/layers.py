"""Layers of packing: gzip and zip, each an opener around another opener."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import IO

from workers.errors import AndonError
from workers.readings.budget import Budget, Metered
from workers.readings.kinds import office_document

Opener = Callable[[], IO[bytes]]  # the bytes from the start, as often as wanted
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


def gunzip(opener: Opener, budget: Budget) -> Opener:
    """An opener of what a gzip stream holds."""

    def inner() -> IO[bytes]:
        packed = opener()
        return buffered(Metered(gzip.GzipFile(fileobj=packed), budget, packed))  # type: ignore[arg-type]

    return inner


def zip_member(opener: Opener, budget: Budget, path: Path) -> Opener | None:
    """The opener of the one table in a zip; None when the zip is itself a workbook.

    Raises AndonError for several tables, none, a password, damage, or a declared size over the budget.
    """
    seekable = seekable_opener(opener)
    try:
        with seekable() as stream, zipfile.ZipFile(stream) as archive:
            if "xl/workbook.xml" in archive.namelist():
                # zipfile never yields more than the size that the directory declares, so the sum is a bound.
                budget.check(sum(i.file_size for i in archive.infolist()))
                return None
            if found := office_document(archive.namelist()):
                raise AndonError(found[0], file=path.name, kind=found[1])
            member = _only_table(archive, path)
    except (*DAMAGED, *BROKEN_DIRECTORY) as error:
        raise AndonError("failure_data_damaged", file=path.name) from error
    budget.check(member.file_size)

    def inner() -> IO[bytes]:
        packed = seekable()
        archive = zipfile.ZipFile(packed)
        return buffered(Metered(archive.open(member), budget, archive, packed))

    return inner


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


def seekable_opener(opener: Opener) -> Opener:
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
