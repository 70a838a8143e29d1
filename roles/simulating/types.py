"""What is given for a sentence about a simulation, and the parameters that it asks for."""

from __future__ import annotations

from pydantic import Field

from roles.types import Frozen, Lang


class ScenarioName(Frozen):
    """A scenario of the simulator, what people call it in every language, and the rolls that it can hit."""

    name: str
    title: str
    names: list[str]
    rolls: list[str] = Field(default_factory=list)
    sized: bool = True  # can it be mild or severe?


class Limits(Frozen):
    """Ranges of the simulator, both ends allowed; onset as a share of the run."""

    speed: tuple[float, float]
    severity: tuple[float, float]
    onset: tuple[float, float]
    step_s: tuple[float, float]
    rows: tuple[int, int]
    most_steps: int


class SimulationRequest(Frozen):
    """A sentence, scenarios and ranges of the simulator, faults that people know but it cannot make, its defaults."""

    lang: Lang
    text: str
    scenarios: list[ScenarioName]
    unknown: list[str] = Field(default_factory=list)
    limits: Limits
    default_speed: float
    default_duration_s: float = 7200.0
    default_step_s: float = 1.0


class SimulationOrder(Frozen):
    """The run: None where the sentence says nothing. `unused` are words that asked for something it cannot give."""

    scenario: str | None = None
    speed: float | None = None  # m/min
    duration_s: float | None = None
    onset_s: float | None = None
    severity: float | None = None  # 1: the usual size
    seed: int | None = None
    step_s: float | None = None
    roll: str | None = None
    unused: list[str] = Field(default_factory=list)
