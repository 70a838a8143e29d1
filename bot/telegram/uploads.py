"""Which files Telegram takes as photos, and how files become uploads.

sendPhoto (https://core.telegram.org/bots/api#sendphoto): at most 10 MB, width and height at most 10000 in total,
ratio at most 20. sendMediaGroup: 2 to 10 items.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

from telegram import InputFile, InputMediaDocument, InputMediaPhoto

from bot.outlet import Refused
from bot.reply import Picture
from bot.telegram.render import captions

PHOTO_BYTES = 10 * 2**20
PHOTO_SIDES = 10_000
PHOTO_RATIO = 20
ALBUM = 10
PNG = b"\x89PNG\r\n\x1a\n"
T = TypeVar("T")


def is_photo(picture: Picture) -> bool:
    """Whether Telegram takes this file as a photo. We draw PNG; whatever else goes as a document, which is safe."""
    path = Path(picture.path)
    with path.open("rb") as file:
        head = file.read(24)
    if not head.startswith(PNG) or len(head) < 24 or path.stat().st_size > PHOTO_BYTES:
        return False
    width, height = struct.unpack(">II", head[16:24])
    if not width or not height:
        return False
    return bool(width + height <= PHOTO_SIDES and max(width, height) <= PHOTO_RATIO * min(width, height))


def albums(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """Items in lots of one request."""
    for start in range(0, len(items), ALBUM):
        yield items[start : start + ALBUM]


def check(files: Sequence[Picture]) -> None:
    """Refused when a file is not there: better told before anything is sent."""
    for file in files:
        if not Path(file.path).is_file():
            raise Refused("file_missing")


def upload(file: Picture, stack: ExitStack, *, attach: bool) -> InputFile:
    """A file to send, streamed from the disk; `stack` closes it afterwards."""
    handle = Path(file.path).open("rb")  # noqa: SIM115
    stack.callback(handle.close)
    return InputFile(handle, filename=file.name, attach=attach, read_file_handle=False)


def photo(file: Picture, stack: ExitStack) -> InputMediaPhoto:
    """A picture of an album."""
    return InputMediaPhoto(upload(file, stack, attach=True), caption=captions(file.caption)[0], parse_mode="HTML")


def document(file: Picture, stack: ExitStack) -> InputMediaDocument:
    """A file of an album."""
    return InputMediaDocument(
        upload(file, stack, attach=True),
        caption=captions(file.caption)[0],
        parse_mode="HTML",
        disable_content_type_detection=True,
    )
