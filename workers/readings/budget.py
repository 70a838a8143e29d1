"""A counter for what a file inflates to, so that no archive is unpacked past the limit."""

from __future__ import annotations

import io
from typing import IO, Protocol

from workers.errors import AndonError

RATIO = 400  # deflate reaches 1032:1 on zeros; the most repetitive exports seen stay below 60:1
RATIO_FROM = 64 * 2**20  # a small file may be as repetitive as it likes


class Closable(Protocol):
    """Something that holds a file open."""

    def close(self) -> None:
        """Let the file go."""


class Budget:
    """How many bytes may come out of `file_name` (`packed` bytes on disk), over all layers of packing."""

    def __init__(self, file_name: str, limit: int, packed: int) -> None:
        self.file_name = file_name
        self.limit = limit
        self.packed = max(packed, 1)

    def check(self, inflated: int) -> None:
        """Raise AndonError when `inflated` bytes are over the limit, or absurd for the size of the file."""
        if inflated > self.limit:
            raise AndonError("failure_data_inflates", file=self.file_name, limit=human(self.limit))
        if inflated > RATIO_FROM and inflated > RATIO * self.packed:
            raise AndonError("failure_data_bomb", file=self.file_name, times=RATIO, packed=human(self.packed))


class Metered(io.RawIOBase):
    """A readable stream that counts its bytes against a budget."""

    def __init__(self, raw: IO[bytes], budget: Budget, *below: Closable) -> None:
        self._raw = raw
        self._below = below
        self._budget = budget
        self._count = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read into `buffer`; see io.RawIOBase."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        chunk = self._raw.read(len(view))
        self._count += len(chunk)
        self._budget.check(self._count)
        view[: len(chunk)] = chunk
        return len(chunk)

    def close(self) -> None:
        """Close the layers below too."""
        if not self.closed:
            for layer in (self._raw, *self._below):
                layer.close()
        super().close()


def human(size: int) -> str:
    """A size in bytes as people say it: 4 GB, 12 MB."""
    value = float(size)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1024 or unit == "GB":
            return f"{value:.3g} {unit}"
        value /= 1024
    raise AssertionError
