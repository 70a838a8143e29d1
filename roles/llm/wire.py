"""One request over HTTP, and the only home of the `openai` SDK for chat.

The request runs in a thread of its own, so that the caller has its answer in time whatever the server or the network
does: a name that does not resolve, headers that drip a byte a second, a stream without an end.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from roles.llm.arriving import MOST_BYTES, Arrived, Tell, TooLongError, bounded, read_document, read_stream
from roles.llm.reading import estimate_tokens
from roles.llm.troubles import Trouble, of_status

CONNECT_S = 10.0
SLOW = "slow"
LOGGERS = ("openai", "httpx", "httpx2")  # would log what is sent (at DEBUG), and addresses that may hold keys


@dataclass(frozen=True)
class Listed:
    """The names at GET /models; None when the endpoint has no such list."""

    names: list[str] | None


def shown(base_url: str) -> str:
    """An address for people: without user, password and query, where keys may stand."""
    try:
        parts = urlsplit(base_url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        host += f":{parts.port}" if parts.port else ""
    except ValueError:
        return "OPENAI_BASE_URL"
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


class Wire:
    """The way to one endpoint. Keeps no connection: asks are rare, and one that was given up leaves nothing open."""

    def __init__(self, base_url: str, api_key: str | None) -> None:
        self.base_url, self._key = base_url, (api_key or "").strip() or "-"

    def load(self) -> None:
        """Load the SDK, which takes a second the first time. Where it is missing, `send` says so."""
        with suppress(ImportError):
            import openai  # noqa: F401

    def send(self, body: dict[str, Any], seconds: float, on_text: Callable[[str], None] | None) -> Arrived | Trouble:
        """POST /chat/completions within `seconds`. `on_text` gets the text so far, in this thread."""
        return self._within(seconds, lambda client, tell: _complete(client, body, tell), on_text)

    def models(self, seconds: float) -> Listed | Trouble:
        """GET /models within `seconds`."""
        return self._within(seconds, lambda client, _tell: _list(client), None)

    def _within(self, seconds: float, work: Callable[..., Any], on_text: Callable[[str], None] | None) -> Any:
        try:
            client = self._client(seconds)
        except ImportError:
            return Trouble("failure_llm_setup")
        if client is None:
            return Trouble("failure_llm_url", why="http://?")
        if not (self._key.isascii() and self._key.isprintable() and " " not in self._key):
            return Trouble("failure_llm_auth", why="not ASCII")
        told: queue.SimpleQueue[Any] = queue.SimpleQueue()
        given_up = threading.Event()

        def run() -> None:
            try:
                outcome = work(client, lambda text: _tell(told, given_up, text))
            except _GivenUpError:
                return
            except Exception as error:  # the thread's edge: whatever it was, the caller has to know
                outcome = _trouble(error) or error
            finally:
                client.close()
            told.put(outcome)

        threading.Thread(target=run, name="andon-llm", daemon=True).start()
        outcome = None
        try:
            outcome = _wait(told, time.monotonic() + seconds, on_text)
        finally:  # also when on_text raises: whoever waited had enough
            given_up.set()
            if outcome is None:
                client.close()  # ends a thread that reads
        if outcome is None:
            outcome = Trouble("failure_llm_unreachable", SLOW, sent=True)
        if isinstance(outcome, Exception):
            raise outcome
        if isinstance(outcome, Trouble) and outcome.why == SLOW:
            return replace(outcome, why=f"> {round(seconds, 1):g} s")
        return outcome

    def _client(self, seconds: float) -> Any:
        """A client of the SDK; None when there is no usable address."""
        if not re.match(r"https?://[^/]", shown(self.base_url)):
            return None
        import openai  # loaded on use: a second

        for name in LOGGERS:
            logging.getLogger(name).setLevel(logging.WARNING)
        timeout = openai.Timeout(seconds, connect=min(seconds, CONNECT_S))
        return openai.OpenAI(base_url=self.base_url, api_key=self._key, timeout=timeout, max_retries=0)


class _GivenUpError(Exception):
    """The caller does not wait any more."""


def _tell(told: queue.SimpleQueue[Any], given_up: threading.Event, text: str | None) -> None:
    if given_up.is_set():
        raise _GivenUpError
    if text:
        told.put(text)


def _wait(told: queue.SimpleQueue[Any], end: float, on_text: Callable[[str], None] | None) -> Any:
    """The outcome, None when time is up. Texts go to `on_text`: the newest where several wait, the last one always."""
    before = ""
    while True:
        text = ""
        try:
            news = told.get(timeout=max(end - time.monotonic(), 0.0))
            while isinstance(news, str):
                text = news
                news = None if told.empty() else told.get_nowait()
        except queue.Empty:
            return None
        if on_text is not None and text not in ("", before):
            before = text
            on_text(text)
        if news is not None:
            return news


def _complete(client: Any, body: dict[str, Any], tell: Tell) -> Arrived | Trouble:
    """Send, and read what comes: a stream of events or one document, whichever was asked for."""
    arrived = Arrived()
    try:
        with client.chat.completions.with_streaming_response.create(**body) as response:
            tell(None)
            events = "text/event-stream" in response.headers.get("content-type", "")
            pieces = bounded(response.iter_bytes(), arrived, tell)
            return read_stream(pieces, arrived, tell) if events else read_document(b"".join(pieces), arrived)
    except Exception as error:  # tells what had arrived before the line broke
        trouble = _trouble(error)
        if trouble is None:
            raise
        if arrived.bytes and trouble.code == "failure_llm_unreachable" and trouble.why != SLOW:
            return Trouble("failure_llm_cut", trouble.why, True, seen=estimate_tokens(arrived.text), sent=True)
        return trouble


def _list(client: Any) -> Listed | Trouble:
    """The models that the endpoint names."""
    try:
        with client.models.with_streaming_response.list() as response:
            raw = b"".join(bounded(response.iter_bytes(), Arrived(), lambda _text: None))
        entries = json.loads(raw)["data"]
        return Listed([str(entry["id"]) for entry in entries])
    except (ValueError, KeyError, TypeError, RecursionError):
        return Listed(None)
    except Exception as error:  # an endpoint without a list is no trouble
        trouble = _trouble(error)
        if trouble is None:
            raise
        return Listed(None) if trouble.status in (404, 405, 501) else trouble


def _trouble(error: Exception) -> Trouble | None:
    """What an exception of the SDK or of the HTTP client beneath it means; None for a fault of ours.

    The client beneath has had several names, so its errors are known by their modules.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        return of_status(error.status_code, error.body, error.response.headers)
    if isinstance(error, TooLongError):
        return Trouble("failure_llm_cut", f"> {MOST_BYTES >> 20} MB", sent=True)
    ours = isinstance(error, openai.OpenAIError | OSError) or type(error).__module__.startswith(("httpx", "httpcore"))
    if not ours:
        return None
    cause = error.__cause__ or error
    name = type(cause).__name__
    if "Timeout" in name and "Connect" not in name:  # the time of the whole try: another one would end the same way
        return Trouble("failure_llm_unreachable", SLOW, sent=True)
    return Trouble("failure_llm_unreachable", name, retry=True)
