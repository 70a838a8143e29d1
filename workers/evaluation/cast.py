"""Who plays the roles in an ablation: the rules, or a language model with the rules behind it; and how often it did."""

from __future__ import annotations

from collections import Counter
from typing import Any, TypeVar

from pydantic import BaseModel

from roles.llm.troubles import BUDGETS
from roles.role import Engine, Outcome, Role, run

In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)

RULES = "rules"


class Cast:
    """Plays roles through `engine` (None: the rules) and counts what came of it. One input is played once."""

    def __init__(self, engine: Engine | None = None, name: str = RULES) -> None:
        self.engine, self.name = engine, name
        self.asked: Counter[str] = Counter()  # role -> inputs that the engine was given
        self.own: Counter[str] = Counter()  # role -> those that it said something usable of
        self.spent = 0  # inputs for which the budget did not last
        self._kept: dict[tuple[str, str], Any] = {}

    def play(self, role: Role[In, Out], given: In) -> Out:
        """The role's output."""
        key = role.name, given.model_dump_json()
        if key not in self._kept:
            outcome = run(role, given, self.engine)
            self._kept[key] = outcome.output
            self.count(role.name, outcome)
        output: Out = self._kept[key]
        return output

    def count(self, role: str, outcome: Outcome[Any]) -> None:
        """Note an outcome; without an engine nobody was asked."""
        if self.engine is None:
            return
        self.asked[role] += 1
        self.own[role] += outcome.engine == self.engine.name
        self.spent += outcome.fallback in BUDGETS

    def share(self) -> str:
        """ "own of asked" over all roles so far, "-" where nobody was asked."""
        return f"{self.own.total()} of {self.asked.total()}" if self.asked else "-"
