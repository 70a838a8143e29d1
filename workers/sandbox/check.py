"""A look at the code before it runs: quick, with a better message for a repair than the room would give.

Never the wall: the room holds whatever passes here (and its tests go past this check).
"""

from __future__ import annotations

import ast

from workers.sandbox.values import CodeError

LIBRARIES = frozenset({
    "pandas", "numpy", "scipy", "sklearn", "matplotlib", "math", "statistics", "datetime", "re", "json", "collections",
    "itertools", "functools", "__future__", "bisect", "calendar", "cmath", "copy", "dataclasses", "decimal", "enum",
    "fractions", "heapq", "textwrap", "typing", "warnings", "zoneinfo",
})  # fmt: skip
FORBIDDEN = frozenset({
    "eval", "exec", "compile", "open", "input", "breakpoint", "globals", "locals", "vars", "__import__", "memoryview",
    "delattr", "setattr", "help", "exit", "quit", "__builtins__", "__loader__", "__spec__",
})  # fmt: skip
FRAMES = frozenset({
    "f_globals", "f_locals", "f_builtins", "f_back", "f_code", "gi_frame", "gi_code", "cr_frame", "ag_frame",
    "tb_frame", "tb_next", "read_pickle", "to_pickle", "ctypeslib", "ctypes",
})  # fmt: skip
MAX_CHARS = 50_000
ADVICE = "use the table `df` and the libraries pandas, numpy, scipy, sklearn and matplotlib only"


def problem(code: str) -> CodeError | None:
    """The first thing that keeps `code` from being run, or None."""
    if len(code) > MAX_CHARS:
        return CodeError(type="CodeTooLong", message=f"write fewer than {MAX_CHARS} characters")
    try:
        tree = ast.parse(code, "<code>")
    except SyntaxError as error:
        return located(code, "SyntaxError", error.msg or "", error.lineno)
    except (ValueError, RecursionError, MemoryError) as error:  # NUL bytes, absurd nesting
        return CodeError(type=type(error).__name__, message="the code cannot be parsed")
    for node in ast.walk(tree):
        refused = _refused(node)
        if refused:
            return located(code, "NotAllowed", f"{refused}: {ADVICE}", getattr(node, "lineno", None))
    return None


def located(code: str, kind: str, message: str, line: int | None) -> CodeError:
    """An error with the text of its line."""
    lines = code.splitlines()
    source = lines[line - 1][:300] if line and 0 < line <= len(lines) else ""
    return CodeError(type=kind[:100], message=message[:2000], line=line, source=source)


def _refused(node: ast.AST) -> str | None:
    if isinstance(node, ast.Import):
        return next((f"import {a.name}" for a in node.names if a.name.split(".")[0] not in LIBRARIES), None)
    if isinstance(node, ast.ImportFrom):
        module = node.module or "."
        return f"import from {module}" if node.level or module.split(".")[0] not in LIBRARIES else None
    if isinstance(node, ast.Name) and (node.id in FORBIDDEN or (_hidden(node.id) and node.id != "__name__")):
        return f"the name {node.id}"
    if isinstance(node, ast.Attribute) and (_hidden(node.attr) or node.attr in FRAMES):
        return f"the attribute {node.attr}"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "getattr":
        name = node.args[1] if len(node.args) > 1 else None
        if not (isinstance(name, ast.Constant) and isinstance(name.value, str)) or _hidden(name.value):
            return "getattr with a computed or hidden name"
    return None


def _hidden(name: str) -> bool:
    return name.startswith("__")
