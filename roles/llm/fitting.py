"""A prompt as short as an endpoint's context asks for: worked examples go first, then the passages that are least near,
then signals, edges and findings, a quarter of them at a time. Task, output form and safety text stay whatever it costs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import inf
from typing import Any

from roles.llm.reading import estimate_tokens
from roles.llm.speech import Brief

SHARE_OF_REPLY = 4  # at most a quarter of a context is kept free for the reply
LEAST_REPLY = 400  # tokens
MARGIN = 64  # tokens of what an endpoint puts around a message
DENSE = 1.1  # of our estimate: JSON has more tokens than sentences
STEP = 0.9  # after a refusal the next prompt is shorter at least by this
QUARTERS = (3, 2, 1)  # of a list that stay, one step after the other
LEAST_FINDINGS = 6


@dataclass(frozen=True)
class Draft:
    """What goes into a prompt: the brief, with or without worked examples."""

    brief: Brief
    examples: bool = True


def drafts(brief: Brief) -> Iterator[Draft]:
    """Ever shorter drafts of one prompt, the whole one first. One passage stays, and so do six findings."""
    yield Draft(brief)
    yield Draft(brief, examples=False)
    for count in range(brief.passages - 1, 0, -1):
        yield Draft(_with_passages(brief, count), examples=False)
    short = _with_passages(brief, 1) if brief.passages > 1 else brief
    for key, least in (("signals", 0), ("edges", 0), ("findings", LEAST_FINDINGS)):
        whole = short.data.get(key)
        if not isinstance(whole, list):
            continue
        for count in [*(max(len(whole) * quarters // 4, least) for quarters in QUARTERS), *([] if least else [0])]:
            if count < len(short.data[key]):
                short = replace(short, data=short.data | {key: whole[:count]})
                yield Draft(short, examples=False)


def _with_passages(brief: Brief, count: int) -> Brief:
    """The brief with its `count` nearest passages, also where it says how near they are."""
    gone = {line.split(" ", 1)[0] for line in brief.knowledge[len(brief.knowledge) - brief.passages + count :]}
    data: dict[str, Any] = brief.data
    if "near" in data:
        data = data | {"near": [pair for pair in data["near"] if pair[0] not in gone]}
    kept = brief.knowledge[: len(brief.knowledge) - brief.passages + count]
    return Brief(data, kept, passages=count)


class Room:
    """How much of a context there is, in tokens: what a prompt may take and what is left for its reply. `beside` is
    what else is sent with it (the schema). `context` is None as long as nobody knows it; then prompts get shorter from
    one refusal to the next."""

    def __init__(self, context: int | None, most_reply: int, beside: int = 0) -> None:
        self.context, self.most_reply, self.taken = context, most_reply, MARGIN + beside
        self._most = inf  # what was refused, less a step

    def fitting(self, prompts: Iterable[str]) -> Iterator[str]:
        """Those of ever shorter prompts that may fit; the shortest in any case, as tokens are only estimated."""
        left: str | None = None
        for prompt in prompts:
            fits = _tokens(prompt) <= min(self._most, self._for_prompt())
            left = None if fits else prompt
            if fits:
                yield prompt
        if left is not None:
            yield left

    def refuse(self, prompt: str, context: object) -> None:
        """`prompt` was too long; `context` as the endpoint said it, if it did."""
        self._most = _tokens(prompt) * STEP
        self.context = int(str(context)) if context is not None else self.context

    def for_reply(self, prompt: str) -> int:
        """Tokens that the reply to `prompt` may have."""
        if self.context is None:
            return self.most_reply
        return max(LEAST_REPLY, min(self.most_reply, self.context - self.taken - _tokens(prompt)))

    def _for_prompt(self) -> float:
        if self.context is None:
            return inf
        return self.context - self.taken - min(self.most_reply, max(self.context // SHARE_OF_REPLY, LEAST_REPLY))


def _tokens(prompt: str) -> int:
    return round(estimate_tokens(prompt) * DENSE)
