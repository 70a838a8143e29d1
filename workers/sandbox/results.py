"""What a room hands out, taken with suspicion: every frame is judged by its head before its body is read.

A hostile room may send any bytes. It can make this refuse, and nothing else: no path of its choosing is opened or
written, nothing is unpickled or inflated without bound.
"""

from __future__ import annotations

import io
import re
import struct
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from workers.sandbox.inside.wire import BadFrame
from workers.sandbox.values import End, Limits

WIDTH = {"float": 8, "int": 8, "time": 8, "bool": 1}
KINDS = ("ready", "begun", "ran", "answer", "column", "picture", "error", "done")
SIGNATURE = b"\x89PNG\r\n\x1a\n"
KEPT_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"pHYs", b"gAMA", b"sRGB"})
MAX_ROWS = 5_000_000


class Results:
    """The results of one run as they come in."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.answer: str | None = None
        self.pictures: list[bytes] = []
        self.columns: dict[str, pd.Series] = {}
        self.error: dict[str, Any] | None = None
        self.spoilt: str | None = None  # why a result was refused
        self.seconds = 0.0
        self.code_seconds: float | None = None
        self.memory_peak: int | None = None
        self._began: float | None = None
        self._rows: int | None = None
        self._table_bytes = 0

    @property
    def end(self) -> End:
        """How it ended, when it ended by itself."""
        return "error" if self.error is not None else "done"

    @property
    def began(self) -> bool:
        """Whether the room said that it starts the code."""
        return self._began is not None

    def allow(self, head: dict[str, Any]) -> None:
        """Refuse a frame by its head: unknown, too large or too many (BadFrame)."""
        kind, size = head["kind"], head["size"]
        if kind == "answer":
            fits = size <= 4 * self.limits.answer_chars
            why = f"`answer` is longer than {self.limits.answer_chars} characters"
        elif kind == "picture":
            fits = size <= self.limits.picture_bytes and len(self.pictures) < self.limits.pictures
            why = f"more than {self.limits.pictures} pictures, or one over {self.limits.picture_bytes / 1e6:g} MB"
        elif kind == "column":
            fits = self._table_bytes + size <= self.limits.table_bytes
            fits = fits and len(self.columns) < self.limits.table_columns
            why = f"`table` is over {self.limits.table_bytes / 1e6:g} MB or {self.limits.table_columns} columns"
        else:
            fits, why = kind in KINDS and size == 0, "not a result"
        if not fits:
            raise BadFrame(why)

    def take(self, head: dict[str, Any], body: bytes) -> bool:
        """Keep one frame; True when it was the last. BadFrame when it is not what it says."""
        kind = head["kind"]
        if kind == "begun":
            self._began = time.monotonic()
        elif kind in ("ran", "error"):
            if self._began is not None and self.code_seconds is None:
                self.code_seconds = time.monotonic() - self._began
            self.error = _error(head) if kind == "error" else self.error
        elif kind == "answer":
            self.answer = body.decode(errors="replace").replace("\x00", "")[: self.limits.answer_chars]
        elif kind == "picture":
            self.pictures.append(picture(body, self.limits.picture_pixels))
        elif kind == "column":
            self._column(head, body)
        return kind == "done"

    def table(self) -> pd.DataFrame | None:
        """The table (rows x columns), or None."""
        return pd.DataFrame(self.columns) if self.columns else None

    def _column(self, head: dict[str, Any], body: bytes) -> None:
        rows, of, name = head.get("rows"), head.get("of"), head.get("name")
        if type(rows) is not int or not 0 <= rows <= MAX_ROWS or not isinstance(name, str):
            raise BadFrame("a column without rows or name")
        if self._rows not in (None, rows):
            raise BadFrame("columns of different length")
        self._rows = rows
        self._table_bytes += len(body) + 64
        self.columns[_free(name[:500], self.columns)] = column(str(of), rows, body, head.get("zone"))


def column(of: str, rows: int, body: bytes, zone: object) -> pd.Series:
    """One column out of its plain bytes (`workers/sandbox/inside/gather.py` says how they are laid out)."""
    if of == "text":
        return pd.Series(_texts(rows, body), dtype="str")
    if of not in WIDTH or len(body) != rows * WIDTH[of]:
        raise BadFrame("a column of another size than it says")
    if of == "bool":
        return pd.Series(np.frombuffer(body, "u1") != 0)
    values = np.frombuffer(body, "<f8" if of == "float" else "<i8")
    if of != "time":
        return pd.Series(values.copy())
    times = pd.Series(values.astype("datetime64[ns]"))
    return times.dt.tz_localize("UTC").dt.tz_convert(_zone(zone)) if zone is not None else times


def _zone(name: object) -> ZoneInfo:
    """The zone of that name; UTC for others, fixed offsets too. Not pandas' look-up, which also opens files."""
    if not isinstance(name, str) or not re.fullmatch(r"[A-Za-z][A-Za-z0-9_+/-]{0,59}", name):
        return ZoneInfo("UTC")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _texts(rows: int, body: bytes) -> list[str | None]:
    if len(body) < 4 * rows:
        raise BadFrame("a column of another size than it says")
    lengths = np.frombuffer(body, "<i4", rows).astype("i8")
    if (lengths < -1).any() or 4 * rows + np.maximum(lengths, 0).sum() != len(body):
        raise BadFrame("a column of another size than it says")
    ends = 4 * rows + np.cumsum(np.maximum(lengths, 0))
    return [
        None if length < 0 else body[end - length : end].decode(errors="replace")
        for length, end in zip(lengths.tolist(), ends.tolist(), strict=True)
    ]


def _free(name: str, taken: dict[str, Any]) -> str:
    number, candidate = 2, name
    while candidate in taken:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _error(head: dict[str, Any]) -> dict[str, Any]:
    line = head.get("line")
    return {
        "type": str(head.get("type"))[:100],
        "message": str(head.get("message"))[:2000],
        "line": line if type(line) is int and 0 < line < 1_000_000 else None,
    }


def picture(body: bytes, pixels: int) -> bytes:
    """A PNG that can be drawn, with nothing but its pixels in it. BadFrame otherwise."""
    from PIL import Image

    if not body.startswith(SIGNATURE):
        raise BadFrame("a picture that is not PNG")
    kept = SIGNATURE + b"".join(_chunks(body))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(kept), formats=["PNG"]) as image:
                if image.width * image.height > pixels:
                    raise BadFrame(f"a picture of more than {pixels / 1e6:g} million pixels")
                image.load()
    except BadFrame:
        raise
    except Exception:  # Pillow raises many kinds for a damaged file; a warning counts as one
        raise BadFrame("a picture that cannot be read") from None
    return kept


def _chunks(body: bytes) -> Iterator[bytes]:
    """The chunks of a PNG that make its pixels; texts, profiles and what follows the end are left out."""
    at = len(SIGNATURE)
    while at + 12 <= len(body):
        (length,) = struct.unpack_from(">I", body, at)
        whole = body[at : at + 12 + length]
        if len(whole) < 12 + length:
            break
        kind = whole[4:8]
        if kind in KEPT_CHUNKS:
            yield whole
        if kind == b"IEND":
            return
        at += 12 + length
    raise BadFrame("a picture that is cut off")


def stored(table: pd.DataFrame, folder: Path) -> Path:
    """Write the table for whoever works on with it."""
    path = folder / "table.parquet"
    table.to_parquet(path, index=False)
    return path
