"""When a scenario begins, how fast it goes, and what it hands back: the upset and the ground truth about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from workers.simulator.clock import Clock, FloatArray, Streams
from workers.simulator.operation import ladle_changes
from workers.simulator.signals import progress
from workers.simulator.upset import Upset
from workers.simulator.wishes import USUAL, Wishes

ONSET = (0.50, 0.70)  # share of the file; the first 40 % are ordinary under every scenario
LONGEST_RAMP_S = 7200.0


@dataclass(frozen=True)
class Happening:
    """A change in the plant between two times, s."""

    start_s: float
    end_s: float
    kind: str
    benign: bool = False


@dataclass(frozen=True)
class Outcome:
    """What a scenario does and the truth about it.

    `root` is the sensor where the fault enters, `acceptable` those that nobody could tell from it with these
    columns (`why` says so), `affected` all sensors that physically respond.
    """

    upset: Upset = field(default_factory=Upset)
    happenings: tuple[Happening, ...] = ()
    root: str | None = None
    acceptable: tuple[str, ...] = ()
    affected: tuple[str, ...] = ()
    why: str = ""
    values: dict[str, float | str] = field(default_factory=dict)  # magnitudes, for readers of the truth file


@dataclass(frozen=True)
class Scene:
    """Where a scenario plays: the clock, its own random stream, the onset and the pace."""

    clock: Clock
    streams: Streams
    rng: np.random.Generator
    onset_s: float
    wishes: Wishes = USUAL

    @property
    def severity(self) -> float:
        """Size of the fault, 1 = as usual."""
        return self.wishes.severity

    @property
    def end_s(self) -> float:
        """Time of the last row, s."""
        return (self.clock.rows - 1) * self.clock.step_s

    @property
    def ramp_s(self) -> float:
        """How long a gradual fault takes to its full size: 60 % of what is left, at most two hours."""
        return min(0.6 * (self.clock.total_s - self.onset_s), LONGEST_RAMP_S)

    def grown(self, power: float = 1.0) -> FloatArray:
        """0 before the onset, rising to 1 over the ramp, (n,)."""
        return progress(self.clock.t, self.onset_s, self.ramp_s, power)

    def on(self) -> FloatArray:
        """0 before the onset, 1 from then on, (n,)."""
        return (self.clock.t >= self.onset_s).astype(np.float64)

    def lasting(self, kind: str, benign: bool = False) -> tuple[Happening, ...]:
        """One happening from the onset to the end of the file."""
        return (Happening(self.onset_s, self.end_s, kind, benign),)

    def ladle_after_onset(self) -> float:
        """The first ladle change after the onset, or the onset itself when none is left in good time."""
        latest = 0.8 * self.clock.total_s
        return next((at for at in ladle_changes(self.clock, self.streams) if self.onset_s <= at < latest), self.onset_s)


Scenario = Callable[[Scene], Outcome]


def set_scene(name: str, clock: Clock, streams: Streams, wishes: Wishes = USUAL) -> Scene:
    """The scene of scenario `name`; its onset depends on the seed, or was wished for, and is a whole row."""
    rng = streams.of(f"scenario {name}")
    drawn = rng.uniform(*ONSET) * clock.total_s
    onset = clock.row(drawn if wishes.onset_s is None else wishes.onset_s) * clock.step_s
    return Scene(clock, streams, rng, onset, wishes)
