"""Which one of several alike a question asks about, and does what was found speak of it: K4, zone 5, 3号泵."""

from __future__ import annotations

from collections.abc import Sequence

from kb.passage import Hit, Passage
from kb.search.glossary import current
from kb.search.named import is_about, named_codes
from kb.search.numbered import PACK, Member, members, names, of_another
from kb.search.spelling import mended
from roles.types import Lang
from workers.wording import say

MOST_NAMED = 3
COMMA = {"en": ", ", "zh": "、"}


def other_one(question: str, hits: Sequence[Hit], least: float) -> Hit | None:
    """The first of `hits` with a confidence of `least` that speaks of another one than the question asks about."""
    asked = _asked(question)
    return next((h for h in hits if h.confidence >= least and of_another(asked, h.passage, current())), None)


def other_line(question: str, passage: Passage, lang: Lang) -> str:
    """A sentence that says which one `passage`, of which other_one() told, speaks of."""
    asked = _asked(question)
    known = of_another(asked, passage, current())
    mine = [one for one in asked if any(one.like(other) for other in known)]
    return say("ask_another", lang, asked=_listed(mine, lang), known=_listed(known, lang))


def unnamed_line(question: str, passage: Passage, hits: Sequence[Hit], lang: Lang) -> str:
    """A sentence that says that `passage`, a plant's own, does not say which one it is about, where the question asks
    about one that nothing names which was found; "" otherwise."""
    asked, words = _asked(question), current()
    if not asked or passage.origin.startswith(PACK) or any(names(asked, p, words) for p in (passage, *_of(hits))):
        return ""
    return say("ask_unnamed", lang, asked=_listed(asked, lang))


def _asked(question: str) -> tuple[Member, ...]:
    text = mended(question, current())
    return () if is_about(text, named_codes(text)) else members(text, current())


def _of(hits: Sequence[Hit]) -> list[Passage]:
    return [hit.passage for hit in hits]


def _listed(found: Sequence[Member], lang: Lang) -> str:
    return COMMA[lang].join(list(dict.fromkeys(one.written for one in found))[:MOST_NAMED])
