"""Files that people and the bot sent: kept in memory, or declared by size alone (a big file that nobody downloads)."""

import itertools
import mimetypes
import secrets
from dataclasses import dataclass

from tests.e2e.strict_telegram import limits
from tests.e2e.strict_telegram.errors import Refused, bad
from tests.e2e.strict_telegram.images import dimensions


@dataclass
class StoredFile:
    """One file; `data` is None when only its size is declared. `path` exists once getFile was asked for it."""

    file_id: str
    unique_id: str
    kind: str  # photo or document
    name: str
    mime: str
    size: int
    data: bytes | None
    width: int = 0
    height: int = 0
    path: str = ""


class FileStore:
    """Files by id and by path."""

    def __init__(self) -> None:
        self._ids: dict[str, StoredFile] = {}
        self._paths: dict[str, StoredFile] = {}
        self._numbers = itertools.count(1)

    def add(self, kind: str, name: str, data: bytes | None, size: int | None = None) -> StoredFile:
        """Stores a file without asking whether Telegram would take it; see `uploaded`."""
        number = next(self._numbers)
        width, height = (dimensions(data or b"") or (0, 0)) if kind == "photo" else (0, 0)
        mime = mimetypes.guess_type(name)[0] or "application/octet-stream"
        if mime == "text/csv" and name.endswith(".gz"):
            mime = "application/gzip"
        stored = StoredFile(
            file_id=("AgACAgIAAxk" if kind == "photo" else "BQACAgIAAxk") + f"{number:06d}" + secrets.token_hex(16),
            unique_id=f"AQAD{number:08d}",
            kind=kind,
            name=name,
            mime=mime,
            size=len(data or b"") if size is None else size,
            data=data,
            width=width,
            height=height,
        )
        self._ids[stored.file_id] = stored
        return stored

    def uploaded(self, kind: str, name: str, data: bytes) -> StoredFile:
        """A file that the bot sends, held to the limits of sendPhoto and sendDocument."""
        if not data:
            raise bad("file must be non-empty")
        if len(data) > limits.UPLOAD_BYTES:
            raise Refused(413, "Request Entity Too Large")
        if kind == "photo":
            check_photo(data)
        return self.add(kind, name, data)

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file with this id."""
        return self._ids.get(file_id)

    def path_of(self, stored: StoredFile) -> str:
        """getFile: makes the file ready to be downloaded and names its path."""
        if not stored.path:
            suffix = "jpg" if stored.kind == "photo" else stored.name.rpartition(".")[2] or "bin"
            stored.path = f"{stored.kind}s/file_{next(self._numbers)}.{suffix}"
            self._paths[stored.path] = stored
        return stored.path

    def by_path(self, path: str) -> StoredFile | None:
        """The file at a path that getFile gave out."""
        return self._paths.get(path)


def check_photo(data: bytes) -> None:
    """sendPhoto: at most 10 MB, sides together at most 10000, ratio at most 20."""
    if len(data) > limits.PHOTO_BYTES:
        raise bad(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {limits.PHOTO_BYTES} bytes"
        )
    size = dimensions(data)
    if size is None:
        raise bad("IMAGE_PROCESS_FAILED")
    if sum(size) > limits.PHOTO_SIDES or min(size) < 1 or max(size) > limits.PHOTO_RATIO * min(size):
        raise bad("PHOTO_INVALID_DIMENSIONS")
