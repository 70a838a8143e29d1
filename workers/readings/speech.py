"""Moments and lengths of time as the notes of a receipt say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from roles.types import Lang
from workers.wording import say

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SPANS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
AT_LEAST = 2.0  # of a unit before it is used: 90 minutes, not 1.5 h


@dataclass(frozen=True)
class Speech:
    """How this file's times are said: `scale` is "calendar", "elapsed" (from a start without date) or "rows"."""

    lang: Lang
    zone: ZoneInfo
    scale: str

    def say(self, key: str, **values: object) -> str:
        """A sentence of the receipt."""
        return say(key, self.lang, **values)

    def at(self, micros: int) -> datetime:
        """Microseconds since 1970 as an aware time, plant time where there is a calendar.

        The offset is fixed, as times of a zone compare oddly in the hour that comes twice.
        """
        moment = EPOCH + timedelta(microseconds=int(micros))
        if self.scale != "calendar":
            return moment
        local = moment.astimezone(self.zone)
        return local.replace(tzinfo=timezone(local.utcoffset() or timedelta()), fold=0)

    def moment(self, micros: int) -> str:
        """A moment in words: a local date and time, a time since the start, or a row."""
        if self.scale == "rows":
            return self.say("read_row", row=int(micros) // 1_000_000 + 1)
        if self.scale == "elapsed":
            return f"+{self.span(int(micros) / 1e6)}"
        text = self.at(micros).strftime("%Y-%m-%d %H:%M:%S")
        return text.removesuffix(":00") if text.endswith(":00") else text

    def span(self, seconds: float) -> str:
        """A length of time in the unit that suits it."""
        if self.scale == "rows":
            return self.say("read_rows", rows=round(seconds))
        size, unit = next(((s, u) for s, u in SPANS if seconds >= AT_LEAST * s), SPANS[-1])
        return self.say(f"read_span_{unit}", value=seconds / size)
