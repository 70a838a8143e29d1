"""How sensitive a detection shall be: "fewer false alarms", "更灵敏一些"."""

from __future__ import annotations

from typing import Literal

from roles.planning.words import pattern

Sensitivity = Literal["more", "less"]


def sensitivity(text: str) -> Sensitivity | None:
    """What normalised `text` wishes; None for nothing, or for both at once."""
    said = [way for way in ("more", "less") if pattern("sensitivity", way).search(text)]
    return said[0] if len(said) == 1 else None  # type: ignore[return-value]
