"""What is wrong with a SELECT over the catalogue, and the text that runs when nothing is.

Everything is an allow-list: kinds of nodes of the parsed statement, their parts, columns, functions. What runs is
written anew from the parsed statement, so comments, spacing and odd quoting of the original never reach a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from roles.querying import direction, printed
from roles.querying.types import CatalogueQuery, CatalogueQuestion

LONGEST, MOST_NODES, LONGEST_TEXT = 2000, 300, 200
FUNCTIONS: tuple[type[exp.Expr], ...] = (
    exp.Count, exp.Min, exp.Max, exp.Avg, exp.Sum, exp.Round, exp.Abs, exp.Lower, exp.Upper, exp.Length, exp.Coalesce,
)  # fmt: skip
NODES: frozenset[type[exp.Expr]] = frozenset(
    {
        exp.Select, exp.From, exp.Table, exp.TableAlias, exp.Identifier, exp.Column, exp.Alias, exp.Star, exp.Where,
        exp.Group, exp.Having, exp.Order, exp.Ordered, exp.Limit, exp.Offset, exp.Distinct, exp.Literal, exp.Null,
        exp.Boolean, exp.Paren, exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is,
        exp.In, exp.Between, exp.Like, exp.Case, exp.If, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg, *FUNCTIONS,
    }
)  # fmt: skip
PARTS: dict[type[exp.Expr], set[str]] = {  # of a node; any other part that is set is refused
    exp.Select: {"expressions", "from_", "where", "group", "having", "order", "limit", "offset", "distinct"},
    exp.Table: {"this", "alias"},
    exp.TableAlias: {"this"},
    exp.Column: {"this", "table"},
    exp.Identifier: {"this", "quoted"},
    exp.Distinct: {"expressions"},
    exp.Group: {"expressions"},
    exp.Order: {"expressions"},
    exp.Ordered: {"this", "desc", "nulls_first"},
    exp.Limit: {"expression"},
    exp.Offset: {"expression"},
    exp.In: {"this", "expressions"},
    exp.Star: set(),
}
ALIAS = re.compile(r"[^\W\d]\w{0,40}")


def check(given: CatalogueQuestion, output: CatalogueQuery) -> list[str]:
    """Complaints about the SQL, one sentence each; empty when it may run."""
    try:
        statement = _parsed(output.sql, given)
    except _Refused as refused:
        return [str(refused)]
    return list(dict.fromkeys(_complaints(statement, given))) or list(direction.wrong(statement, given))


def approved(sql: str, given: CatalogueQuestion) -> str:
    """The statement to run: written anew from what was parsed, with a limit. Raises ValueError when it may not."""
    try:
        statement = _parsed(sql, given)
    except _Refused as refused:
        raise ValueError(str(refused)) from refused
    complaints = list(_complaints(statement, given))
    if complaints:
        raise ValueError("; ".join(complaints))
    asked = statement.args.get("limit")
    wanted = int(asked.expression.name) if asked is not None else given.limit
    for ordered in statement.find_all(exp.Ordered):  # databases differ in where an empty value stands
        ordered.set("nulls_first", False)
    return statement.limit(min(wanted, given.limit), copy=False).sql(dialect=given.dialect, comments=False)


class _Refused(Exception):
    """Not one statement that can be read."""


def _parsed(sql: str, given: CatalogueQuestion) -> exp.Select:
    if len(sql) > LONGEST:
        raise _Refused(f"the statement is longer than {LONGEST} characters")
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f\u200b-\u200f\u202a-\u202e\ufeff]", sql):
        raise _Refused("the statement has control characters in it")
    try:
        statements = sqlglot.parse(sql, dialect=given.dialect)
    except (SqlglotError, RecursionError, ValueError) as error:
        raise _Refused(f"it cannot be parsed: {str(error).splitlines()[0][:160]}") from error
    if len(statements) != 1 or statements[0] is None:
        raise _Refused(f"exactly one statement is wanted, there are {len(statements)}")
    if type(statements[0]) is not exp.Select:
        raise _Refused("only a single SELECT is allowed")
    return statements[0]


def _complaints(statement: exp.Select, given: CatalogueQuestion) -> Iterator[str]:
    nodes = list(statement.walk())
    if len(nodes) > MOST_NODES:
        yield "the statement is too large"
        return
    aliases = {node.alias.lower() for node in nodes if type(node) is exp.Alias}
    for node in nodes:
        kind = type(node)
        if kind not in NODES or (kind is exp.Select and node is not statement):
            yield f"{_told(node)} is not allowed"
            continue
        extra = {part for part, value in node.args.items() if value} - PARTS.get(kind, set(node.args))
        if extra:
            yield f"{_told(node)} may not have {', '.join(sorted(extra))}"
        yield from _wrong(node, given, aliases)
    tables = [node for node in nodes if type(node) is exp.Table]
    if len(tables) != 1:
        yield f"the statement must read from {given.view} alone"
    if not statement.expressions:
        yield "no column is selected"
    yield from printed.wrong(statement, given)


def _wrong(node: exp.Expr, given: CatalogueQuestion, aliases: set[str]) -> Iterator[str]:
    """What is wrong with one node by itself."""
    kind = type(node)
    if kind is exp.Table and not _is(node.name, given.view):
        yield f"there is no table {node.name!r}, only {given.view}"
    elif kind is exp.Column and type(node.this) is not exp.Star:
        known = any(_is(node.name, column.name) for column in given.columns)
        renamed = node.name.lower() in aliases and not node.args.get("table") and _after_select(node)
        if not known and not renamed:
            yield f"there is no column {node.name!r}"
    elif kind in (exp.Alias, exp.TableAlias) and not ALIAS.fullmatch(node.alias or node.name):
        yield f"{(node.alias or node.name)[:40]!r} is no name"
    elif kind is exp.Literal and len(node.name) > LONGEST_TEXT:
        yield "a text in the statement is too long"
    elif kind in (exp.Limit, exp.Offset) and not _whole(node.expression):
        yield "a limit must be a whole number"


def _after_select(node: exp.Expr) -> bool:
    """Does a column stand where a name of the SELECT list counts?"""
    return node.find_ancestor(exp.Order, exp.Group, exp.Having) is not None


def _is(written: str, name: str) -> bool:
    return written.isascii() and written.lower() == name.lower()


def _whole(node: exp.Expr | None) -> bool:
    return type(node) is exp.Literal and not node.is_string and node.name.isascii() and node.name.isdecimal()


def _told(node: exp.Expr) -> str:
    """What a node is called in a complaint."""
    if isinstance(node, exp.Anonymous):
        return f"the function {str(node.this)[:40]}"
    return type(node).__name__.upper()
