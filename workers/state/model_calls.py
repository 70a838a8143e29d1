"""What language models were asked and what they replied: the ledger of a run's and a day's budget, and the cache.

Both hold over processes and restarts: a run is worked on by several. Texts of requests are kept nowhere; a reply is
kept under the hash of its request.
"""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import ValidationError
from sqlalchemy import Engine, Index, String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from roles.llm.contract import Call, Reply
from workers.state.base import SHORT, Base, Line, now
from workers.state.table import Subject

KEPT = timedelta(days=30)  # of a reply; longer than an answer is asked for again
UTC = ZoneInfo("UTC")


class ModelCall(Base):
    """One request to a language model, never its text. `run` names the run; `call` is roles.llm.contract.Call."""

    __tablename__ = "model_calls"
    __table_args__ = (Index("ix_model_calls_run", "run"), Index("ix_model_calls_at", "at"))
    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[str] = mapped_column(Line)
    call: Mapped[dict[str, Any]]
    tokens: Mapped[int] = mapped_column(default=0)  # in and out
    cost: Mapped[float] = mapped_column(default=0.0)
    ms: Mapped[float] = mapped_column(default=0.0)
    at: Mapped[datetime] = mapped_column(default=now)


class ModelReply(Base):
    """A reply by the hash of everything that was sent, so that the same request is not paid for twice."""

    __tablename__ = "model_replies"
    __table_args__ = (Index("ix_model_replies_at", "at"),)
    key: Mapped[str] = mapped_column(String(SHORT), primary_key=True)
    reply: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(default=now)


class ModelCalls(Subject):
    """A Ledger and a Cache (roles.llm.contract). `zone` says when a day begins."""

    def __init__(self, engine: Engine, zone: tzinfo = UTC) -> None:
        super().__init__(engine)
        self.zone = zone

    def record(self, run: str, call: Call) -> None:
        """Keep `call` of the run `run`."""
        with self.writing() as session:
            tokens = call.tokens_in + call.tokens_out
            session.add(
                ModelCall(run=run, call=call.model_dump(mode="json"), tokens=tokens, cost=call.cost, ms=call.ms)
            )

    def calls(self, run: str) -> list[Call]:
        """Every call of a run, in their order."""
        with self.reading() as session:
            rows = session.scalars(select(ModelCall.call).where(ModelCall.run == run[:255]).order_by(ModelCall.id))
            return [Call.model_validate(row) for row in rows]

    def tokens(self, run: str) -> int:
        """Tokens in and out that the run has used so far."""
        return int(self._sum(ModelCall.tokens, ModelCall.run == run[:255]))

    def tokens_today(self) -> int:
        """Tokens in and out since midnight, plant time, of all runs."""
        return int(self._sum(ModelCall.tokens, ModelCall.at >= self._midnight()))

    def spent(self, run: str) -> float:
        """Cost of the run so far."""
        return self._sum(ModelCall.cost, ModelCall.run == run[:255])

    def spent_today(self) -> float:
        """Cost since midnight, plant time, of all runs."""
        return self._sum(ModelCall.cost, ModelCall.at >= self._midnight())

    def seconds(self, run: str) -> float:
        """How long the run has asked and waited so far."""
        return self._sum(ModelCall.ms, ModelCall.run == run[:255]) / 1000.0

    def get(self, key: str) -> Reply | None:
        """The reply under `key`; None when there is none or it is too old."""
        with self.reading() as session:
            row = session.get(ModelReply, key)
            if row is None or row.at < now() - KEPT:
                return None
            try:
                return Reply.model_validate(row.reply)
            except ValidationError:  # of another version
                return None

    def put(self, key: str, reply: Reply) -> None:
        """Keep a reply under `key`, in place of an older one; what is too old goes."""
        values = {"reply": reply.model_dump(mode="json"), "at": now()}
        with self.writing() as session:
            if not self.insert_once(session, ModelReply, key=key, **values):
                session.execute(update(ModelReply).where(ModelReply.key == key).values(**values))
            session.execute(delete(ModelReply).where(ModelReply.at < now() - KEPT))

    def drop(self, key: str) -> None:
        """Keep no reply under `key`."""
        with self.writing() as session:
            session.execute(delete(ModelReply).where(ModelReply.key == key))

    def _sum(self, column: Any, condition: Any) -> float:
        with self.reading() as session:
            return float(session.scalar(select(func.coalesce(func.sum(column), 0)).where(condition)) or 0)

    def _midnight(self) -> datetime:
        return datetime.now(self.zone).replace(hour=0, minute=0, second=0, microsecond=0)
