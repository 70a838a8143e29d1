"""The log file of all processes of a data folder: each line is written whole, and rotating it loses none."""

from __future__ import annotations

import fcntl
import logging
import os
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

MOST_BYTES = 5_000_000  # of one file
OLD_FILES = 5  # andon.log.1 is the newest of them


class SharedLog(logging.Handler):
    """Writes and rotates under a lock of the file system (fcntl), which the kernel gives back when a process dies.

    A process that holds a file which another one has rotated away would go on writing into it, or rotate once more:
    so each line asks under the lock which file bears the name now. Files are opened with the first line.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES, old_files: int = OLD_FILES) -> None:
        super().__init__()
        self.path, self.most_bytes, self.old_files = path, most_bytes, old_files
        self._file = self._gate = -1

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line (with its traceback)."""
        try:
            data = f"{self.format(record)}\n".encode("utf-8", "backslashreplace")
            if self._gate < 0:
                self._gate = _opened(self.path.with_name(f".{self.path.name}.lock"))
            try:
                with suppress(OSError):  # a share that knows no locks: a line may be lost when it rotates, no more
                    fcntl.lockf(self._gate, fcntl.LOCK_EX)  # of this process: threads wait at the handler's own lock
                self._write(data)
            finally:
                with suppress(OSError):
                    fcntl.lockf(self._gate, fcntl.LOCK_UN)
        except Exception:  # a full disk, a folder that was taken away: logging never ends the work
            self.handleError(record)

    def _write(self, data: bytes) -> None:
        if not self._is_current():
            self._leave()
            self._file = _opened(self.path)
        size = os.fstat(self._file).st_size
        if size and size + len(data) > self.most_bytes:
            self._rotate()
        while data:
            data = data[os.write(self._file, data) :]

    def _is_current(self) -> bool:
        """Does the name still stand for the file that we hold?"""
        if self._file < 0:
            return False
        try:
            named, held = os.stat(self.path), os.fstat(self._file)
        except OSError:
            return False
        return (named.st_dev, named.st_ino) == (held.st_dev, held.st_ino)

    def _rotate(self) -> None:
        self._leave()
        names = [self.path, *(self.path.with_name(f"{self.path.name}.{i}") for i in range(1, self.old_files + 1))]
        for younger, older in reversed(list(pairwise(names))):
            if younger.exists():
                younger.replace(older)
        self._file = _opened(self.path)

    def _leave(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def close(self) -> None:
        """Give the files back."""
        self.acquire()
        try:
            self._leave()
            if self._gate >= 0:
                os.close(self._gate)
            self._gate = -1
        finally:
            self.release()
        super().close()


def _opened(path: Path) -> int:
    """Appending: a line of one process never stands within one of another."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
