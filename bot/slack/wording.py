"""The few words that rendering itself needs, in every language: the sentences of bot/slack/messages.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


@cache
def entries() -> dict[str, dict[str, str]]:
    """key -> language -> sentence."""
    return tomllib.loads((Path(__file__).parent / "messages.toml").read_text(encoding="utf-8"))


def say(key: str, lang: str, /, **values: object) -> str:
    """The sentence `key` in `lang`, its placeholders filled from `values`; KeyError when there is none."""
    return entries()[key][lang].format(**values)
