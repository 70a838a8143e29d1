"""One call of Slack's Web API or of a file address: done once, never repeated, told in the words of bot/outlet.py."""

from __future__ import annotations

import http.client
import json
import logging
import os
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote, urljoin, urlsplit

from slack_sdk.web import WebClient

from bot.outlet import FileTrouble, Unsure
from bot.slack.errors import THEIRS, by_status, understood

TIMEOUT = 20  # seconds without a byte
DOWNLOAD = 600.0  # seconds for a whole file
PIECE = 64 * 1024
REDIRECTS = 3
_IN_URLS = "%/:=&?~#+!$,;'@()*[]"  # what stays as it is; blanks and Chinese letters of a file's name do not

# slack_sdk and bolt write payloads into their logs, also at error level; what matters is logged by us.
quiet = logging.getLogger("andon.slack.sdk")
quiet.setLevel(logging.CRITICAL)


def web_client(token: str, base_url: str) -> WebClient:
    """The Web API client. Its retry handlers are off: repeating a broken connection can post twice."""
    return WebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[], logger=quiet)


def call(method: Callable[..., Any], **arguments: Any) -> dict[str, Any]:
    """Slack's answer; Trouble for anything else."""
    try:
        return dict(method(**arguments).data)
    except THEIRS as error:
        raise understood(error) from None


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """urllib would carry the token to wherever a redirect points. kb/noredirect.py, which bot/ may not import."""

    def redirect_request(self, *_: object, **__: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirect)


def post_json(url: str, body: dict[str, Any]) -> None:
    """A response_url."""
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json; charset=utf-8"}
    )
    with _opened(request):
        pass


def upload(url: str, path: Path) -> None:
    """Stream a file to the address of files.getUploadURLExternal; the address is the secret, no token is sent."""
    size = os.path.getsize(path)
    with path.open("rb") as content:
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(size)}
        with _opened(urllib.request.Request(url, data=content, headers=headers, method="POST")):
            pass


def download(
    url: str, token: str, trusted: Callable[[str], bool], sink: BinaryIO, limit: int, size: int | None = None
) -> int:  # fmt: skip
    """Stream a file into `sink`; gives its bytes. `trusted` says which addresses may see the token; `size` is what
    Slack says of the file: its login page has another."""
    for _ in range(REDIRECTS + 1):
        if not trusted(url):
            raise FileTrouble("external")
        request = urllib.request.Request(quote(url, safe=_IN_URLS), headers={"Authorization": f"Bearer {token}"})
        try:
            with _opener.open(request, timeout=TIMEOUT) as answer:
                return _stream(answer, url, sink, limit, size)
        except urllib.error.HTTPError as error:
            url = _refused(error, url, trusted)
        except THEIRS as error:
            raise understood(error) from None
    raise FileTrouble("no_permission")


def is_page(url: str) -> bool:
    """Whether a file is a web page by its name."""
    return urlsplit(url).path.lower().endswith((".html", ".htm"))


def _stream(answer: http.client.HTTPResponse, url: str, sink: BinaryIO, limit: int, size: int | None) -> int:
    page = answer.headers.get_content_type() == "text/html"
    if page and not (is_page(url) and size is not None):
        raise FileTrouble("no_permission")  # without files:read Slack answers its login page, with status 200
    said = answer.headers.get("Content-Length")
    if said is not None and said.isdigit() and int(said) > limit:
        raise FileTrouble("too_large")
    written, end = 0, time.monotonic() + DOWNLOAD
    while piece := answer.read1(PIECE):
        written += len(piece)
        if written > limit:
            raise FileTrouble("too_large")
        if time.monotonic() > end:
            raise Unsure("slow_download")
        sink.write(piece)
    if said is not None and said.isdigit() and written != int(said):
        raise Unsure("cut_download")
    if page and written != size:
        raise FileTrouble("no_permission")
    return written


def _refused(error: urllib.error.HTTPError, url: str, trusted: Callable[[str], bool]) -> str:
    """Where to look instead, when Slack sends us to one of its own file addresses."""
    if error.code in (301, 302, 303, 307, 308):
        target = urljoin(url, error.headers.get("Location", ""))
        if trusted(target):
            return target
        raise FileTrouble("no_permission")  # its login page
    if error.code in (401, 403):
        raise FileTrouble("no_permission")
    if error.code in (404, 410):
        raise FileTrouble("gone")
    raise by_status(error.code, error.headers.get("Retry-After"))


def _opened(request: urllib.request.Request) -> Any:
    try:
        return _opener.open(request, timeout=TIMEOUT)
    except THEIRS as error:
        raise understood(error) from None
