"""From the plant to the file: transmitter noise, transmitter faults, rounding."""

from __future__ import annotations

import numpy as np

from workers.simulator.channels import Channel
from workers.simulator.clock import BoolArray, Clock, FloatArray, Streams
from workers.simulator.signals import ar1, quantise
from workers.simulator.upset import ReadingUpset


def _hold(values: FloatArray, held: BoolArray) -> FloatArray:
    """Repeat the last free value wherever `held`."""
    free = np.where(held, -1, np.arange(len(values)))
    return values[np.maximum(np.maximum.accumulate(free), 0)]


def read(clock: Clock, streams: Streams, channel: Channel, true: FloatArray, upset: ReadingUpset | None) -> FloatArray:
    """What the historian stores of `true` (n,) on the plant's grid: (rows,), NaN where nothing was stored."""
    rng = streams.of(f"reading {channel.name}")
    value = true[:: clock.substeps]
    if channel.white:
        value = value + channel.white * rng.standard_normal(clock.rows)
    if channel.coloured:
        value = value + channel.coloured * ar1(rng, clock.rows, channel.tau_s, clock.step_s)
    if upset is None:
        return quantise(value, channel.resolution)
    offset = np.broadcast_to(np.asarray(upset.offset, dtype=np.float64), clock.n)
    value = quantise(value + offset[:: clock.substeps], channel.resolution)
    if upset.held is not None:
        value = _hold(value, upset.held[:: clock.substeps])
    if upset.zero is not None:
        value = np.where(upset.zero[:: clock.substeps], 0.0, value)
    if upset.missing is not None:
        value = np.where(upset.missing[:: clock.substeps], np.nan, value)
    return value
