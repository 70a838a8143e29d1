"""What travels between a role and a language model, and what the house lends to the client: a ledger and a cache."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, Protocol

from pydantic import Field

from roles.types import Frozen

Mode = Literal["json_schema", "json_object", "plain"]  # how an endpoint was asked for JSON, best first


class Message(Frozen):
    """One message of a chat completion."""

    role: Literal["system", "user", "assistant"]
    content: str


class Ask(Frozen):
    """One request. `purpose` names who asks ("decision_maker"); `shape` is the JSON schema that `Reply.data` must
    have, None for free text."""

    purpose: str
    messages: list[Message]
    shape: dict[str, Any] | None = None
    max_tokens: int = Field(2000, gt=0)
    temperature: float = 0.0


class Reply(Frozen):
    """What came back. `data` is the parsed JSON document (a dict) when a shape was asked for; it has not been checked
    against the shape: the role does that."""

    text: str
    data: dict[str, Any] | None = None
    model: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


class Call(Frozen):
    """One request as the run receipt and the ledger keep it; never its text. `outcome` is "ok" or a failure code."""

    purpose: str
    model: str
    mode: Mode | None = None  # None: free text
    tokens_in: int = 0
    tokens_out: int = 0
    ms: float = 0.0
    tries: int = 1
    cached: bool = False
    outcome: str = "ok"
    cost: float = 0.0  # in the currency of the prices that are set; 0 without prices


class Ledger(Protocol):
    """Where calls are kept, so that budgets hold over processes and restarts."""

    def record(self, run: str, call: Call) -> None:
        """Keep `call` of the run `run`."""
        ...

    def tokens(self, run: str) -> int:
        """Tokens in and out that the run has used so far."""
        ...

    def tokens_today(self) -> int:
        """Tokens in and out since midnight, plant time, of all runs."""
        ...

    def spent(self, run: str) -> float:
        """Sum of `cost` of the run so far."""
        ...

    def spent_today(self) -> float:
        """Sum of `cost` since midnight, plant time, of all runs."""
        ...


class Cache(Protocol):
    """Replies by content: the key is a hash of everything that was sent."""

    def get(self, key: str) -> Reply | None:
        """The kept reply; None where there is none or it is too old."""
        ...

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply in place of the one before."""
        ...

    def drop(self, key: str) -> None:
        """Forget a reply that turned out to be of no use; nothing where there is none."""
        ...


class Chat(Protocol):
    """Something that answers requests. Raises RoleError failure_llm_... when there is no usable reply.

    One with a limited context may say its tokens in an attribute `context`, and after a refusal in the error's value of
    that name.

    One that keeps replies may have a method `forget(ask)`, for a reply that was of no use.

    `on_text` is given the text so far while it streams, for a person who waits.
    """

    model: str

    def ask(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Reply:
        """The whole reply to one request; it is waited for."""
        ...
