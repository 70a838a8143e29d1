"""What goes into a sandboxed run and what comes out: frozen values."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Level = Literal["bubblewrap", "child"]
End = Literal["done", "error", "deadline", "cpu", "files", "processes", "result", "crashed"]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Limits(_Frozen):
    """How much one run may use. Seconds and bytes."""

    seconds: float = Field(30.0, gt=0)  # of wall time, loading the table included
    cpu_seconds: int = Field(30, gt=0)  # of all its threads together
    memory_bytes: int = Field(1 << 30, gt=0)  # of address space beyond the libraries'
    disk_bytes: int = Field(500_000_000, gt=0)  # of all its files together, those that it was given included
    file_bytes: int = Field(200_000_000, gt=0)  # of one file
    files: int = Field(5_000, gt=0)
    tasks: int = Field(48, gt=1)  # threads; processes cannot be made
    answer_chars: int = Field(20_000, gt=0)
    output_chars: int = Field(8_000, gt=0)  # the end of what was printed
    table_bytes: int = Field(200_000_000, gt=0)
    table_columns: int = Field(500, gt=0)
    pictures: int = Field(8, ge=0)
    picture_bytes: int = Field(5_000_000, gt=0)
    picture_pixels: int = Field(30_000_000, gt=0)


class Job(_Frozen):
    """One piece of code and what it works on. `table` is a Parquet file of ours; it becomes `df`.

    files: name in the work folder -> file to copy there. context: small JSON values; `context` in the code, its
    "units" and "names" as `units` and `names` too.
    """

    code: str
    table: Path | None = None
    files: dict[str, Path] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    limits: Limits = Field(default_factory=Limits)


class CodeError(_Frozen):
    """Why the code failed, as a repair request needs it. `line` counts from 1, `source` is its text."""

    type: str
    message: str
    line: int | None = None
    source: str = ""

    def text(self) -> str:
        """One paragraph for the repair request."""
        where = f"line {self.line} ({self.source.strip()}): " if self.line else ""
        return f"{where}{self.type}: {self.message}"


class Ran(_Frozen):
    """What came of a run. Paths lie in the folder that the caller named; nothing there was made by the code itself.

    end: "done", or "error" (the code raised, or was refused before it ran), or the limit that ended it ("deadline",
    "cpu", "files", "processes"), "result" (what it left broke a limit), "crashed" (it died). `error` is set for all
    but "done".
    """

    end: End
    level: Level
    seconds: float  # of wall time from handing the job over until the results were in
    began: bool = False  # whether the code was started
    code_seconds: float | None = None  # of the code alone, when it came to an end
    memory_peak_bytes: int | None = None
    output: str = ""
    answer: str | None = None
    table: Path | None = None  # Parquet, written by us
    rows: int | None = None
    pictures: tuple[Path, ...] = ()
    error: CodeError | None = None

    def receipt(self) -> dict[str, Any]:
        """What the run receipt keeps."""
        kept = self.model_dump(include={"end", "level", "seconds", "code_seconds", "memory_peak_bytes"})
        return {**kept, "error": self.error.type} if self.error else kept
