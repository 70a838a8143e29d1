"""A language model's replies kept as JSON lines, so that a run can be checked without its endpoint."""

from __future__ import annotations

import hashlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from roles.errors import RoleError
from roles.llm.contract import Ask, Chat, Reply
from roles.types import Frozen
from workers.errors import AndonError

FILE = "replies.jsonl"


class Kept(Frozen):
    """One request and what came of it: a reply, or the failure code of a RoleError with its values as words."""

    key: str
    purpose: str
    reply: Reply | None = None
    failure: str = ""
    values: dict[str, str] = Field(default_factory=dict)
    ms: float = 0.0


class Cost(Frozen):
    """What requests took."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    failed: int = 0

    def __add__(self, other: Cost) -> Cost:
        mine, its = self.model_dump(), other.model_dump()
        return Cost(**{name: mine[name] + its[name] for name in mine})


def key_of(ask: Ask, model: str) -> str:
    """A hash of everything that decides the reply."""
    asked = ask.model_dump(mode="json", exclude={"purpose"}) | {"model": model}
    return hashlib.sha256(json.dumps(asked, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Recorder:
    """A Chat that passes requests on to `chat`, counts what they cost, and keeps them in `folder` where one is given.

    The file is begun anew: a recording is one run.
    """

    def __init__(self, chat: Chat, folder: Path | None = None) -> None:
        self.chat, self.model, self.costs = chat, chat.model, Cost()
        self._path, self._lock = folder / FILE if folder is not None else None, threading.Lock()
        if self._path is not None:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            head = {"model": self.model, "context": self.context}
            self._path.write_text(json.dumps(head) + "\n", encoding="utf-8")

    @property
    def context(self) -> int | None:
        """Tokens that the endpoint takes, where that is known."""
        return getattr(self.chat, "context", None)

    def ask(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Reply:
        """See Chat."""
        began, key = time.monotonic(), key_of(ask, self.model)
        try:
            reply = self.chat.ask(ask, on_text)
        except RoleError as error:
            values = {name: str(value) for name, value in error.values.items()}
            self._keep(Kept(key=key, purpose=ask.purpose, failure=error.code, values=values, ms=_since(began)))
            raise
        self._keep(Kept(key=key, purpose=ask.purpose, reply=reply, ms=_since(began)))
        return reply

    def _keep(self, kept: Kept) -> None:
        with self._lock:
            self.costs += cost_of(kept)
            if self._path is not None:
                with self._path.open("a", encoding="utf-8") as lines:
                    lines.write(kept.model_dump_json() + "\n")


class Replayer:
    """A Chat that answers out of a recording. Costs are those of the recording.

    Raises AndonError: failure_eval_recording for a folder without a readable one, failure_eval_not_recorded, by
    purpose, for a request that is not in it. The latter is no RoleError, so that no role hides it behind its rules.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.costs = folder, Cost()
        try:
            head, *lines = (folder / FILE).read_text(encoding="utf-8").splitlines()
            first = json.loads(head)
            self.model = str(first["model"])
            self.context = None if first.get("context") is None else int(first["context"])
            self._kept = [Kept.model_validate_json(line) for line in lines]
        except (OSError, ValueError, KeyError, TypeError, ValidationError) as error:
            raise AndonError("failure_eval_recording", folder=str(folder)) from error
        self._by_key: dict[str, list[Kept]] = {}
        for each in self._kept:
            self._by_key.setdefault(each.key, []).append(each)

    def ask(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Reply:
        """See Chat. A request that was made several times gets its replies in order, the last one again and again."""
        found = self._by_key.get(key_of(ask, self.model))
        if not found:
            raise AndonError("failure_eval_not_recorded", purpose=ask.purpose, folder=str(self.folder))
        kept = found.pop(0) if len(found) > 1 else found[0]
        self.costs += cost_of(kept)
        if kept.reply is None:
            self.context = int(kept.values["context"]) if "context" in kept.values else self.context
            raise RoleError(kept.failure, **dict[str, Any](kept.values))
        if on_text is not None:
            on_text(kept.reply.text)
        return kept.reply


def cost_of(kept: Kept) -> Cost:
    """What one request took."""
    reply = kept.reply
    return Cost(
        calls=1, tokens_in=reply.tokens_in if reply else 0, tokens_out=reply.tokens_out if reply else 0,
        seconds=kept.ms / 1000, failed=0 if reply else 1,
    )  # fmt: skip


def _since(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 1)
