"""Spoken Chinese brought into the written form that the patterns know: 啥 is 什么, 咋 is 怎么, 超了没 is 超了吗.

The forms are data (colloquial.toml). Everybody who holds words of people against patterns asks here first.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from pathlib import Path


@cache
def _spoken() -> tuple[tuple[re.Pattern[str], str], ...]:
    table = tomllib.loads((Path(__file__).parent / "colloquial.toml").read_text(encoding="utf-8"))
    return tuple((re.compile(form), written) for form, written in table["spoken"])


B4 = re.compile(r"(?<![\w-])b4(?![\w-])", re.ASCII)


def in_full(text: str, names: Iterable[str]) -> str:
    """Normalised `text` with "b4" as "before", unless one of `names` (of columns) is called so."""
    return text if "b4" in {name.lower() for name in names} else B4.sub("before", text)


def written(text: str) -> str:
    """`text` with its spoken Chinese as it is written; every other text as it is."""
    if text.isascii():
        return text
    for form, plain in _spoken():
        text = form.sub(plain, text)
    return text
