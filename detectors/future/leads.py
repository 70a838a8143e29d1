"""The future of one series at every lead: one set of scenarios, whatever horizon was asked for.

The model that is best ten rows ahead is seldom the best a thousand ahead, so models are chosen anew (contest.py) for
leads that grow geometrically. Those leads are always the same, and a path that has come to the end of one stretch goes
on in the next as the scenario of the same rank there, its offset from that one fading out over the stretch (paths kept
by their ranks: Clark et al., J. Hydrometeorology 5, 2004). So the share of paths that have passed a limit can only grow
with the horizon, and a forecast for a moment is the same however much farther was asked.

Fails: where models of neighbouring leads disagree, a path turns within the stretch from the one to the other.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np

from detectors.future.scenarios import MOST_HISTORY, SMOOTH, Future, scenarios
from detectors.types import FloatArray, IntArray

FIRST, RATIO = 15, 2  # rows: the end of the first stretch; each further one ends so many times farther ahead
PATHS = 256  # no level of a rank falls between two scenarios: what is told of a fall mirrors what is told of a rise
KEPT = 16  # futures, since the forecast and the limits of one sensor are asked for one after the other
LEVEL, LEAST_LEVEL, MOST_LEVEL = 400, 3, 30  # the level is the mean over so small a part of the file; in rows


def level_rows(count: int) -> int:
    """Over how many rows of a file of `count` the level is the mean, so that one noisy reading passes nothing; that of
    leads of more than SMOOTH times as many rows is the mean over a part of them."""
    return int(np.clip(count // LEVEL, LEAST_LEVEL, MOST_LEVEL))


def checked_rows(count: int, silent: int = 0) -> int:
    """How many rows ahead `count` readings can check a forecast that begins `silent` rows after the last of them; what
    is farther is extrapolated."""
    return max(1, min(count, MOST_HISTORY) // 3 - silent)


def future(values: FloatArray, horizon: int, silent: int = 0) -> Future:
    """The scenarios of the gap-free `values` (n,) over `horizon` rows and on to the end of the stretch in which they
    end; they begin `silent` rows after the last reading. Not to be written into."""
    stretches = 0
    while FIRST * RATIO**stretches < horizon:
        stretches += 1
    return _through(values.tobytes(), stretches, silent)


@lru_cache(maxsize=KEPT)
def _through(readings: bytes, stretches: int, silent: int) -> Future:
    """What comes until the end of the first stretch, and of so many more."""
    values, lead = np.frombuffer(readings), FIRST * RATIO**stretches
    found = scenarios(values, lead, silent, max(level_rows(len(values)), lead // SMOOTH))
    return _joined(_through(readings, stretches - 1, silent), found) if stretches else _evened(found)


def _evened(found: Future) -> Future:
    """The same with PATHS scenarios."""
    return replace(found, paths=found.paths[_picks(len(found.paths), PATHS)])


def _picks(count: int, wanted: int) -> IntArray:
    """`wanted` (w,) of `count` places, each about as often as any other."""
    return np.asarray(((np.arange(wanted) + 0.5) * count / wanted).astype(np.int64))


def _joined(before: Future, after: Future) -> Future:
    """What comes until the end of `before`, and from there on what turns to `after`."""
    end, later = before.ahead[-1], after.ahead > before.ahead[-1]
    fade = ((after.ahead[-1] - after.ahead) / (after.ahead[-1] - end))[later]

    def on(one: FloatArray, two: FloatArray) -> FloatArray:
        """The paths `one` (s, j) and on, each as that of `two` (r, k) that has its rank where they meet."""
        meet = _at(two, after.ahead, end)
        pick = np.empty(len(one), np.int64)
        pick[np.argsort(one[:, -1], kind="stable")] = np.argsort(meet, kind="stable")[_picks(len(two), len(one))]
        return np.hstack([one, two[pick][:, later] + fade * (one[:, -1] - meet[pick])[:, None]])

    value, half = (on(one[None], two[None])[0] for one, two in ((before.value, after.value), (before.half, after.half)))
    ahead, half = np.append(before.ahead, after.ahead[later]), np.maximum.accumulate(half)
    return Future(ahead, value, half, on(before.paths, after.paths), after.independent, after.bent)


def _at(paths: FloatArray, ahead: FloatArray, lead: float) -> FloatArray:
    """Where `paths` (s, k) are `lead` rows ahead, (s,)."""
    after = min(int(np.searchsorted(ahead, lead)), len(ahead) - 1)
    before = max(after - 1, 0)
    part = (lead - ahead[before]) / max(ahead[after] - ahead[before], 1.0)
    return np.asarray(paths[:, before] + part * (paths[:, after] - paths[:, before]))
