"""Does a question say which machine it is about? "Valve is stuck, how do I tell" names a part that any machine has: the
page that answers it speaks of the valve of one machine, and whoever asks may stand before another."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache

from kb.passage import Passage
from kb.search.elsewhere import ANY_PLANT, FILE
from kb.search.glossary import THING, Glossary, Group, current
from kb.search.numbered import PACK
from kb.search.spelling import mended


def names_no_machine(question: str) -> bool:
    """Does `question` name things and none that tells the machine? Words that no notion has may be its name in the
    plant, but no shipped page knows it by that."""
    words = current()
    groups = words.asked(mended(question, words)).groups
    things = [
        group for group in groups
        if words.weight(group) >= THING and not any(words.notions[n].sign for n in group)
    ]  # fmt: skip
    common = _common(words)
    return bool(things) and all(any(words.notions[n].anywhere for n in group) or group & common for group in things)


def machines_of(question: str, passages: Sequence[Passage]) -> list[str]:
    """The equipment (Passage.asset) that the shipped ones of `passages` speak of, where the question does not say of
    which; pages that hold for any machine have none. A plant's own documents are taken at their word."""
    of_one = [p.asset for p in passages if p.origin.startswith(PACK) and p.asset and p.asset != ANY_PLANT]
    return list(dict.fromkeys(of_one)) if of_one and names_no_machine(question) else []


@cache
def _common(words: Glossary) -> Group:
    """Notions of what every machine has that stand among those of one machine in the glossary."""
    names = tomllib.loads(FILE.read_text(encoding="utf-8"))["anywhere"]["names"]
    return frozenset[int]().union(*(group for name in names for group in words.asked(name).groups))
