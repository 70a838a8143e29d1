"""From the words of a statement to a quantity of the vocabulary: "a drop in the mould level" -> mould_level."""

from __future__ import annotations

import re
import unicodedata

from kb.vocabulary import Vocabulary

_CHANGE = (
    r"(?:too\s+)?(?:low|high|lower|higher|rising|falling|dropping|increasing|decreasing|increased|reduced|excessive|sudden"
    r"|strong|slow|fast|unstable|measured|actual)"
)
_CHANGED = r"(?:drop|fall|rise|increase|decrease|changes?|swings?|fluctuations?|drift|loss|jump|reduction)"
_DOES = (
    r"(?:drops?|falls?|rises?|increases?|decreases?|swings?|fluctuates?|drifts?|jumps?|changes?|is too (?:low|high))"
)
_AROUND = re.compile(
    rf"^(?:(?:the|a|an|{_CHANGE})\s+|{_CHANGED}\s+(?:in|of)\s+)+|\s+{_DOES}(?:\s+(?:slowly|suddenly|periodically))?$"
)
_AROUND_ZH = re.compile(
    r"(?:过[高低大小]|升高|降低|下降|上升|增大|减小|增加|减少|(?:周期性)?波动|变化|不稳|漂移|会|将|就|的|偏[高低大小]|突然|缓慢)+$"
)


class Quantities:
    """The vocabulary read the other way round. A name that two quantities share belongs to none."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        names: dict[str, set[str]] = {}
        for quantity in vocabulary.quantities:
            for name in (quantity.en, quantity.zh, *quantity.aliases):
                names.setdefault(_plain(name), set()).add(quantity.tag)
        self._tags = {name: next(iter(tags)) for name, tags in names.items() if len(tags) == 1}

    def tag(self, words: str) -> str:
        """The quantity that `words` name and nothing more; "" for "stopper clogging", which is none."""
        plain = _plain(words)
        for name in (plain, _AROUND.sub("", plain), _AROUND_ZH.sub("", plain)):
            if name in self._tags:
                return self._tags[name]
        bare = _AROUND.sub("", _AROUND.sub("", plain))
        return self._tags.get(bare, "")


def _plain(words: str) -> str:
    text = " ".join(unicodedata.normalize("NFKC", words).casefold().replace("-", " ").split())
    return re.sub(r"\bmold\b", "mould", text)
