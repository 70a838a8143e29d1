"""Days from one to another, as a question names them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

HALF_A_YEAR = 183  # days; of a longer stretch of days the ends were said the wrong way round


@dataclass(frozen=True)
class Period:
    """Days from `first` to `last`, both in it. `relative`: the words meant the end of the log, not the calendar.

    `bare`: a day of the month alone ("the 9th"), whose month was guessed; `again`: the same words in another year,
    where the year was guessed (ValueError: it has no such day).
    """

    first: date
    last: date
    relative: bool = False
    bare: bool = field(default=False, compare=False)
    again: Callable[[int], Period] | None = field(default=None, compare=False, repr=False)

    def before(self) -> Period:
        """As long, and just before; the month before a month."""
        end = self.first - timedelta(days=1)
        if not self.relative and self.first.day == 1 and self == month_of(self.first):
            return month_of(end)
        return Period(end - (self.last - self.first), end, self.relative)

    def until(self, other: Period) -> Period:
        """From this one to the end of another: what was guessed of one end is taken from what is known of the other.

        "The 3rd to the 9th" are of one month, also where the log ends on the 5th; "the 25th to the 3rd" go into the
        next one. "October to December" of a log that ends in November are of one year, "November to January" go over
        the turn of it, and so do weeks and days.
        """
        days = self.first == self.last and other.first == other.last
        if days and other.bare:
            return _joined(self, _day_in(self.last, other.first.day, after=True))
        if days and self.bare:
            return self._day_until(other)
        if self.again and not (other.again or other.bare or other.relative):  # "October to December 2023"
            return _joined(_in_years(self.again, other.last.year, -1, lambda p: p.first <= other.last) or self, other)
        if other.again and not (self.again or self.bare or self.relative):
            return _joined(self, _in_years(other.again, self.first.year, 1, lambda p: p.last >= self.first) or other)
        if other.last >= self.first or not self.again or not other.again:
            return _joined(self, other)
        same = _in_years(other.again, self.first.year, 0, lambda p: p.last >= self.first)
        if same is not None:
            return _joined(self, same)
        if _is_months(self) and _is_months(other):
            return _joined(self.again(other.last.year - 1), other)
        later = _in_years(other.again, self.first.year + 1, 0, lambda p: (p.last - self.first).days <= HALF_A_YEAR)
        return _joined(self, later or _in_years(other.again, self.first.year, 0, lambda p: True) or other)

    def _day_until(self, other: Period) -> Period:
        """ "The 3rd to the 9th of March": the 9th may lie after the end of the log when the 3rd does not."""
        begins = _day_in(other.first, self.first.day, after=False)
        later = _in_years(other.again, self.first.year, 0, lambda p: True) if other.again else None
        if later is not None and (own := _day_in(later.first, self.first.day, after=False)).first <= self.first:
            begins, other = own, later
        return _joined(begins, other)


def month_of(day: date) -> Period:
    """The month of a day."""
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def _joined(one: Period, other: Period) -> Period:
    if other.last < one.first:  # said the wrong way round
        one, other = other, one
    return Period(one.first, other.last, one.relative or other.relative)


def _is_months(period: Period) -> bool:
    return period.first.day == 1 and (period.last + timedelta(days=1)).day == 1


def _day_in(near: date, day: int, *, after: bool) -> Period:
    """A day of the month of `near`, of the next one where it must come after it, of the one before where it must not;
    the last of the month where that has no such day."""
    if after and day < near.day:
        near = month_of(near).last + timedelta(days=1)
    elif not after and day > near.day:
        near = near.replace(day=1) - timedelta(days=1)
    found = near.replace(day=min(day, monthrange(near.year, near.month)[1]))
    return Period(found, found)


def _in_years(again: Callable[[int], Period], year: int, step: int, fits: Callable[[Period], bool]) -> Period | None:
    """The period of that year, else of the one a step on, whichever fits; None where neither does."""
    for each in dict.fromkeys((year, year + step)):
        try:
            found = again(each)
        except ValueError:  # 29 February
            continue
        if fits(found):
            return found
    return None
