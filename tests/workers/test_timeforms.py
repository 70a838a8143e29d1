"""A time after the last row is written as the file writes its own."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from workers.timeforms import writer

BERLIN = ZoneInfo("Europe/Berlin")
START = datetime(2025, 3, 29, 22, 30, tzinfo=UTC)  # the clocks go forward two hours and a half later
SHEET = datetime(1899, 12, 30)


def local(time):
    return time.astimezone(BERLIN)


def american(time):
    hour, half = (local(time).hour - 1) % 12 + 1, "PM" if local(time).hour >= 12 else "AM"
    return f"{local(time).month}/{local(time).day}/{local(time).year} {hour}:{local(time).minute:02d} {half}"


def day_number(time):
    return (local(time).replace(tzinfo=None) - SHEET) / timedelta(days=1)


FORMS = {
    "seconds": lambda t: f"{t.timestamp():.0f}",
    "seconds with a point": lambda t: str(t.timestamp()),
    "milliseconds": lambda t: f"{1000 * t.timestamp():.0f}",
    "nanoseconds": lambda t: f"{t.timestamp():.0f}000000000",
    "day number": lambda t: repr(day_number(t)),
    "day number of 15 digits": lambda t: f"{day_number(t):.15g}",
    "day number with a comma": lambda t: f"{day_number(t):.6f}".replace(".", ","),
    "digits": lambda t: f"{local(t):%Y%m%d%H%M%S}",
    "blank": lambda t: f"{local(t):%Y-%m-%d %H:%M:%S}",
    "milliseconds behind a comma": lambda t: f"{local(t):%Y-%m-%dT%H:%M:%S},000",
    "offset": lambda t: local(t).isoformat(),
    "offset without a colon": lambda t: f"{local(t):%Y-%m-%d %H:%M:%S %z}",
    "zulu": lambda t: f"{t:%Y-%m-%dT%H:%M:%SZ}",
    "day first": lambda t: f"{local(t):%d/%m/%Y %H:%M}",
    "month first": lambda t: f"{local(t):%m/%d/%Y %H:%M}",
    "dots": lambda t: f"{local(t):%d.%m.%y %H:%M:%S}",
    "american": american,
    "chinese": lambda t: f"{local(t).year}年{local(t).month}月{local(t).day}日 {local(t).hour}:{local(t).minute:02d}",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_the_next_time_has_the_form_of_the_others(form):
    times = [START + timedelta(minutes=20 * i) for i in range(12)]  # over midnight and the change of the clocks
    write = writer([form(time) for time in times], times, [BERLIN])
    later = times[-1] + timedelta(hours=30)
    assert write(later) == form(later)


def test_a_date_alone_is_one():
    times = [datetime(2025, 3, day, tzinfo=UTC) for day in range(1, 20)]
    write = writer([f"{time:%Y-%m-%d}" for time in times], times, [UTC])
    assert write(datetime(2025, 4, 1, tzinfo=UTC)) == "2025-04-01"


def test_the_zone_is_the_one_that_fits():
    times = [START + timedelta(minutes=i) for i in range(5)]
    texts = [f"{time:%Y-%m-%d %H:%M}" for time in times]
    assert writer(texts, times, [BERLIN]) is None
    assert writer(texts, times, [BERLIN, UTC])(START) == texts[0]


@pytest.mark.parametrize(
    "odd", ["12 o'clock", "", "2025-03-30", "29-Mar-2025 23:30", "1e9", "nan", "99999999999999999"]
)
def test_a_form_that_is_not_known_is_not_guessed(odd):
    assert writer([odd], [START], [BERLIN]) is None
    assert writer([FORMS["blank"](START), odd], [START, START], [BERLIN]) is None
    assert writer([odd, FORMS["blank"](START)], [START, START], [BERLIN]) is None


def test_texts_that_lost_their_last_digits_are_no_form():
    times = [START + timedelta(seconds=20 * i) for i in range(9)]
    assert writer([f"{local(time):%Y-%m-%d %H:%M}" for time in times], times, [BERLIN]) is None


def test_without_rows_there_is_no_form():
    assert writer([], [], [BERLIN]) is None
