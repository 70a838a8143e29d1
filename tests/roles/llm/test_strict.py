"""Schemas for strict mode: closed, all required, nothing that the real API refuses; others are told as such."""

import copy
from typing import Annotated, Any, Literal

import pytest
from pydantic import BaseModel, Field

from roles.coder import CODER
from roles.controller import CONTROLLER
from roles.decision import DECISION_MAKER
from roles.llm.schema import schema
from roles.llm.speech import speech_of
from roles.llm.strict import strict_schema
from roles.manager import MANAGER
from roles.querier import QUERIER
from roles.supervisor import SUPERVISOR
from tests.llm_server.validating import RefusedError, validate


def taken(made):
    """The strict server's own check, as if it came in a request."""
    form = {"type": "json_schema", "json_schema": {"name": "a", "strict": True, "schema": made}}
    validate({"model": "m", "messages": [{"role": "user", "content": "x"}], "response_format": form})


class Leaf(BaseModel):
    title: str = Field("x", min_length=1, max_length=3, pattern="x+")
    default: int | None = Field(None, ge=0, le=9)  # names of keywords are names like others


class Node(BaseModel):
    kind: Literal["node"] = "node"
    leaf: Leaf = Field(default_factory=Leaf, description="beside a reference")
    below: list["Node"] = Field(default_factory=list, min_length=1)
    either: Annotated[int | list[float], Field(description="either")] = 1


def test_models_with_defaults_bounds_and_references_are_made_strict():
    shape = Node.model_json_schema()
    before = copy.deepcopy(shape)
    made = strict_schema(shape)
    taken(made)
    assert shape == before
    leaf = made["$defs"]["Leaf"]
    assert leaf["required"] == ["title", "default"]
    assert leaf["properties"]["title"] == {"type": "string"}
    assert made["properties"]["kind"]["enum"] == ["node"]
    with pytest.raises(RefusedError):
        taken(shape)  # or the check could not fail


def test_a_choice_by_a_discriminator_is_a_choice():
    class Cat(BaseModel):
        kind: Literal["cat"]

    class Dog(BaseModel):
        kind: Literal["dog"]

    class Pet(BaseModel):
        pet: Annotated[Cat | Dog, Field(discriminator="kind")]

    made = strict_schema(Pet.model_json_schema())
    taken(made)
    assert made["properties"]["pet"] == {"anyOf": [{"$ref": "#/$defs/Cat"}, {"$ref": "#/$defs/Dog"}]}


@pytest.mark.parametrize("field", [dict[str, int], Any, tuple[int, str], list[dict[str, float]], dict, list])
def test_what_strict_mode_cannot_say_is_told(field):
    class Free(BaseModel):
        values: field

    assert strict_schema(Free.model_json_schema()) is None


@pytest.mark.parametrize(
    "role", [MANAGER, SUPERVISOR, CONTROLLER, DECISION_MAKER, CODER, QUERIER], ids=lambda r: r.name
)
def test_what_every_role_asks_for_can_be_asked_for_strictly(role):
    made = strict_schema(schema(speech_of(role).said))
    assert made is not None
    taken(made)
