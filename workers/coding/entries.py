"""What the `answer` of a piece of code says: label and value, or lines of a text; and the numbers in it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Value = float | int | str | None

MOST_ENTRIES, MOST_LABEL, MOST_TEXT = 24, 160, 300  # of an answer
NUMBER = re.compile(r"(?<![A-Za-z_\d.])-?\d[\d,]*(?:\.\d+)?")


def entries(answer: str | None) -> Iterator[tuple[str, Value]]:
    """What the code said, as label and value; lines of a text have no value. ValueError says what is wrong with it."""
    if answer is None or not answer.strip():
        return
    try:
        found = json.loads(answer)  # NaN and Infinity come as floats
    except ValueError:
        found = None
    if found is None and answer.startswith("{"):  # cut off
        raise ValueError("`answer` is far too long; give at most 12 entries with one number each")
    if isinstance(found, dict):
        flat = dict(_flat(found))
    else:
        flat = {" ".join(line.split()): "" for line in answer.splitlines() if line.strip()}
    if len(flat) > MOST_ENTRIES:
        raise ValueError(f"`answer` has {len(flat)} entries; give at most 12 and put the rest into `table`")
    for label, value in flat.items():
        if isinstance(value, list):
            raise ValueError(f"answer[{label!r}] is a list; give one number, and put rows into `table`")
        clean = "".join(c for c in label if c.isprintable())[:MOST_LABEL]
        yield clean, value if not isinstance(value, str) else "".join(c for c in value if c.isprintable())[:MOST_TEXT]


def _flat(found: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in found.items():
        label = f"{before}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{label}, ")
        elif isinstance(value, bool):
            yield label, int(value)
        else:
            yield label, value


def numbers(text: str) -> list[float]:
    """The numbers in a text that are no part of a name."""
    return [float(found.replace(",", "")) for found in NUMBER.findall(text)]
