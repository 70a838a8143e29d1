"""A small made-up plant: six sensors on two hidden loads, with a fault wherever a test wants one."""

import numpy as np
import pandas as pd

SENSORS = [f"s{i}" for i in range(6)]


def plant(rows=900, seed=0):
    """Normal operation: each sensor mixes two autoregressive loads with noise of its own."""
    random = np.random.default_rng(seed)
    loads = np.zeros((rows, 2))
    for t in range(1, rows):
        loads[t] = 0.8 * loads[t - 1] + random.normal(size=2)
    mixing = np.array([[1.0, 0.8, 0.5, 0.0, 0.3, 0.0], [0.0, 0.4, 0.0, 1.0, 0.7, 0.9]])
    values = 50 + loads @ mixing + 0.5 * random.normal(size=(rows, len(SENSORS)))
    index = pd.date_range("2026-01-05 06:00", periods=rows, freq="10s", tz="UTC")
    return pd.DataFrame(values, index=index, columns=SENSORS)


def faulty(rows=900, seed=0, sensor="s2", start=700, size=8.0):
    """The same with a step of `size` on one sensor from row `start` on; also the labels (rows,)."""
    frame = plant(rows, seed)
    frame.loc[frame.index[start:], sensor] += size
    return frame, (np.arange(rows) >= start).astype(int)
