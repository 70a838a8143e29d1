"""JSON schemas as short as they can be: small models have little room, and every word of a schema is paid for."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel

DROPPED = ("title", "description", "default", "examples")


@cache
def _schema(kind: type[BaseModel]) -> dict[str, Any]:
    full = kind.model_json_schema()
    short: dict[str, Any] = _short(full, full.get("$defs", {}))
    return short


def schema(kind: type[BaseModel]) -> dict[str, Any]:
    """The schema of `kind` without titles, texts, defaults and references; what is optional may be left out."""
    return _schema(kind)


def _short(node: Any, defs: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_short(each, defs) for each in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return _short(defs[node["$ref"].rsplit("/", 1)[-1]], defs)
    kept = {key: value for key, value in node.items() if key not in DROPPED and key != "$defs"}
    some = [each for each in kept.get("anyOf", []) if each != {"type": "null"}]
    if len(some) == 1 and len(kept["anyOf"]) == 2:  # what may be null may be left out
        return _short(some[0], defs)
    if "properties" in kept:  # names of properties are no keywords of the schema
        properties = {name: _short(each, defs) for name, each in kept.pop("properties").items()}
        return {**{key: _short(value, defs) for key, value in kept.items()}, "properties": properties}
    return {key: _short(value, defs) for key, value in kept.items()}
