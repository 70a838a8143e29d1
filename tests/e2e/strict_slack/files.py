"""Files over HTTP: downloads with the bearer token, and the address that uploads go to.

Source: docs.slack.dev/reference/objects/file-object (url_private needs the token and files:read; without them Slack
answers a login page with status 200), messaging/working-with-files (upload by POST of raw bytes or multipart).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING

from aiohttp import web

from tests.e2e.strict_slack.api import Call
from tests.e2e.strict_slack.faults import cut, meet
from tests.e2e.strict_slack.world import File

if TYPE_CHECKING:
    from tests.e2e.strict_slack.server import SlackServer

LOGIN = """<!DOCTYPE html><html lang="en-US"><head><title>Sign in to Plant | Slack</title></head>
<body><h1>Sign in to your workspace</h1><form id="signin_form" method="post"></form></body></html>"""
PIECE = 64 * 1024


def generated(
    size: int, line: bytes = b"2024-05-01T00:00:00Z,1.25,0.75,3.5\n", head: bytes = b"time,a,b,c\n"
) -> Callable[[], AsyncIterator[bytes]]:
    """A maker of `size` bytes of CSV: head, then the line again and again; never held whole."""

    async def pieces() -> AsyncIterator[bytes]:
        left = size - len(head)
        yield head[:size]
        block = line * (PIECE // len(line))
        while left > 0:
            yield block[:left]
            left -= min(left, len(block))

    return pieces


class FileServer:
    """The two endpoints."""

    def __init__(self, slack: SlackServer) -> None:
        self.slack = slack
        self.downloads: list[tuple[str, int]] = []

    async def download(self, request: web.Request) -> web.StreamResponse:
        """url_private and url_private_download."""
        call = Call("download", {"path": request.path})
        self.slack.api.calls.append(call)
        fault = self.slack.faults.take("download")
        call.fault = fault.kind if fault else ""
        half = fault is not None and fault.kind == "cut_after"
        response = await meet(fault, request, lambda: self._send(request, call, half))
        call.status = response.status
        return response

    async def _send(self, request: web.Request, call: Call, half: bool) -> web.StreamResponse:
        file = self.slack.world.files.get(request.match_info["file"].partition("-")[2])
        token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        if token != self.slack.bot_token or "files:read" not in self.slack.scopes:
            call.error = "login_page"
            return web.Response(text=LOGIN, content_type="text/html")
        if file is None or file.mode != "hosted" or file.state != "complete":
            call.error = "file_not_found"
            return web.Response(status=404, text="<html><body>404</body></html>", content_type="text/html")
        response = web.StreamResponse(headers={"Content-Type": file.mimetype, "Content-Length": str(file.size)})
        await response.prepare(request)
        sent, stop = 0, file.size // 2 if half else file.size
        async for piece in _pieces(file):
            await response.write(piece[: stop - sent])
            sent += len(piece[: stop - sent])
            if sent >= stop:
                break
        self.downloads.append((file.id, sent))
        if half:
            return cut(request)
        call.done = True
        await response.write_eof()
        return response

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """The upload_url of files.getUploadURLExternal."""
        call = Call("upload", {"path": request.path})
        self.slack.api.calls.append(call)
        fault = self.slack.faults.take("upload")
        call.fault = fault.kind if fault else ""
        response = await meet(fault, request, lambda: self._receive(request, call))
        call.status = response.status
        return response

    async def _receive(self, request: web.Request, call: Call) -> web.Response:
        file = self.slack.world.files.get(self.slack.world.uploads.get(request.match_info["ticket"], ""))
        if file is None or file.state == "complete":
            call.error = "file_not_found"
            return web.Response(status=404, text="not found")
        content = await request.read()
        if request.content_type == "multipart/form-data":
            parts = [v for v in (await request.post()).values() if isinstance(v, web.FileField)]
            content = parts[0].file.read() if parts else b""
        if len(content) != file.size:
            call.error = "length_mismatch"
            return web.Response(status=400, text=f"expected {file.size} bytes, got {len(content)}")
        file.content, file.state, call.done = content, "uploaded", True
        return web.Response(text=f"OK - {len(content)}")


async def _pieces(file: File) -> AsyncIterator[bytes]:
    if callable(file.content):
        async for piece in file.content():
            yield piece
        return
    for start in range(0, len(file.content), PIECE):
        yield file.content[start : start + PIECE]
