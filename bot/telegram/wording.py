"""The few words that Telegram itself needs: the command menu, and what rendering must say when a text is too long."""

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
