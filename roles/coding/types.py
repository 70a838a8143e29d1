"""What the coder is given and what it says: a documented table, and one piece of code for it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from roles.types import Frozen, Lang

MOST_CODE = 20_000  # characters
MOST_EXPLANATION = 300


class TableColumn(Frozen):
    """A column of the table. `key` is how the code names it: df[key]; `name` is what people call it.

    `summary` holds a handful of numbers about the readings (mean, std, min, median, max), never the readings;
    nothing where values must stay inside the plant.
    """

    key: str
    name: str
    unit: str = ""
    quantity: str = ""  # of the vocabulary: "roll_current"
    kind: Literal["number", "flag"] = "number"  # flag: 1, 0, missing
    missing_share: float = 0.0
    summary: dict[str, float] = Field(default_factory=dict)


class CodeRequest(Frozen):
    """A data task for code. `request` is the person's message, `task` the part that code is wanted for.

    The table is `df`: `rows` readings, index `time` in plant time (`zone`). `more` are keys of further columns that
    are in the table but not described. `libraries` are the top-level packages that may be imported.
    """

    request: str
    task: str
    lang: Lang
    columns: list[TableColumn]
    more: list[str] = Field(default_factory=list)
    rows: int
    start: datetime
    end: datetime
    step_s: float | None = None
    zone: str = "UTC"
    libraries: list[str]


class Script(Frozen):
    """`code` for the table `df`, and one sentence that tells the reader what it works out.

    Empty `code` says that the task cannot be done on this table; `explanation` then says why.
    """

    explanation: str
    code: str
