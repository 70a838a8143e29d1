"""The data libraries of a room, loaded before its code is known."""

from __future__ import annotations

import contextlib
import importlib
import io
from collections.abc import Iterator
from typing import Any

WARM = (
    "numpy", "pandas", "pyarrow.parquet", "scipy.stats", "scipy.signal", "matplotlib.pyplot", "matplotlib.dates",
    "sklearn.preprocessing", "sklearn.linear_model", "sklearn.ensemble", "sklearn.cluster", "joblib",
)  # fmt: skip


def load(font: str | None) -> None:
    """Import what most code uses, draw in `font` (a file), and mark figures that the code saves itself."""
    for name in WARM:
        importlib.import_module(name)
    if font is not None:
        _draw_chinese(font)
    from matplotlib.figure import Figure

    original = Figure.savefig

    def savefig(self: Figure, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.saved_by_code = True  # type: ignore[attr-defined]

    _use_once()
    Figure.savefig = savefig  # type: ignore[method-assign]


def _use_once() -> None:
    """What libraries put off until their first use is done now, while nobody waits."""
    import pandas as pd
    from matplotlib import pyplot

    times = pd.date_range("2024-01-01", periods=3, freq="min", tz="UTC")
    small = pd.DataFrame({"time": times, "value": [1.0, 2.0, 3.0], "name": ["a", "b", None]})
    target = io.BytesIO()
    small.to_parquet(target)
    small = frame(bytearray(target.getvalue()))
    small.set_index("time").resample("2min").mean(numeric_only=True).rolling(2).mean()
    figure, axes = pyplot.subplots()
    axes.plot(small["time"], small["value"], label="温度")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png")
    pyplot.close(figure)


def _draw_chinese(font: str) -> None:
    """Column names may be Chinese: the font that the charts use, where it is installed."""
    import matplotlib
    from matplotlib import font_manager

    font_manager.fontManager.addfont(font)
    family = font_manager.FontProperties(fname=font).get_name()
    matplotlib.rcParams["font.family"] = [family, "DejaVu Sans"]
    matplotlib.rcParams["axes.unicode_minus"] = False


def at_hand() -> dict[str, Any]:
    """The libraries under the names that code gives them, for code that forgets to import them."""
    import numpy
    import pandas
    from matplotlib import pyplot

    return {"np": numpy, "pd": pandas, "plt": pyplot}


def frame(parquet: bytearray) -> Any:
    """The table as a DataFrame (rows x columns, dtypes as stored)."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    return pq.read_table(pa.BufferReader(pa.py_buffer(parquet)), use_threads=False).to_pandas(use_threads=False)


@contextlib.contextmanager
def threads() -> Iterator[None]:
    """n_jobs works by threads: no process can be made here."""
    from joblib import parallel_config  # type: ignore[import-untyped]

    with parallel_config(backend="threading"):
        yield
