"""JSON schemas as endpoints in strict mode take them.

Strict mode (OpenAI's structured outputs and what others made of it) knows a part of JSON Schema: every object closed,
every property required, no bounds, patterns or defaults. What is left out here costs nothing: the role validates what
comes back.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

KEPT = ("type", "description", "enum")


def strict_schema(shape: Schema) -> Schema | None:
    """`shape`, as pydantic writes it, for strict mode. None when strict mode has no words for it: an object with free
    keys, a value of any type, a tuple. Never changes `shape`."""
    definitions = shape.get("$defs", {})
    name = str(shape.get("$ref", "")).removeprefix("#/$defs/")
    try:
        made = _strict(definitions.get(name, shape))  # a root must be an object itself, no reference
        used = {name: _strict(definition) for name, definition in definitions.items()}
    except _InexpressibleError:
        return None
    if made.get("type") != "object":
        return None
    return made | ({"$defs": used} if used else {})


class _InexpressibleError(Exception):
    """There is no strict schema for this."""


def _strict(part: Any) -> Schema:
    if not isinstance(part, dict):  # true: anything
        raise _InexpressibleError
    if "$ref" in part:
        return {"$ref": part["$ref"]}  # nothing may stand beside it
    choices = part.get("anyOf") or part.get("oneOf") or part.get("allOf")
    if choices:
        return _choice(part, choices)
    if "const" in part:
        part = part | {"enum": [part["const"]]}
    if not {"type", "enum"} & set(part) or "prefixItems" in part:
        raise _InexpressibleError
    made: Schema = {key: part[key] for key in KEPT if key in part}
    if part.get("type") == "object":
        made |= _closed(part)
    if part.get("type") == "array":
        made["items"] = _strict(part.get("items", True))
    return made


def _choice(part: Schema, choices: list[Any]) -> Schema:
    if "allOf" in part and len(choices) > 1:
        raise _InexpressibleError
    made = [_strict(choice) for choice in choices]
    if len(made) == 1:
        return made[0]
    described = {"description": part["description"]} if "description" in part else {}
    return described | {"anyOf": made}


def _closed(part: Schema) -> Schema:
    """An object's properties, all required, and no others."""
    if "properties" not in part or isinstance(part.get("additionalProperties"), dict):
        raise _InexpressibleError
    properties = {name: _strict(value) for name, value in part["properties"].items()}
    return {"properties": properties, "required": list(properties), "additionalProperties": False}
