"""The best and the worst told apart: a SELECT that lists the lowest score first does not answer "which is best?"."""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp

from roles.querying.rules import ask
from roles.querying.types import CatalogueQuestion


def wrong(statement: exp.Select, given: CatalogueQuestion) -> Iterator[str]:
    """A complaint where the words of the question ask for one end of a column and `statement` gives the other."""
    ruled = ask(given)
    known = _first(sqlglot.parse_one(ruled.sql, dialect=given.dialect)) if ruled.understood else None
    if known is None:
        return
    column, descending = known
    end = "highest" if descending else "lowest"
    said = _first(statement)
    if said is not None and said[0] == column and said[1] != descending:
        yield f"the question asks for the {end} {column} first, and it is ordered the other way round"
    ends = {type(node) for node in statement.find_all(exp.Min, exp.Max) if _column(node.this) == column}
    if ends == {exp.Min if descending else exp.Max}:
        yield f"the question asks for the {end} {column}, and the other end of it is selected"


def _first(statement: exp.Expr) -> tuple[str, bool] | None:
    """The column by which the rows are ordered first, a score or another number, and whether downwards."""
    ordered = next(iter(statement.find_all(exp.Ordered)), None)
    column = _column(ordered.this) if ordered is not None else None
    if ordered is None or column is None or column in ("name", "is_default"):
        return None
    return column, bool(ordered.args.get("desc"))


def _column(node: exp.Expr | None) -> str | None:
    while isinstance(node, exp.Paren | exp.Round | exp.Min | exp.Max):
        node = node.this
    return node.name.lower() if type(node) is exp.Column else None
