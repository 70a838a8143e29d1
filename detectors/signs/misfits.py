"""Which sensors left what all others say of them (detectors/normal/behaviour.py), although no level need tell it.

One sensor that left spoils the accounts of those that it tells. So as few are named as leave the others agreed (Dunia
and Qin, AIChE Journal 44, 1998); a sensor that nobody tells agrees while it stays in its own range. Where several sets
serve alike, their sensors are torn: they no longer go together, and nobody says which of them left. More than MOST_LEFT
are a plant that runs in another way, and none is named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from detectors.normal.behaviour import Account, Behaviour
from detectors.runs import bridge, runs
from detectors.types import FloatArray, Reference, SymptomKind

BLOCKS = 120  # of a file
REFERENCE_BLOCKS = 24  # of a short reference period: blocks are cut smaller for it
LEAST_ROWS = 4  # of a block
LONG = 3  # blocks
# Chosen on simulated seeds 100 to 109: ordinary and planned operation reaches 1.04 and 1.11, faults 7 and more.
FAR = 1.5
MOST_LEFT, MOST_SUSPECTS = 3, 6  # that are named together; that are tried, the furthest
QUIET = 0.6  # of the limit: up to it the others agree
ALIKE, NEAR = 1.5, 0.3  # times what the best suspects leave unexplained, or of the limit: others as good may be it too
APART = 10  # blocks: stretches of one sensor that are not further apart are told as one
BESIDE = 1 / 3  # of the limit, from which a stretch is counted
GRADUAL = 0.6  # of what is left at the end of a stretch: what left less in its first third grew


@dataclass(frozen=True)
class Misfit:
    """Sensor `at` left the others in rows start..end, `strength` limits far: `foretold` and `measured` at last, in its
    unit. `torn`: another sensor may as well be the one that left."""

    at: int
    start: int
    end: int
    strength: float
    foretold: float
    measured: float
    gradual: bool
    torn: bool

    @property
    def kind(self) -> SymptomKind:
        """What it did, against what it should read."""
        if self.torn:
            return "decoupled"
        if self.measured > self.foretold:
            return "drift_up" if self.gradual else "rise"
        return "drift_down" if self.gradual else "fall"


def pace(rows: int, reference: Reference) -> tuple[int, float, int]:
    """The rows of a block in a file of `rows` rows, the limit, and how many blocks in a row are long: more has to be
    beyond where the reference is the shorter part, as what wanders goes as far as the root of the time."""
    length = max(1, reference.end - reference.start)
    size = max(LEAST_ROWS, min(rows // BLOCKS, length // REFERENCE_BLOCKS))
    return size, FAR * float(np.sqrt(max(1.0, (rows - length) / length))), LONG


def misfits(
    values: FloatArray,
    offset: FloatArray | None,
    reference: Reference,
    size: int,
    limit: float,
    long: int,
    aside: Collection[int] = (),
    until: int | None = None,
) -> list[Misfit]:
    """The sensors of `values` (n, d) that left the others by `limit` for `long` blocks of `size` rows in a row.

    `offset` (n, d) is what planned operation explains; with it taken off they must have left, too. Sensors `aside` are
    known to be away or silent: they are not named, and tell nothing of others. Rows from `until` on are not judged.
    """
    found = _left(Behaviour(values, reference, size, until), size, limit, long, aside)
    if found and offset is not None:
        without = Behaviour(values - offset, reference, size, until)
        rest = {each.at for each in _left(without, size, limit, long, aside)}
        found = [each for each in found if each.at in rest]
    return found


def _left(model: Behaviour, size: int, limit: float, long: int, aside: Collection[int]) -> list[Misfit]:
    known = [place for place, at in enumerate(model.moving.tolist()) if at in aside]
    made: list[Misfit] = []
    for account, torn in _named(model, limit, long, known):
        made += [_misfit(account, *span, size, limit, long, torn) for span in _stretches(account, limit, long)]
    return made


def _stretches(account: Account, limit: float, long: int) -> list[tuple[int, int]]:
    """The blocks (first, last + 1) of each stretch in which a sensor was away; what is apart by less than the longer of
    two took a rest."""
    kept: list[tuple[int, int]] = []
    for first, stop in bridge(runs(account.ratio > BESIDE * limit), APART).tolist():
        if lasting(account.ratio[first:stop], long) < limit:
            continue
        if kept and first - kept[-1][1] < max(stop - first, kept[-1][1] - kept[-1][0]):
            first = kept.pop()[0]
        kept.append((first, stop))
    return kept


def _misfit(account: Account, first: int, stop: int, size: int, limit: float, long: int, torn: bool) -> Misfit:
    blocks = np.arange(first, stop)
    early, late = blocks[: max(1, len(blocks) // 3)], blocks[-max(long, len(blocks) // 6) :]
    late = late[account.ratio[late] >= BESIDE * limit] if (account.ratio[late] >= BESIDE * limit).any() else late
    left, foretold = float(np.median(account.left[late])), float(np.median(account.foretold[late]))
    gradual = abs(float(np.median(account.left[early]))) < GRADUAL * abs(left)
    strength = float(account.ratio[first:stop].max()) / limit
    return Misfit(account.at, first * size, stop * size - 1, strength, foretold, foretold + left, gradual, torn)


def _named(model: Behaviour, limit: float, long: int, known: Sequence[int]) -> list[tuple[Account, bool]]:
    """The accounts of the sensors that left, each with whether it is torn; see the head of this file."""
    away = _away(model, limit, long, known) if model.usable else {}
    suspects = sorted(away, key=lambda place: -away[place])[:MOST_SUSPECTS]
    for many in range(1, min(MOST_LEFT, len(suspects)) + 1):
        rest = {group: _rest(model, away, group, known, long) for group in combinations(suspects, many)}
        least = min(rest.values())
        if least <= QUIET * limit:
            alike = [group for group in rest if rest[group] <= max(ALIKE * least, NEAR * limit)]
            return [
                (account, torn or _hangs_on_one(model, place, limit, long, [*known, *alike[0]]))
                for place, account, torn in _accounts(model, alike, suspects, known)
            ]
    return []


def _accounts(
    model: Behaviour, alike: Sequence[Sequence[int]], suspects: Sequence[int], known: Sequence[int]
) -> list[tuple[int, Account, bool]]:
    """The accounts of all sensors of the sets `alike`, none told by one that has left for sure."""
    sure = set.intersection(*map(set, alike))
    named = [place for place in suspects if any(place in group for group in alike)]
    made = [(place, model.told_by(place, [*known, *(i for i in sure if i != place)])) for place in named]
    return [(place, account, place not in sure) for place, account in made if account is not None]


def _hangs_on_one(model: Behaviour, place: int, limit: float, long: int, known: Sequence[int]) -> bool:
    """Does a sensor agree with the others when one more of them is left aside? Then that one may be the one that left,
    if by too little for its own account."""
    for other in range(len(model.moving)):
        if other != place and other not in known:
            account = model.told_by(place, [*known, other])
            if account is not None and _far(account, long) <= QUIET * limit:
                return True
    return False


def _away(model: Behaviour, limit: float, long: int, known: Sequence[int]) -> dict[int, float]:
    """Sensors that are away for long, by place: how far. Those that are `known` to be are no others."""
    accounts = {place: model.told_by(place, known) for place in model.varied if place not in known}
    far = {place: _far(account, long) for place, account in accounts.items() if account is not None}
    return {place: value for place, value in far.items() if value >= limit}


def _rest(model: Behaviour, away: Iterable[int], group: Sequence[int], known: Sequence[int], long: int) -> float:
    """How far those `away` are from each other when the `group` says nothing either; from themselves, where nobody else
    tells them."""
    far = []
    for place in away:
        if place not in group:
            account = model.told_by(place, [*known, *group])
            far.append(lasting(model.outside(place), long) if account is None else _far(account, long))
    return max(far, default=0.0)


def _far(account: Account, long: int) -> float:
    """How far the sensor of an account is away for long, to one side."""
    return max(lasting(np.where(side * account.left > 0, account.ratio, 0.0), long) for side in (1, -1))


def lasting(ratio: FloatArray, long: int) -> float:
    """The most that `long` blocks in a row of `ratio` (b,) reach, or one more than that of APART: a machine may stand
    or idle in between."""
    found = 0.0
    for many, of in ((long, long), (long + 1, APART)):
        if len(ratio) >= of:
            windows = np.sort(np.lib.stride_tricks.sliding_window_view(ratio, of), axis=1)
            found = max(found, float(windows[:, -many].max()))
    return found
