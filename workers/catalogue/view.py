"""The view of the model catalogue that questions about models are answered from: one row a model, plain columns.

It hides the tables behind it. A change of its columns takes a new NAME: a view of an older version then stays unused.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, delete, inspect, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from roles.querier import ViewColumn
from roles.types import Lang
from workers.catalogue.tables import Base, ScoreRow
from workers.wording import say

NAME = "model_catalogue"
SCORES = Path(__file__).parent / "model_scores.toml"


NOTHING = "CAST(NULL AS NUMERIC)"
# column -> (kind, SQL of a shipped model, SQL of a trained one). NUMERIC: PostgreSQL rounds no other kind to digits.
COLUMNS: dict[str, tuple[str, str, str]] = {
    "name": ("text", "m.name", "t.name"),
    "title_en": ("text", "m.title_en", "m.title_en"),
    "title_zh": ("text", "m.title_zh", "m.title_zh"),
    "purpose": ("text", "m.purpose", "m.purpose"),
    "method": ("text", "m.method", "m.method"),
    "best_for_en": ("text", "m.best_for_en", "m.best_for_en"),
    "best_for_zh": ("text", "m.best_for_zh", "m.best_for_zh"),
    "avoid_when_en": ("text", "m.avoid_when_en", "m.avoid_when_en"),
    "avoid_when_zh": ("text", "m.avoid_when_zh", "m.avoid_when_zh"),
    "min_rows": ("number", "m.min_rows", "0"),
    "is_default": ("text", "CASE WHEN m.is_default THEN 'yes' ELSE 'no' END", "'no'"),
    "status": ("text", "m.status", "t.status"),
    "caster_f1": ("number", "CAST(s.f1 AS NUMERIC)", NOTHING),
    "caster_precision": ("number", "CAST(s.precision_ AS NUMERIC)", NOTHING),
    "caster_recall": ("number", "CAST(s.recall AS NUMERIC)", NOTHING),
    "caster_false_alarms_a_day": ("number", "CAST(s.false_alarms_a_day AS NUMERIC)", NOTHING),
    "plant_f1": ("number", "CAST(m.score AS NUMERIC)", "CAST(t.score AS NUMERIC)"),
    "base_model": ("text", "CAST(NULL AS VARCHAR)", "t.base"),
    "trained_on": ("text", "CAST(NULL AS VARCHAR)", "t.file"),
    "trained_columns": ("number", NOTHING, "t.width"),
    "trained_at": ("text", "CAST(NULL AS VARCHAR)", "t.at"),
}
VALUES = {"purpose": ["detect", "forecast"], "status": ["ready", "needs_update"], "is_default": ["yes", "no"]}


def columns(lang: Lang) -> list[ViewColumn]:
    """The view's columns with their meaning in the reader's language."""
    return [
        ViewColumn.model_validate({"name": name, "kind": kind, "about": label(name, lang),
                                   "values": VALUES.get(name, [])})
        for name, (kind, *_) in COLUMNS.items()
    ]  # fmt: skip


def label(column: str, lang: Lang) -> str:
    """What a column is called for a person; an alias that is none of ours stays as it is."""
    key = column.lower()
    for known in (key, f"{key}_{lang}"):
        if known in COLUMNS or known == "models":
            return say(f"models_col_{known.removesuffix('_en').removesuffix('_zh')}", lang)
    return column


def ensure(engine: Engine) -> None:
    """Make the tables and the view where they are missing, and write the shipped scores where they differ."""
    Base.metadata.create_all(engine)
    with Session(engine) as session, session.begin():
        if {row.name: _figures(row) for row in session.scalars(select(ScoreRow))} != shipped():
            session.execute(delete(ScoreRow))
            session.add_all(ScoreRow(name=name, **figures) for name, figures in shipped().items())
    if NAME in inspect(engine).get_view_names():
        return
    shipped_, trained = (", ".join(f"{sql[i]} AS {name}" for name, sql in COLUMNS.items()) for i in (1, 2))
    rows = f"SELECT {shipped_} FROM models m LEFT JOIN model_scores s ON s.name = m.name"
    rows += f" UNION ALL SELECT {trained} FROM trained_models t JOIN models m ON m.name = t.base"
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"CREATE VIEW {NAME} AS {rows}")
    except DBAPIError:
        if NAME not in inspect(engine).get_view_names():  # else another process made it at the same moment
            raise


@cache
def shipped() -> dict[str, dict[str, float]]:
    """model -> its figures on the simulated caster."""
    return tomllib.loads(SCORES.read_text(encoding="utf-8"))


def _figures(row: ScoreRow) -> dict[str, Any]:
    return {key: getattr(row, key) for key in ("f1", "precision", "recall", "false_alarms_a_day")}
