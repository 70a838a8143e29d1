"""From settings to the engine that lets a language model play the roles; nothing configured gives None.

A run has one deadline and one budget for all its requests, also where several processes work on it: what was used is
kept in SQL under the run's key. Where that database cannot be used the limits hold within this process.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from roles.llm.contract import Call, Reply
from roles.llm.endpoint import Endpoint
from roles.llm.engine import LanguageModel
from roles.llm.limits import Limits
from roles.llm.memory import MemoryCache, MemoryLedger
from roles.role import Role
from workers.errors import AndonError
from workers.settings import Settings

if TYPE_CHECKING:
    from workers.state.model_calls import ModelCalls

log = logging.getLogger(__name__)

BEFORE = ("pipeline_manager", "controller", "supervisor")  # roles that leave the decision maker its time:
KEPT = 0.4  # of a run's deadline, and no more than one request may take
T = TypeVar("T")
LEAST_S = 0.001  # what is left of a deadline that is over: the endpoint then says so
BESIDES_S = 50.0  # so long after its deadline, counted from the run's begin, nothing is asked any more: work on a large
# file takes time of its own, and the answer still has to be drawn and told


class Speaker(LanguageModel):
    """The language model of one run, and what it was asked so far."""

    def __init__(self, settings: Settings, run: str, names: Iterable[str] = ()) -> None:
        self._books, self.run, self.begun = Books(settings), run, time.monotonic()
        self._limits, self._whole_s = limits_of(settings, self._books.seconds(run)), settings.llm_deadline + BESIDES_S
        self._before_s = 0.0  # asked and waited before this question
        self._endpoint = Endpoint(
            settings.openai_base_url,
            settings.openai_api_key.get_secret_value() if settings.openai_api_key else None,
            settings.chat_model or "",
            self._books,
            self._books,
            run,
            self._limits,
        )
        super().__init__(
            self._endpoint, lambda: datetime.now(settings.zone), private=settings.privacy, names=names,
            words=settings.private_words,
        )  # fmt: skip

    def again(self) -> None:
        """Another question of the same run: its time begins anew, what is left of the budget does not."""
        self.begun, self._before_s = time.monotonic(), self._books.spent_here()
        self._limits = self._limits.model_copy(update={"deadline_s": max(LEAST_S, self._whole_s - BESIDES_S)})
        self._endpoint.restart()

    def play(self, role: Role[Any, Any], given: dict[str, Any], complaint: str | None) -> dict[str, Any]:
        """See LanguageModel; not beyond the time that the whole run may take."""
        limits = self._limits
        left = self.begun + self._whole_s - time.monotonic() + self._books.spent_here() - self._before_s
        kept = min(KEPT * (self._whole_s - BESIDES_S), limits.timeout_s) if role.name in BEFORE else 0.0
        deadline = max(LEAST_S, min(limits.deadline_s, left) - kept)
        self._endpoint.limits = limits.model_copy(update={"deadline_s": deadline})
        return super().play(role, given, complaint)

    @property
    def calls(self) -> list[Call]:
        """Every request of the run, whichever process made it."""
        return self._books.calls(self.run)

    def close(self) -> None:
        """Give the database back."""
        self._books.close()


def speaker(settings: Settings, run: str, names: Iterable[str] = ()) -> Speaker | None:
    """The engine of the run with the key `run`, None where no language model is configured.

    `names` are those of files: with privacy on they do not leave.
    """
    return Speaker(settings, run, names) if settings.has_language_model else None


def limits_of(settings: Settings, used_s: float = 0.0) -> Limits:
    """The limits that the settings name; `used_s` of the run's time is over."""
    return Limits(
        timeout_s=settings.llm_timeout,
        deadline_s=max(LEAST_S, settings.llm_deadline - used_s),
        retries=settings.llm_retries,
        tokens_per_run=settings.llm_tokens_per_run or None,
        tokens_per_day=settings.llm_tokens_per_day or None,
        context=settings.llm_context,
        price_in=settings.llm_price_in,
        price_out=settings.llm_price_out,
        cost_per_run=settings.llm_cost_per_run or None,
        cost_per_day=settings.llm_cost_per_day or None,
    )


class Books:
    """Ledger and cache in SQL; in memory as well, for the moment when the database is away."""

    def __init__(self, settings: Settings) -> None:
        from sqlalchemy.exc import SQLAlchemyError  # loaded on use: without a language model nobody waits for it

        from workers.state import open_database
        from workers.state.model_calls import ModelCalls

        self._memory, self._cache = MemoryLedger(settings.zone), MemoryCache()
        self._sql: ModelCalls | None = None
        try:
            self._sql = ModelCalls(open_database(settings.database, beside=True, laptop=True), settings.zone)
        except (AndonError, SQLAlchemyError, OSError) as error:
            log.warning("the language model's budget holds for this process alone: %s", type(error).__name__)

    def record(self, run: str, call: Call) -> None:
        """See Ledger."""
        self._memory.record(run, call)
        self._try(lambda sql: sql.record(run, call), None)

    def calls(self, run: str) -> list[Call]:
        """Every call of a run; a process has one run."""
        own = self._memory.calls
        found = self._try(lambda sql: sql.calls(run), own)
        return found if len(found) >= len(own) else own

    def tokens(self, run: str) -> int:
        """See Ledger."""
        return max(self._memory.tokens(run), self._try(lambda sql: sql.tokens(run), 0))

    def tokens_today(self) -> int:
        """See Ledger."""
        return max(self._memory.tokens_today(), self._try(lambda sql: sql.tokens_today(), 0))

    def spent(self, run: str) -> float:
        """See Ledger."""
        return max(self._memory.spent(run), self._try(lambda sql: sql.spent(run), 0.0))

    def spent_today(self) -> float:
        """See Ledger."""
        return max(self._memory.spent_today(), self._try(lambda sql: sql.spent_today(), 0.0))

    def seconds(self, run: str) -> float:
        """How long the run has asked and waited so far."""
        return self._try(lambda sql: sql.seconds(run), 0.0)

    def spent_here(self) -> float:
        """How long this process has asked and waited so far, s."""
        return sum(call.ms for call in self._memory.calls) / 1000.0

    def get(self, key: str) -> Reply | None:
        """See Cache."""
        return self._cache.get(key) or self._try(lambda sql: sql.get(key), None)

    def put(self, key: str, reply: Reply) -> None:
        """See Cache."""
        self._cache.put(key, reply)
        self._try(lambda sql: sql.put(key, reply), None)

    def drop(self, key: str) -> None:
        """See Cache."""
        self._cache.drop(key)
        self._try(lambda sql: sql.drop(key), None)

    def close(self) -> None:
        """Give every connection back."""
        if self._sql is not None:
            self._sql.engine.dispose()

    def _try(self, do: Callable[[ModelCalls], T], otherwise: T) -> T:
        if self._sql is None:
            return otherwise
        from sqlalchemy.exc import SQLAlchemyError

        try:
            return do(self._sql)
        except SQLAlchemyError as error:  # an answer is worth more than its bookkeeping
            log.warning("the language model's books cannot be kept: %s", type(error).__name__)
            return otherwise
