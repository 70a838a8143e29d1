"""A reply as it arrives: one document, or a stream of events, put together piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from roles.llm.reading import estimate_tokens, without_thoughts
from roles.llm.troubles import Trouble, of_status

Tell = Callable[[str | None], None]  # the text so far, or only "go on?": raises when nobody waits any more

EVENTS = re.compile(rb"\s*(?::[^\n]*\s*)*(?:event:[^\n]*\s*)?data:")
COMMENTS = re.compile(rb"\A(?:\s*:[^\n]*\n)+")  # "still at it", as proxies send it while the model works
MOST_BYTES = 16 * 2**20  # of one reply; nothing that a role asks for is so long


@dataclass
class Arrived:
    """A reply as it came. `tokens_...` are None where the server does not say."""

    text: str = ""
    thoughts: str = ""  # in a field of their own
    refusal: str = ""
    finish: str | None = None
    model: str = ""
    tokens_in: int | None = None
    tokens_out: int | None = None
    done: bool = False  # the server said that this is the end
    bytes: int = field(default=0, repr=False)


def bounded(pieces: Iterator[bytes], arrived: Arrived, tell: Tell) -> Iterator[bytes]:
    """The pieces as they come, counted. Raises TooLongError."""
    for piece in pieces:
        arrived.bytes += len(piece)
        if arrived.bytes > MOST_BYTES:
            raise TooLongError
        tell(None)
        yield piece


class TooLongError(Exception):
    """A reply beyond all measure."""


def read_stream(pieces: Iterator[bytes], arrived: Arrived, tell: Tell) -> Arrived | Trouble:
    """Server-sent events; the text so far goes to `tell`."""
    for line in _lines(pieces):
        if not line.startswith(b"data:"):
            continue  # a comment, an event's name, an empty line
        data = line[5:].strip()
        if data == b"[DONE]":
            arrived.done = True
            break
        try:
            document = json.loads(data)
        except (ValueError, RecursionError):
            return Trouble("failure_llm_cut", "stream", True, seen=estimate_tokens(arrived.text), sent=True)
        trouble = _take(document, "delta", arrived)
        if trouble is not None:
            return trouble
        tell(without_thoughts(arrived.text))
    if not arrived.done and arrived.finish is None:
        return Trouble("failure_llm_cut", "stream", True, seen=estimate_tokens(arrived.text), sent=True)
    return arrived


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *lines, rest = (rest + piece).split(b"\n")
        yield from lines
    yield rest


def read_document(raw: bytes, arrived: Arrived) -> Arrived | Trouble:
    """An answer that is one JSON document, added to `arrived`; Trouble when it is cut, no JSON, or an error."""
    if EVENTS.match(raw):  # told as something else by the server or a proxy
        return read_stream(iter([raw]), arrived, lambda _text: None)
    try:
        document = json.loads(COMMENTS.sub(b"", raw))
    except (ValueError, RecursionError):
        if raw.lstrip()[:1] in (b"{", b"["):
            return Trouble("failure_llm_cut", "document", True, sent=True)
        return Trouble("failure_llm_url", "not JSON")
    trouble = _take(document, "message", arrived)
    arrived.done = True
    return trouble or arrived


def _take(document: Any, part: str, arrived: Arrived) -> Trouble | None:
    """Add a document, or a piece of a stream, to what has arrived."""
    if not isinstance(document, dict):
        return Trouble("failure_llm_garbled", sent=True)
    error = document.get("error") or (document if document.get("object") == "error" else None)
    if error:
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        return of_status(status, error, {})
    arrived.model = str(document.get("model") or arrived.model)
    usage = document.get("usage")
    if isinstance(usage, dict):
        arrived.tokens_in = _count(usage.get("prompt_tokens"), arrived.tokens_in)
        arrived.tokens_out = _count(usage.get("completion_tokens"), arrived.tokens_out)
    choices = document.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return None
    message = choice.get(part) or choice.get("message")
    message = message if isinstance(message, dict) else {}
    arrived.text += _text(message.get("content")) or _called(message)
    arrived.thoughts += _text(message.get("reasoning_content") or message.get("reasoning"))
    arrived.refusal += str(message.get("refusal") or "")
    arrived.finish = choice.get("finish_reason") or arrived.finish
    return None


def _count(value: Any, before: int | None) -> int | None:
    return value if isinstance(value, int) and value >= 0 else before


def _called(message: dict[str, Any]) -> str:
    """What the one function that is called gets: some models answer so, although none was offered."""
    calls = message.get("tool_calls")
    only = calls[0] if isinstance(calls, list) and len(calls) == 1 else message
    function = only.get("function") or only.get("function_call") if isinstance(only, dict) else None
    arguments = function.get("arguments") if isinstance(function, dict) else None
    return arguments if isinstance(arguments, str) else ""


def _text(content: Any) -> str:
    """The content as text; some servers send it in parts, thoughts among them."""
    if isinstance(content, list):
        return "".join(
            _text(p.get("text")) for p in content if isinstance(p, dict) and p.get("type") in ("text", "output_text")
        )
    return content if isinstance(content, str) else ""
