"""Which of two movements a sentence tells as the earlier, or as what acts on the other, held against their onsets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from itertools import pairwise

from roles.deciding.mentions import words
from roles.types import Finding

SLACK = timedelta(minutes=1)
ORDER = re.compile(r"\bthen\b|\bfollow(?:ed|s)\b|\bafterwards\b|\blater\b|\bfirst\b|随后|之后|然后|接着|先.*[后再]")
Move = tuple[int, str, list[Finding]]  # where its word stands, which way, the findings that are meant


def turned(text: str, moves: Sequence[Move]) -> Iterator[str]:
    """A complaint for each pair of movements of `text` that set in the other way round."""
    timed = [(at, onset) for at, _, found in sorted(moves, key=lambda m: m[0]) if (onset := _onset(found))]
    in_order = ORDER.search(text) is not None
    for (at, (first, slack)), (end, (later, more)) in pairwise(timed):
        between = re.sub(words()["explains_not"], " ", text[at:end])
        backward = _between("backward").search(between) is not None
        forward = not backward and (in_order or _between("forward").search(between) is not None)
        wrong = (first > later and forward) or (later > first and backward)
        if wrong and abs(first - later) > slack + more + SLACK:
            yield "it is told in another order than it came"


@cache
def _between(way: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words()[f'{way}_en']})\b|{words()[f'{way}_zh']}")


def _onset(findings: list[Finding]) -> tuple[datetime, timedelta] | None:
    timed = [f for f in findings if f.start]
    if not timed:
        return None
    first = min(timed, key=lambda f: str(f.start))
    assert first.start is not None
    within = first.values.get("onset_within_s")
    return first.start, timedelta(seconds=float(within)) if isinstance(within, int | float) else timedelta(0)
