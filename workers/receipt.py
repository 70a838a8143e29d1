"""The run receipt: everything needed to repeat an answer or to doubt it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from roles.role import Engine, Outcome

if TYPE_CHECKING:
    from detectors.types import Detection


class Timings:
    """Seconds of each step, in the order they ran."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._start = time.perf_counter()

    def bring(self, seconds: Mapping[str, float], spent: float) -> None:
        """Count in the steps that other processes did before, and the `spent` seconds that they took in all."""
        self.seconds = {**seconds, **self.seconds}
        self._start -= spent

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs inside."""
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = round(time.perf_counter() - start, 3)

    def total(self) -> float:
        """Seconds since the run began; where processes took turns, without the time between them."""
        return round(time.perf_counter() - self._start, 3)


@cache
def code_version() -> str:
    """Package version, with the commit where the code stands in a checkout."""
    version = metadata.version("andon")
    root = Path(__file__).parents[1]
    if not (root / ".git").exists():
        return version
    try:
        done = subprocess.run(
            ["git", "rev-parse", "--short", "HEAD"], cwd=root, capture_output=True, text=True, timeout=5
        )
    except (OSError, subprocess.TimeoutExpired):
        return version
    return f"{version}+{done.stdout.strip()}" if done.returncode == 0 else version


def engine(outcome: Outcome[Any]) -> dict[str, Any]:
    """Which engine spoke for a role, and why another one did not."""
    said: dict[str, Any] = {"engine": outcome.engine, "repairs": outcome.repairs}
    if outcome.fallback:
        said["fallback"] = outcome.fallback
    return said


def calls(engine: Engine | None) -> list[dict[str, Any]]:
    """Every request to a language model, whichever process made it: purpose, model, tokens, ms; never its text."""
    return [call.model_dump(mode="json") for call in getattr(engine, "calls", ())]


def detection(found: Detection) -> dict[str, Any]:
    """Model, threshold and reference period of a detection."""
    reference = found.reference
    return {
        "model": found.model,
        "members": list(found.members),
        "threshold": round(found.threshold, 4),
        "reference": {
            "first_row": reference.start,
            "last_row": reference.end - 1,
            "rows": reference.end - reference.start,
            "how": reference.how,
            "reason": reference.reason,
        },
        "notes": list(found.notes),
    }
