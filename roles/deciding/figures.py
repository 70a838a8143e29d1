"""Numbers in sentences: how they are written, and whether a written one was given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[-+−]?\d[\d,]*(?:\.\d+)?(?!\d)(?![A-Za-z]+\d)")
SPANS = {"en": (" s", " min", " h", " d"), "zh": ("秒", "分钟", "小时", "天")}
TIMES = (1 / 60, 1 / 3600, 1 / 86_400)  # seconds told as minutes, hours, days


def figure(value: float, digits: int = 3) -> str:
    """`digits` significant digits without exponent: 9.137 -> 9.14, 45.0 -> 45, 22310 -> 22,310."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "-"
    size = math.floor(math.log10(abs(value)))
    text = f"{value:,.{max(0, digits - 1 - size)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(seconds: float, lang: str) -> str:
    """A duration in the unit that people would use: 41 s, 12 min, 6.2 h."""
    for limit, size, word in zip((120, 7200, 172_800, math.inf), (1, 60, 3600, 86_400), SPANS[lang], strict=True):
        if seconds < limit:
            return f"{figure(seconds / size, 2)}{word}"
    raise ValueError(f"no duration: {seconds}")


def written(text: str) -> list[str]:
    """The numbers in a sentence; S8, F2 and K14 are names."""
    return [match[0] for match in NUMBER.finditer(text)]


def number_of(written_: str) -> float:
    """The value of a written number: "1,250", "−3.5"."""
    return float(written_.replace(",", "").replace("−", "-"))


def is_given(number: str, given: Iterable[float]) -> bool:
    """Was `number` given, up to its own rounding and its sign?"""
    bare = number.replace(",", "").replace("−", "-").lstrip("+-")
    decimals = len(bare.partition(".")[2])
    value = float(bare)
    # Three significant digits are what `figure` writes: 22,310 may stand for 22,314.
    tolerance = max(0.5 * 10.0**-decimals, 0.0005 * value if decimals == 0 and value >= 1000 else 0.0) * (1 + 1e-9)
    return any(abs(abs(v) - value) <= tolerance for v in given)


def forms(key: str, value: float) -> list[float]:
    """How a value may be told: as it is, a share as percent, seconds (by the key's suffix) in another unit."""
    if key.endswith(("_s", "seconds")):
        return [value, *(value * scale for scale in TIMES)]
    if any(part in key for part in ("share", "ratio", "confidence", "score")):
        return [value, value * 100.0]
    return [value]
