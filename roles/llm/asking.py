"""One request and what follows from each outcome: another way of asking, another try, a longer reply, or an end."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from roles.llm.contract import Ask, Cache, Ledger, Mode, Reply
from roles.llm.habits import LEAST_CONTEXT, MODES, context_of, recall, remember
from roles.llm.limits import Limits
from roles.llm.reading import estimate_tokens, json_object, without_thoughts
from roles.llm.troubles import BUDGETS, Trouble
from roles.llm.wire import Arrived, Wire

MOST_CHANGES = 8  # of how to ask: no server refuses more things one after the other
LONGER, LONGEST = 4, 16_000  # a reply that was cut may be so many times longer, up to so many tokens
LEAST = 400  # tokens of a reply, where the server's context has little room
MOST_CONTEXT = 10**9  # tokens: nobody said any
DENSER = 0.95  # of what was refused although it should have fitted
REPLY = re.compile(r"max_tokens|max_completion_tokens|completion|output")
# A server's word on the request for a longer reply: the first one was the limit.
UNUSABLE = ("failure_llm_context", "failure_llm_rejected")


@dataclass
class Tally:
    """What a request took so far. `started` is on time.monotonic's clock."""

    started: float = field(default_factory=time.monotonic)
    tries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    model: str = ""
    mode: Mode | None = None
    cached: bool = False

    def add(self, found: Arrived | Trouble, prompt: int) -> None:
        """Count a try; what the server does not say is estimated. `prompt`: estimated tokens that were sent."""
        if isinstance(found, Trouble):
            self.tokens_in += prompt if found.sent else 0
            self.tokens_out += found.seen
            return
        self.tokens_in += prompt if found.tokens_in is None else found.tokens_in
        said = estimate_tokens(found.thoughts + found.text)
        self.tokens_out += said if found.tokens_out is None else found.tokens_out
        self.model = found.model or self.model


class Asking:
    """Asks until there is a reply or a reason to stop. `end` is on time.monotonic's clock."""

    def __init__(
        self, wire: Wire, model: str, limits: Limits, ledger: Ledger, cache: Cache | None, run: str, tally: Tally
    ) -> None:
        self.wire, self.model, self.limits, self.ledger, self.cache, self.run = wire, model, limits, ledger, cache, run
        self.tally = tally
        self.known = self.habits = recall(wire.base_url, model, cache)
        self.modes: set[Mode] = {self.habits.mode}
        self.changes = self.failures = self.garbled = 0
        self.grown = False  # the reply may be longer than it was asked for

    def reply(self, ask: Ask, on_text: Callable[[str], None] | None, end: float) -> Reply | Trouble:
        """The reply to `ask`, or why there is none. Takes no longer than until `end`."""
        self.max_tokens = self.wanted = ask.max_tokens
        if self.habits.longer:
            self._grow(ask)
        while True:
            body = self.habits.body(self.model, ask, self.max_tokens, stream=on_text is not None)
            prompt = _prompt_tokens(body)
            over = self._over_budget(prompt)
            if over is not None and self.tally.tries == 0 and self.max_tokens > self.wanted:
                self.grown, self.max_tokens = False, self.wanted  # more room is a wish, not a need
                continue
            left = end - time.monotonic()
            if over is not None or left <= 0:
                return over or Trouble("failure_llm_deadline")
            seconds = min(self.limits.timeout_s, left)
            self.tally.tries += 1
            self.tally.mode = None if ask.shape is None else self.habits.mode
            found = self.wire.send(body, seconds, on_text)
            self.tally.add(found, prompt)
            if isinstance(found, Arrived):
                outcome = self._read(ask, found)
            elif time.monotonic() >= end:
                outcome = Trouble("failure_llm_deadline")
            else:
                outcome = self._after(found, body, end)
            if outcome is not None:
                return outcome

    def _over_budget(self, prompt: int) -> Trouble | None:
        """Why the next try may not go: it could pass a limit. `prompt` is estimated, the reply as long as it may be."""
        limits, ledger, tally = self.limits, self.ledger, self.tally
        tokens_in, tokens_out = tally.tokens_in + prompt, tally.tokens_out + self.max_tokens
        tokens, cost = tokens_in + tokens_out, limits.cost(tokens_in, tokens_out)
        for limit, used, more, setting in (
            (limits.tokens_per_run, lambda: ledger.tokens(self.run), tokens, "ANDON_LLM_TOKENS_PER_RUN"),
            (limits.tokens_per_day, ledger.tokens_today, tokens, "ANDON_LLM_TOKENS_PER_DAY"),
            (limits.cost_per_run, lambda: ledger.spent(self.run), cost, "ANDON_LLM_COST_PER_RUN"),
            (limits.cost_per_day, ledger.spent_today, cost, "ANDON_LLM_COST_PER_DAY"),
        ):
            if limit is None:
                continue
            so_far = used()
            if so_far + more > limit:
                values = {"used": f"{so_far:.6g}", "limit": f"{limit:.6g}", "setting": setting}
                return Trouble(BUDGETS[setting.endswith("_DAY")], values=values)
        return None

    def _after(self, found: Trouble, body: dict[str, Any], end: float) -> Trouble | None:
        """What follows from a trouble: None to ask again."""
        if self.grown and found.code in UNUSABLE:
            if not self.habits.longer:
                return Trouble("failure_llm_cut", "length")
            self.habits = self.habits.model_copy(update={"longer": False})
            self.grown, self.max_tokens = False, self.wanted
            return None
        if self.changes < MOST_CHANGES and self._changed(found, body):
            self.changes += 1
            return None
        if not found.retry or self.failures >= self.limits.retries or found.wait_s > self.limits.longest_pause_s:
            return found
        most = min(self.limits.pause_s * 2**self.failures, self.limits.longest_pause_s)
        pause = found.wait_s + random.uniform(0, most)
        if time.monotonic() + pause >= end:
            return found
        self.failures += 1
        time.sleep(pause)
        return None

    def _changed(self, found: Trouble, body: dict[str, Any]) -> bool:
        """Whether there is another way to ask, after what the server said."""
        if found.code == "failure_llm_context":
            self._learn_context(found, _prompt_tokens(body) + self.max_tokens)
            if self.habits.context is not None and _prompt_tokens(body) + LEAST > self.habits.context:
                return False  # no reply is short enough
            if self.max_tokens <= LEAST or not REPLY.search(found.complaint.lower()):
                return False
            self.max_tokens = max(self.max_tokens // 2, LEAST)  # some servers count the longest reply in
            return True
        changed = self.habits.after_refusal(body, found, self.modes)
        if changed is not None:
            self.habits = changed
            self.modes.add(changed.mode)
        return changed is not None

    def _learn_context(self, found: Trouble, asked: int) -> None:
        """Remember how long the endpoint's context is, where its refusal says so. `asked` tokens were too many by its
        count; where they should have fitted, its tokens are shorter than ours, and so is its context in ours."""
        known = self.habits.context
        context = min(n for n in (context_of(found.complaint), known, MOST_CONTEXT) if n is not None)
        if context == MOST_CONTEXT:
            return
        context = max(int(min(context, asked * DENSER)), LEAST_CONTEXT) if asked <= context else context
        if context != known:
            self.habits = self.habits.model_copy(update={"context": context})
            self.known = self.known.model_copy(update={"context": context})
            remember(self.wire.base_url, self.model, self.known, self.cache)

    def _read(self, ask: Ask, found: Arrived) -> Reply | Trouble | None:
        """The reply in what arrived, a reason to stop, or None to ask again."""
        if found.refusal or found.finish == "content_filter":
            return Trouble("failure_llm_refused", found.finish or "refusal")
        text = without_thoughts(found.text).strip()
        if not text and found.finish != "length" and json_object(found.thoughts)[1]:
            text = found.thoughts.strip()  # a server that takes the whole answer for thoughts
        data, clean = (None, True) if ask.shape is None else json_object(text)
        if data is not None or (ask.shape is None and text and found.finish != "length"):
            self._learn(clean or ask.shape is None)
            tally = self.tally
            return Reply(
                text=text,
                data=data,
                model=found.model or self.model,
                tokens_in=tally.tokens_in,
                tokens_out=tally.tokens_out,
            )
        if found.finish == "length":
            return Trouble("failure_llm_cut", "length") if self.grown or not self._grow(ask) else None
        self.garbled += 1
        if self.garbled > 1:
            return Trouble("failure_llm_garbled")
        if ask.shape is not None:  # perhaps it takes no notice of this way of asking
            self.habits = self.habits.next_mode(self.modes) or self.habits
            self.modes.add(self.habits.mode)
        return None

    def _grow(self, ask: Ask) -> bool:
        """Let the reply be LONGER times as long, as far as a context that is known has room."""
        longer = min(self.max_tokens * LONGER, LONGEST)
        contexts = [n for n in (self.habits.context, self.limits.context) if n is not None]
        if contexts:
            body = self.habits.body(self.model, ask, longer, stream=False)
            longer = min(longer, min(contexts) - _prompt_tokens(body))
        if longer <= self.max_tokens:
            return False
        self.grown, self.max_tokens = True, longer
        return True

    def _learn(self, clean: bool) -> None:
        """Remember what worked. JSON with words around it shows that the way of asking had no effect."""
        habits = self.habits.model_copy(update={"longer": self.habits.longer or self.grown})
        if not clean and habits.mode != "plain":
            habits = habits.model_copy(update={"mode": MODES[MODES.index(habits.mode) + 1]})
        if habits != self.known:
            remember(self.wire.base_url, self.model, habits, self.cache)


def _prompt_tokens(body: dict[str, Any]) -> int:
    """Estimated tokens of what is sent, the schema included; 4 a message for its frame."""
    messages = body["messages"]
    written = sum(estimate_tokens(m["content"]) + 4 for m in messages)
    return written + (estimate_tokens(str(body["response_format"])) if "response_format" in body else 0)
