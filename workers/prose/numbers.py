"""How numbers and times are written for people: three significant digits, plant time, spans in words."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from workers.readings.units import plain


def figure(value: float, digits: int = 3) -> str:
    """A number with `digits` significant digits and no exponent where people would not write one.

    >>> [figure(v) for v in (9.137, 0.04217, 22310, 45.0, -0.5)]
    ['9.14', '0.0422', '22,310', '45', '-0.5']
    """
    if not math.isfinite(value):
        return "-"
    if value == 0:
        return "0"
    size = math.floor(math.log10(abs(value)))
    if size >= digits:
        return f"{value:,.0f}"
    if size < -4:
        return f"{value:.{digits - 1}e}"
    text = f"{value:.{max(0, digits - 1 - size)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def given(value: float) -> str:
    """A number that a person gave, whole: a limit of 38.25 is not one of 38.2.

    >>> [given(v) for v in (38.25, 5.155, 12500, 45.0)]
    ['38.25', '5.155', '12,500', '45']
    """
    short = figure(value)
    return short if short == "-" or float(short.replace(",", "")) == value else f"{value:,.10g}"


def same_unit(one: str, other: str) -> bool:
    """Are two units written for the same one: "C", "°C" and "℃", "l/min" and "L/min", "m3/h" and "m³/h"?"""
    return plain(one) == plain(other)


def clock(time: datetime, zone: ZoneInfo, *, day: bool = False, seconds: bool = False) -> str:
    """Plant time as crews say it: 03:12, with the day where the data span more than one, with seconds on request."""
    form = ("%m-%d " if day else "") + ("%H:%M:%S" if seconds else "%H:%M")
    return time.astimezone(zone).strftime(form)


def span(seconds: float, lang: str) -> str:
    """A duration in the unit that people would use: 41 s, 12 min, 6.2 h, 3.5 d.

    >>> span(22310, "en"), span(41, "zh")
    ('6.2 h', '41秒')
    """
    words = {"en": (" s", " min", " h", " d"), "zh": ("秒", "分钟", "小时", "天")}[lang]
    for limit, size, word in ((120, 1, words[0]), (7200, 60, words[1]), (172_800, 3600, words[2])):
        if seconds < limit:
            return f"{figure(seconds / size, 2 if size == 3600 else 3)}{word}"
    return f"{figure(seconds / 86_400, 2)}{words[3]}"
