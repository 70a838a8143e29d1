"""The charts of a list of alarms: how often each came, and how many came on each day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from workers.contracts import Picture
from workers.logbook.chart import MOST_BARS, draw_counts, drawn, folder
from workers.logbook.telling import Told
from workers.wording import say

MOST_DAYS = 16  # bars; more days than that are put together by weeks, and more weeks than that are the last ones


def draw_alarms(
    told: Told, names: Sequence[tuple[str, int]], days: Sequence[date], file: str, out: Path
) -> list[Picture]:  # fmt: skip
    """Both charts; none for a single alarm, or a single day. `names`: how often each alarm came, the most frequent
    first; `days`: the day of each."""
    lang, pictures = told.lang, []
    if len(names) > 1:
        folder(out)
        shown = list(names[:MOST_BARS])
        title, caption = say("log_title_alarms", lang, file=file), say("log_caption_alarms", lang, count=len(shown))
        pictures += drawn(lambda: draw_counts(shown, lang, title, caption, out / "alarms.png"), told)
    bars, weekly = per_day(days)
    if len(bars) > 1:
        folder(out)
        key = "log_title_alarm_weeks" if weekly else "log_title_alarm_days"
        title, caption = say(key, lang, file=file), say("log_caption_alarm_days", lang, count=sum(n for _, n in bars))
        pictures += drawn(lambda: draw_counts(bars, lang, title, caption, out / "alarm_days.png"), told)
    return pictures


def per_day(days: Sequence[date]) -> tuple[list[tuple[str, int]], bool]:
    """How many came on each day from the first to the last, and whether it is weeks that are counted, each named by
    its Monday."""
    weekly = bool(days) and (max(days) - min(days)).days >= MOST_DAYS
    counts = Counter(day - timedelta(days=day.weekday()) if weekly else day for day in days)
    step, bars = timedelta(days=7 if weekly else 1), []
    day = min(counts, default=date.max)
    while counts and day <= max(counts):
        bars.append((f"{day:%m-%d}", counts[day]))
        day += step
    return bars[-MOST_DAYS:], weekly
