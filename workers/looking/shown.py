"""How the sensors and moments of one frame are shown to people: the crew's names, units, plant time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import pandas as pd

from roles.types import Finding, Sensor
from workers.prose.numbers import clock

SHORT = 1800  # s: in a file shorter than this minutes alone tell nothing apart
NEAR_START = 20  # the first 20th of a file is its beginning


@dataclass(frozen=True)
class Names:
    """How sensors are shown: the crew's name of a column, its unit and what the vocabulary knows of it. `headers`:
    each sensor of the file, also one that is left out, as the file has it."""

    sensors: Mapping[str, Sensor]
    shown: Mapping[str, str]
    headers: Mapping[str, str] = field(default_factory=dict)

    def name(self, column: str) -> str:
        """The name to show for a column."""
        return self.shown.get(column, column)

    def unit(self, column: str) -> str:
        """The unit with a space before it, or nothing."""
        sensor = self.sensors.get(column)
        return f" {sensor.unit}" if sensor is not None and sensor.unit else ""

    def tag(self, column: str) -> str | None:
        """The canonical quantity of a column."""
        sensor = self.sensors.get(column)
        return sensor.tag if sensor is not None else None


class Shown:
    """The rows of one frame as they are told in one language and plant zone."""

    def __init__(self, index: pd.DatetimeIndex, names: Names, zone: ZoneInfo, lang: str) -> None:
        self.index, self.names, self.zone, self.lang = index, names, zone, lang
        self.many_days = len(index) > 0 and index[0].astimezone(zone).date() != index[-1].astimezone(zone).date()
        # A night shift spans midnight but not a whole day: 03:12 is clear there without the date.
        seconds = (index[-1] - index[0]).total_seconds() if len(index) > 0 else 0.0
        step = seconds / (len(index) - 1) if len(index) > 1 else 0.0
        self.many_days = self.many_days and seconds + step >= 86_400  # the last row lasts for a step, too
        self.short = seconds < SHORT

    def time(self, row: int) -> str:
        """Plant time of a row, as crews say it."""
        return self.at(self.index[row])

    def at(self, time: pd.Timestamp) -> str:
        """Plant time of a moment."""
        return clock(time.to_pydatetime(), self.zone, day=self.many_days, seconds=self.short)

    def from_the_start(self, finding: Finding) -> bool:
        """Did what a finding tells begin with the file, or nearly so?"""
        if finding.start is None:
            return True
        return int(self.index.searchsorted(pd.Timestamp(finding.start))) <= len(self.index) // NEAR_START

    def lasts(self, end: int) -> bool:
        """Is row `end` the end of the file, or nearly so?"""
        return end >= len(self.index) - 1 - len(self.index) // 100
