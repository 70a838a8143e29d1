"""What passes the door of a room, both ways: frames of one JSON line and `size` bytes. Nothing else ever does.

No path, no pickle and no compressed format leaves a room, so that reading a result can follow no link and inflate
nothing: a table travels as its columns' plain bytes.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Iterator
from typing import Any

HEADER = 64 * 1024  # bytes: the longest JSON line
CHUNK = 1 << 20


class BadFrame(ValueError):
    """What came is no frame, or more than was allowed."""


def packed(kind: str, body: bytes = b"", **values: object) -> bytes:
    """One frame as bytes. `values` are small JSON values beside the body."""
    return header({"kind": kind, "size": len(body), **values}) + body


def header(values: dict[str, object]) -> bytes:
    """The JSON line alone, its length before it: a body of `size` bytes must follow."""
    line = json.dumps(values).encode()
    if len(line) > HEADER:
        raise BadFrame("the values of a frame are too long")
    return struct.pack("<I", len(line)) + line


def opened(line: bytes) -> dict[str, Any]:
    """The JSON line of a frame: a dict with `kind` (text) and `size` (bytes, >= 0)."""
    try:
        head = json.loads(line)
    except (ValueError, RecursionError):
        raise BadFrame("a frame's line is not JSON") from None
    if not isinstance(head, dict) or not isinstance(head.get("kind"), str):
        raise BadFrame("a frame without a kind")
    if type(head.get("size")) is not int or head["size"] < 0:
        raise BadFrame("a frame without a size")
    return head


class Frames:
    """Frames out of bytes as they come. `allow(head)` may refuse a frame before its body is taken (BadFrame)."""

    def __init__(self, allow: Callable[[dict[str, Any]], None]) -> None:
        self.allow = allow
        self._head: dict[str, Any] | None = None
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[dict[str, Any], bytes]]:
        """The frames that `data` completes, in order."""
        self._buffer += data
        while True:
            if self._head is None:
                line = self._line()
                if line is None:
                    return
                head = opened(line)
                self.allow(head)
                self._head = head
            size = self._head["size"]
            if len(self._buffer) < size:
                return
            body = bytes(self._buffer[:size])
            del self._buffer[:size]
            head, self._head = self._head, None
            yield head, body

    def _line(self) -> bytes | None:
        if len(self._buffer) < 4:
            return None
        (length,) = struct.unpack_from("<I", self._buffer)
        if length > HEADER:
            raise BadFrame("a frame's line is too long")
        if len(self._buffer) < 4 + length:
            return None
        line = bytes(self._buffer[4 : 4 + length])
        del self._buffer[: 4 + length]
        return line


def receive(door: int) -> tuple[dict[str, Any], bytearray]:
    """The next frame from the descriptor `door`, waiting for it. EOFError when the other side is gone."""
    (length,) = struct.unpack("<I", _exactly(door, 4))
    head = opened(bytes(_exactly(door, length)))
    return head, _exactly(door, head["size"])


def _exactly(door: int, size: int) -> bytearray:
    data = bytearray(size)
    view, got = memoryview(data), 0
    while got < size:
        count = os.readv(door, [view[got : got + CHUNK]])
        if count == 0:
            raise EOFError
        got += count
    return data


def send(door: int, frame: bytes) -> None:
    """Write all of a frame to the descriptor `door`."""
    view = memoryview(frame)
    while view:
        view = view[os.write(door, view[:CHUNK]) :]
