"""What code says whatever the readings are: numbers that it states instead of working them out.

The code is run once more, on other readings of the same columns. A number that is the same there and that nobody said
was not worked out from the table; a count of none, a name or a step may well stay as it is.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from roles.coder import CodeRequest
from roles.planning.words import normal
from workers.coding.entries import Value, numbers

STRETCH, SCALE, NOISE, KEPT = 1.3, 1.17, 0.5, 0.9  # of time, of readings, of their spread; share of the rows
SMALL = 2  # numbers up to this stand in most code
CLOCK = re.compile(r"\d{1,2}:\d\d(?::\d\d)?")
SHORT = re.compile(r"[!-~]{1,16}")  # a text in the code that is no sentence: "5min"
UNITS = (1, 100, 0.01, 60, 1 / 60, 3600, 1 / 3600, 86_400, 1 / 86_400)  # a share in %, a span in another unit


def other(frame: pd.DataFrame) -> pd.DataFrame:
    """Readings in which nothing is as it was but columns, flags, gaps and the first moment. Seeded."""
    rng = np.random.default_rng(1)
    turned = frame.iloc[::-1].iloc[: max(2, math.ceil(KEPT * len(frame)))].copy()
    for name in turned.columns:
        values = turned[name].to_numpy(dtype=float)
        if not np.isin(values[np.isfinite(values)], (0.0, 1.0)).all():
            spread = float(turned[name].std(ddof=0)) if len(values) else 0.0
            turned[name] = SCALE * values + NOISE * spread * rng.standard_normal(len(values))
    since = (frame.index - frame.index[0])[: len(turned)]
    turned.index = pd.DatetimeIndex(frame.index[0] + since * STRETCH, name=frame.index.name)
    return turned


def says_numbers(label: str, value: Value) -> bool:
    """Is there a number in an entry that a reader would take for a measured one?"""
    return isinstance(value, int | float) or bool(numbers(f"{label} {value or ''}"))


def stated(
    answer: Mapping[str, Value], again: Mapping[str, Value] | None, code: str, given: CodeRequest
) -> Iterator[str]:
    """Complaints about entries of `answer` whose numbers are not from the table. `again` is what the code said of other
    readings; None where it came to nothing on them, and then a number that stands in the code is one that it states."""
    tree = ast.parse(code)
    said, (used, written), fixed = _said(given), _in_code(tree), _fixed(tree)
    there = list((answer if again is None else again).items())
    for (label, value), (label_then, value_then) in zip(answer.items(), there, strict=False):
        line = value in ("", None)  # of a text: no number beside it
        own = [n for n in _same(label, label_then) if (line or n % 1) and not _among(n, said | used)]
        for number in _same(value, value_then):
            precise = again is not None and _precise(number)
            if precise or label.endswith(fixed) or (abs(number) > SMALL and abs(number) in written):
                own += [] if _among(number, said) else [number]
        for number in own[:1]:
            yield f"answer[{label!r}] says {number:g} whatever the readings are; work it out from `df`, or leave it out"


def _same(one: Value, other: Value) -> list[float]:
    """The numbers of an entry that are the same on other readings; of a text that moved, no part of a time."""
    if isinstance(one, str) and isinstance(other, str):
        if one == other:
            return numbers(one)
        pairs = zip(*(numbers(CLOCK.sub(" ", text)) for text in (one, other)), strict=False)
        return [a for a, b in pairs if a == b]
    return [float(one)] if isinstance(one, int | float) and one == other else []


def stated_table(table: pd.DataFrame, again: pd.DataFrame) -> list[str]:
    """The same of a table: with numbers, and not one of them another on other readings."""
    figures = table.select_dtypes("number")
    same = not figures.empty and figures.equals(again.select_dtypes("number"))
    return ["`table` is the same whatever the readings are; work it out from `df`"] if same else []


def _precise(number: float) -> bool:
    """Is it a fraction of three digits or more, which two tables hardly share by chance?"""
    return float(f"{number:.2g}") != number and number % 1 != 0


def _among(number: float, known: set[float]) -> bool:
    return any(math.isclose(abs(number), n * unit, rel_tol=1e-6) for n in known for unit in UNITS)


def _said(given: CodeRequest) -> set[float]:
    """Numbers that were given with the task."""
    words = [
        given.request,
        given.task,
        normal(given.request),
        *(f"{c.key} {c.name} {c.unit}" for c in given.columns),
        *given.more,
    ]
    return {abs(n) for n in _numbers(" ".join(words))} | {float(given.rows), float(len(given.columns))} | (
        {given.step_s} if given.step_s else set()
    )  # fmt: skip


def _numbers(text: str) -> list[float]:
    """Every number, also of names: "S8"."""
    return [float(n) for n in re.findall(r"\d+(?:\.\d+)?", text)]


def _in_code(tree: ast.AST) -> tuple[set[float], set[float]]:
    """Numbers that the code works with, and all that stand in it, in sentences too."""
    constants = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
    texts = [text for text in constants if isinstance(text, str)]
    used = {float(n) for n in constants if isinstance(n, int | float)}
    used |= {n for text in texts if SHORT.fullmatch(text) for n in _numbers(text)}
    return used, used | {abs(n) for text in texts for n in numbers(text)}


def _fixed(tree: ast.AST) -> tuple[str, ...]:
    """Labels whose number is written beside them: {"rows above the limit": 0}. None where the code goes on counting."""
    if any(isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Subscript) for n in ast.walk(tree)):
        return ()
    pairs = [pair for n in ast.walk(tree) if isinstance(n, ast.Dict) for pair in zip(n.keys, n.values, strict=True)]
    pairs += [(t.slice, n.value) for n in ast.walk(tree) if isinstance(n, ast.Assign)
              for t in n.targets if isinstance(t, ast.Subscript)]  # fmt: skip
    return tuple(k.value for k, v in pairs if isinstance(v, ast.Constant) and isinstance(k, ast.Constant)
                 and isinstance(k.value, str) and k.value)  # fmt: skip
