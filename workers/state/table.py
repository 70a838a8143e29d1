"""What the subjects of the ledger share: sessions, and inserts that a second time change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Engine, Table, literal
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from workers.state.base import Base


class Subject:
    """A part of the ledger on one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reader = engine.execution_options(writes=False)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction that may change rows; on SQLite it holds the write lock from its begin."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads."""
        with Session(self.reader, expire_on_commit=False) as session:
            yield session

    def insert_once(self, session: Session, table: type[Base], **values: Any) -> bool:
        """Insert unless a unique column says that it is there already; True when it was inserted."""
        insert = postgresql.insert if self.engine.dialect.name == "postgresql" else sqlite.insert
        # What it returns tells, not the row count: PostgreSQL's driver has none where a statement returns the new key.
        done = insert(cast(Table, table.__table__)).values(**values).on_conflict_do_nothing().returning(literal(1))
        return session.execute(done).first() is not None
