"""Files with one row for each input row, in input order: scores, flags, events; and forecasts beyond the last row."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import timedelta, timezone
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from detectors.types import Detection, Event, Forecast
from workers.readings import Reading
from workers.readings.timepatterns import NO_ZONE, zone_offset
from workers.spreadsheet_safe import safe
from workers.timeforms import Write, writer

DIGITS = 6  # significant digits of a score
SHOWN = 12  # rows all over the file, and as many at its end, that show how it writes times
FORECAST = ("time", "sensor", "value", "low", "high")


class RowText:
    """The input's own words for the rows of the frame."""

    def __init__(self, reading: Reading, zone: ZoneInfo | None = None) -> None:
        self.reading, self.zone = reading, zone

    @cached_property
    def _order(self) -> npt.NDArray[np.int64]:
        return np.argsort(self.reading.row_of, kind="stable")

    def first_input(self, row: int) -> int:
        """The first input row, in input order, that frame row `row` was made of."""
        return int(self._order[np.searchsorted(self.reading.row_of[self._order], row, side="left")])

    def last_input(self, row: int) -> int:
        """The last input row, in input order, that frame row `row` was made of."""
        return int(self._order[np.searchsorted(self.reading.row_of[self._order], row, side="right") - 1])

    def first(self, row: int) -> str:
        """Time text of the first input row of frame row `row`."""
        return self.text(self.first_input(row))

    def last(self, row: int) -> str:
        """Time text of the last one."""
        return self.text(self.last_input(row))

    def text(self, input_row: int) -> str:
        """Time text of an input row."""
        return str(self.reading.time_text[input_row].as_py() or "")

    def column(self, name: str) -> str:
        """The header of a sensor as the input has it."""
        return self.reading.receipt.columns.get(name, name)

    def ahead(self, step_s: float, steps: int) -> list[str]:
        """Time texts of the `steps` steps after the last row in the input's own form; ISO 8601 plant time, with offset
        if the file had one, where that form is not known."""
        receipt = self.reading.receipt
        if receipt.timezone_how == "no time column":
            last = len(self.reading.row_of)
            return [str(last + step) for step in range(1, steps + 1)]
        end = self.reading.frame.index[-1].to_pydatetime()
        times = [end + timedelta(seconds=step * step_s) for step in range(1, steps + 1)]
        write = self._writer
        if write is not None:
            return [write(time) for time in times]
        local = [time.astimezone(self.zone) for time in times]
        if receipt.timezone_how != "in the file":
            local = [time.replace(tzinfo=None) for time in local]
        return [time.isoformat(sep=" ") for time in local]

    @cached_property
    def _writer(self) -> Write | None:
        """Writes times as the rows have them, from all over the file: one day alone may not tell day from month."""
        index = self.reading.frame.index
        ends = range(max(0, len(index) - SHOWN), len(index))
        rows = sorted({*np.linspace(0, len(index) - 1, SHOWN, dtype=int).tolist(), *ends})
        named = zone_offset(self.reading.receipt.timezone)
        zones = [self.zone, *([] if named == NO_ZONE else [timezone(timedelta(minutes=named))])]
        return writer([self.first(row) for row in rows], [index[row].to_pydatetime() for row in rows], zones)


def write_rows(path: Path, text: RowText, detection: Detection, silent: npt.NDArray[np.bool_] | None) -> None:
    """F.csv: time, score, flag, event. Rows in `silent` (n,) have no score and flag 0."""
    row_of = text.reading.row_of
    score = detection.score[row_of]
    flag = detection.flag[row_of]
    event = detection.event[row_of]
    empty = ~np.isfinite(score)
    if silent is not None:
        empty |= silent
        flag = np.where(silent, 0, flag)
    table = pa.table(
        {
            "time": _safe(text.reading.time_text),
            "score": pa.array(_rounded(np.where(empty, 0.0, score)), mask=empty),
            "flag": pa.array(flag.astype(np.int8)),
            "event": pa.array(event, mask=event == 0),
        }
    )
    with path.open("wb") as file:
        file.write(b"time,score,flag,event\n")
        special = pc.any(pc.match_substring_regex(table["time"], '[",\r\n]')).as_py()
        quoting = "needed" if special else "none"
        arrow_csv.write_csv(table, file, arrow_csv.WriteOptions(include_header=False, quoting_style=quoting))


def write_events(path: Path, text: RowText, detection: Detection) -> None:
    """F.events.json: a list of events; rows count input rows from 0."""
    events = [_event(event, text, detection) for event in detection.events]
    path.write_text(json.dumps(events, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_forecast(path: Path, text: RowText, forecasts: Sequence[Forecast]) -> None:
    """F.forecast.csv: time, sensor, value, low, high; the band holds 90 % of the readings."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(FORECAST)
        for each in forecasts:
            times = text.ahead(each.step_s, len(each.value))
            columns = (_rounded(part).tolist() for part in (each.value, each.low, each.high))
            sensor = safe(text.column(each.sensor))
            out.writerows((time, sensor, *numbers) for time, *numbers in zip(times, *columns, strict=True))


def remove_forecast(path: Path) -> None:
    """Take away an earlier run's forecast, which would pass for this one's. A file that is none stays."""
    if path.is_file():
        with path.open("rb") as file:
            ours = file.readline().strip() == ",".join(FORECAST).encode()
        if ours:
            path.unlink()


def _safe(texts: pa.Array) -> pa.Array:
    """The input's own words, none of them a formula. Times hardly ever look like one, so few are looked at closely."""
    if not pc.any(pc.match_substring_regex(texts, r"^[^0-9A-Za-z]")).as_py():
        return texts
    return pa.array([None if text is None else safe(text) for text in texts.to_pylist()], type=pa.string())


def _event(event: Event, text: RowText, detection: Detection) -> dict[str, Any]:
    first, last, peak = text.first_input(event.start), text.last_input(event.end), text.first_input(event.peak)
    return {
        "event": event.number,
        "start": text.text(first),
        "end": text.text(last),
        "peak": text.text(peak),
        "severity": round(event.severity, 4),
        "sensors": [{"name": text.column(s.name), "share": round(s.share, 4)} for s in event.shares],
        "kind": event.kind,
        "start_row": first,
        "end_row": last,
        "peak_row": peak,
        "reason": event.reason,
        "values": {k: text.column(str(v)) if k == "column" else v for k, v in event.values.items()},
        "symptoms": [
            {
                "sensor": text.column(s.sensor),
                "kind": s.kind,
                "onset": text.first(s.onset),
                "strength": round(s.strength, 3),
                "values": {key: float(f"{number:.{DIGITS}g}") for key, number in s.values.items()},
            }
            for s in detection.symptoms
            if s.event == event.number
        ],
    }


def _rounded(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """`values` with DIGITS significant digits."""
    size = np.floor(np.log10(np.maximum(np.abs(values), 1e-300)))
    factor = 10.0 ** np.clip(DIGITS - 1 - size, -300, 300)
    return np.where(values == 0, 0.0, np.round(values * factor) / factor)
