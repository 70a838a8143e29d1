"""Controller: chooses the model that fits the data and says which models need an update (types)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from roles.types import Frozen, Lang


class Profile(Frozen):
    """The data as far as a model's fitness depends on it."""

    rows: int
    reference_rows: int
    sensors: list[str]
    step_s: float | None = None
    missing_share: float = 0.0
    constant_sensors: int = 0
    purpose: Literal["detect", "forecast"] = "detect"


class ModelCard(Frozen):
    """A row of the model catalogue. `sensors` empty: fits any; else the columns that it was trained on."""

    name: str
    title: str
    purpose: Literal["detect", "forecast"] = "detect"
    method: str = ""
    best_for: str = ""
    avoid_when: str = ""
    min_rows: int = 0
    needs: list[str] = Field(default_factory=list)  # "torch", "gpu"
    available: bool = True
    sensors: list[str] = Field(default_factory=list)
    score: float | None = None  # F1 of past evaluations where there are any
    status: Literal["ready", "needs_update"] = "ready"


class Choice(Frozen):
    """What the controller is asked: data, models, and what the person asked for by name."""

    lang: Lang
    profile: Profile
    models: list[ModelCard]
    wanted: str | None = None


class Recommendation(Frozen):
    """The chosen model with its reasons; models that do not cover the sensors need an update."""

    model: str
    reasons: list[str]
    needs_update: list[str] = Field(default_factory=list)
    alternatives: list[str] = Field(default_factory=list)
