"""What all tables share: the base class, times with a zone, lines that are cut, names of folders."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

SHORT, LONG = 64, 255


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite has no zones, so they are put back when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a time without a zone: nobody could say what it means."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone: {value}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give it back with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Line(TypeDecorator[str]):
    """A name, cut where its column ends: PostgreSQL refuses a longer one, and a long name is no reason to fail."""

    impl = String(LONG)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Cut it."""
        return value[:LONG] if value else value


class Base(DeclarativeBase):
    """Types of the columns by annotation."""

    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own way
        datetime: UtcTime,
        dict[str, Any]: JSON,
        list[str]: JSON,
        str: String(LONG),
    }


def now() -> datetime:
    """The time as every row carries it."""
    return datetime.now(UTC)


def own_folder(kind: str) -> str:
    """A name in the artifact store that no other row has, whichever database it is in: numbers begin anew in an empty
    database and are given out twice after an older dump was restored."""
    return f"{kind}/{secrets.token_hex(8)}"
