"""What the tests of reading share: write a file, read it, expect a refusal."""

from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from workers.errors import AndonError
from workers.readings import Reading, read
from workers.wording import say

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def load(tmp_path) -> Callable[..., Reading]:
    """load(content, name="x.csv", **options) writes the content (text as UTF-8, or bytes) and reads it."""

    def run(content: str | bytes | Path, name: str = "x.csv", **options):
        path = content if isinstance(content, Path) else tmp_path / name
        if isinstance(content, str):
            path.write_text(content, encoding="utf-8", newline="")
        elif isinstance(content, bytes):
            path.write_bytes(content)
        reading = read(path, **{"zone": ZoneInfo("UTC"), "max_bytes": 2**30, "max_rows": 100_000, **options})
        check_promises(reading)
        return reading

    return run


@pytest.fixture
def refused(load) -> Callable[..., AndonError]:
    """The error of a file that must not be read; its sentence names the file in both languages."""

    def run(content, name: str = "x.csv", **options) -> AndonError:
        with pytest.raises(AndonError) as caught:
            load(content, name, **options)
        error = caught.value
        for lang in ("en", "zh"):
            sentence = say(error.code, lang, **error.values)
            assert (content.name if isinstance(content, Path) else name) in sentence
        return error

    return run


def check_promises(reading: Reading) -> None:
    """What holds for every reading, whatever the file."""
    frame, receipt = reading.frame, reading.receipt
    assert frame.index.is_unique
    assert frame.index.is_monotonic_increasing
    assert str(frame.index.tz) == "UTC"
    assert all(str(t) == "float64" for t in frame.dtypes)
    assert not np.isinf(frame.to_numpy()).any()
    assert reading.context.index.equals(frame.index)
    assert len(reading.row_of) == len(reading.time_text) == receipt.rows_in
    assert reading.row_of.min() >= 0
    assert reading.row_of.max() < len(frame)
    assert receipt.sensors == len(frame.columns) == len(set(frame.columns))
    assert set(reading.units) <= set(frame.columns)
    assert receipt.model_validate_json(receipt.model_dump_json()) == receipt


def table(rows: int = 30, *, sep: str = ",", decimal: str = ".", header: str | None = "time,a,b") -> str:
    """A small table: one row a second from 2024-03-05 08:00:00, a = row + 0.5, b = 10 * row + 0.25."""
    lines = [] if header is None else [header.replace(",", sep)]
    for i in range(rows):
        a, b = (f"{v}".replace(".", decimal) for v in (i + 0.5, 10 * i + 0.25))
        lines.append(
            sep.join([f"2024-03-05 08:00:{i:02d}" if i < 60 else f"2024-03-05 08:{i // 60:02d}:{i % 60:02d}", a, b])
        )
    return "\n".join(lines) + "\n"


@pytest.fixture
def rows() -> Callable[..., str]:
    """The small table as text; see `table`."""
    return table


@pytest.fixture
def stamped() -> Callable[..., str]:
    """stamped(times) is a table of these time texts and a = 0, 1, 2, ..."""

    def run(times, sep: str = ",", header: str = "time") -> str:
        return f"{header}{sep}a\n" + "".join(f"{t}{sep}{i}.5\n" for i, t in enumerate(times))

    return run
