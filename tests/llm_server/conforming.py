"""What comes out of an endpoint that decodes by a strict schema: every property is there, whatever the model meant."""

INVENTED = {"string": "", "number": 0, "integer": 0, "boolean": False}
PYTHON = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "object": dict, "array": list}


def conformed(said, schema, definitions=None):
    """`said` with what the schema requires and it lacks: null where that is allowed, else something invented.
    AssertionError when the schema forbids what was said: such an endpoint could never send it."""
    definitions = definitions if definitions is not None else schema.get("$defs", {})
    if "$ref" in schema:
        schema = definitions[schema["$ref"].removeprefix("#/$defs/")]
    if "anyOf" in schema:
        fitting = [part for part in schema["anyOf"] if _fits(said, part, definitions)]
        assert fitting, f"{said!r} fits none of {schema['anyOf']}"
        return conformed(said, fitting[0], definitions)
    assert _fits(said, schema, definitions), f"{said!r} does not fit {schema}"
    if isinstance(said, dict):
        properties = schema["properties"]
        assert set(said) <= set(properties), f"{set(said) - set(properties)} is not in the schema"
        return {
            name: conformed(said[name], part, definitions) if name in said else forced(part, definitions)
            for name, part in properties.items()
        }
    return [conformed(each, schema["items"], definitions) for each in said] if isinstance(said, list) else said


def forced(schema, definitions):
    """What is sent for a property of which the model says nothing."""
    if "$ref" in schema:
        return forced(definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if "anyOf" in schema:
        parts = schema["anyOf"]
        return None if {"type": "null"} in parts else forced(parts[0], definitions)
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if "null" in kinds:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    if kinds[0] == "array":
        return []
    if kinds[0] == "object":
        return {name: forced(part, definitions) for name, part in schema["properties"].items()}
    return INVENTED[kinds[0]]


def _fits(said, schema, definitions):
    if "$ref" in schema:
        return _fits(said, definitions[schema["$ref"].removeprefix("#/$defs/")], definitions)
    if "enum" in schema:
        return said in schema["enum"]
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if said is None:
        return "null" in kinds
    if isinstance(said, bool):
        return "boolean" in kinds
    return any(isinstance(said, PYTHON[kind]) for kind in kinds if kind != "null")
