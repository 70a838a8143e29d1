"""Where files and outcomes lie between stages: a folder, or any object store that fsspec knows.

A reader never sees half a file: a local file is written beside its place and moved there, an object is uploaded in one
go. An error inside a write leaves nothing behind.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from fsspec.core import url_to_fs  # type: ignore[import-untyped]

from workers.artifactcache import drop, empty_out, note_of, tend, used
from workers.settings import Settings

SPOOLED = 32 * 2**20  # bytes of an upload that are kept in memory
PART = re.compile(r"^\..*\.part$")  # a local file that is being written, or was when its process died
LEFT_S = 86400.0  # after so long nobody writes at a part any more
VERSION = re.compile(r"etag|md5|generation|version|modified|mtime|updated|created|size", re.IGNORECASE)
LOCAL = re.compile(r"^(?:file|local)://")
Keys = list[str]


def open_store(settings: Settings) -> ArtifactStore:
    """The configured store; copies of remote files lie in the data folder's cache."""
    return ArtifactStore(settings.artifacts, settings.data_dir / "cache" / "artifacts")


class ArtifactStore:
    """Files under one URL: a local folder, file://, s3://bucket/prefix, memory://, ...

    Keys are relative POSIX paths ("runs/12/answer.json"); one that would lead elsewhere raises ValueError. What is
    not there raises FileNotFoundError. `cache` is the folder for copies of remote files; unset: one that goes away
    with this object.
    """

    def __init__(self, url: str, cache: Path | None = None) -> None:
        self.root: Path | None = None  # of a local store
        self._fs: Any = None
        if LOCAL.match(url) or "://" not in url:
            self.root = Path(LOCAL.sub("", url)).expanduser().absolute()
            self._base = self.root.as_posix()
        else:
            self._fs, self._base = url_to_fs(url, use_listings_cache=False)
            self._base = self._base.rstrip("/")
        self._cache, self._own = cache, None if cache or self.root else tempfile.TemporaryDirectory(prefix="andon-")

    @contextmanager
    def open_write(self, key: str) -> Iterator[IO[bytes]]:
        """A binary file that becomes `key` when the block ends well, and nothing when it does not."""
        path = self._path(key)
        if self.root is not None:
            with _replacing(Path(path)) as file:
                yield file
            return
        with tempfile.SpooledTemporaryFile(SPOOLED) as spooled:
            yield cast("IO[bytes]", spooled)
            spooled.seek(0, os.SEEK_END)
            size = spooled.tell()
            spooled.seek(0)
            if size <= SPOOLED:
                self._fs.pipe_file(path, spooled.read())
                return
            with self._fs.open(path, "wb") as target:
                shutil.copyfileobj(spooled, target, 8 * 2**20)

    @contextmanager
    def open_read(self, key: str) -> Iterator[IO[bytes]]:
        """The bytes of `key` as a seekable file."""
        path = self._path(key)
        with open(path, "rb") if self.root is not None else self._fs.open(path, "rb") as file:
            yield file

    def write_bytes(self, key: str, data: bytes) -> None:
        """Make `data` the content of `key`."""
        with self.open_write(key) as file:
            file.write(data)

    def read_bytes(self, key: str) -> bytes:
        """The content of `key`."""
        path = self._path(key)
        return Path(path).read_bytes() if self.root is not None else bytes(self._fs.cat_file(path))

    def remove(self, key: str) -> None:
        """Take `key` away, with the copy of it on this machine; what is not there is no error."""
        path = self._path(key)
        copy = self._copy_of(key) if self.root is None else None
        with suppress(FileNotFoundError):
            Path(path).unlink() if self.root is not None else self._fs.rm_file(path)
        if copy is not None:
            copy.unlink(missing_ok=True)
            note_of(copy).unlink(missing_ok=True)

    def remove_folder(self, prefix: str) -> int:
        """Take everything below the folder `prefix` away, what a dead process left half written too; gives how many
        files had a key."""
        keys = self.list(prefix)
        for key in keys:
            self.remove(key)
        if self.root is not None:
            shutil.rmtree(self._path(prefix), ignore_errors=True)
        else:
            empty_out(self._copies, time.time())
        return len(keys)

    def tidy(self, moment: float) -> int:
        """Remove what was being written a day before `moment` (seconds since 1970) and never ended, and empty folders
        of a local store; gives how many files."""
        if self.root is None:
            return drop(self._copies, moment)
        left = [path for path in self.root.rglob(".*.part") if PART.match(path.name)]
        gone = 0
        for path in left:
            with suppress(OSError):
                if moment - path.stat().st_mtime > LEFT_S:
                    path.unlink()
                    gone += 1
        empty_out(self.root, moment - LEFT_S)
        return gone

    def exists(self, key: str) -> bool:
        """Is there a file `key`?"""
        path = self._path(key)
        return Path(path).is_file() if self.root is not None else bool(self._fs.isfile(path))

    def list(self, prefix: str = "") -> Keys:
        """Keys of the files below the folder `prefix`, sorted; none when there is no such folder."""
        base = self._path(prefix) if prefix else self._base
        if self.root is not None:
            found = [p.as_posix() for p in Path(base).rglob("*") if p.is_file() and not PART.match(p.name)]
        else:
            found = list(self._fs.find(base))
        return sorted(path[len(self._base) + 1 :] for path in found if path.startswith(f"{base}/"))

    def put_file(self, source: Path, key: str) -> None:
        """Copy a file of this machine to `key`."""
        with source.open("rb") as file, self.open_write(key) as target:
            shutil.copyfileobj(file, target, 2**20)

    def local(self, key: str) -> Path:
        """A path of this machine with the content of `key`, for reading only; fetched anew when it has changed."""
        path = self._path(key)
        if self.root is not None:
            if not Path(path).is_file():
                raise FileNotFoundError(key)
            return Path(path)
        copy = self._copy_of(key)
        version, noted = self._version(path), note_of(copy)
        if not (copy.is_file() and noted.is_file() and noted.read_text() == version):
            with self.open_read(key) as source, _replacing(copy) as target:
                shutil.copyfileobj(source, target, 8 * 2**20)
            with _replacing(noted) as note:  # after it: when this is lost the copy is only fetched again
                note.write(version.encode())
            tend(self._copies)
        used(noted)
        return copy

    def _version(self, path: str) -> str:
        """What tells two contents of a remote file apart, by whatever names the store has for it: etag, time, size."""
        told = {name: str(value) for name, value in self._fs.info(path).items() if VERSION.search(name)}
        return sha256(repr(sorted(told.items())).encode()).hexdigest()

    def _copy_of(self, key: str) -> Path:
        """Where the copy of a remote file lies on this machine."""
        return self._copies / key

    @property
    def _copies(self) -> Path:
        """The folder of the copies of this store."""
        folder = self._cache or Path(cast("tempfile.TemporaryDirectory[str]", self._own).name)
        return folder / sha256(self._base.encode()).hexdigest()[:12]

    def url(self, key: str) -> str:
        """What names `key` outside this store: a path for a local store, else a URL."""
        path = self._path(key)
        return path if self.root is not None else str(self._fs.unstrip_protocol(path))

    def key_of(self, url: str) -> str | None:
        """The key that a path or URL names; None when it lies outside this store."""
        path = LOCAL.sub("", url) if self.root is not None else url
        base = f"{self._base}/" if self.root is not None else f"{self._fs.unstrip_protocol(self._base)}/"
        key = path.removeprefix(base)
        return key if key != path and _is_key(key) else None

    def find(self, name: str) -> Path:
        """A path of this machine for what a question names: a URL or key of this store, else a path."""
        key = self.key_of(name)
        if key is None and _is_key(name) and self.exists(name):
            key = name
        return self.local(key) if key is not None else Path(name)

    def _path(self, key: str) -> str:
        if not _is_key(key):
            raise ValueError(f"{key!r} is no key: keys are relative paths without . and ..")
        return f"{self._base}/{key}"


def _is_key(key: str) -> bool:
    """Relative, POSIX, nothing that leads out."""
    parts = key.split("/")
    odd = "\\" in key or "\0" in key or "://" in key or PurePosixPath(key).is_absolute()
    return bool(key) and not odd and not any(part in ("", ".", "..") or PART.match(part) for part in parts)


@contextmanager
def _replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:  # a stop from outside, too, must not leave half a file
        part.unlink(missing_ok=True)
        raise
