"""What an endpoint takes, learnt from what it refuses, remembered for each endpoint and model.

OpenAI-compatible servers differ: in how they can be asked for JSON, in the name of the token limit, in whether they
take a temperature, a system message, a stream. Nothing is configured: a refusal that speaks of one of these teaches it.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Set
from typing import Any, Literal, get_args

from pydantic import Field, ValidationError

from roles.llm.contract import Ask, Cache, Message, Mode, Reply
from roles.llm.strict import strict_schema
from roles.llm.troubles import Trouble
from roles.types import Frozen

MODES: tuple[Mode, ...] = get_args(Mode)
TEACHING = (400, 404, 405, 415, 422, 500, 501)  # may speak of a part of the request that the endpoint does not know
LEAST_CONTEXT = 512  # tokens; what claims less is misread
KEPT_S = 24 * 3600.0  # then it is learnt anew: servers are updated


class Habits(Frozen):
    """How to write a request for one endpoint and model."""

    mode: Mode = "json_schema"
    tokens_field: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    temperature: bool = True
    system: bool = True
    stream: bool = True
    usage: bool = True  # asks for the token count of a stream
    longer: bool = False  # a reply was cut and needed more room: it thinks before it answers
    context: int | None = Field(None, ge=LEAST_CONTEXT)  # prompt and reply together, in tokens as we estimate them
    learnt_at: float = Field(0.0, ge=0)  # Unix time

    def body(self, model: str, ask: Ask, max_tokens: int, stream: bool) -> dict[str, Any]:
        """The request, as POST /chat/completions takes it."""
        messages = list(ask.messages)
        if ask.shape is not None and self.mode != "json_schema":
            messages = _with_words(messages, ask.shape)
        if not self.system:
            messages = _without_system(messages)
        body: dict[str, Any] = {"model": model, "messages": [m.model_dump() for m in messages]}
        body[self.tokens_field] = max_tokens
        if self.temperature:
            body["temperature"] = ask.temperature
        if ask.shape is not None and self.mode != "plain":
            body["response_format"] = _response_format(self.mode, ask)
        if stream and self.stream:
            body["stream"] = True
            if self.usage:
                body["stream_options"] = {"include_usage": True}
        return body

    def next_mode(self, tried: Set[Mode]) -> Habits | None:
        """The best way to ask for JSON that this request has not tried yet."""
        left = [mode for mode in MODES if mode not in tried]
        return self.model_copy(update={"mode": left[0]}) if left else None

    def after_refusal(self, body: dict[str, Any], trouble: Trouble, tried: Set[Mode]) -> Habits | None:
        """What to change after a server refused `body`; None when its words teach nothing."""
        if trouble.status not in TEACHING:
            return None
        said = trouble.complaint.lower()
        if "stream_options" in body and re.search(r"stream_options|include_usage", said):
            return self.model_copy(update={"usage": False})
        if "response_format" in body and FORMAT.search(said):
            return self.next_mode(tried)
        if re.search(r"max_tokens|max_completion_tokens", said) and UNKNOWN.search(said):
            other = "max_tokens" if "max_completion_tokens" in body else "max_completion_tokens"
            return self.model_copy(update={"tokens_field": other})
        if "temperature" in body and "temperature" in said:
            return self.model_copy(update={"temperature": False})
        if re.search(r"\bsystem\b.{0,40}(role|message|prompt)|role.{0,20}system|roles must alternate", said) and (
            any(m["role"] == "system" for m in body["messages"])
        ):
            return self.model_copy(update={"system": False})
        if "stream" in body and re.search(r"\bstream(ing)?\b", said):
            return self.model_copy(update={"stream": False})
        unclear = trouble.code == "failure_llm_rejected"
        return self.next_mode(tried) if unclear and "response_format" in body else None


CONTEXT = re.compile(r"(?:context (?:length|size|window)|\bn_ctx)\D{0,20}(\d[\d,]{2,8})")
FORMAT = re.compile(r"response_format|json_schema|json_object|json mode|structured output|schema|grammar|guided")
UNKNOWN = re.compile(
    r"unsupported|not supported|not permitted|unrecognized|unknown|unexpected|extra|invalid param|use '"
)


def context_of(complaint: str) -> int | None:
    """The tokens of a context that a refusal names: "maximum context length is 4096 tokens", "n_ctx": 4096."""
    found = CONTEXT.search(complaint.lower())
    size = int(found[1].replace(",", "")) if found else 0
    return size if size >= LEAST_CONTEXT else None


def _response_format(mode: Mode, ask: Ask) -> dict[str, Any]:
    if mode == "json_object":
        return {"type": "json_object"}
    assert ask.shape is not None
    strict = strict_schema(ask.shape)
    name = re.sub(r"[^a-zA-Z0-9_-]", "_", ask.purpose)[:64] or "answer"
    schema = {"name": name, "strict": strict is not None, "schema": strict or ask.shape}
    return {"type": "json_schema", "json_schema": schema}


def _with_words(messages: list[Message], shape: dict[str, Any]) -> list[Message]:
    """The schema said in words at the end of the first message, unless a message holds it already."""
    schema = json.dumps(shape, ensure_ascii=False, separators=(",", ":"))
    bare = "".join(schema.split())
    words = "Answer with one JSON object and nothing else"
    if any(bare in "".join(m.content.split()) for m in messages):
        words += ", as the schema above says."
    else:
        words += f". It satisfies this JSON schema:\n  {schema}"
    first = messages[0]
    return [first.model_copy(update={"content": f"{first.content.rstrip()}\n\n{words}\n"}), *messages[1:]]


def _without_system(messages: list[Message]) -> list[Message]:
    """System messages become the beginning of the first user message."""
    orders = [m.content.rstrip() for m in messages if m.role == "system"]
    others = [m for m in messages if m.role != "system"]
    if not orders:
        return messages
    if not others or others[0].role != "user":
        return [Message(role="user", content="\n\n".join(orders)), *others]
    return [Message(role="user", content="\n\n".join([*orders, others[0].content])), *others[1:]]


_known: dict[tuple[str, str], Habits] = {}
_lock = threading.Lock()


def recall(base_url: str, model: str, cache: Cache | None) -> Habits:
    """What is known of an endpoint, in this process or in the cache; the defaults when nothing or nothing fresh is."""
    with _lock:
        found = _known.get((base_url, model))
    if found is None and cache is not None:
        kept = cache.get(_key(base_url, model))
        try:
            found = Habits.model_validate_json(kept.text) if kept else None
        except ValidationError:  # written by another version
            found = None
    if found is None or not 0 <= time.time() - found.learnt_at < KEPT_S:
        return Habits()
    return found


def remember(base_url: str, model: str, habits: Habits, cache: Cache | None) -> None:
    """Keep what worked with a model at an address, in this process and in `cache` for others, with the time of now."""
    learnt = habits.model_copy(update={"learnt_at": time.time()})
    with _lock:
        _known[base_url, model] = learnt
    if cache is not None:
        cache.put(_key(base_url, model), Reply(text=learnt.model_dump_json()))


def _key(base_url: str, model: str) -> str:
    return hashlib.sha256(f"habits\0{base_url}\0{model}".encode()).hexdigest()
