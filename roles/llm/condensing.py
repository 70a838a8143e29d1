"""Text as a language model may see it: a few numbers at a time, never a column of readings.

People paste tables into questions and documents hold them; a model gets their beginning and how many there were.
"""

from __future__ import annotations

import json
import re
from typing import Any

from roles.errors import RoleError

RUN = 20  # numbers in a row that a text keeps
IN_A_TEXT, IN_A_QUESTION, IN_A_PASSAGE = 12, 40, 7  # numbers that one text keeps in all
LONGEST = 1500  # characters of one text
MOST_IN_A_ROW = 200  # in a whole request; more is never sent
NUMBER = r"[-+−]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?%?"
ONE = re.compile(rf"(?<![A-Za-z0-9_]){NUMBER}")  # S8 is a name
ROW = re.compile(rf"(?<![A-Za-z0-9_]){NUMBER}(?:[^\w]+{NUMBER})*")  # numbers with no word between them


def condense(text: str, longest: int = LONGEST, most: int = IN_A_TEXT) -> str:
    """`text` with at most RUN numbers in a row and `most` in all, cut at `longest` characters. What is left out is
    said: "[+480]" stands for 480 numbers. What follows the last number stays."""
    total, at = 0, 0
    pieces = []
    rows = list(ROW.finditer(text))
    for i, row in enumerate(rows):
        found = list(ONE.finditer(row[0]))
        kept = min(len(found), RUN, most - total)
        total += kept
        if kept == len(found):
            continue
        over = total >= most  # the rest of the text up to its last number goes
        end = row.start() + (found[kept - 1].end() if kept else 0)
        left = len(found) - kept + (sum(len(ONE.findall(r[0])) for r in rows[i + 1 :]) if over else 0)
        pieces.append(f"{text[at:end].rstrip()} [+{left}]")
        at = rows[-1].end() if over else row.end()
        if over:
            break
    return shorten("".join(pieces) + text[at:], longest)


def shorten(text: str, longest: int = LONGEST) -> str:
    """`text` cut at `longest` characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def condensed(value: Any) -> Any:
    """JSON data with every text condensed and every list of numbers cut to RUN."""
    if isinstance(value, str):
        return condense(value, most=IN_A_QUESTION)
    if isinstance(value, dict):
        return {key: condensed(each) for key, each in value.items()}
    if isinstance(value, list):
        if len(value) > RUN and all(isinstance(each, int | float) for each in value):
            return [*value[:RUN], f"[+{len(value) - RUN}]"]
        return [condensed(each) for each in value]
    return value


def compact(value: Any) -> str:
    """JSON without spaces, other scripts as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def in_a_row(text: str) -> int:
    """The most numbers that follow each other with no word between them."""
    return max((len(ONE.findall(row[0])) for row in ROW.finditer(text)), default=0)


def guard(prompt: str, role: str) -> None:
    """Refuse a prompt that holds a column of numbers. Raises RoleError failure_llm_numbers."""
    count = in_a_row(prompt)
    if count > MOST_IN_A_ROW:
        raise RoleError("failure_llm_numbers", role=role, count=count, most=MOST_IN_A_ROW)
