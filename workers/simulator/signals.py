"""Small filters and noises, vectorised over the whole file."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from workers.simulator.clock import FloatArray


def lag(x: FloatArray, tau_s: float, dt: float) -> FloatArray:
    """First-order lag with time constant `tau_s`, settled at x[0] (exact for a held input)."""
    a = np.exp(-dt / tau_s)
    y, _ = lfilter([1.0 - a], [1.0, -a], x, zi=[a * x[0]])
    return np.asarray(y, dtype=np.float64)


def ar1(rng: np.random.Generator, n: int, tau_s: float, dt: float) -> FloatArray:
    """AR(1) noise with standard deviation 1 and correlation time `tau_s`, stationary from the first value."""
    a = np.exp(-dt / tau_s)
    white = rng.standard_normal(n)
    y, _ = lfilter([np.sqrt(1.0 - a * a)], [1.0, -a], white, zi=[a * rng.standard_normal()])
    return np.asarray(y, dtype=np.float64)


def narrow_band(rng: np.random.Generator, n: int, period_s: float, dt: float, q: float = 12.0) -> FloatArray:
    """AR(2) noise around `period_s` with standard deviation about 1; `q` is period times coherence."""
    omega = 2 * np.pi * dt / period_s
    r = np.exp(-omega / (2 * q))
    y = np.asarray(lfilter([1.0], [1.0, -2 * r * np.cos(omega), r * r], rng.standard_normal(n)))
    theory = np.sqrt((1 + r * r) / ((1 - r * r) * (1 + r**4 - 2 * r * r * np.cos(2 * omega))))
    return y / theory


def quantise(x: FloatArray, resolution: float) -> FloatArray:
    """Round to multiples of `resolution`, free of binary dust (0.1 * 3 is 0.3)."""
    return np.round(np.round(x / resolution) * resolution, 6)


def progress(t: FloatArray, onset_s: float, ramp_s: float, power: float = 1.0) -> FloatArray:
    """0 before the onset, then up to 1 over `ramp_s`; a power above 1 starts gently."""
    return np.clip((t - onset_s) / ramp_s, 0.0, 1.0) ** power


def trapezoid(t: FloatArray, knots: list[tuple[float, float, float]], first: float) -> FloatArray:
    """A setpoint that ramps: knots (time s, new value, duration of the ramp s) in order."""
    times, values = [-1.0], [first]
    for at, value, ramp_s in knots:
        at = max(at, times[-1] + 1e-6)
        times += [at, at + ramp_s]
        values += [values[-1], value]
    return np.interp(t, times, values)
