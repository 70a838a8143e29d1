"""What comes near to a question that nothing answers: named, or its nearest sentence shown, and said to be no answer.

`andon ask` and the chats say the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from kb.contract import KnowledgeBase
from kb.passage import Hit, Lang
from kb.search.quotes import quote
from workers.knowledge import another
from workers.wording import say

WORTH_NAMING = 0.5  # of the threshold: nearer than this, the nearest title is named though it does not answer
WORTH_SHOWING = 0.7  # of the threshold: nearer than this, its nearest sentence is shown, and said to be no answer


class Near(NamedTuple):
    """Sentences, "" for none: that another one of the kind is spoken of (K3, not K4), and what comes near."""

    other: str
    shown: str


def near(question: str, hits: Sequence[Hit], store: KnowledgeBase, threshold: float, lang: Lang) -> Near:
    """What of `hits`, none of which answers `question`, is worth telling."""
    first = max(hits, key=lambda hit: hit.confidence, default=None)
    if first is None or first.confidence < WORTH_NAMING * threshold:
        return Near("", "")
    if first.confidence < WORTH_SHOWING * threshold:
        return Near("", say("ask_nearest", lang, title=first.passage.title, id=first.passage.id))
    other = another.other_one(question, hits, WORTH_SHOWING * threshold)
    passage = (other or first).passage
    shown = quote(passage, question, store.embedder, most=1, whole=0)
    line = another.other_line(question, passage, lang) if other else ""
    return Near(line, say("ask_related", lang, quote=shown, title=passage.title, id=passage.id))
