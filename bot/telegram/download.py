"""Fetching a file: ask where it is (getFile), then stream it."""

from __future__ import annotations

import time
from pathlib import PurePosixPath
from typing import BinaryIO
from urllib.parse import quote, urlsplit

import httpx
from telegram import error as tg

from bot.incoming import FileRef
from bot.outlet import FileTrouble, Unreachable
from bot.telegram.connection import CONNECT_S, READ_S, file_url, token_of
from bot.telegram.engine import Engine
from bot.telegram.errors import trouble
from workers.settings import Settings

CLOUD = "api.telegram.org"
CLOUD_BYTES = 20 * 2**20  # getFile: "bots can download files of up to 20 MB"; a local Bot API server has no limit
WHOLE_S = 600.0  # for a whole file


def fetch(engine: Engine, settings: Settings, file: FileRef, sink: BinaryIO, limit: int) -> int:
    """Stream `file` into `sink`; the bytes written.

    FileTrouble when it can never be had, Unreachable when it broke off (fetching again is harmless, but `sink` may
    hold a part then).
    """
    if file.kind in ("external", "foreign"):
        raise FileTrouble("external")
    cloud = urlsplit(settings.telegram_api_url).hostname == CLOUD
    if file.size is not None and (file.size > limit or (cloud and file.size > CLOUD_BYTES)):
        raise FileTrouble("too_large")
    return _stream(_url(settings, _path(engine, file)), sink, limit)


def _path(engine: Engine, file: FileRef) -> str:
    """What getFile says, without the address that PTB puts before it."""

    async def ask(bot: object) -> str:
        answer = await bot._post("getFile", {"file_id": file.id})  # type: ignore[attr-defined]
        return str(answer.get("file_path") or "")  # raw: PTB would follow a path that exists on this machine

    try:
        path = engine.call(ask)
    except tg.BadRequest as error:
        raise FileTrouble("too_large" if "too big" in error.message.lower() else "gone") from None
    except tg.TelegramError as error:
        raise trouble(error) from None
    if not path:
        raise FileTrouble("gone")
    return path


def _url(settings: Settings, path: str) -> str:
    """Where to download from.

    A Bot API server with --local answers with an absolute path of its own disk. We never open such a path; behind
    TELEGRAM_FILE_URL a web server may offer the same folder, and there it is asked for what stands below the token.
    """
    token = token_of(settings)
    pure = PurePosixPath(path)
    if ".." in pure.parts or "://" in path:
        raise FileTrouble("external")
    if pure.is_absolute():
        if settings.telegram_file_url is None or token not in pure.parts:
            raise FileTrouble("external")
        path = str(PurePosixPath(*pure.parts[pure.parts.index(token) + 1 :]))
    return f"{file_url(settings)}{token}/{quote(path)}"


def _stream(url: str, sink: BinaryIO, limit: int) -> int:
    done, end = 0, time.monotonic() + WHOLE_S
    timeout = httpx.Timeout(READ_S, connect=CONNECT_S)
    try:
        with httpx.Client(timeout=timeout) as client, client.stream("GET", url) as answer:
            if answer.status_code in (401, 403, 404):
                raise FileTrouble("gone")
            if answer.status_code != 200:
                raise Unreachable(f"http_{answer.status_code}")
            declared = answer.headers.get("content-length", "")
            if declared.isdigit() and int(declared) > limit:
                raise FileTrouble("too_large")
            for chunk in answer.iter_bytes():  # as it comes: a piece of a size would be waited for without an end
                done += len(chunk)
                if time.monotonic() > end:
                    raise Unreachable("slow_download")
                if done > limit:
                    raise FileTrouble("too_large")
                sink.write(chunk)
    except httpx.HTTPError as error:
        raise Unreachable(type(error).__name__) from None  # its request holds the token
    return done
