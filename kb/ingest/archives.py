"""ZIP files of documents: names in the right script, and limits against archives that inflate without end."""

from __future__ import annotations

import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from kb.errors import KnowledgeError
from kb.ingest.values import Notes

MOST_FILES = 500
MOST_INFLATED = 512 * 2**20  # bytes of all documents of an archive
MOST_RATIO = 200  # inflated to packed size; text comes to 20
RATIO_FROM = 8 * 2**20  # bytes; a smaller file may be as repetitive as it likes
_JUNK = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def unpack(
    archive: Path, folder: Path, wanted: Callable[[str], bool], notes: Notes
) -> Iterator[tuple[str, Path, float]]:
    """Each document of `archive` as (its name in the archive, a file in `folder`, share done before it), one by one.

    Other files, archives within and locked files are noted, not read. No name of the archive becomes a path here.
    KnowledgeError: not a ZIP, or it inflates beyond MOST_INFLATED or MOST_RATIO.
    """
    left, taken = MOST_INFLATED, 0
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            for number, entry in enumerate(entries):
                name = readable(entry)
                if entry.is_dir() or name.casefold().endswith(_JUNK) or name.casefold().startswith(_JUNK):
                    continue
                if not wanted(name) or entry.flag_bits & 1:
                    notes.add("other_files", name)
                    continue
                if taken == MOST_FILES:
                    notes.add("too_many_files", name)
                    continue
                ratio = entry.file_size / max(entry.compress_size, 1)
                if entry.file_size > left or (entry.file_size > RATIO_FROM and ratio > MOST_RATIO):
                    raise KnowledgeError("failure_kb_inflates", file=archive.name, limit=MOST_INFLATED // 2**20)
                taken, left = taken + 1, left - entry.file_size
                path = folder / f"{taken}{PurePosixPath(name).suffix.casefold()}"
                with opened.open(entry) as source, path.open("wb") as target:
                    shutil.copyfileobj(source, target)  # never more than entry.file_size
                yield name, path, number / len(entries)
                path.unlink(missing_ok=True)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, OSError) as error:
        raise KnowledgeError("failure_kb_damaged_file", file=archive.name) from error


def readable(entry: zipfile.ZipInfo) -> str:
    """The name in an archive: marked as UTF-8, else UTF-8 or GB18030 without the mark, which old tools leave out."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        try:
            raw = name.encode("cp437")
        except UnicodeEncodeError:
            raw = b""
        for encoding in ("utf-8", "gb18030") if raw else ():
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(part for part in parts if not (part.endswith(":") and len(part) == 2)) or "file"


def check_inflated(path: Path, name: str) -> None:
    """Word and Excel files are ZIP files too: KnowledgeError when one inflates beyond the limits or is locked."""
    with path.open("rb") as file:
        if file.read(8) == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":  # the container of an encrypted one
            raise KnowledgeError("failure_kb_encrypted", file=name)
    try:
        with zipfile.ZipFile(path) as opened:
            entries = opened.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise KnowledgeError("failure_kb_damaged_file", file=name) from error
    size, packed = sum(e.file_size for e in entries), sum(e.compress_size for e in entries)
    if size > MOST_INFLATED or (size > RATIO_FROM and size > MOST_RATIO * max(packed, 1)):
        raise KnowledgeError("failure_kb_inflates", file=name, limit=MOST_INFLATED // 2**20)
