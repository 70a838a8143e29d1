"""What is wrong with a piece of code before it runs: it does not parse, imports what is not there, misses the table.

For a good message in the repair request; the room in which code runs does not rely on it.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator

from roles.coding.types import MOST_CODE, MOST_EXPLANATION, CodeRequest, Script

OUTSIDE = {"open", "exec", "eval", "compile", "__import__", "input", "breakpoint", "globals", "locals", "vars",
           "setattr"}  # fmt: skip
LOADS = re.compile(r"(?:read|to)_(?:csv|json|html|excel|parquet|pickle|sql\w*|table|fwf|xml|feather|hdf|clipboard)"
                   r"|fromfile|tofile|loadtxt|savetxt|save|load|fetch_\w+")  # fmt: skip
ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|^(?:~|\.\.)?/\w+/", re.I)
NUMBER = re.compile(r"\d+(?:\.\d+)?")


def check(given: CodeRequest, output: Script) -> list[str]:
    """Complaints about `output`, one sentence each; empty when the code may be run."""
    complaints = _explanation(given, output)
    if not output.code.strip():
        return complaints
    if len(output.code) > MOST_CODE:
        return [*complaints, f"the code is longer than {MOST_CODE} characters"]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "\d" in a plain string: a matter of taste
            tree = ast.parse(output.code)
    except SyntaxError as error:
        return [*complaints, f"line {error.lineno or 1}: SyntaxError: {error.msg}"]
    except (ValueError, RecursionError, MemoryError):  # NUL bytes, absurd nesting
        return [*complaints, "the code cannot be parsed"]
    alien = [(line, name) for line, name in _imported(tree) if name.split(".")[0] not in given.libraries]
    complaints += [f"line {line}: {name} may not be imported" for line, name in alien[:3]]
    complaints += [f"there are {', '.join(given.libraries)}"] if alien else []
    return complaints + _outside(tree) + _table(given, tree)


def _explanation(given: CodeRequest, output: Script) -> list[str]:
    text = output.explanation.strip()
    if not text:
        return ["`explanation` is empty: say in one sentence what the code works out"]
    if len(text) > MOST_EXPLANATION or "\n" in text:
        return [f"`explanation` is one line of at most {MOST_EXPLANATION} characters"]
    said = set(NUMBER.findall(f"{given.request} {given.task} {output.code}"))
    said |= {number for column in given.columns for number in NUMBER.findall(f"{column.key} {column.name}")}
    invented = [number for number in NUMBER.findall(text) if number not in said]
    return [f"{number} in `explanation` stands neither in the request nor in the code" for number in invented[:3]]


def _imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, f"{'.' * node.level}{node.module or ''}"


def _outside(tree: ast.AST) -> list[str]:
    """Code that reads or writes what is not the table: files, addresses, Python's own inside."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in OUTSIDE:
            found.append((node.lineno, node.id))
        elif isinstance(node, ast.Attribute) and node.attr.startswith("__"):
            found.append((node.lineno, node.attr))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and LOADS.fullmatch(node.func.attr):
            found.append((node.lineno, node.func.attr))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and ADDRESS.search(node.value):
            found.append((node.lineno, "an address or a path"))
    return [f"line {line}: {name} reaches outside the table; use `df` alone" for line, name in sorted(found)[:3]]


def _table(given: CodeRequest, tree: ast.AST) -> list[str]:
    """The table must be used; a column that is read by name must exist, unless the code makes columns itself."""
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "df"]
    if not names:
        return ["the code does not use the table `df`"]
    if any(isinstance(node.ctx, ast.Store) for node in names) or any(_renames(node) for node in ast.walk(tree)):
        return []  # which columns there are then is not known
    read: dict[str, int] = {}
    made = {column.key for column in given.columns} | set(given.more)
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Subscript) and _is_table(node.value)):
            continue
        for key in _keys(node.slice):
            if isinstance(node.ctx, ast.Store):
                made.add(key)
            else:
                read.setdefault(key, node.lineno)
    missing = [(key, line) for key, line in read.items() if key not in made]
    return [f"line {line}: df has no column {key!r}; use the keys of `columns`" for key, line in missing[:3]]


def _renames(node: ast.AST) -> bool:
    """df.insert(...), df.columns = ..., df.loc[:, "new"] = ...: columns come by another way than df["new"] = ..."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return _is_table(node.func.value) and node.func.attr in ("insert", "rename", "eval")
    if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Attribute):
        return _is_table(node.value.value) and isinstance(node.ctx, ast.Store)
    return isinstance(node, ast.Attribute) and _is_table(node.value) and isinstance(node.ctx, ast.Store)


def _is_table(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id == "df"


def _keys(node: ast.expr) -> Iterator[str]:
    """The strings of df["a"] and df[["a", "b"]]."""
    for part in node.elts if isinstance(node, ast.List) else [node]:
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.value
