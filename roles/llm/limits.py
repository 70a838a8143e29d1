"""How much a language model may take: of time, of tokens, of money."""

from __future__ import annotations

from pydantic import Field

from roles.types import Frozen


class Limits(Frozen):
    """Limits of one run, and of a day. Seconds; tokens in and out together; None is no limit."""

    timeout_s: float = Field(60.0, gt=0)  # one request, whatever it does
    deadline_s: float = Field(150.0, gt=0)  # all requests of a run together
    retries: int = Field(2, ge=0)  # of a request that a busy server or a broken line spoiled
    pause_s: float = Field(0.5, ge=0)  # longest pause before the first retry; doubled each time, then drawn at random
    longest_pause_s: float = Field(20.0, ge=0)  # a server that asks for more is not asked again
    tokens_per_run: int | None = Field(100_000, gt=0)
    tokens_per_day: int | None = Field(2_000_000, gt=0)
    context: int | None = Field(None, ge=512)  # of prompt and reply together; None: learnt from the endpoint
    price_in: float = Field(0.0, ge=0)  # per million tokens, in any currency
    price_out: float = Field(0.0, ge=0)
    cost_per_run: float | None = Field(None, gt=0)  # in that currency
    cost_per_day: float | None = Field(None, gt=0)
    breaker_failures: int = Field(3, gt=0)  # in a row, then the endpoint is left alone
    breaker_s: float = Field(60.0, ge=0)  # for so long; then one request tries

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """The price of so many tokens."""
        return (tokens_in * self.price_in + tokens_out * self.price_out) / 1e6
