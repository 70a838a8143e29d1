"""Many questions in one call: a file of JSON lines in, one JSON line out for each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from workers.errors import AndonError


class Item(NamedTuple):
    """One line: `id` comes back as it was given."""

    id: Any
    text: str


def read_batch(path: Path) -> list[Item]:
    """All lines of `path`; blank lines are left out, a line that is not {"id", "text"} is named."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError as error:
        raise AndonError("failure_kb_no_file", file=path.name) from error
    except (OSError, UnicodeDecodeError) as error:
        raise AndonError("failure_kb_unreadable", file=path.name) from error
    items = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            given = json.loads(line)
            item = Item(given.get("id"), given["text"])
        except (ValueError, KeyError, AttributeError) as error:
            raise AndonError("failure_kb_batch", file=path.name, line=number) from error
        if not isinstance(item.text, str) or not item.text.strip():
            raise AndonError("failure_kb_batch", file=path.name, line=number)
        items.append(item)
    return items


def run_batch(path: Path, answer: Callable[[str], dict[str, Any]]) -> None:
    """Print {"id": ..., **answer(text)} for each line, as soon as it is known."""
    for item in read_batch(path):
        print(json.dumps({"id": item.id, **answer(item.text)}, ensure_ascii=False), flush=True)
