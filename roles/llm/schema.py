"""JSON schemas as short as they can be: small models have little room, and every word of a schema is paid for."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

DROPPED = ("title", "description", "default", "examples")
NULL = {"type": "null"}


@cache
def _schema(kind: type[BaseModel]) -> dict[str, Any]:
    full = kind.model_json_schema()
    short: dict[str, Any] = _short(full, full.get("$defs", {}))
    return short


def schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of `kind` without titles, texts, defaults and references. What may be null says so: strict endpoints
    make everything required, and who may not say "null" there has to invent a value."""
    return _schema(kind)


def _short(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_short(each, defs) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _short(defs[node["$ref"].rsplit("/", 1)[-1]], defs)
    kept = {key: value for key, value in node.items() if key not in DROPPED and key != "$defs"}
    some = [each for each in kept.get("anyOf", []) if each != NULL]
    if len(some) == 1 and len(kept["anyOf"]) == 2:
        return _or_null(_short(some[0], defs))
    if "properties" in kept:  # names of properties are no keywords of the schema
        properties = {name: _short(each, defs) for name, each in kept.pop("properties").items()}
        return {**{key: _short(value, defs) for key, value in kept.items()}, "properties": properties}
    return {key: _short(value, defs) for key, value in kept.items()}


def _or_null(part: dict[str, Any]) -> dict[str, Any]:
    """`part` or null, a plain type in the shorter of the two ways to say it."""
    plain = isinstance(part.get("type"), str) and not {"enum", "const", "properties", "items"} & set(part)
    return part | {"type": [part["type"], "null"]} if plain else {"anyOf": [part, NULL]}
