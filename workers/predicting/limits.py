"""When a forecast passes a limit, in words: already, in about so long with its 90 % interval, or not in that time."""

from __future__ import annotations

import math

from detectors.future.passing import Passing
from roles.types import FactValue
from workers.looking.shown import Shown
from workers.prose.numbers import figure, given, span
from workers.wording import say

LEAST_S, MOST_S, SHARE = 600.0, 7200.0, 0.25
SMALL = 0.05  # chance below which a passage within the horizon is not spoken of
LIKELY = 0.75  # share of the scenarios from which a passage is called likely, where the past is too short for a chance


def horizon_s(asked: float, assumed: bool, has_limit: bool, period_s: float) -> float:
    """How far to look: as far as was asked; a question after a limit that names no span looks a quarter of the file
    ahead, between 10 minutes and 2 hours."""
    if assumed and has_limit:
        return min(MOST_S, max(LEAST_S, SHARE * period_s))
    return asked


def told(
    found: Passing,
    sensor: str,
    limit: float,
    side: str,
    step_s: float,
    ahead_s: float,
    teller: Shown,
    source: str = "",
) -> tuple[str, dict[str, FactValue]]:
    """The sentence, and every number of it. `source` says behind the limit where it was taken from."""
    lang, unit = teller.lang, teller.names.unit(sensor)
    values: dict[str, FactValue] = {"limit": limit}
    if found.sure:
        values["chance_percent"] = round(100 * found.share)
    words = {
        "sensor": teller.names.name(sensor), "limit": f"{given(limit)}{unit}{source}",
    }  # fmt: skip
    way = "below" if side == "below" else "above"
    if found.since is not None:
        values |= {"beyond_since": teller.time(found.since), "beyond_for_s": (len(teller.index) - found.since) * step_s}
        values["now"] = found.level
        now = f"{figure(found.level)}{unit}"
        words["side"] = say(f"passing_{way}", lang)
        return say("passing_already", lang, **words, since=teller.time(found.since), now=now), values
    words |= {"pass_": say(f"passing_verb_{way}", lang)}
    words["ahead"] = rough(ahead_s, lang)
    for key, row in (("passes_in_s", found.row), ("earliest_s", found.earliest), ("latest_s", found.latest)):
        if row is not None:
            values[key] = row * step_s
    early = rough((found.earliest or 0) * step_s, lang)
    words |= {"early": early, "chance": f"{round(100 * found.share)}"}
    said = _ahead(found, words, step_s, lang)
    return (say("passing_bent", lang, said=said) if found.bent and found.row is not None else said), values


def _ahead(found: Passing, words: dict[str, str], step_s: float, lang: str) -> str:
    """The sentence on a limit that is not passed yet; without a chance where too short a past speaks for it."""
    if found.row is None:
        if found.share < SMALL or found.earliest is None:
            return say("passing_never", lang, **words)
        return say("passing_unlikely" if found.sure else "passing_unlikely_unsure", lang, **words)
    if found.brief:
        return say("passing_brief" if found.sure else "passing_brief_unsure", lang, **words)
    wait = rough(found.row * step_s, lang)
    if found.latest is not None:
        return say("passing_passes", lang, **words, wait=wait, late=rough(found.latest * step_s, lang))
    key = "passing_open" if found.sure else f"passing_open_{'likely' if found.share >= LIKELY else 'maybe'}"
    return say(key, lang, **words, wait=wait)


def rough(seconds: float, lang: str) -> str:
    """A time that nobody knows better than to two digits.

    >>> rough(1123.0, "en")
    '19 min'
    """
    if seconds <= 0:
        return span(0.0, lang)
    digits = 1 - math.floor(math.log10(seconds / 60 if seconds >= 120 else seconds))
    unit = 60.0 if seconds >= 120 else 1.0
    return span(round(seconds / unit, digits) * unit, lang)
