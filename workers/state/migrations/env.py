"""Alembic's way in: runs the migrations on the connection that workers/state/database.py hands over."""

from typing import Any, Literal

from alembic import context

import workers.state.models  # noqa: F401 - the tables that alembic compares with
from workers.state.base import Base, UtcTime


def render(kind: str, item: Any, _autogen: Any) -> str | Literal[False]:
    """Migrations spell our time type as what it is in SQL, so that they never change with our code."""
    if kind == "type" and isinstance(item, UtcTime):
        return "sa.DateTime(timezone=True)"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render,
    transaction_per_migration=True,
)  # fmt: skip
with context.begin_transaction():
    context.run_migrations()
connection.commit()
