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


class Training(Frozen):
    """What a model of the plant was trained on: the shipped method `base`, the normal rows of `file`, the day `at`
    (ISO 8601, UTC). `flagged` is the share of held-out normal rows that it flagged.

    `moved` are its sensors whose normal level in these data is no longer what it learnt, so many that the normal
    operation itself has moved; `lost`: what it was trained on is gone or was changed.
    """

    base: str
    file: str
    at: str
    rows: int
    step_s: float
    flagged: float = 0.0
    moved: list[str] = Field(default_factory=list)
    lost: bool = False


class ModelCard(Frozen):
    """A row of the model catalogue. `sensors` empty: fits any; else the columns that it was trained on.

    `best_for` and `avoid_when` say in words what `best_if` and `avoid_if` say as conditions on the data. Of a model
    that was trained in the plant `training` says on what; its conditions are then those of its method.
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
    scored_on: int | None = None  # labelled files behind `score`; None: nobody said
    status: Literal["ready", "needs_update"] = "ready"
    training: Training | None = None


class Choice(Frozen):
    """What the controller is asked: data, models, and what the person asked for by name.

    `normal_given`: the person said which rows are normal; `sensitivity`: how the person wishes it. `normal_rows` is the
    length of the stretch that detection would assume to be normal where nobody did.
    """

    lang: Lang
    profile: Profile
    models: list[ModelCard]
    wanted: str | None = None
    normal_given: bool = False
    sensitivity: Literal["more", "less"] | None = None
    normal_rows: int | None = None


class Advice(Frozen):
    """A setting that would serve the chosen model: `train_rows` (normal rows to give) or `step_s` (to resample to); or
    one that the person's wish sets and detection uses: `margin`, the alarm threshold in units of the normal rows' q99.
    """

    parameter: Literal["train_rows", "step_s", "margin"]
    value: float
    why: str


class Recommendation(Frozen):
    """The chosen model with its reasons; models that do not cover the sensors or were marked so need an update, the
    former are `outgrown`.

    `refused` says why the model that was asked for by name was not taken. `settings` come from the rules alone.
    `trained` is what the chosen model was trained on, `drifted` are models whose normal is no longer that of the data,
    `remarks` say why a model that was trained on these sensors was not taken.
    """

    model: str
    reasons: list[str]
    needs_update: list[str] = Field(default_factory=list)
    alternatives: list[str] = Field(default_factory=list)
    refused: str = ""
    settings: list[Advice] = Field(default_factory=list)
    trained: Training | None = None
    outgrown: list[str] = Field(default_factory=list)
    drifted: list[str] = Field(default_factory=list)
    remarks: list[str] = Field(default_factory=list)

    @property
    def margin(self) -> float | None:
        """The alarm threshold that the person's wish comes to; None: the model's own."""
        return next((advice.value for advice in self.settings if advice.parameter == "margin"), None)
