"""A reading that falls to zero and stands there: did the sensor drop out, or did what it measures stop?

A pump that trips draws no current, and a web that breaks has no basis weight: exact zeros too, but other sensors leave
what is usual for them at that moment. Of a sensor that drops out they know nothing. Several zeros at once confirm
nothing, since one scanner or one card gives several readings.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from detectors.blocks import medians
from detectors.signs.channels import ChannelFinding
from detectors.types import FloatArray, Reference

ZERO = 0.05  # of the usual level: near enough to nothing
MOST_ROWS, LEAST_ROWS = 240, 5  # before and after it fell, in which the others are looked at
BEYOND = 0.5  # ranges of the reference period beyond that range


def without(found: Sequence[ChannelFinding], frame: pd.DataFrame, reference: Reference) -> tuple[ChannelFinding, ...]:
    """`found` less the dropouts to zero that another sensor of `frame` (n rows) confirms as a stop."""
    names, values = [str(name) for name in frame.columns], frame.to_numpy(dtype=np.float64)
    falls = [finding for finding in found if _is_fall(finding, values[:, names.index(finding.sensor)], reference)]
    if not falls:
        return tuple(found)
    part = values[reference.start : reference.end]
    seen = np.isfinite(part)
    low, high = np.where(seen, part, np.inf).min(axis=0), np.where(seen, part, -np.inf).max(axis=0)
    moving = high > low  # False as well where there is no reading
    margin = BEYOND * np.where(moving, high - low, 0.0)
    stops = []
    for finding in falls:
        others = moving.copy()
        for other in found:
            if other.start <= finding.end and finding.start <= other.end:
                others[names.index(other.sensor)] = False
        rows = min(MOST_ROWS, finding.end + 1 - finding.start)
        before = medians(values[max(0, finding.start - max(rows, LEAST_ROWS)) : finding.start])
        after = medians(values[finding.start + rows // 2 : finding.start + rows])
        left = (after < low - margin) | (after > high + margin)  # NaN is neither
        if (others & left & (before >= low) & (before <= high)).any():
            stops.append(finding)
    return tuple(finding for finding in found if finding not in stops)


def _is_fall(finding: ChannelFinding, channel: FloatArray, reference: Reference) -> bool:
    """Is it a fall of the readings to (nearly) zero, as against missing ones or another fixed value?"""
    if finding.kind != "dropout" or "value" not in finding.values:
        return False
    usual = np.abs(channel[reference.start : reference.end])
    return abs(finding.values["value"]) <= ZERO * float(np.nanmedian(usual))
