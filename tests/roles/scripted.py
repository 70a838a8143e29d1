"""A scripted engine: outputs in order, a history of what it was asked; an unexpected call or an unused step fails."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from roles.errors import RoleError


class ScriptedEngine:
    """Plays whatever role asks from a queue of (role name, output). An output may be an error to raise.

    Use it as a context manager: leaving it with unused steps fails.
    """

    name = "scripted"

    def __init__(self, *steps: tuple[str, BaseModel | dict[str, Any] | RoleError]) -> None:
        self.steps = list(steps)
        self.history: list[tuple[str, dict[str, Any], str | None]] = []

    def play(self, role, given: dict[str, Any], complaint: str | None) -> dict[str, Any]:
        """The next output, as the JSON data that a language model would send."""
        self.history.append((role.name, given, complaint))
        assert self.steps, f"unexpected call of {role.name}"
        expected, output = self.steps.pop(0)
        assert role.name == expected, f"{role.name} was asked, the script expected {expected}"
        if isinstance(output, RoleError):
            raise output
        return output.model_dump(mode="json") if isinstance(output, BaseModel) else output

    def __enter__(self) -> ScriptedEngine:
        return self

    def __exit__(self, kind, value, traceback) -> None:
        if kind is None:
            assert not self.steps, f"unused steps: {[name for name, _ in self.steps]}"
