"""Without a language model the rules' own lines are the explanation; a question that they do not know stays open."""

from __future__ import annotations

from roles.answering.types import Sentence
from roles.explaining.types import Explanation, FollowUp


def tell(given: FollowUp) -> Explanation:
    """The lines that the rules tell. Of a free question they tell nothing."""
    if given.asked == "free":
        return Explanation(unknown=True)
    return Explanation(sentences=[Sentence(says=line.text, evidence=line.evidence) for line in given.told])
