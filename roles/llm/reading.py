"""What a model wrote, read: its thoughts taken off, its JSON found, its tokens estimated. Pure functions."""

from __future__ import annotations

import json
import math
import re
from typing import Any

TAGS = ("think", "thinking", "thought", "reasoning", "reflection", "analysis")
NAMED = "|".join(sorted(TAGS, key=len, reverse=True))
THOUGHT = re.compile(rf"\s*<({NAMED})>.*?</\1>\s*", re.DOTALL)
THINKING = re.compile(rf"\s*<({NAMED})>")
END_OF_THOUGHT = re.compile(
    rf"</(?:{NAMED})>\s*|\[/THINK\]\s*|<\|channel\|>\s*final\s*(?:<\|constrain\|>\s*\w+\s*)?<\|message\|>"
)
LAST_COMMA = re.compile(r'("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])', re.DOTALL)
FENCE = re.compile(r"```[a-zA-Z0-9_-]*[ \t]*\r?\n(.*?)\r?\n?```", re.DOTALL)


def without_thoughts(text: str) -> str:
    """The text without a block of thoughts at its start; empty while the block is not closed yet.

    Some chat templates open the block in the prompt, so that only its end is written: then all before that end goes,
    unless the text is JSON as it stands (a string in it may hold anything).
    """
    block = THOUGHT.match(text)
    if block:
        return text[block.end() :]
    start = text.strip()
    if THINKING.match(text) or (start and any(f"<{tag}>".startswith(start) for tag in TAGS)):
        return ""
    end = END_OF_THOUGHT.search(text)
    if end is None or _document(text) is not None:
        return text
    return text[end.end() :]


def json_object(text: str) -> tuple[dict[str, Any] | None, bool]:
    """The one JSON object in the text, and whether the text is nothing but that.

    Taken: the whole text, a code fence's content, an object with words around it. A comma behind the last entry is
    passed over; nothing else is mended: what is not JSON (comments, NaN, a cut end) is not read, and of two different
    objects none is.
    """
    whole = _document(text)
    if whole is None and LAST_COMMA.search(text):
        text = LAST_COMMA.sub(lambda found: found[1] or "", text)
        whole = _document(text)
    if whole is not None:
        return whole, True
    fenced = _only([_document(inner) for inner in FENCE.findall(text)])
    return (fenced or _only(_embedded(text))), False


def estimate_tokens(text: str) -> int:
    """About how many tokens the text has, rather too many: 3.5 characters of ASCII each, one of any other script."""
    ascii_count = sum(character.isascii() for character in text)
    return math.ceil(ascii_count / 3.5) + len(text) - ascii_count


def _document(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _only(found: list[dict[str, Any] | None]) -> dict[str, Any] | None:
    """The object when all that were found are the same."""
    there = [one for one in found if one is not None]
    return there[0] if there and all(one == there[0] for one in there) else None


def _embedded(text: str) -> list[dict[str, Any] | None]:
    """The outermost objects that stand in the text."""
    decoder = json.JSONDecoder(parse_constant=_refuse)
    found: list[dict[str, Any] | None] = []
    at = text.find("{")
    while at >= 0 and len(found) < 3:
        try:
            one, at = decoder.raw_decode(text, at)
            found.append(one)
        except (ValueError, RecursionError):
            return found if found else [None]  # a broken object: what stands inside it is not the answer
        at = text.find("{", at)
    return found
