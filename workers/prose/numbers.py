"""How numbers and times are written for people: three significant digits, plant time, spans in words."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from roles.deciding.figures import figure as figure
from roles.deciding.figures import span as span  # as the roles write them: one answer tells a number in one way
from workers.readings.units import plain


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
