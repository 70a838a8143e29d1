"""One request for JSON: bounded in time and size, and never redirected.

The standard library does it: the base installation has no HTTP client, and one request needs none. A redirect is not
followed, because it would carry the question (and a key) to a server that nobody configured.
"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from kb.errors import KnowledgeError
from kb.noredirect import NoRedirect
from kb.web.contract import WebSearch
from kb.web.plain import plain

SECONDS = 8.0  # for the whole request: name, connection, answer
MOST_BYTES = 2_000_000
AGENT = "andon (web search of a maintenance team)"
MOVED = range(300, 400)
BUSY = frozenset({429, 432, 433})  # 432, 433: Tavily's limits of a plan


def ask(
    engine: WebSearch, url: str, headers: Mapping[str, str], *, body: bytes | None = None,
    codes: Mapping[int, str] | None = None, seconds: float = SECONDS,
) -> dict[str, Any]:  # fmt: skip
    """The JSON object at `url`, posted `body` if any; KnowledgeError otherwise, in the words of `codes` (status ->
    code) where they know the status."""
    try:
        request = urllib.request.Request(url, body, {"Accept": "application/json", "User-Agent": AGENT, **headers})
        if request.type not in ("http", "https"):
            raise ValueError("only http and https")
        answer = _within(seconds, lambda: _read(request, seconds))
    except urllib.error.HTTPError as error:
        raise _refusal(engine, error, codes or {}) from None  # the request in its context may hold a key
    except TimeoutError:
        raise KnowledgeError("failure_web_slow", engine=engine.name, seconds=f"{seconds:g}") from None
    except (OSError, ValueError, HTTPException) as error:  # ValueError: no address at all
        slow = isinstance(getattr(error, "reason", None), TimeoutError)
        code = "failure_web_slow" if slow else "failure_web"
        raise KnowledgeError(
            code, engine=engine.name, setting=engine.setting, why=_kind(error), seconds=f"{seconds:g}"
        ) from None
    try:
        found = json.loads(answer)
    except (ValueError, RecursionError):
        found = None
    if len(answer) > MOST_BYTES or not isinstance(found, dict):
        raise KnowledgeError("failure_web_not_json", engine=engine.name, setting=engine.setting)
    return found


def _read(request: urllib.request.Request, seconds: float) -> bytes:
    """The body of the answer, one byte more than allowed when it is too long."""
    with urllib.request.build_opener(NoRedirect).open(request, timeout=seconds) as response:
        return bytes(response.read(MOST_BYTES + 1))


def _within(seconds: float, work: Callable[[], bytes]) -> bytes:
    """`work` within `seconds` in all: a server that sends a byte now and then is let go as well."""
    outcome: list[bytes | Exception] = []

    def run() -> None:
        try:
            outcome.append(work())
        except Exception as error:  # handed over to the thread that waits
            outcome.append(error)

    worker = threading.Thread(target=run, daemon=True, name="web-search")
    worker.start()
    worker.join(seconds)
    if not outcome:
        raise TimeoutError
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _refusal(engine: WebSearch, error: urllib.error.HTTPError, codes: Mapping[int, str]) -> KnowledgeError:
    """A status that is no success, in words. The body is a stranger's: only Brave's code is looked for in it."""
    with error:
        body = error.read(10_000)
    said = {"engine": engine.name, "setting": engine.setting, "why": f"HTTP {error.code}"}
    if error.code in MOVED:
        where = urlsplit(error.headers.get("Location") or "")
        host = plain(where.netloc.rpartition("@")[2], 100)
        return KnowledgeError("failure_web_moved", where=f"{where.scheme}://{host}" if host else "-", **said)
    if error.code in codes:
        return KnowledgeError(codes[error.code], **said)
    if error.code in BUSY:
        return KnowledgeError("failure_web_busy", **said)
    if error.code in (401, 403) or b"SUBSCRIPTION_TOKEN_INVALID" in body:
        return KnowledgeError("failure_web_key", **said)
    return KnowledgeError("failure_web", **said)


def _kind(error: Exception) -> str:
    """What went wrong, without the address: it may hold a password."""
    reason = getattr(error, "reason", error)
    return str(getattr(reason, "strerror", None) or type(reason).__name__)
