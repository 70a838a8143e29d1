"""What the pipeline manager is given and what it says."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from roles.types import Frozen, Lang, Sensor

TaskKind = Literal[
    "clean",
    "resample",
    "label",
    "statistics",
    "plot",
    "detect",
    "causes",
    "forecast",
    "diagnose",
    "model",
    "ask",
    "code",
]


class Request(Frozen):
    """What the person wrote, and what is there to answer it with. Times are plant time (aware).

    `signals` describe the file's sensors in words, for engines that read them; the rules don't. `models` are the names
    of the models that were trained in the plant.
    """

    text: str
    lang: Lang
    sensors: list[Sensor] = Field(default_factory=list)
    start: datetime | None = None  # first and last reading of the file
    end: datetime | None = None
    has_data: bool = True
    codes: bool = False  # a language model may write code for what no other kind of subtask covers
    signals: list[str] = Field(default_factory=list)
    models: list[str] = Field(default_factory=list)
    texts: dict[str, list[str]] = Field(default_factory=dict, exclude=True)  # column of words -> its values; rules only


class Subtask(Frozen):
    """One step. `sensors` are column names, empty for all; start / end limit it in time (None: open).

    For `diagnose`, sensors and times say what the question is about; detection and causes still see everything.

    `values` by kind: label and forecast {"limit": 45.0, "side": "above", "unit": "A"} or {"low", "high", "side":
    "outside"}, label also {"all": [...]} or {"any": [...]} of such limits with their "sensor"; resample
    {"step_s": 60.0, "how": "mean"}; forecast {"horizon_s": 600.0}, with "assumed": true when nobody named it, and
    {"kept": "upper"} ("lower", "any") for a limit that is asked about without its number, "side": "toward" for a
    reading that is only to be come to; statistics {"what": ["mean"], "by": "shift"}, with
    "top": "max" ("min") where it asks which of the groups is the highest, {"split": "2026-03-04T06:41Z"}
    for before and after, {"list": true} for which sensors there are, {"now": true} for the last reading,
    {"than": NAME, "way": "above"} ("below", "") for the sensor held against another, with "yes_no": true where
    it asks whether, "follows": true against its set point, {"stops": true} for
    when it stood still, with "starts": true for when it was on, {"which": "max"} for the highest of its sensors,
    {"by": "column", "column": NAME} for each value of a text column, {"state": NAME} for what stands in one, with
    "value": "Heating" for how long that lasts at a time,
    {"where": ..., "against": "rest", "way": "above"} for rows of a condition held against the rest
    (`limits/contrasts.py`); plot {"limit": 45.0}, with "limit_for" columns and "more_limits", or {"form": "histogram",
    "by": "shift"} or {"form": "scatter", "colour": "hour"}; clean {"despike": true}; detect {"train_rows": 500,
    "sensitivity": "more"}; model {"wanted": "pca"}; code {"text": what code is wanted for}, with "refused": true where
    none can be written; any task whose times lie outside the file {"outside": true}; a diagnosis of words that were
    not understood {"unread": true}.

    Of a label "or_equal": true takes the limit in, "name" is the word to write, "denied": true answers "is it not above
    31?". `limits/conditions.py` and `parts/worded.py` add what a request says beside its steps: "where" {"all" or
    "any": limits, "not": true} for the rows of statistics and plots, of limits without a number {"sensor", "state":
    "on"} and {"sensor", "level": "high"}, too; clean "where", "hours", "drop" for rows and columns that leave
    the table ("rows_only", "table_only": nothing else is cleaned, detection sees them); resample "then" for a second
    step; statistics {"ranks": [95], "by": "span", "by_s": 21600}; plot {"form": "bars"}.
    """

    order: int
    kind: TaskKind
    sensors: list[str] = Field(default_factory=list)
    start: datetime | None = None
    end: datetime | None = None
    values: dict[str, Any] = Field(default_factory=dict)
    reason: str = ""


class NormalPart(Frozen):
    """The part of the file that a request calls normal: rows `first_row` to `last_row` (counted from 1, both within;
    None: to the end), or the `last` so many rows, or from `start` to `end` (None: open), which `words` name."""

    first_row: int | None = None
    last_row: int | None = None
    last: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    words: str = ""


class Plan(Frozen):
    """Ordered subtasks; `unknown` holds words to say so of: sensor-like ones that match no column, or, when a
    request is made of nothing else, up to three words that mean nothing. `ignored` are columns that the request leaves
    out, `not_ignored` are words of those that it would leave out and that name none, each with the columns that it may
    mean, `rows_left_out` counts rows at the start of the file that it leaves out, `only` has the values of text columns
    that it narrows down to, `normal` is the part that it calls normal; all are read from its words, whoever plans.
    """

    lang: Lang
    subtasks: list[Subtask]
    unknown: list[str] = Field(default_factory=list)
    ignored: SkipJsonSchema[list[str]] = Field(default_factory=list)
    not_ignored: SkipJsonSchema[dict[str, list[str]]] = Field(default_factory=dict)
    rows_left_out: SkipJsonSchema[int] = 0
    only: SkipJsonSchema[dict[str, list[str]]] = Field(default_factory=dict)
    normal: SkipJsonSchema[NormalPart | None] = None
