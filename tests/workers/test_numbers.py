"""Numbers and times as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from workers.prose.numbers import clock, figure, span


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (9.137, "9.14"),
        (0.04217, "0.0422"),
        (22310.4, "22,310"),
        (45.0, "45"),
        (-0.5, "-0.5"),
        (0, "0"),
        (0.999, "0.999"),
        (1234.6, "1,235"),
        (float("nan"), "-"),
        (3e-7, "3.00e-07"),
    ],
)
def test_figures_have_three_significant_digits(value, text):
    assert figure(value) == text


@pytest.mark.parametrize(
    ("seconds", "en", "zh"),
    [(41, "41 s", "41秒"), (1800, "30 min", "30分钟"), (22310, "6.2 h", "6.2小时"), (302400, "3.5 d", "3.5天")],
)
def test_spans_use_the_unit_that_people_would(seconds, en, zh):
    assert (span(seconds, "en"), span(seconds, "zh")) == (en, zh)


def test_clock_is_plant_time():
    assert clock(datetime(2026, 3, 1, 20, 12, tzinfo=UTC), ZoneInfo("Asia/Shanghai")) == "04:12"
