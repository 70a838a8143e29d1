"""What a passage speaks of without its name: a quantity by its unit ("75 °C" is a temperature; mm may be any length),
a thing by the last word of its name where the title or the document says the rest ("each trap" on a page about
steam is the steam trap), and steps by their numbers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.search.glossary import Body, Glossary, Group
from kb.search.levels import root
from kb.search.wants import implied

NONE: Group = frozenset()
_DIGIT = re.compile(r"\d")
_STEP = re.compile(r"\W?\d{1,2}[.)、）]\s*[^\W\d]")
FEWEST_STEPS = 3


def with_implied(bodies: Sequence[Body], texts: Sequence[str], context: Body, words: Glossary) -> list[Body]:
    """The bodies of `texts`, sentences of one passage, with what they imply; `context` is its title and document."""
    measured, named, steps = _measured(texts, words), _named(context, words), _steps(texts, words)
    found = []
    for body, text in zip(bodies, texts, strict=True):
        notions = NONE.union(*(notions for pattern, notions in measured if pattern.search(text)))
        if named:
            notions |= NONE.union(*(named.get(root(word), NONE) for word in body.words.split() if word.isascii()))
        if steps and _STEP.match(text):
            notions |= steps
        found.append(body._replace(notions=body.notions | notions) if notions else body)
    return found


def _steps(texts: Sequence[str], words: Glossary) -> Group:
    """What numbered lines are, where there are some."""
    numbered = sum(_STEP.match(text) is not None for text in texts)
    return words.of("step by step").notions if numbered >= FEWEST_STEPS else NONE


def _measured(texts: Sequence[str], words: Glossary) -> list[tuple[re.Pattern[str], Group]]:
    """The quantities of which a value with its unit stands in `texts`: how one is found, and its notions."""
    whole = " ".join(texts)
    if not _DIGIT.search(whole):
        return []
    return [(pattern, notions) for pattern, notions in _units(words) if pattern.search(whole)]


@lru_cache(8)
def _units(words: Glossary) -> tuple[tuple[re.Pattern[str], Group], ...]:
    known = ((want.patterns[1], words.of(want.name).notions) for want in implied())
    return tuple((pattern, notions) for pattern, notions in known if notions)


def _named(context: Body, words: Glossary) -> dict[str, Group]:
    """Last words of names whose first word stands in the context, and the notions that they mean there."""
    heads = words.heads
    there = {root(word) for word in context.words.split() if word.isascii()}
    found: dict[str, Group] = {}
    for first in there & heads.keys():
        for last, notions in heads[first].items():
            found[last] = found.get(last, NONE) | notions
    return found
