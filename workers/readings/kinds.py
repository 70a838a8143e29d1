"""What a file is, told from its first bytes: names lie, contents do not."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Literal

Kind = Literal["text", "gzip", "zip", "parquet", "empty"]

# First bytes -> the failure that names it, and what it is called there.
FOREIGN: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "failure_data_picture", "PNG"),
    (b"\xff\xd8\xff", "failure_data_picture", "JPEG"),
    (b"GIF8", "failure_data_picture", "GIF"),
    (b"BM", "failure_data_picture", "BMP"),
    (b"II*\x00", "failure_data_picture", "TIFF"),
    (b"MM\x00*", "failure_data_picture", "TIFF"),
    (b"%PDF", "failure_data_manual", "PDF"),
    (b"{\\rtf", "failure_data_document", "RTF"),
    (b"7z\xbc\xaf\x27\x1c", "failure_data_archive_kind", "7z"),
    (b"Rar!", "failure_data_archive_kind", "RAR"),
    (b"BZh", "failure_data_archive_kind", "bzip2"),
    (b"\xfd7zXZ", "failure_data_archive_kind", "xz"),
    (b"\x28\xb5\x2f\xfd", "failure_data_archive_kind", "zstd"),
)
# Containers whose first bytes say how long they are; what they hold stands a few bytes further on.
BRANDS: tuple[tuple[bytes, int, re.Pattern[bytes], str, str], ...] = (
    (b"RIFF", 8, re.compile(rb"WEBP"), "failure_data_picture", "WebP"),
    (b"RIFF", 8, re.compile(rb"WAVE|AVI "), "failure_data_recording", "AVI, WAV"),
    (b"ftyp", 8, re.compile(rb"hei[cfsx]|mif1|msf1|avi[fs]"), "failure_data_picture", "HEIC"),
    (b"ftyp", 8, re.compile(rb"...."), "failure_data_recording", "MP4"),
)
# Parts of a ZIP file that is a document, by the first that is there.
OFFICE = (
    ("word/document.xml", "failure_data_manual", "Word"),
    ("ppt/presentation.xml", "failure_data_document", "PowerPoint"),
    ("mimetype", "failure_data_document", "OpenDocument"),
)
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # old Excel, and also the envelope of an encrypted .xlsx
BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")
BINARY_SHARE = 0.05  # control characters that no text holds; a text file has next to none
MARKUP = re.compile(rb"^\s*<(?:!doctype\s+html|html|head|body|!--.*?--\s*>\s*<(?:!doctype|html))", re.I | re.S)


def kind_of(head: bytes) -> Kind:
    """The container that `head` (the first bytes) starts; "text" for anything else."""
    if not head:
        return "empty"
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith((b"PAR1", b"PARE")):
        return "parquet"
    return "text"


def foreign(head: bytes) -> tuple[str, str] | None:
    """(failure code, name of the kind) when `head` starts something that is no table, else None."""
    if head.startswith(OLE2):
        locked = "EncryptedPackage".encode("utf-16-le") in head
        return ("failure_data_encrypted", "Excel") if locked else ("failure_data_old_excel", "Excel 97-2003")
    for mark, at, brand, code, name in BRANDS:
        if mark in (head[:4], head[4:8]) and brand.match(head[at : at + 4]):
            return code, name
    for magic, code, name in FOREIGN:
        # "BM" also starts honest text ("BM_level,..."), so two letters alone are not enough.
        if head.startswith(magic) and (len(magic) > 2 or looks_binary(head)):
            return code, name
    if head[257:262] == b"ustar":
        return "failure_data_archive_kind", "tar"
    return _foreign_text(head)


def office_document(parts: Collection[str]) -> tuple[str, str] | None:
    """(failure code, name of the kind) of a ZIP file with these parts that is a document, else None."""
    return next(((code, name) for part, code, name in OFFICE if part in parts), None)


def _foreign_text(head: bytes) -> tuple[str, str] | None:
    """Markup and JSON are text, but no table."""
    text = head[:4096].replace(b"\x00", b"").lstrip(b"\xff\xfe\xef\xbb\xbf \t\r\n")
    if MARKUP.match(text):
        return "failure_data_web_page", "HTML"
    if text.startswith(b"<?xml") or re.match(rb"<[A-Za-z][\w:.-]*[\s>]", text):
        svg = b"<svg" in text[:2048]
        return ("failure_data_picture", "SVG") if svg else ("failure_data_document", "XML")
    if re.match(rb'(\[\s*)?\{\s*("|\})', text):
        return "failure_data_document", "JSON"
    if looks_binary(head):
        return "failure_data_binary", "binary"
    return None


def looks_binary(head: bytes) -> bool:
    """True when `head` holds more control characters than text does. UTF-16 is text: see `utf16_order`."""
    if head.startswith(BOMS) or utf16_order(head):
        return False
    controls = sum(head.count(bytes([c])) for c in range(32) if c not in (9, 10, 11, 12, 13, 27))
    return controls > BINARY_SHARE * len(head)


def utf16_order(head: bytes) -> Literal["utf-16-le", "utf-16-be"] | None:
    """The byte order of UTF-16 without a mark: ASCII digits and separators leave every second byte zero."""
    half = len(head[:4096]) // 2
    if half < 8:
        return None
    even, odd = head[:4096:2].count(0), head[1:4096:2].count(0)
    if odd > 0.6 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.6 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None
