"""Slack's three steps of an upload: ask for an address, send the bytes, complete.

Source: https://docs.slack.dev/messaging/working-with-files; completing without a channel keeps a file to the bot, so
that it can stand in a message as an image block (slack_file) without a public address.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from slack_sdk.web import WebClient

from bot.outlet import Refused, Trouble
from bot.reply import Picture
from bot.slack import calling

STEP = 0.3


def upload(web: WebClient, files: Sequence[Picture]) -> list[str]:
    """Send the bytes; gives the ids. Nothing is to be seen until they are completed."""
    return [_one(web, file) for file in files]


def _one(web: WebClient, file: Picture) -> str:
    path = Path(file.path)
    size = os.path.getsize(path)
    if size == 0:
        raise Refused("empty_file")
    promised = calling.call(web.files_getUploadURLExternal, filename=file.name, length=size)
    calling.upload(promised["upload_url"], path)
    return str(promised["file_id"])


def complete(
    web: WebClient, ids: Sequence[str], files: Sequence[Picture], channel: str | None = None, thread: str | None = None
) -> None:
    """Finish uploads; with a channel they are shared there, in a thread when one is given."""
    named = [{"id": one, "title": file.caption or file.name} for one, file in zip(ids, files, strict=True)]
    calling.call(web.files_completeUploadExternal, files=named, channel_id=channel, thread_ts=thread)


def processed(web: WebClient, ids: Sequence[str], end: float) -> None:
    """Wait until Slack knows what the files are, at most until `end` (monotonic). Image blocks are refused before.

    Without files:read nobody can ask; trying the image blocks tells too.
    """
    for one in ids:
        while time.monotonic() < end:
            try:
                if calling.call(web.files_info, file=one)["file"].get("mimetype"):
                    break
            except Refused:
                return
            except Trouble:
                pass
            time.sleep(STEP)


@contextmanager
def text_file(text: str, name: str) -> Iterator[Picture]:
    """A text as a file to send, gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="andon-") as folder:
        path = Path(folder) / "rest.txt"
        path.write_text(text, encoding="utf-8", errors="replace")
        yield Picture(path=str(path), name=name)
