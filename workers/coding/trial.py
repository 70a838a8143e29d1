"""Trying a piece of code: run in the sandbox, its results looked at; whatever is wrong is a sentence for the repair."""

from __future__ import annotations

import math
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
from PIL import Image

from roles.coder import CODER, CodeRequest, Script
from roles.errors import RoleError
from workers.coding import unmoved
from workers.coding.entries import Value, entries
from workers.coding.table import Table
from workers.errors import AndonError
from workers.sandbox.pool import Sandbox
from workers.sandbox.values import Job, Limits, Ran

SECONDS = 30.0  # of one run
LEAST_SECONDS = 3.0  # with less time left no further code is tried
SMALLEST, LARGEST = 120, 6000  # pixels of a side
MOST_SLENDER = 12.0  # long side by short side: chats refuse more


@dataclass
class Trial:
    """Tries code on one table until something is good. Results of the last run lie in `folder`."""

    sandbox: Sandbox
    table: Table
    parquet: Path
    folder: Path
    until: float  # a moment of time.monotonic() by which all tries are over
    tries: int = 0  # pieces of code that the model wrote
    seconds: float = 0.0  # of all runs
    script: Script | None = None  # the last one
    ran: Ran | None = None
    complaint: str = ""
    answer: dict[str, Value] = field(default_factory=dict)
    given: CodeRequest | None = None

    def check(self, given: CodeRequest, script: Script) -> list[str]:
        """The coder's own check, noting what was written."""
        self.given, self.script, self.tries = given, script, self.tries + 1
        complaints = CODER.check(given, script)
        self.complaint = "; ".join(complaints)
        return complaints

    def prove(self, script: Script) -> list[str]:
        """Run the code; complaints, empty when its results can be shown. RoleError when there is no time or room."""
        if not script.code.strip():
            return []  # the model says that it cannot be done
        if self.until - time.monotonic() < LEAST_SECONDS:
            raise RoleError("failure_code_time")
        self.ran = self._run(script.code, self.parquet, self.folder)
        complaints = list(self._complaints(self.ran)) or self._stated(script, self.ran)
        self.complaint = "; ".join(complaints)
        return complaints

    def _run(self, code: str, parquet: Path, folder: Path) -> Ran:
        job = Job(code=code, table=parquet, context=self.table.context(), limits=Limits(seconds=SECONDS))
        try:
            ran = self.sandbox.run(job, folder, self.until)
        except AndonError as error:
            raise RoleError(error.code, **error.values) from error
        self.seconds += ran.seconds
        return ran

    def _stated(self, script: Script, ran: Ran) -> list[str]:
        """What the code says of the table without having worked it out: it is run on other readings as well."""
        told = any(unmoved.says_numbers(label, value) for label, value in self.answer.items())
        if self.given is None or not (told or ran.table is not None):
            return []
        with tempfile.TemporaryDirectory(prefix="andon-code-") as folder:
            others = Path(folder) / "others.parquet"
            unmoved.other(self.table.frame).to_parquet(others)
            again = self._run(script.code, others, Path(folder))
            try:
                said = dict(entries(again.answer)) if again.end == "done" else None
            except ValueError:
                said = None
            complaints = list(unmoved.stated(self.answer, said, script.code, self.given))
            if ran.table is not None and again.table is not None:
                complaints += unmoved.stated_table(pd.read_parquet(ran.table), pd.read_parquet(again.table))
        return complaints

    def _complaints(self, ran: Ran) -> Iterator[str]:
        if ran.end != "done":
            yield ran.error.text() if ran.error is not None else f"the code did not end well ({ran.end})"
            return
        try:
            self.answer = dict(entries(ran.answer))
        except ValueError as error:
            yield str(error)
            return
        if not self.answer and ran.table is None and not ran.pictures:
            yield "the code left no result: set `answer`, `table`, or leave a figure open"
        for label, value in self.answer.items():
            if isinstance(value, float) and not math.isfinite(value):
                yield f"answer[{label!r}] is {value}; use None for a number that does not exist"
        yield from (what for number, path in enumerate(ran.pictures, 1) for what in picture(path, number))
        if ran.table is not None:
            yield from columns(pd.read_parquet(ran.table))


def picture(path: Path, number: int) -> Iterator[str]:
    """What keeps a picture from being shown. It is a PNG that can be drawn: the sandbox let nothing else out."""
    with Image.open(path, formats=["PNG"]) as image:
        width, height = image.size
        short, long = sorted((width, height))
        if short < SMALLEST or long > LARGEST or long > MOST_SLENDER * short:
            yield f"picture {number} is {width} x {height} pixels; use a figure of about 9 x 5 inches"
            return
        image.thumbnail((400, 400))  # what is drawn shows there too
        low_high = image.convert("RGB").getextrema()
    if all(low == high for low, high in low_high):  # type: ignore[misc]
        yield f"picture {number} is empty: one colour all over"


def columns(table: pd.DataFrame) -> Iterator[str]:
    """What keeps a table from being handed out: no rows, infinite numbers, a column without a single value."""
    if not len(table) or not len(table.columns):
        yield "`table` has no rows"
        return
    for name in table.columns:
        values = table[name]
        if pd.api.types.is_float_dtype(values) and bool((values.abs() == math.inf).any()):
            yield f"column {str(name)[:60]!r} of `table` holds infinite numbers"
        elif bool(values.isna().all()):
            yield f"column {str(name)[:60]!r} of `table` holds no value at all"
