"""Many questions in one call: a file of JSON lines in, one JSON line out for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from workers.errors import AndonError

MOST_NAMED = 10  # lines


class Item(NamedTuple):
    """One line: `id` comes back as it was given."""

    id: Any
    text: str


def read_batch(path: Path) -> tuple[list[Item], list[int]]:
    """All questions of `path`, and the numbers of the lines that are none; blank lines are left out."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise AndonError("failure_kb_no_file", file=path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AndonError("failure_kb_unreadable", file=path.name) from error
    items, bad = [], []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        item = _item(line)
        if item is None:
            bad.append(number)
        else:
            items.append(item)
    return items, bad


def _item(line: str) -> Item | None:
    try:
        given = json.loads(line)
        item = Item(given.get("id"), given["text"])
    except (ValueError, KeyError, AttributeError, TypeError, RecursionError):
        return None
    return item if isinstance(item.text, str) and item.text.strip() else None


def run_batch(path: Path, answer: Callable[[str], dict[str, Any]]) -> None:
    """Print {"id": ..., **answer(text)} for each line, as soon as it is known.

    Raises AndonError(failure_kb_batch) when all questions are answered and there were lines that are none.
    """
    items, bad = read_batch(path)
    for item in items:
        print(json.dumps({"id": item.id, **answer(item.text)}, ensure_ascii=False), flush=True)
    if bad:
        lines = ", ".join(map(str, bad[:MOST_NAMED])) + (", ..." if len(bad) > MOST_NAMED else "")
        raise AndonError("failure_kb_batch", file=path.name, lines=lines, answered=len(items))
