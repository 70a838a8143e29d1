"""A role: typed input, typed output, a seven-part prompt, and two engines with the same output type.

The rule engine always works. Another engine (a language model later, a scripted one in tests) is asked first when
given; an output that fails validation is repaired once, then the rules answer, and the outcome says so.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from roles.errors import RoleError
from roles.unfit import redacted, unfit

log = logging.getLogger(__name__)

In = TypeVar("In", bound=BaseModel)
Out = TypeVar("Out", bound=BaseModel)


@dataclass(frozen=True)
class Role(Generic[In, Out]):
    """One of the four roles. `check(given, output)` returns complaints (ids never given, invented numbers); what no
    sentence may hold (unfit.py) is looked for in every role."""

    name: str
    input: type[In]
    output: type[Out]
    rules: Callable[[In], Out]
    check: Callable[[In, Out], list[str]]
    settled: Callable[[In], bool] | None = None  # there is nothing to judge: nobody but the rules is asked


class Engine(Protocol):
    """Something that can play any role: gets the role and its input as JSON data, returns JSON data.

    `complaint` is None on the first try; on the repair it says what was wrong with the first output. One that keeps
    what it said may have a method `refused(role)`: its last output did not pass.
    """

    name: str

    def play(self, role: Role[Any, Any], given: dict[str, Any], complaint: str | None) -> dict[str, Any]:
        """The role's output as JSON data, not checked yet. RoleError where there is none."""
        ...


@dataclass(frozen=True)
class Outcome(Generic[Out]):
    """What a role said, which engine said it, and why another one did not."""

    output: Out
    engine: str
    repairs: int = 0
    fallback: str = ""  # why the rules answered although another engine was asked


def told(error: ValidationError) -> str:
    """What is wrong with the shape of an output, in a line that an engine can act on."""
    wrong = [f"{'.'.join(map(str, e['loc'])) or 'the document'}: {e['msg']}" for e in error.errors()[:8]]
    return "; ".join(wrong)


def run(
    role: Role[In, Out],
    given: In,
    engine: Engine | None = None,
    *,
    most_repairs: int = 1,
    prove: Callable[[Out], list[str]] | None = None,
) -> Outcome[Out]:
    """Let `engine` play the role, repair at most `most_repairs` times, else let the rules answer.

    `prove` tries an output that passed the check (code is run) and returns complaints as the check does; a RoleError
    out of it ends the tries.
    """
    if engine is None or (role.settled is not None and role.settled(given)):
        return Outcome(role.rules(given), "rules")
    data = given.model_dump(mode="json")
    complaint: str | None = None
    for repairs in range(most_repairs + 1):
        try:
            output = role.output.model_validate(engine.play(role, data, complaint))
            complaints = (
                role.check(given, output)
                or unfit(role.name, given, output, lambda: role.rules(given))
                or (prove(output) if prove is not None else [])
            )
        except ValidationError as error:
            complaints = [told(error)]
        except RoleError as error:  # the engine is not there: asking again would only cost time
            log.warning("%s: %s does not answer (%s); the rules answer", role.name, engine.name, error.code)
            return Outcome(role.rules(given), "rules", repairs, error.code)
        if not complaints:
            return Outcome(output, engine.name, repairs)
        complaint = "; ".join(complaints)
        getattr(engine, "refused", lambda _role: None)(role)
    log.warning("%s: %s failed validation %d times; the rules answer", role.name, engine.name, most_repairs + 1)
    return Outcome(role.rules(given), "rules", most_repairs, redacted(complaint or ""))
