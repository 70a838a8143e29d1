"""What a SELECT over the catalogue prints: values of the view alone, under names that are theirs.

A literal beside them would pass for a measured score, and so would a score under the name of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlglot import exp

from roles.querying.types import CatalogueQuestion, ViewColumn

LITERALS: tuple[type[exp.Expr], ...] = (exp.Literal, exp.Null, exp.Boolean)
SAME: tuple[type[exp.Expr], ...] = (exp.Paren, exp.Round, exp.Min, exp.Max)  # of a column: it is still its value


def wrong(statement: exp.Select, given: CatalogueQuestion) -> Iterator[str]:
    """Complaints about the SELECT list, one sentence each."""
    for shown in statement.expressions:
        value = shown.this if type(shown) is exp.Alias else shown
        if any(type(node) in LITERALS for node in _values(value)):
            yield f"{_short(value)} puts in a value of its own; select columns of {given.view}, and functions of them"
        if type(shown) is exp.Alias and not _is_called_so(shown.alias.lower(), value, given):
            yield f"{_short(value)} may not be called {shown.alias[:40]!r}: that is another column; leave the alias out"


def _values(node: exp.Expr) -> Iterator[exp.Expr]:
    """The parts of an expression whose values are printed: no conditions, no digits of a rounding, nothing counted."""
    yield node
    if type(node) is exp.Count:
        return
    for part, child in node.args.items():
        if (type(node), part) not in ((exp.If, "this"), (exp.Round, "decimals")):
            for each in child if isinstance(child, list) else [child]:
                if isinstance(each, exp.Expr):
                    yield from _values(each)


def _is_called_so(alias: str, value: exp.Expr, given: CatalogueQuestion) -> bool:
    """Is `alias` no other column's name? The name of a column is for its values alone; any other has no word that only
    columns have which are not in `value`."""
    used = {column.name.lower() for column in value.find_all(exp.Column)}
    own = [column for column in given.columns if column.name.lower() in used]
    named = {column.name.lower() for column in given.columns if alias in _names(column)}
    if named:
        plain = value
        while type(plain) in SAME:
            plain = plain.this
        return type(plain) is exp.Column and plain.name.lower() in named
    of_others = {word for column in given.columns if column.kind == "number" for word in _words(column)}
    mine = {word for column in own for word in _words(column)} | {node.key for node in value.walk()}
    return not _parts(alias) & (of_others - mine)


def _names(column: ViewColumn) -> set[str]:
    """What a column may be called: "caster_f1" and "f1", "title_en" and "title"."""
    name = column.name.lower()
    short = {name.partition("_")[2]} if column.kind == "number" else set()
    return {name, re.sub(r"_(?:en|zh)$", "", name), column.about.lower()} | short


def _words(column: ViewColumn) -> set[str]:
    """The words of its name, and the Chinese ones of what it means."""
    return _parts(column.name.lower()) | {part for part in _parts(column.about) if not part.isascii()}


def _parts(text: str) -> set[str]:
    """Words of two letters or more, of Chinese every two signs."""
    signs = re.findall(r"[\u4e00-\u9fff]+", text)
    return set(re.findall(r"[a-z0-9]{2,}", text)) | {run[i : i + 2] for run in signs for i in range(len(run) - 1)}


def _short(value: exp.Expr) -> str:
    return value.sql(comments=False)[:60]
