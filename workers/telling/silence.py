"""When nothing was recorded of any sensor, said after the verdict: that nothing was found then is no good news."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from detectors.types import Silence
from roles.types import Lang
from workers.contracts import Block
from workers.prose.numbers import span
from workers.wording import say

if TYPE_CHECKING:
    from workers.looking.findings import Teller
    from workers.running.run import Run

MOST = 3


def notes(run: Run) -> list[Block]:
    """A line for each silent stretch of the file, the longest first, and how many are left out."""
    if run.seen is None or run.teller is None or run.reading is None:
        return []
    found = run.seen.detection.silences
    return [
        Block(kind="note", text=text) for text in lines(found, run.teller, len(run.reading.frame.columns), run.lang)
    ]


def receipt(run: Run) -> list[dict[str, str | float]]:
    """The silent stretches as answer.json keeps them."""
    if run.seen is None or run.teller is None:
        return []
    index = run.teller.index
    return [
        {"kind": s.kind, "start": index[s.start].isoformat(), "end": index[s.end].isoformat(),
         "lasted_s": _lasted(s, run.teller)}
        for s in run.seen.detection.silences
    ]  # fmt: skip


def _lasted(silence: Silence, teller: Teller) -> float:
    return float((teller.index[silence.end] - teller.index[silence.start]).total_seconds())


def lines(found: Sequence[Silence], teller: Teller, sensors: int, lang: Lang) -> list[str]:
    """The sentences of silent stretches."""
    longest = sorted(found, key=lambda silence: silence.start - silence.end)
    told = [_line(silence, teller, sensors, lang) for silence in longest[:MOST]]
    left = len(found) - len(told)
    return [*told, say("silence_more", lang, count=left)] if left else told


def _line(silence: Silence, teller: Teller, sensors: int, lang: Lang) -> str:
    lasted = _lasted(silence, teller)
    values = {"start": teller.time(silence.start), "end": teller.time(silence.end), "lasted": span(lasted, lang)}
    ends = "_since" if silence.end == len(teller.index) - 1 else ""
    return say(f"silence_{silence.kind}{ends}", lang, sensors=sensors, **values)
