"""A model that was trained in the plant, asked for by its name: "use my model strand2-july", "用模型strand2-july检测".

Such names are anybody's words ("strand2"), so a bare name is none: it stands beside a word for a model, or right after
"use". The names of the installation are known; one that nobody knows is taken where it is called a model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from roles.planning.words import normal

USE = r"(?:use|using|run|try|take|apply|switch to|change to|(?:改|换)?用|使用|采用|换成|试试)"
WHOSE = r"(?:\s*(?:my|our|the|a|own|trained|(?:我们?|咱们?|自己)的?|(?:训练|练)[好过]?的))*"
MODEL = r"(?:models?|detectors?|模型|检测器)"
CALLED = r"(?:\s*(?:called|named|名为|叫做?))?\s*[\"'“”‘’「《]?"
NAME = r"[a-z0-9](?:[a-z0-9_.@-]*[a-z0-9_])?"
# After "the model" these go on with the sentence; they name nothing.
ORDINARY = (
    r"(?:to|for|that|which|who|and|or|but|is|are|was|on|in|at|of|from|with|please|now|here|this|it|if|we|you|i|trained"
    r"|first|again|instead|does|do|can|would|should|as|by|than|then|there|so|when|because)(?![\w-])"
)
SPOKEN = re.compile(rf"(?:{USE}|with|by){WHOSE}\s*{MODEL}{CALLED}(?!{ORDINARY})(?P<name>{NAME})", re.ASCII)


def said(text: str, models: Sequence[str]) -> tuple[str, tuple[int, int]] | None:
    """The model that normalised `text` names, as it is kept where it is one of `models`, and where the name stands."""
    for name in sorted(models, key=len, reverse=True):
        word = rf"(?<![a-z0-9_.@-]){re.escape(normal(name))}(?![a-z0-9_@-]|\.\w)"
        beside = rf"{USE}{WHOSE}(?:\s*{MODEL})?{CALLED}(?P<after>{word})|{MODEL}{CALLED}(?P<called>{word})"
        if match := re.search(rf"{beside}|(?P<before>{word})[\"'”’」》]?\s*(?:这个)?{MODEL}", text, re.ASCII):
            return name, next(match.span(group) for group, found in match.groupdict().items() if found)
    match = SPOKEN.search(text)
    return (match["name"], match.span("name")) if match else None
