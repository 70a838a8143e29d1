"""A language model behind any OpenAI-compatible endpoint, within limits of time and tokens."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from collections.abc import Callable

from roles.errors import RoleError
from roles.llm.asking import Asking, Tally
from roles.llm.breaker import breaker_of
from roles.llm.contract import Ask, Cache, Call, Ledger, Reply
from roles.llm.habits import recall
from roles.llm.limits import Limits
from roles.llm.troubles import BUDGETS, Trouble
from roles.llm.wire import Wire, shown

log = logging.getLogger(__name__)

DEFAULT_URL = "https://api.openai.com/v1"
SETTINGS = ("failure_llm_auth", "failure_llm_model", "failure_llm_url", "failure_llm_setup")
CONTEXT = "failure_llm_context"
NOT_TRIED = (*SETTINGS, *BUDGETS, "failure_llm_deadline")  # these say nothing about its health


class Endpoint:
    """The `Chat` of one run. All its requests together end within `limits.deadline_s`.

    `ask` raises RoleError: failure_llm_unreachable (no answer, or server errors), _busy (asks to wait), _cut (ends in
    the middle), _garbled (no JSON where it was asked for), _refused (by the model or a filter), _context (the prompt is
    too long), _auth (key or account), _model (unknown there), _url (no chat endpoint at the address), _rejected (the
    request is not taken), _budget (of a run), _budget_day, _deadline, _open (failed several times in a row just now),
    _setup (package openai missing). No error, log line or repr holds the key or a prompt.
    """

    def __init__(
        self,
        base_url: str | None,
        api_key: str | None,
        model: str,
        ledger: Ledger,
        cache: Cache | None = None,
        run: str = "",
        limits: Limits | None = None,
    ) -> None:
        self.model, self.limits, self.run = model, limits or Limits(), run
        self._wire = Wire(base_url or DEFAULT_URL, api_key)
        self._ledger, self._cache = ledger, cache
        self._spent, self._lock = 0.0, threading.Lock()  # seconds of asking, of the run's deadline

    def __repr__(self) -> str:
        return f"Endpoint({shown(self._wire.base_url)!r}, {self.model!r})"

    @property
    def context(self) -> int | None:
        """Tokens of prompt and reply together: the less of what is set and what was learnt; None where nobody knows."""
        learnt = recall(self._wire.base_url, self.model, self._cache).context
        return min((n for n in (self.limits.context, learnt) if n is not None), default=None)

    def restart(self) -> None:
        """Count the time of `limits.deadline_s` from now on."""
        with self._lock:
            self._spent = 0.0

    def ask(self, ask: Ask, on_text: Callable[[str], None] | None = None) -> Reply:
        """See Chat. Recorded in the ledger, whatever the outcome."""
        tally, outcome = Tally(model=self.model), "stopped"
        try:
            found = self._ask(ask, on_text, tally)
            outcome = found.code if isinstance(found, Trouble) else "ok"
        finally:
            seconds = time.monotonic() - tally.started
            with self._lock:
                self._spent += seconds
            self._record(ask, tally, seconds, outcome)
        if isinstance(found, Trouble):
            values = {"url": shown(self._wire.base_url), "model": self.model, "why": found.why} | dict(found.values)
            if found.code == CONTEXT and self.context is not None:
                values["context"] = self.context
            raise RoleError(found.code, **values)
        return found

    def _ask(self, ask: Ask, on_text: Callable[[str], None] | None, tally: Tally) -> Reply | Trouble:
        key = self._key(ask) if ask.temperature == 0 else None
        kept = self._cache.get(key) if self._cache is not None and key else None
        if kept is not None:
            tally.cached, tally.model = True, kept.model
            if on_text is not None:
                on_text(kept.text)
            return kept
        self._wire.load()
        tally.started = time.monotonic()  # the model is not to blame for the time that loading took
        end = tally.started + self.limits.deadline_s - self._spent
        if time.monotonic() >= end:
            return Trouble("failure_llm_deadline")
        breaker = breaker_of(self._wire.base_url, self.model, self.limits.breaker_failures, self.limits.breaker_s)
        wait = breaker.admit()
        if wait:
            return Trouble("failure_llm_open", values={"seconds": round(wait + 0.5)})
        alive: bool | None = None
        try:
            asking = Asking(self._wire, self.model, self.limits, self._ledger, self._cache, self.run, tally)
            found = asking.reply(ask, on_text, end)
            alive = _alive(found)
        finally:
            breaker.report(alive)
        if isinstance(found, Reply) and self._cache is not None and key:
            self._cache.put(key, found)
        return found

    def forget(self, ask: Ask) -> None:
        """The reply to `ask` was of no use: it is not given again."""
        if self._cache is not None:
            self._cache.drop(self._key(ask))

    def _key(self, ask: Ask) -> str:
        """A hash of everything that decides the reply."""
        asked = ask.model_dump(exclude={"purpose"})
        content = json.dumps([self._wire.base_url, self.model, asked], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

    def _record(self, ask: Ask, tally: Tally, seconds: float, outcome: str) -> None:
        call = Call(
            purpose=ask.purpose,
            model=tally.model,
            mode=tally.mode,
            tokens_in=tally.tokens_in,
            tokens_out=tally.tokens_out,
            ms=round(seconds * 1000, 1),
            tries=tally.tries,
            cached=tally.cached,
            outcome=outcome,
            cost=self.limits.cost(tally.tokens_in, tally.tokens_out),
        )
        log.info("%s: %s, %s", call.purpose, call.outcome, call.model_dump(exclude={"purpose", "outcome"}))
        self._ledger.record(self.run, call)


def _alive(found: Reply | Trouble) -> bool | None:
    """Whether the endpoint is well, as far as the outcome tells."""
    if isinstance(found, Reply):
        return True
    if found.retry or found.code == "failure_llm_unreachable":
        return False
    return None if found.code in NOT_TRIED else True
