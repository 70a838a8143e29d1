"""Numbers in sentences: how they are written, and whether a written one was given."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

NUMBER = re.compile(r"(?<![A-Za-z0-9_.])[-+−]?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d{1,3})?(?!\d)(?![A-Za-z]+\d)")
SPANS = {"en": (" s", " min", " h", " d"), "zh": ("秒", "分钟", "小时", "天")}
TIMES = (1 / 60, 1 / 3600, 1 / 86_400)  # seconds told as minutes, hours, days


def figure(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits and no exponent where people would not write one; "-" for none.

    >>> [figure(v) for v in (9.137, 0.04217, 22310, 45.0, -0.5)]
    ['9.14', '0.0422', '22,310', '45', '-0.5']
    """
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "-"
    size = math.floor(math.log10(abs(value)))
    if size < -4:
        return f"{value:.{digits - 1}e}"
    text = f"{value:,.{max(0, digits - 1 - size)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def span(seconds: float, lang: str) -> str:
    """A duration in the unit that people would use: 41 s, 12 min, 6.2 h, 3.5 d.

    >>> span(22310, "en"), span(41, "zh")
    ('6.2 h', '41秒')
    """
    units = zip((120, 7200, 172_800), (1, 60, 3600), SPANS[lang], (3, 3, 2), strict=False)
    for limit, size, word, digits in units:
        if seconds < limit:
            return f"{figure(seconds / size, digits)}{word}"
    return f"{figure(seconds / 86_400, 2)}{SPANS[lang][-1]}"


def written(text: str) -> list[str]:
    """The numbers in a sentence; S8, F2 and K14 are names."""
    return [match[0] for match in NUMBER.finditer(text)]


def number_of(written_: str) -> float:
    """The value of a written number: "1,250", "−3.5"."""
    return float(written_.replace(",", "").replace("−", "-"))


def is_given(number: str, given: Iterable[float]) -> bool:
    """Was `number` given, up to its own rounding and its sign?"""
    bare = number.replace(",", "").replace("−", "-").lstrip("+-")
    value, tolerance = float(bare), half_digit(bare) * (1 + 1e-9)
    return any(abs(abs(v) - value) <= tolerance for v in given)


def half_digit(bare: str) -> float:
    """Half of the last digit of a written number without sign and commas: 0.05 of "9.1", 0.0005 of the value from
    1000 on, because three significant digits are what `figure` writes (22,310 may stand for 22,314)."""
    mantissa, _, exponent = bare.partition("e")
    step = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2]))
    return max(step, 0.0005 * float(bare)) if bare.isdecimal() and float(bare) >= 1000 else step


def forms(key: str, value: float) -> list[float]:
    """How a value may be told: as it is, a share as percent, seconds (by the key's suffix) in another unit."""
    if key.endswith(("_s", "seconds")):
        return [value, *(value * scale for scale in TIMES)]
    if any(part in key for part in ("share", "ratio", "confidence", "score")):
        return [value, value * 100.0]
    return [value]
