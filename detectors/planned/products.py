"""Products that run at levels of their own: a grade change at which several sensors step is planned.

response.py bounds what a new product may explain, since a fault may begin with it by chance. When two or more
sensors step just there, farther than they ever do in the reference period, the product is what moved them: in its rows
their levels are compared with what it showed when it was first made. This holds before the reference period as well as
after it. Where a setpoint moves at the same time it says how far, and nothing is done here.

What it cannot see: a fault that is there whenever the product is, and a step fault of one more sensor at that moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from detectors.blocks import medians
from detectors.planned.announced import PRODUCT, Change
from detectors.planned.response import Usual
from detectors.types import BoolArray, FloatArray

SENSORS = 2  # that step with a product
FARTHER, SIGMAS = 2.0, 3.0  # times the largest difference over such a time in the reference period; of the readings
FIRST = 1 / 3  # of a product's first stretch, by which its level is known
SETTLED = 3  # settling times until the levels have arrived
SMOOTH = 5  # rows of the running median that levels follow while they settle


@dataclass(frozen=True)
class Stretch:
    """Rows start..stop - 1 of one product, and the change that began it, None at the beginning of the file."""

    product: str
    start: int
    stop: int
    change: Change | None


@dataclass(frozen=True)
class Products:
    """`offset` (n, d) of the readings by products, and the changes of product with which several sensors stepped."""

    offset: FloatArray
    changes: tuple[Change, ...]


def products(usual: Usual, announced: Sequence[Change], settle: int) -> Products | None:
    """What products explain of the sensors of `usual`, None where none comes with steps. `settle` counts rows."""
    for column in dict.fromkeys(change.column for change in announced if _is_product(change)):
        stretches = _stretches([c for c in announced if _is_product(c) and c.column == column], len(usual.values))
        moved = {}
        for before, after in pairwise(stretches):
            steps = _steps(usual, before, after, settle)
            assert after.change is not None
            if steps.sum() >= SENSORS and not _has_other(after.change, announced, settle):
                moved[after.start] = steps
        if moved:
            offset = _offset(usual, stretches, moved, settle)
            if offset.any():
                return Products(offset, tuple(s.change for s in stretches if s.change and s.start in moved))
    return None


def _is_product(change: Change) -> bool:
    return change.kind == "context" and change.before != "" and PRODUCT.search(change.column) is not None


def _stretches(changes: Sequence[Change], rows: int) -> list[Stretch]:
    bounds = [*(change.start for change in changes), rows]
    found = [Stretch(changes[0].before, 0, bounds[0], None)]
    for change, stop in zip(changes, bounds[1:], strict=True):
        found.append(Stretch(change.after, change.start, stop, change))
    return found


def _has_other(change: Change, announced: Sequence[Change], settle: int) -> bool:
    """Does a setpoint move at about the time of a `change`, or was a sensor recalibrated?"""
    return any(
        other.kind in ("setpoint", "recalibration")
        and other.start - settle <= change.start <= other.end + settle
        for other in announced
    )  # fmt: skip


def _steps(usual: Usual, before: Stretch, after: Stretch, settle: int) -> BoolArray:
    """Which sensors (d,) step from one stretch to the next."""
    early = usual.values[max(before.start, before.stop - settle) : before.stop]
    late = usual.values[min(after.start + settle, after.stop) : after.start + 2 * settle][: after.stop - after.start]
    if min(len(early), len(late)) < settle // 2:
        return np.zeros(len(usual.sigma), dtype=bool)
    step = np.abs(medians(late) - medians(early))
    normal = usual.values[usual.reference.start : usual.reference.end]
    levels = np.stack([medians(normal[at : at + settle]) for at in range(0, max(1, len(normal) - settle), settle)])
    apart = np.abs(levels[2:] - levels[:-2])
    known = np.where(np.isfinite(apart), apart, 0.0)
    usually = known.max(axis=0) if len(known) else SIGMAS * usual.sigma
    return np.asarray(step > np.maximum(np.maximum(FARTHER * usually, SIGMAS * usual.sigma), 1e-12))


def _offset(usual: Usual, stretches: Sequence[Stretch], moved: dict[int, BoolArray], settle: int) -> FloatArray:
    """How far products move the readings (n, d) from the levels of the reference period."""
    offset = np.zeros_like(usual.values)
    part = usual.reference
    known = {s.product for s in stretches if min(s.stop, part.end) - max(s.start, part.start) > 0}
    stepping = {name: np.zeros(offset.shape[1], dtype=bool) for name in {s.product for s in stretches}}
    for before, after in pairwise(stretches):
        for each in (before, after) if after.start in moved else ():
            stepping[each.product] |= moved[after.start]
    away = {name: _level(usual, stretches, name, settle) - usual.middle for name in stepping if name not in known}
    for each in stretches:
        if each.product in away:
            offset[each.start : each.stop] = np.where(stepping[each.product], np.nan_to_num(away[each.product]), 0.0)
    follow = pd.DataFrame(usual.values).rolling(SMOOTH, center=True, min_periods=1).median().to_numpy() - usual.middle
    for each in stretches:
        if each.start not in moved or not {each.product, _last(stretches, each)} & set(away):
            continue
        rows = slice(each.start, min(each.stop, each.start + SETTLED * settle))
        at = np.arange(rows.stop - rows.start)
        weight = np.clip((SETTLED * settle - at) / ((SETTLED - 1) * settle), 0.0, 1.0)[:, None] * moved[each.start]
        offset[rows] += weight * np.nan_to_num(follow[rows] - offset[rows])
    return offset


def _last(stretches: Sequence[Stretch], each: Stretch) -> str:
    """The product before a stretch."""
    return next((s.product for s in stretches if s.stop == each.start), each.product)


def _level(usual: Usual, stretches: Sequence[Stretch], product: str, settle: int) -> FloatArray:
    """The levels (d,) of a product at the beginning of its first stretch that is long enough to arrive at them."""
    own = [s for s in stretches if s.product == product]
    each = next((s for s in own if s.stop - s.start >= SETTLED * settle), max(own, key=lambda s: s.stop - s.start))
    first = min(each.start + (settle if each.change is not None else 0), each.stop - 1)
    return medians(usual.values[first : first + max(settle, int(FIRST * (each.stop - first)))][: each.stop - first])
