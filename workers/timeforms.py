"""Times after the last row in the form of the input's own: the form that a row shows is tried, and kept where it gives
back every row that is looked at."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

Write = Callable[[datetime], str]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SHEET = datetime(1899, 12, 30)  # day 0 of spreadsheets
TICKS = (1, 1_000, 1_000_000, 1_000_000_000)  # of an epoch, a second
CLOCK = re.compile(
    r"(?P<date>.*?)(?P<gap>T|\s*)(?P<h>\d{1,2}):(?P<mi>\d\d)(?P<sec>:\d\d)?(?P<frac>[.,]\d{1,9})?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone>\s?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?"
)
# As `readings` takes them where nothing tells day and month apart: with a slash the month comes first.
DATES = (
    (r"\d{4}([-/.])\d\d([-/.])\d\d", ("%Y{0}%m{1}%d",)),
    (r"\d\d(/)\d\d(/)\d{4}", ("%m{0}%d{1}%Y", "%d{0}%m{1}%Y")),
    (r"\d\d([-.])\d\d([-.])\d{4}", ("%d{0}%m{1}%Y", "%m{0}%d{1}%Y")),
    (r"\d\d(/)\d\d(/)\d\d", ("%m{0}%d{1}%y", "%d{0}%m{1}%y", "%y{0}%m{1}%d")),
    (r"\d\d([-.])\d\d([-.])\d\d", ("%d{0}%m{1}%y", "%m{0}%d{1}%y", "%y{0}%m{1}%d")),
    (r"\d{4}([-/.])\d{1,2}([-/.])\d{1,2}", ("{{y}}{0}{{m}}{1}{{d}}",)),
    (r"\d{1,2}(/)\d{1,2}(/)\d{4}", ("{{m}}{0}{{d}}{1}{{y}}", "{{d}}{0}{{m}}{1}{{y}}")),
    (r"\d{1,2}([-.])\d{1,2}([-.])\d{4}", ("{{d}}{0}{{m}}{1}{{y}}", "{{m}}{0}{{d}}{1}{{y}}")),
    (r"\d{4}年\d\d月\d\d日", ("%Y年%m月%d日",)),
    (r"\d{4}年\d{1,2}月\d{1,2}日", ("{{y}}年{{m}}月{{d}}日",)),
)


def writer(texts: Sequence[str], times: Sequence[datetime], zones: Iterable[tzinfo | None]) -> Write | None:
    """What writes a moment as `texts` are written, the file's own words for the aware `times`, of which the last one
    shows the form; None when no form that is known here gives all of them back. `zones` are tried in turn for texts
    that name none."""
    if not texts or len(set(texts)) < len(texts):  # what two rows share does not tell when they were
        return None
    for zone in zones:
        for write in (*_numbers(texts, zone), *_calendar(texts[-1], zone)):
            try:
                if all(write(time) == text for text, time in zip(texts, times, strict=True)):
                    return write
            except (ValueError, OverflowError):  # a moment that this form cannot name
                continue
    return None


def _numbers(texts: Sequence[str], zone: tzinfo | None) -> Iterator[Write]:
    """Seconds since 1970 and their parts, days of a spreadsheet, digits in a row."""
    if not all(re.fullmatch(r"-?\d+(?:[.,]\d+)?", text) for text in texts):
        return
    point = "," if any("," in text for text in texts) else "."
    digits = max(len(text.replace(",", ".").partition(".")[2]) for text in texts)
    forms: tuple[Callable[[Decimal], str], ...] = (  # as many decimals everywhere, then as programs print numbers
        lambda value: f"{value:.{digits}f}",
        lambda value: f"{value:.{digits}f}".rstrip("0").rstrip("."),
        lambda value: repr(float(value)),
        lambda value: f"{float(value):.15g}",
    )
    for form in forms if digits else forms[:1]:
        for ticks in TICKS:
            yield lambda time, ticks=ticks, form=form: form(_seconds(time - EPOCH) * ticks).replace(".", point)  # type: ignore[misc]
        yield lambda time, form=form: form(_days(time.astimezone(zone))).replace(".", point)  # type: ignore[misc]
    for compact in ("%Y%m%d%H%M%S", "%Y%m%d%H%M"):
        yield lambda time, compact=compact: time.astimezone(zone).strftime(compact)  # type: ignore[misc]


def _days(local: datetime) -> Decimal:
    """The day number of a spreadsheet."""
    return _seconds(local.replace(tzinfo=None) - SHEET) / 86_400


def _seconds(span: timedelta) -> Decimal:
    return Decimal(span // timedelta(microseconds=1)) / 1_000_000


def _calendar(text: str, zone: tzinfo | None) -> Iterator[Write]:
    """A date with a clock, or a date alone."""
    found = CLOCK.fullmatch(text)
    date = found["date"].rstrip() if found else text
    for pattern, forms in DATES:
        parts = re.fullmatch(pattern, date)
        if parts is None:
            continue
        for form in forms:
            day = form.format(*parts.groups())
            if found is None:
                yield lambda time, day=day: _day(time.astimezone(zone), day)  # type: ignore[misc]
            else:
                gap = text[len(date) : found.start("h")]
                yield from _clocked(day, gap, found, zone)


def _clocked(day: str, gap: str, found: re.Match[str], zone: tzinfo | None) -> Iterator[Write]:
    """A date in the form `day` and a clock as `found` has it, its hour with two digits or as few as it takes."""
    named, fraction, half = (found[part] or "" for part in ("zone", "frac", "half"))

    def written(time: datetime, own: tzinfo | None, padded: bool) -> str:
        local = time.astimezone(own)
        hour = (local.hour - 1) % 12 + 1 if half else local.hour
        seconds = f":{local.second:02d}" if found["sec"] else ""
        part = f"{local.microsecond:06d}".ljust(9, "0")[: len(fraction) - 1] if fraction else ""
        clock = f"{hour:02d}" if padded else str(hour)
        tail = _half(local, half) + _offset(local, named)
        return f"{_day(local, day)}{gap}{clock}:{local.minute:02d}{seconds}{fraction[:1]}{part}{tail}"

    for own in (_zone(named), zone) if named else (zone,):  # an offset that stays, or one that follows the season
        for padded in (True, False):
            yield lambda time, own=own, padded=padded: written(time, own, padded)  # type: ignore[misc]


def _half(local: datetime, half: str) -> str:
    """ "PM" as `half` writes it."""
    if not half:
        return ""
    late = "pm" if local.hour >= 12 else "am"
    return half[:-2] + (late.upper() if half[-1].isupper() else late)


def _day(local: datetime, form: str) -> str:
    if "{" in form:
        return form.format(y=local.year, m=local.month, d=local.day)
    return local.strftime(form)


def _zone(named: str) -> tzinfo:
    """The zone that "Z" or "+02:00" names."""
    bare = named.strip()
    return UTC if bare.isalpha() else datetime.strptime(bare.replace(":", ""), "%z").tzinfo or UTC


def _offset(local: datetime, named: str) -> str:
    """The offset as `named` writes it."""
    bare = named.strip()
    if not bare or bare.isalpha():
        return named
    offset = local.strftime("%z")
    return named[: len(named) - len(bare)] + (f"{offset[:3]}:{offset[3:]}" if ":" in bare else offset)
