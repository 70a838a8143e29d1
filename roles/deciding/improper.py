"""Words by which a sentence does more than observe: it orders, foretells, judges people, speaks of what protects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from roles.deciding.claiming import claims, dangers
from roles.deciding.mentions import words


def improper(text: str, lang: str) -> Iterator[str]:
    """Words of a sentence (sensor names taken out) by which it does more than observe."""
    plain = re.sub(words()["by_the_alarm"], " ", text.lower())
    yield from (f"{claim} claims more than the evidence gives" for claim in claims(text))
    yield from (f"{danger} is dangerous advice" for danger in dangers(text))
    shapes = ("people", "foretold", "protects", "hard")
    for shape in shapes:
        for found in _shape(shape, "zh" if lang == "zh" else "en").finditer(plain):
            yield f"{found[0]!r} does not observe ({shape})"
    if lang != "zh":
        yield from (f"{order!r} is an order" for order in orders(plain))


def orders(plain: str) -> Iterator[str]:
    """Clauses that begin with a verb, as orders do."""
    verbs, before = words()["verbs_en"], words()["before_verbs_en"]
    for clause in re.split(r"[,;:.]|\b(?:and|but|then|so|or|should|must|may|can|could|to)\b", plain):
        if re.match(rf"\s*(?:(?:{before})\s+)*(?:{verbs})\b(?!\s+(?:s|of)\b)", clause):
            yield clause.strip()[:30]


@cache
def _shape(name: str, lang: str) -> re.Pattern[str]:
    both = words()
    if name in ("people", "foretold"):
        return re.compile(both[f"{name}_zh"] if lang == "zh" else rf"\b(?:{both[name]})\b")
    return re.compile(both[f"{name}_zh"] if lang == "zh" else rf"\b(?:{both[f'{name}_en']})\b")
