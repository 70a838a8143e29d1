"""What POST /v1/chat/completions takes, after OpenAI's API reference: a request with anything else is refused."""

import re

FIELDS = {
    "model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "n", "stream", "stream_options",
    "response_format", "seed", "stop", "presence_penalty", "frequency_penalty", "logit_bias", "logprobs",
    "top_logprobs", "user", "tools", "tool_choice", "parallel_tool_calls", "reasoning_effort", "metadata", "store",
    "service_tier",
}  # fmt: skip
ROLES = {"system", "developer", "user", "assistant", "tool"}
STRICT = {"type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "$ref", "$defs",
          "description", "const"}  # fmt: skip
TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}


class RefusedError(Exception):
    """A request that the real API refuses: message, the parameter, the code."""

    def __init__(self, message, param=None, code=None):
        super().__init__(message)
        self.message, self.param, self.code = message, param, code


def need(true, message, param=None, code="invalid_value"):
    if not true:
        raise RefusedError(message, param, code)


def validate(body):
    """Raise RefusedError when the real API would refuse `body`."""
    need(isinstance(body, dict), "We could not parse the JSON body of your request.", code=None)
    for name in sorted(set(body) - FIELDS):
        raise RefusedError(f"Unrecognized request argument supplied: {name}", name, "unknown_parameter")
    need(isinstance(body.get("model"), str) and body["model"], "you must provide a model parameter", "model")
    _messages(body.get("messages"))
    both = "max_tokens" in body and "max_completion_tokens" in body
    need(not both, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.", "max_tokens")
    for name in ("max_tokens", "max_completion_tokens"):
        if name in body:
            whole = isinstance(body[name], int) and not isinstance(body[name], bool) and body[name] >= 1
            need(whole, f"Invalid '{name}': integer below minimum value.", name, "integer_below_min_value")
    if "temperature" in body:
        fits = isinstance(body["temperature"], int | float) and 0 <= body["temperature"] <= 2
        need(fits, "Invalid 'temperature'", "temperature")
    need(isinstance(body.get("stream", False), bool), "Invalid type for 'stream'", "stream", "invalid_type")
    if "stream_options" in body:
        streams = "The 'stream_options' parameter is only allowed when 'stream' is enabled."
        need(body.get("stream") is True, streams, "stream_options")
        need(set(body["stream_options"]) <= {"include_usage", "include_obfuscation"}, "Unknown", "stream_options")
    if "response_format" in body:
        _format(body["response_format"], body["messages"])


def _messages(messages):
    need(isinstance(messages, list) and messages, "Invalid 'messages': empty array.", "messages", "empty_array")
    for at, message in enumerate(messages):
        where = f"messages[{at}]"
        need(isinstance(message, dict), f"Invalid type for '{where}'", where, "invalid_type")
        need(message.get("role") in ROLES, f"Invalid value: '{message.get('role')}'.", f"{where}.role")
        for name in sorted(set(message) - {"role", "content", "name", "tool_calls", "tool_call_id", "refusal"}):
            raise RefusedError(f"Unknown parameter: '{where}.{name}'.", f"{where}.{name}", "unknown_parameter")
        content = message.get("content")
        need(isinstance(content, str) or (isinstance(content, list) and content), f"Invalid '{where}.content'", where)


def _format(form, messages):
    kinds = "Supported values are: 'json_object', 'json_schema', and 'text'."
    need(isinstance(form, dict), "Invalid type for 'response_format'", "response_format", "invalid_type")
    need(form.get("type") in ("text", "json_object", "json_schema"), f"Invalid value. {kinds}", "response_format.type")
    if form["type"] == "json_object":
        need(set(form) == {"type"}, "Unknown parameter in response_format", "response_format", "unknown_parameter")
        words = " ".join(str(m["content"]) for m in messages).lower()
        told = "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'."
        need("json" in words, told, "messages")
    if form["type"] == "json_schema":
        need(set(form) == {"type", "json_schema"}, "Unknown parameter", "response_format", "unknown_parameter")
        schema = form["json_schema"]
        name = "response_format.json_schema.name"
        need(isinstance(schema, dict) and "name" in schema, f"Missing required parameter: '{name}'.", name)
        need(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", schema["name"]), f"Invalid '{name}': pattern.", name)
        need(set(schema) <= {"name", "strict", "schema", "description"}, "Unknown parameter", "response_format")
        need(isinstance(schema.get("schema"), dict), "Missing schema", "response_format.json_schema.schema")
        if schema.get("strict"):
            _root(schema["name"], schema["schema"])


def _root(name, schema):
    def bad(why):
        return RefusedError(f"Invalid schema for response_format '{name}': {why}", "response_format", None)

    if schema.get("type") != "object":
        raise bad("schema must be a JSON Schema of 'type: \"object\"'")
    definitions = schema.get("$defs", {})
    for part in (schema, *definitions.values()):
        _part(part, definitions, bad)


def _part(part, definitions, bad):
    if not isinstance(part, dict) or set(part) - STRICT:
        raise bad(f"{sorted(set(part) - STRICT)} is not permitted" if isinstance(part, dict) else "not an object")
    if "$ref" in part:
        if set(part) != {"$ref"} or part["$ref"].removeprefix("#/$defs/") not in definitions:
            raise bad("$ref cannot have keywords beside it and must be found")
        return
    if "anyOf" in part:
        for choice in part["anyOf"]:
            _part(choice, definitions, bad)
        return
    kinds = part.get("type", [] if "enum" in part else None)
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if set(kinds) - TYPES:
        raise bad("schema must have a 'type' key")
    if "object" in kinds:
        if part.get("additionalProperties") is not False:
            raise bad("'additionalProperties' is required to be supplied and to be false")
        if sorted(part.get("required", [])) != sorted(part.get("properties", {})):
            raise bad("'required' is required to be supplied and to be an array including every key in properties")
        for inner in part.get("properties", {}).values():
            _part(inner, definitions, bad)
    if "array" in kinds:
        if "items" not in part:
            raise bad("array schema missing items")
        _part(part["items"], definitions, bad)
