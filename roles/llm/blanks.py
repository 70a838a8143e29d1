"""What a model says where it has nothing to say: null, and what some put in its place.

A number that stands in a text, as placeholders of values do ("44,5", "5 %", "45A"), is that number.

Endpoints that decode by a schema make every property required. A model that does not use null there says "", [], 0 or
"null"; taken at its word, that would be a limit of 0 or a fault without a name. Where null is allowed, all of them are
null. A number 0 is one only where the words of the request have none: "below 0 C" is asked for.
"""

from __future__ import annotations

import re
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

WORDS = {"", "null", "none", "n/a", "-", "无", "空"}
ZERO = re.compile(r"(?<![\d.,])[-+]?0+(?:\.0+)?(?![\d.,]*\d)|\b(?:zero|freezing)\b|零|冰点")
WRITTEN = re.compile(r"([-+−]?\d+(?:[.,]\d+)?)\s*(?:%|°?[A-Za-z]{1,4}(?:/[A-Za-z]{1,3})?)?")
ASKED = ("text", "request", "question", "wanted")  # of a role's input: what the person wrote


def without_blanks(kind: type[BaseModel], data: Any, given: dict[str, Any]) -> Any:
    """`data` for `kind`, with null for what stands in its place. `given` is the role's input."""
    asked = " ".join(str(given.get(name) or "") for name in ASKED).lower()
    return _model(kind, data, bool(ZERO.search(asked)))


def _model(kind: type[BaseModel], data: Any, zero: bool) -> Any:
    if not isinstance(data, dict):
        return data
    fields = kind.model_fields
    return {key: _value(fields[key].annotation, value, zero) if key in fields else value for key, value in data.items()}


def _value(kind: Any, value: Any, zero: bool) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        if NoneType in parts and _is_blank(value, zero):
            return None
        inner = [part for part in parts if part is not NoneType]
        return _value(inner[0], value, zero) if len(inner) == 1 else value
    if origin is list and isinstance(value, list):
        return [_value(parts[0], each, zero) for each in value]
    if kind in (float, int) and isinstance(value, str) and (found := WRITTEN.fullmatch(value.strip())):
        return float(found[1].replace(",", ".").replace("−", "-"))
    return _model(kind, value, zero) if isinstance(kind, type) and issubclass(kind, BaseModel) else value


def _is_blank(value: Any, zero: bool) -> bool:
    if isinstance(value, str):
        return value.strip().lower() in WORDS
    if isinstance(value, bool):
        return False
    return value == 0 and not zero if isinstance(value, int | float) else value in ([], {})
