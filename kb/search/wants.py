"""Does a passage hold the kind of thing that a question asks for: a person, a date, a number, a part, a past event?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache, cached_property
from pathlib import Path

from kb.passage import Frozen

FILE = Path(__file__).parent / "wants.toml"


class Want(Frozen):
    """A kind of question, told by `asked`; a passage can answer it when `met` is found in it."""

    name: str
    asked: str
    met: str
    hard: bool = False  # such a thing is in hardly any manual

    @cached_property
    def patterns(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """`asked` and `met`, ready."""
        return re.compile(self.asked, re.IGNORECASE), re.compile(self.met, re.IGNORECASE)


@cache
def _wants() -> tuple[Want, ...]:
    return tuple(Want.model_validate(entry) for entry in tomllib.loads(FILE.read_text(encoding="utf-8"))["want"])


def wants_of(question: str) -> list[Want]:
    """Every kind of thing that the question asks for."""
    return [want for want in _wants() if want.patterns[0].search(question)]


def unmet(wants: Sequence[Want], text: str) -> list[Want]:
    """Those of `wants` that `text` holds nothing for."""
    return [want for want in wants if not want.patterns[1].search(text)]
