"""Units that don't fit the numbers: too hot for Celsius, below absolute zero, a factor of 1000 in the middle.

Conservative on purpose: a wrong suspicion costs trust, and a diagnosis rarely hangs on a unit.
"""

from __future__ import annotations

import numpy as np

from detectors.types import FloatArray, IntArray
from workers.contracts import SensorQuality
from workers.readings.filled import Filled
from workers.readings.speech import Speech
from workers.readings.units import plain

TOO_HOT_C = 1750.0  # steel is cast near 1550 C, which is 1823 K and 2822 F
ABSOLUTE_ZERO = {"C": -273.15, "K": 0.0, "F": -459.67}
PIECES = 48  # medians of this many pieces show where a level changes for good
FACTOR = (850.0, 1150.0)
PROBE = 64  # values of a piece that its median is taken of
SAME_LEVEL = 5.0  # each side keeps within this factor of itself
KELVIN = 273.15
KELVIN_SLACK = 1.5


def suspicious_units(filled: Filled, index: IntArray, speech: Speech) -> list[SensorQuality]:
    """At most one suspicion a column of `filled`, at instants `index` (n,)."""
    found = []
    for name, column in zip(filled.names, filled.values.T, strict=True):
        unit = filled.units.get(name, "")
        values = column[~np.isnan(column)]
        if len(values) < PIECES:
            continue
        suspicion = _temperature(name, unit, values, speech) or _jump(name, unit, column, index, speech)
        if suspicion:
            found.append(suspicion)
    return found


def _temperature(name: str, unit: str, values: FloatArray, speech: Speech) -> SensorQuality | None:
    scale = plain(unit)
    if scale not in ABSOLUTE_ZERO or _is_difference(name, unit):
        return None
    lowest, middle = float(np.quantile(values, 0.01)), float(np.median(values))
    if scale == "C" and middle > TOO_HOT_C:
        key, value = "quality_unit_too_hot", middle
    elif lowest < ABSOLUTE_ZERO[scale]:
        key, value = "quality_unit_impossible", lowest
    else:
        return None
    value = float(f"{value:.4g}")
    text = speech.say(key, sensor=name, value=value, unit=unit)
    return SensorQuality(sensor=name, issue="suspicious_unit", text=text, values={"value": value})


def _is_difference(name: str, unit: str) -> bool:
    """A temperature rise may be negative; a unit of one letter says nothing unless the name is of a temperature."""
    low = name.lower()
    if any(word in low for word in ("rise", "diff", "delta", "温升", "温差", "deviation", "error", "偏差")):
        return True
    return len(unit) == 1 and not any(word in low for word in ("temp", "therm", "温", "°"))


def _jump(name: str, unit: str, column: FloatArray, index: IntArray, speech: Speech) -> SensorQuality | None:
    """A level that changes once, for good, by a factor of 1000 or by the distance between Celsius and Kelvin."""
    edges = np.linspace(0, len(column), PIECES + 1).astype(int)
    probe = np.linspace(0, len(column) - 1, PIECES * PROBE).astype(int)
    levels = np.asarray(_medians(column[probe].reshape(PIECES, PROBE)))
    size = np.abs(levels)
    if np.isnan(levels).any() or (size.max() < FACTOR[0] / SAME_LEVEL * size.min() and np.ptp(levels) < KELVIN / 2):
        return None
    for k in range(4, PIECES - 4):
        before, after = levels[:k - 1], levels[k + 1:]  # the piece in between may hold both  # fmt: skip
        if _is_factor(np.abs(before), np.abs(after)):
            ratio = float(np.median(np.abs(after)) / np.median(np.abs(before)))
            factor = round(max(ratio, 1 / ratio), -1)
            where = _crossing(column, before, after, edges[k - 1], edges[k + 2])
            return _changed(name, "quality_unit_factor", where, index, speech, factor=factor)
        if plain(unit) in ("C", "K") and not _is_difference(name, unit) and _is_shift(before, after):
            where = _crossing(column, before, after, edges[k - 1], edges[k + 2])
            shift = float(f"{np.median(after) - np.median(before):.4g}")
            return _changed(name, "quality_unit_offset", where, index, speech, shift=shift)
    return None


def _medians(pieces: FloatArray) -> FloatArray:
    """Median of each row (k, n), missing values aside; NaN for a row without any."""
    if not np.isnan(pieces).any():
        return np.asarray(np.median(pieces, axis=1))
    return np.array([np.median(piece[~np.isnan(piece)]) if not np.isnan(piece).all() else np.nan for piece in pieces])


def _is_factor(before: FloatArray, after: FloatArray) -> bool:
    low, high = (before, after) if before.max() < after.max() else (after, before)
    if low.min() <= 0 or low.max() > SAME_LEVEL * low.min() or high.max() > SAME_LEVEL * high.min():
        return False
    return bool(FACTOR[0] <= np.median(high) / np.median(low) <= FACTOR[1])


def _is_shift(before: FloatArray, after: FloatArray) -> bool:
    spread = max(float(np.ptp(before)), float(np.ptp(after)))
    distance = abs(abs(float(np.median(after) - np.median(before))) - KELVIN)
    return spread < KELVIN / 5 and distance < max(KELVIN_SLACK, 0.1 * spread)


def _crossing(column: FloatArray, before: FloatArray, after: FloatArray, start: int, stop: int) -> int:
    """The row between `start` and `stop` at which the new level begins."""
    old, new = float(np.median(before)), float(np.median(after))
    near = np.abs(column[start:stop] - new) < np.abs(column[start:stop] - old)
    return int(start + np.argmax(near)) if near.any() else int(stop) - 1


def _changed(
    name: str, key: str, row: int, index: IntArray, speech: Speech, **values: float
) -> SensorQuality:  # fmt: skip
    text = speech.say(key, sensor=name, start=speech.moment(index[row]), **values)
    return SensorQuality(sensor=name, issue="suspicious_unit", text=text, start=speech.at(index[row]), values=values)
