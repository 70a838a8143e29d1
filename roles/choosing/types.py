"""What the controller is given and what it says."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field

from roles.types import Frozen, Lang

Purpose = Literal["detect", "forecast"]
Comparison = Literal[">=", "<=", ">", "<"]
Quantity = Literal[
    "rows", "reference_rows", "sensors", "step_s", "missing_share", "constant_share", "rows_per_sensor",
]  # fmt: skip


class Profile(Frozen):
    """The data as far as a model's fitness depends on it."""

    rows: int
    reference_rows: int
    sensors: list[str]
    step_s: float | None = None
    missing_share: float = 0.0
    constant_sensors: int = 0
    purpose: Purpose = "detect"

    def measure(self, quantity: Quantity) -> float | None:
        """The profile's value of a quantity; None when it is not known."""
        count = max(len(self.sensors), 1)
        values: dict[str, float | None] = {
            "rows": self.rows, "reference_rows": self.reference_rows, "sensors": len(self.sensors),
            "step_s": self.step_s,
            "missing_share": self.missing_share, "constant_share": self.constant_sensors / count,
            "rows_per_sensor": self.reference_rows / count,
        }  # fmt: skip
        return values[quantity]


class Condition(Frozen):
    """A comparison with the data's profile: "reference_rows >= 500"."""

    quantity: Quantity
    comparison: Comparison
    value: float

    @classmethod
    def parse(cls, text: str) -> Condition:
        """From "quantity comparison number". Raises ValueError that names the text."""
        match = re.fullmatch(r"\s*(\w+)\s*(>=|<=|>|<)\s*([-+]?\d+(?:\.\d+)?)\s*", text)
        if match is None:
            raise ValueError(f"not a condition: {text!r}")
        return cls.model_validate({"quantity": match[1], "comparison": match[2], "value": float(match[3])})

    def holds(self, profile: Profile) -> bool:
        """Is it true of the data? An unknown quantity makes no condition true."""
        here = profile.measure(self.quantity)
        if here is None:
            return False
        return {
            ">=": here >= self.value, "<=": here <= self.value, ">": here > self.value, "<": here < self.value,
        }[self.comparison]  # fmt: skip


class ModelCard(Frozen):
    """A row of the model catalogue. `sensors` empty: fits any; else the columns that it was trained on.

    `best_for` and `avoid_when` say in words what `best_if` and `avoid_if` say as conditions on the data.
    """

    name: str
    title: str
    purpose: Purpose = "detect"
    method: str = ""
    best_for: str = ""
    avoid_when: str = ""
    best_if: list[Condition] = Field(default_factory=list)
    avoid_if: list[Condition] = Field(default_factory=list)
    min_rows: int = 0
    needs: list[str] = Field(default_factory=list)  # "torch", "gpu"
    available: bool = True
    default: bool = False
    sensors: list[str] = Field(default_factory=list)
    score: float | None = None  # F1 of past evaluations where there are any
    status: Literal["ready", "needs_update"] = "ready"


class Choice(Frozen):
    """What the controller is asked: data, models, and what the person asked for by name."""

    lang: Lang
    profile: Profile
    models: list[ModelCard]
    wanted: str | None = None


class Advice(Frozen):
    """A setting that would serve the chosen model: `train_rows` (normal rows to give) or `step_s` (to resample to)."""

    parameter: Literal["train_rows", "step_s"]
    value: float
    why: str


class Recommendation(Frozen):
    """The chosen model with its reasons; models that do not cover the sensors need an update.

    `refused` says why the model that was asked for by name was not taken. `settings` come from the rules alone.
    """

    model: str
    reasons: list[str]
    needs_update: list[str] = Field(default_factory=list)
    alternatives: list[str] = Field(default_factory=list)
    refused: str = ""
    settings: list[Advice] = Field(default_factory=list)
