"""Which texts of a passage are embedded: the title (a question, for feedback) and the whole."""

from __future__ import annotations

from kb.passage import Passage

TITLE = 0  # position of the title's vector


def parts_of(passage: Passage) -> list[str]:
    """Texts to embed, the title first."""
    return [passage.title, f"{passage.title}. {passage.text}"]
