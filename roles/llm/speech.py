"""How a role talks to a language model: what of its input is shown, what the model says, and how that becomes the
role's output.

A model says little: judgements, ids, a sentence. Everything that can be worked out from the input is put together
here, so nothing is copied wrongly and small models keep up. A role without a speech of its own is shown its whole
input and gives its whole output.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from pydantic import BaseModel, ConfigDict

from roles.llm.condensing import IN_A_PASSAGE, condense, condensed
from roles.role import Role

OWN = {  # role -> module below roles.llm.speeches
    "pipeline_manager": "manager",
    "supervisor": "supervisor",
    "controller": "controller",
    "decision_maker": "decision",
    "knowledge_answer": "answering",
    "follow_up": "explaining",
}


class Said(BaseModel):
    """Base of what models say: immutable; what nobody asked for is passed over, as models like to say more."""

    model_config = ConfigDict(frozen=True, extra="ignore")


@dataclass(frozen=True)
class Brief:
    """What is shown: `data` stands in the input form, `knowledge` (one line each) in the domain knowledge. The last
    `passages` lines of it are passages, the nearest first."""

    data: dict[str, Any]
    knowledge: list[str] = field(default_factory=list)
    passages: int = 0


@dataclass(frozen=True)
class Speech:
    """`said` is the type of what a model says; `assemble(given, said)` is the role's output as JSON data.

    An output may come out wrong on purpose, with an alien id or edge where the model named one: the role's check then
    says so, and the complaint goes back to the model.
    """

    said: type[BaseModel]
    brief: Callable[[Any], Brief]
    assemble: Callable[[Any, Any], dict[str, Any]]
    max_tokens: int = 2000


def speech_of(role: Role[Any, Any]) -> Speech:
    """The role's own speech, else its whole input and output."""
    if role.name in OWN:
        own: Speech = import_module(f"roles.llm.speeches.{OWN[role.name]}").SPEECH
        return own
    return Speech(role.output, _whole, lambda _given, said: said.model_dump(mode="json"))


def _whole(given: BaseModel) -> Brief:
    """All of the input but its passages, which are knowledge."""
    data = condensed(given.model_dump(mode="json", exclude={"lang", "passages"}, exclude_defaults=True))
    shown = passages(getattr(given, "passages", []))
    return Brief(data, shown, len(shown))


def near(found: list[Any], most: int = 8) -> list[list[Any]]:
    """How similar each passage is: [id, similarity], the nearest first."""
    return [[p.id, round(p.confidence, 2)] for p in sorted(found, key=lambda p: -p.confidence)[:most]]


def passages(found: list[Any], most: int = 8, longest: int = 420, numbers: int = IN_A_PASSAGE) -> list[str]:
    """Passages as lines "ID title: text", the nearest first; long texts are cut, ids never; `numbers` of each are kept.
    Numbers about a passage stand in the data: with privacy on, those in texts are values and leave as placeholders."""
    lines = []
    for passage in sorted(found, key=lambda p: -p.confidence)[:most]:
        title = f" {passage.title}:" if passage.title else ""
        lines.append(f"{passage.id}{title} {condense(' '.join(passage.text.split()), longest, numbers)}")
    return lines
