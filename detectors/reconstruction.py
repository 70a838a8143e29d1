"""What a condemned reading would have been, by what the other sensors say of it.

A model that foretells sensors from each other would blame the neighbours of a frozen reading for leaving it. In the
place of such readings it is given a ridge regression on the sensors that are well, learnt on the reference period and
set to the level at which the sensor was before it failed. Where nothing is tied to it, that is its last level.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from detectors.models.matrix import ridge
from detectors.normal.usual import filled
from detectors.signs.channels import ChannelFinding
from detectors.types import BoolArray, FloatArray, IntArray, Reference

CONDEMNED = ("stuck", "dropout")
RECENT = 50  # rows before the failure that set the level
MOST_ROWS, MOST_SENSORS = 4000, 60  # of the reference period, to learn from
STRENGTH = 0.001


def condemned(found: Sequence[ChannelFinding]) -> list[ChannelFinding]:
    """The findings that say that readings are not to be believed."""
    return [finding for finding in found if finding.kind in CONDEMNED]


def without(values: FloatArray, names: Sequence[str], found: Sequence[ChannelFinding]) -> FloatArray:
    """`values` (n, d) with condemned readings missing."""
    broken = condemned(found)
    out = values.copy() if broken else values
    for finding in broken:
        out[finding.start : finding.end + 1, names.index(finding.sensor)] = np.nan
    return out


def reconstructed(
    values: FloatArray, names: Sequence[str], reference: Reference, found: Sequence[ChannelFinding]
) -> FloatArray:
    """`values` (n, d) with condemned readings replaced from the row at which that was known, so that it is causal."""
    broken = condemned(found)
    if not broken:
        return values
    out, well = values.copy(), without(values, names, broken)
    failed = {names.index(finding.sensor) for finding in broken}
    rows = slice(reference.start, reference.end)
    middle = _means(well[rows])
    spread = np.nan_to_num(np.nanstd(np.where(np.isfinite(well[rows]), well[rows], middle), axis=0))
    sound = np.array([at not in failed for at in range(len(names))]) & (spread > 0)
    scaled = (filled(well, middle) - middle) / np.where(spread > 0, spread, 1.0)
    for at in sorted(failed):
        if spread[at] <= 0:
            continue
        told = middle[at] + spread[at] * _told(scaled, at, sound, rows)
        for finding in broken:
            if names.index(finding.sensor) == at:
                part = slice(finding.known, finding.end + 1)
                out[part, at] = told[part] + _offset(well[:, at] - told, finding.start)
    return out


def _means(part: FloatArray) -> FloatArray:
    """Mean reading of each column, 0 where there is none."""
    seen = np.isfinite(part)
    return np.where(seen, part, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)


def _told(scaled: FloatArray, at: int, sound: BoolArray, rows: slice) -> FloatArray:
    """What the `sound` sensors say of sensor `at`, (n,) in its standard units."""
    known = scaled[rows][:: max(1, (rows.stop - rows.start) // MOST_ROWS)]
    tie = np.abs(known.T @ known[:, at])
    others: IntArray = np.flatnonzero(sound)
    others = others[np.argsort(-tie[others], kind="stable")][:MOST_SENSORS]
    if not len(others):
        return np.zeros(len(scaled))
    strength = STRENGTH + 0.1 * len(others) / len(known)  # more where rows are few for the sensors
    return np.asarray(scaled[:, others] @ ridge(known[:, others], known[:, [at]], strength)[:, 0])


def _offset(left: FloatArray, start: int) -> float:
    """How far the sensor was from what the others said of it just before row `start`."""
    before = np.flatnonzero(np.isfinite(left[:start]))[-RECENT:]
    return float(left[before].mean()) if len(before) else 0.0
