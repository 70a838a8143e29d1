"""Which encoding a text is in, and the same text as UTF-8, streamed.

Short Chinese texts fool statistical detectors (a header and two grades in GB18030 look like anything), so the order
is: byte-order mark, zero bytes of UTF-16, valid UTF-8, then the pair structure of GB2312 (GB/T 2312-1980: both bytes
of the common characters are 0xA1 or above), and charset-normalizer only for what is left.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Callable
from typing import IO

from workers.readings.kinds import utf16_order

HIGH_RUN = re.compile(rb"[\x80-\xff]+")
COMMON = re.compile(rb"(?:[\xa1-\xa9\xb0-\xf7][\xa1-\xfe])+")  # GB2312: symbols in rows 1-9, characters in 16-87
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Two-byte UTF-8 beside Western letters, Greek, Cyrillic of the large languages, Hebrew and Arabic.
RARE = re.compile("[\u0180-\u036f\u0460-\u048f\u0492-\u05cf\u05f0-\u05ff\u0700-\u07ff]")
PAIR_SHARE = 0.9
WESTERN = "cp1252"
GUESS_BYTES = 16 * 1024  # of the lines that matter: the statistical guess takes a second a megabyte


def detect(head: bytes) -> str:
    """The Python codec of `head`, the first bytes of a text. Pure ASCII is called utf-8 (see Utf8Stream)."""
    for mark, name in MARKS:
        if head.startswith(mark):
            return name
    order = utf16_order(head)
    if order:
        return order
    if _decodes(head, "utf-8") and not _chance_utf8(head):
        return "utf-8"
    return other_encoding(head)


def _chance_utf8(head: bytes) -> bool:
    """True for a few GB2312 pairs that happen to be valid UTF-8: they give letters that no plant writes."""
    text = head.decode("utf-8", "ignore")
    return bool(RARE.search(text)) and all(COMMON.fullmatch(run) for run in HIGH_RUN.findall(head))


def other_encoding(head: bytes) -> str:
    """The codec of `head`, which holds bytes above 127 and isn't UTF-8."""
    runs = HIGH_RUN.findall(head)
    paired = sum(len(run) for run in runs if COMMON.fullmatch(run))
    if paired >= PAIR_SHARE * sum(len(run) for run in runs) and _decodes(head, "gb18030"):
        return "gb18030"
    lone = sum(len(run) == 1 for run in runs)
    if lone >= PAIR_SHARE * len(runs):  # a degree sign or an umlaut between ASCII letters
        return WESTERN
    from charset_normalizer import from_bytes  # loaded on use: rarely needed

    lines = b"\n".join(line for line in head.splitlines() if not line.isascii())
    best = from_bytes(lines[:GUESS_BYTES]).best()
    guess = best.encoding if best else WESTERN
    if guess in ("utf_8", "ascii", "utf_7") or not _decodes(head, guess):
        return "gb18030" if _decodes(head, "gb18030") else WESTERN
    return "gb18030" if guess in ("gb2312", "gbk", "hz") else guess


def _decodes(data: bytes, encoding: str) -> bool:
    """True when `data` is valid, a character cut off at its end aside."""
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(data, final=False)
    except (UnicodeDecodeError, UnicodeError):
        return False
    return True


class Utf8Stream(io.RawIOBase):
    """Bytes in `encoding` as UTF-8 without mark and without zero bytes (loggers pad with them).

    An export may be ASCII for a megabyte before its first note in Chinese, so text that was called UTF-8 and stops
    being it is looked at again there: `encoding` holds what was used in the end. Bytes that no codec explains become
    U+FFFD, which spoils one cell and not the file.
    """

    def __init__(self, raw: IO[bytes], encoding: str) -> None:
        self.encoding = encoding
        self._raw = raw
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self.quotes = 0  # an odd number at the end means that one of them is no quote
        self._ready = b""
        self.found: Callable[[str], None] = lambda used: None  # told when the encoding turns out to be another
        self._proven = encoding != "utf-8"  # UTF-8 that held more than ASCII stays UTF-8

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: object) -> int:
        """Read into `buffer`; see io.RawIOBase."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while not self._ready:
            chunk = self._raw.read(max(len(view), 2**16))
            self._ready = self._convert(chunk)
            if not chunk:
                break
        part, self._ready = self._ready[: len(view)], self._ready[len(view) :]
        view[: len(part)] = part
        return len(part)

    def _convert(self, chunk: bytes) -> bytes:
        plain = self.encoding == "utf-8" and chunk.isascii() and not self._decoder.getstate()[0]
        data = chunk if plain and chunk else self._recode(chunk)
        self.quotes += data.count(b'"')
        return data.replace(b"\x00", b"") if b"\x00" in data else data

    def _recode(self, chunk: bytes) -> bytes:
        pending = self._decoder.getstate()[0]
        try:
            data = self._decoder.decode(chunk, final=not chunk).encode("utf-8")
            self._proven = self._proven or not data.isascii()
            return data
        except UnicodeDecodeError:
            rest = pending + chunk
            if not self._proven and not _decodes(rest, "utf-8"):
                self.encoding = other_encoding(rest)
                self.found(self.encoding)
            self._decoder = codecs.getincrementaldecoder(self.encoding)("replace")
            return self._decoder.decode(rest, final=not chunk).encode("utf-8", "replace")

    def close(self) -> None:
        """Close the stream below too."""
        if not self.closed:
            self._raw.close()
        super().close()
