"""The SHA-256 of a file, taken beside the reading of it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

CHUNK = 2**20


class Digest:
    """Hashes `path` in a thread while the block runs; leaving the block early stops it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sum = hashlib.sha256()
        self._stop = Event()
        self._thread = Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        """Stop."""
        self._stop.set()
        self._thread.join()

    def hex(self) -> str:
        """The sum of the whole file, as soon as it is there."""
        self._thread.join()
        return self._sum.hexdigest()

    def _run(self) -> None:
        try:
            if not self._path.is_file():
                return
            with self._path.open("rb") as stream:
                while not self._stop.is_set() and (chunk := stream.read(CHUNK)):
                    self._sum.update(chunk)
        except (OSError, ValueError):
            return  # the reading itself meets the same error and says so
