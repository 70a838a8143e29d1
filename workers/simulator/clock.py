"""Time and chance: the grid on which the plant is computed, and one random stream for each part of it."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

LONGEST_STEP_S = 1.0  # the level loop is not computed with longer steps


@dataclass(frozen=True)
class Clock:
    """`rows` rows every `step_s` seconds; the plant is computed `substeps` times as often."""

    rows: int
    step_s: float = 1.0

    @property
    def substeps(self) -> int:
        """Steps of the plant for each row of the file, at least one."""
        return max(1, math.ceil(self.step_s / LONGEST_STEP_S))

    @property
    def dt(self) -> float:
        """Seconds of one step of the plant."""
        return self.step_s / self.substeps

    @property
    def n(self) -> int:
        """Steps of the plant in the whole file."""
        return self.rows * self.substeps

    @property
    def total_s(self) -> float:
        """Seconds that the file covers."""
        return self.rows * self.step_s

    @cached_property
    def t(self) -> FloatArray:
        """Seconds since the first row, (n,)."""
        return np.arange(self.n, dtype=np.float64) * self.dt

    def row(self, seconds: float) -> int:
        """The row at or after `seconds`, within the file."""
        return min(self.rows - 1, max(0, math.ceil(seconds / self.step_s - 1e-9)))


@dataclass(frozen=True)
class Streams:
    """Independent random streams by name: what one part draws never changes what another part draws.

    So the same seed gives the same ordinary day under every fault, up to the fault's onset.
    """

    seed: int

    def of(self, name: str) -> np.random.Generator:
        """The stream of the part `name`, from its beginning at each call."""
        return np.random.default_rng([self.seed, zlib.crc32(name.encode())])
