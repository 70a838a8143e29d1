"""On or off, high or low, where a request names no number: of a flag its two values, of a speed, a current or a flow
whether the machine is at work, of "high" and "low" the two halves of the readings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from workers.looking.findings import Teller
from workers.prose.numbers import figure
from workers.wording import say

SAYS_OFF = re.compile(r"停[机止车转]|关到位|分闸|(?<![a-z])(?:off|stop(?:ped)?|closed|down)(?![a-z])", re.IGNORECASE)
RUNNING = 0.9  # quantile of the sizes of the readings that is the level at work, also of a machine that mostly stands
NOTHING = 0.1  # of that level: a reading below it is of a standstill


def is_flag(series: pd.Series) -> bool:
    """Has a sensor two whole values, as a switch or a lamp has?"""
    values = series.replace([np.inf, -np.inf], np.nan).dropna().unique()
    return len(values) == 2 and bool(np.all(values == np.round(values)))


def at_work(series: pd.Series) -> float:
    """The level at which a machine usually works, by the size of its readings."""
    return float(series.replace([np.inf, -np.inf], np.nan).abs().quantile(RUNNING))


def standing(series: pd.Series, whole: pd.Series) -> pd.Series:
    """True where a sensor is off: at the lower of its two values, at the higher one where its name says so (停机), or
    next to nothing of what `whole` says it works at."""
    if is_flag(whole):
        return series == (whole.max() if SAYS_OFF.search(str(whole.name)) else whole.min())
    return series.abs() <= NOTHING * at_work(whole)


def is_open(part: Mapping[str, Any]) -> bool:
    """Has a limit no number of its own: {"state": "on" or "off"} or {"level": "high" or "low"}?"""
    return "state" in part or "level" in part


def met(series: pd.Series, part: Mapping[str, Any]) -> pd.Series:
    """True where the readings meet such a limit."""
    if "state" in part:
        off = standing(series, series)
        return off if part["state"] == "off" else ~off
    middle = float(part.get("middle", series.median()))
    return series > middle if part["level"] == "high" else series < middle


def with_middle(part: Mapping[str, Any], frame: pd.DataFrame) -> dict[str, Any]:
    """A limit "high" or "low" with the middle of the readings that it is told by; every other as it is."""
    return {**part, "middle": float(frame[part["sensor"]].median())} if "level" in part else dict(part)


def asks(where: Mapping[str, Any], frame: pd.DataFrame, teller: Teller) -> str:
    """The sentence that asks for the number of a condition that says only "high" or "low"; "" for every other."""
    name = next((part["sensor"] for part in where.get("all") or where["any"] if "level" in part), None)
    if name is None:
        return ""
    least, most = figure(float(frame[name].min())), figure(float(frame[name].max()))
    names = teller.names
    return say("unsaid_level", teller.lang, sensor=names.name(name), unit=names.unit(name), min=least, max=most)
