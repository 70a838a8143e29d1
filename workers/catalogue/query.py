"""A question about models, answered from the catalogue: one checked SELECT on a connection that can only read.

Three fences: the statement is parsed, checked and written anew (roles/querying/check.py); the connection is read-only,
on SQLite with an authorizer that knows the view alone, on PostgreSQL in a read-only transaction; and time is limited.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import URL, create_engine, make_url

from roles.querier import QUERIER, CatalogueQuery, CatalogueQuestion, ModelName, approved
from roles.role import Engine, Outcome, run
from roles.types import Lang
from workers.catalogue import models, view
from workers.catalogue.tables import Base
from workers.errors import AndonError
from workers.prose.numbers import figure
from workers.settings import Settings
from workers.wording import say

SECONDS = 2.0
MOST_ROWS = 50
NOTHING = {  # what an empty answer means, by a word of the SQL
    "needs_update": "models_ask_no_update",
    "plant_f1": "models_ask_no_plant",
    "trained_": "models_ask_untrained",
}
Value = str | float | int | None
BEHIND = {table.name for table in Base.metadata.tables.values()}
SQLITE_FUNCTIONS = {"count", "min", "max", "avg", "sum", "round", "abs", "lower", "upper", "length", "coalesce", "like"}


class Unanswered(Exception):
    """A database did not take a statement; the text is its own complaint."""


@dataclass(frozen=True)
class Found:
    """The answer to a question about models."""

    text: str
    sql: str
    columns: list[str]
    rows: list[list[Value]]
    engine: str  # who wrote the SQL
    fallback: str = ""  # why the rules wrote it although another engine was asked


def ask(question: str, settings: Settings, lang: Lang, engine: Engine | None = None) -> Found:
    """Answer `question` from the catalogue. Raises AndonError(failure_model_database) when it cannot be opened."""
    with models.opened(settings) as catalogue:
        view.ensure(catalogue.engine)
        url = catalogue.engine.url
        cards = {tongue: catalogue.cards(tongue) for tongue in ("en", "zh")}
    names = [ModelName(name=en.name, titles=[en.title, zh.title]) for en, zh in zip(*cards.values(), strict=True)]
    given = CatalogueQuestion(
        lang=lang, question=question, view=view.NAME, columns=view.columns(lang), models=names,
        dialect="sqlite" if url.get_backend_name() == "sqlite" else "postgres", limit=MOST_ROWS,
    )  # fmt: skip
    told: dict[str, tuple[list[str], list[list[Value]]]] = {}

    def prove(output: CatalogueQuery) -> list[str]:
        try:
            told[output.sql] = read(url, approved(output.sql, given))
        except (Unanswered, ValueError) as complaint:
            return [str(complaint)]
        return []

    outcome = run(QUERIER, given, engine, prove=prove)
    sql = outcome.output.sql
    if sql not in told and (complaints := prove(outcome.output)):  # the rules' own: nobody proved it yet
        raise AndonError("failure_models_ask", why="; ".join(complaints))
    columns, rows = told[sql]
    return Found(_tell(outcome, columns, rows, lang), approved(sql, given), columns, rows, outcome.engine,
                 outcome.fallback)  # fmt: skip


def read(url: URL | str, sql: str) -> tuple[list[str], list[list[Value]]]:
    """Columns and rows of one SELECT, at most MOST_ROWS. Raises Unanswered with the database's complaint."""
    place = make_url(url)
    reader = _read_sqlite if place.get_backend_name() == "sqlite" else _read_server
    columns, rows = reader(place, sql)
    return columns, [[_plain(value) for value in row] for row in rows]


def _read_sqlite(url: URL, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    path = url.database or ""
    try:
        with closing(sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=SECONDS)) as connection:
            connection.execute("PRAGMA query_only = ON")
            connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
            connection.set_progress_handler(_late(time.monotonic() + SECONDS), 1000)
            connection.set_authorizer(_allowed)
            cursor = connection.execute(sql)
            return [part[0] for part in cursor.description or []], cursor.fetchmany(MOST_ROWS)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise Unanswered(str(error)[:300]) from error


def _quoted(path: str) -> str:
    """A path inside an SQLite URI."""
    return path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _late(deadline: float) -> Callable[[], int]:
    return lambda: int(time.monotonic() > deadline)


def _allowed(action: int, one: str | None, two: str | None, _base: str | None, source: str | None) -> int:
    """SQLite asks this of everything that a statement would do: reading the view is all that it may."""
    if action == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    # `source` may also be a name that the statement itself gives, so the tables behind the view are named too
    if action == sqlite3.SQLITE_READ and (one == view.NAME or (source == view.NAME and one in BEHIND)):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_FUNCTION and (two or "").lower() in SQLITE_FUNCTIONS:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _read_server(url: URL, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    limits = f"-c default_transaction_read_only=on -c statement_timeout={SECONDS * 1000:.0f} -c lock_timeout=1000"
    from psycopg import Error as DriverError  # what SQLAlchemy does not wrap; loaded only where it is used

    engine = create_engine(url, connect_args={"options": limits, "connect_timeout": 10})
    try:
        connection = engine.raw_connection()
        try:
            cursor: Any = connection.cursor()
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute(sql, prepare=True)  # a prepared statement is one statement
            return [part[0] for part in cursor.description or []], cursor.fetchmany(MOST_ROWS)
        finally:
            connection.rollback()
            connection.close()
    except DriverError as error:
        raise Unanswered(str(error).splitlines()[0][:300] if str(error) else type(error).__name__) from error
    finally:
        engine.dispose()


def _plain(value: Any) -> Value:
    if isinstance(value, Decimal):
        return float(value)
    return value if value is None or isinstance(value, str | float | int) else str(value)


def _tell(outcome: Outcome[CatalogueQuery], columns: list[str], rows: list[list[Value]], lang: Lang) -> str:
    """The rows in words: the model first, then each column with its meaning."""
    lines = [] if outcome.output.understood else [say("models_ask_unknown", lang)]
    if not rows:
        why = next((key for word, key in NOTHING.items() if word in outcome.output.sql), "models_ask_none")
        return "\n".join([*lines, say(why, lang)])
    lines += [_row(columns, row, lang) for row in rows]
    if any("caster_" in column for column in columns) or "caster_" in outcome.output.sql:
        lines.append(say("models_ask_caster", lang))
    return "\n".join(lines)


def _row(columns: list[str], row: list[Value], lang: Lang) -> str:
    cells = dict(zip(columns, row, strict=True))
    lead = str(cells.pop("name", "") or "")
    title = str(cells.pop("title", "") or "")
    head = say("models_ask_lead", lang, name=lead, title=title) if lead and title else lead or title
    parts = [say("models_ask_cell", lang, label=view.label(key, lang), value=_value(key, value, lang))
             for key, value in cells.items()]  # fmt: skip
    cells_ = say("models_ask_and", lang).join(parts)
    return say("models_ask_row", lang, head=head, cells=cells_) if head and parts else head or cells_


def _value(column: str, value: Value, lang: Lang) -> str:
    if value is None:
        return "-"
    if column == "status" and value in view.VALUES["status"]:
        return say(f"models_status_{value}", lang)
    return figure(float(value)) if isinstance(value, float) else str(value)
