"""British and American spelling of English words, levelled out when a question and a text are compared.

"Labelled" and "labeled", "litre" and "liter" are one word in two spellings. The full-text index holds words as they
were written; so a question is looked up in both spellings, and no index needs to be made anew. What levelled() gives is
for comparing only: mostly the American spelling, but not always a word ("noise" -> "noize").
"""

from __future__ import annotations

import re
from functools import lru_cache

_RULES = [
    (re.compile(pattern), level)
    for pattern, level in (
        (r"^grey", "gray"), (r"alumini(?=um)", "alumin"), (r"mould", "mold"), (r"^sulph", "sulf"), (r"^odour", "odor"),
        (r"^disc(?=s?$)", "disk"), (r"(?<=log)ue?(?=s?$)|(?<=ram)me?(?=s?$)", ""),  # catalogue, analogue; programme
        # palletiser, organisation; not "prise", which has a "prize"
        (r"(?<=[a-z]{3})is(?=$|e[drs]?$|ers?$|ing$|ations?$|abl[ey]?$)", "iz"),
        (r"(?<=[a-z]{3})our(?=s?$|ed$|ing$|er$|less$|ful$|abl[ey]?$)", "or"),  # colour; not "hour", "four"
        (r"(?<=[a-z]{2})([bt])re?(?=s?$|ing$)", r"\1er"),  # litre, centring, fibre
        (r"^(.*[aeiou].*[aeiou])ll(?=$|ers?$|ed$|ing$)", r"\1l"),  # labelled, traveller; not "fill", which is no "file"
        (r"lys(?=$|e[drs]?$|ers?$|ing$)", "lyz"),  # analyse, analyser
    )
]  # fmt: skip
_CHANGES = re.compile("gre|alu|mou|sulp|our|disc|logu|ramm|is|[bt]r|ll|lys")  # most words hold none of these
_IZ = re.compile(r"(?<=[a-z]{3})iz(?=$|er$|ation$|abl$)")
_LYZ = re.compile(r"lyz(?=$|er$)")


@lru_cache(65_536)
def levelled(word: str) -> str:
    """A word or its stem (kb.text.stem) without what the two spellings write differently; others stay as they are."""
    if not _CHANGES.search(word) or not word.isascii() or not word.isalpha():
        return word
    for pattern, level in _RULES:
        word = pattern.sub(level, word)
    return word


def spellings(word: str) -> list[str]:
    """Stems to look up for a stem: itself, and what it may be in the other spelling."""
    level = levelled(word)
    return list(dict.fromkeys([word, level, _LYZ.sub("lys", _IZ.sub("is", level))]))
