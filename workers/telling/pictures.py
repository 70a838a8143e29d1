"""Which pictures an answer gets, and what stands on them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from detectors.types import Detection, Forecast
from roles.manager import Subtask
from roles.types import Finding, Graph, Lang
from workers.charts import Mark, Panel, Strip, draw_bars, draw_graph, draw_histograms, draw_scatter, draw_strips
from workers.charts.forms import MOST_GROUPS
from workers.contracts import Picture
from workers.handling.steps import SHIFT_HOURS, groups
from workers.looking.findings import Teller, weight
from workers.looking.shown import Names
from workers.prose.numbers import figure, span
from workers.settings import Settings
from workers.telling import plotted
from workers.telling.undone import drawn_limits
from workers.wording import say

MOST_STRIPS = 6
BAND = 3.0  # robust standard deviations around the reference median


class Painter:
    """Draws for one answer: same frame, names, language and folder."""

    def __init__(self, frame: pd.DataFrame, names: Names, lang: Lang, settings: Settings, out: Path, file: str) -> None:
        self.frame, self.names, self.lang, self.out, self.file = frame, names, lang, out, file
        self.zone = settings.zone
        self.index = pd.DatetimeIndex(frame.index)
        self.teller = Teller(self.index, names, settings.zone, lang)

    def overview(self, detection: Detection, sensors: Sequence[str], findings: Sequence[Finding]) -> Picture:
        """Small multiples of the sensors that matter, with band, events and the period taken as normal."""
        shown = [s for s in sensors if s in self.frame.columns][:MOST_STRIPS] or list(self.frame.columns[:MOST_STRIPS])
        notes = {f.sensor: self.note(f) for f in reversed(findings) if f.sensor is not None}
        reference = slice(detection.reference.start, detection.reference.end)
        strips = [Strip(s, self.label(s), notes.get(s, ""), self.band(s, reference)) for s in shown]
        title = say("picture_overview_title", self.lang, file=self.file)
        path = self.out / "overview.png"
        return draw_strips(
            self.frame, strips, self.marks(detection), zone=self.zone, lang=self.lang, title=title, path=path
        )

    def plot(self, task: Subtask, number: int) -> Picture:
        """A plot that someone asked for; the whole file when the times lie outside it."""
        part = self.frame.loc[task.start : task.end]
        part = part if len(part) else self.frame
        part = plotted.only_rows(part, task, self.teller)
        sensors = [s for s in task.sensors if s in self.frame.columns] or [str(c) for c in self.frame.columns]
        title = say("picture_plot_title", self.lang, file=self.file)
        path = self.out / ("plot.png" if number == 1 else f"plot{number}.png")
        if task.values.get("form") == "histogram":
            return self.histogram(part, sensors[:MOST_STRIPS], task.values.get("by"), title, path)
        if task.values.get("form") == "bars":
            return self.bars(part[sensors[:MOST_STRIPS]], task, title, path)
        if task.values.get("form") == "scatter" and len(sensors) > 1:
            return self.scatter(part, sensors, task.values.get("colour"), title, path)
        strips = []
        for sensor in sensors[:MOST_STRIPS]:
            limits = drawn_limits(self.names, task, sensor)
            limit = limits[0] if limits else None
            strips.append(Strip(sensor, self.label(sensor), limit=limit, more=tuple(limits[1:])))
        return draw_strips(part, strips, [], zone=self.zone, lang=self.lang, title=title, path=path, kind="plot")

    def histogram(self, part: pd.DataFrame, sensors: list[str], by: str | None, title: str, path: Path) -> Picture:
        """A histogram of each sensor, by shift, hour or day where that was asked for."""
        of = groups(pd.DatetimeIndex(part.index), by, self.zone).to_numpy() if by else None
        panels = []
        for sensor in sensors:
            if of is None:
                panels.append(Panel(self.label(sensor), [("", part[sensor].to_numpy(dtype=float))]))
            else:
                apart = [(str(name), some.to_numpy(dtype=float)) for name, some in part[sensor].groupby(of)]
                panels.append(Panel(self.label(sensor), apart[-MOST_GROUPS:]))  # the latest are what matters
        return draw_histograms(panels, title=title, caption=", ".join(p.label for p in panels), path=path)

    def bars(self, part: pd.DataFrame, task: Subtask, title: str, path: Path) -> Picture:
        """A bar for each step of the sensors in `part`."""
        step_s, how = plotted.bar_step(part, task)
        return draw_bars(
            plotted.stepped(part, step_s, how, self.zone), [self.label(str(s)) for s in part.columns], step_s,
            zone=self.zone, lang=self.lang, title=title, path=path,
        )  # fmt: skip

    def scatter(self, part: pd.DataFrame, sensors: list[str], by: str | None, title: str, path: Path) -> Picture:
        """The first sensor against the second, coloured by the third, or by the hour or day since the start."""
        up, across = sensors[:2]
        colour, label = None, ""
        if by:
            index = pd.DatetimeIndex(part.index)
            local, unit = index.tz_convert(self.zone), pd.Timedelta(hours=24 if by == "day" else SHIFT_HOURS)
            passed = local.hour + local.minute / 60 if by == "hour" else (index - index[0]) / unit
            colour = np.asarray(passed, dtype=float)
            label = say(f"picture_colour_{by}", self.lang)
        elif len(sensors) > 2:
            colour, label = part[sensors[2]].to_numpy(dtype=float), self.label(sensors[2])
        labels = (self.label(across), self.label(up), label)
        return draw_scatter(part[across], part[up], colour, labels=labels, title=title, path=path)

    def forecast(self, forecasts: Sequence[Forecast], tasks: Sequence[Subtask]) -> Picture:
        """The last stretch of each sensor with its forecast and band."""
        rows = max(20, 4 * max(len(f.value) for f in forecasts))
        part, last = self.frame.iloc[-rows:], self.index[-1]
        strips = []
        for f in forecasts[:MOST_STRIPS]:
            ahead = last + pd.to_timedelta(np.arange(1, len(f.value) + 1) * f.step_s, unit="s")
            table = pd.DataFrame({"value": f.value, "low": f.low, "high": f.high}, index=ahead)
            asked = [t for t in tasks if not t.sensors or f.sensor in t.sensors]
            limit = next((x for t in asked for x in drawn_limits(self.names, t, f.sensor)), None)
            strips.append(Strip(f.sensor, self.label(f.sensor), forecast=table, limit=limit))
        title = say("picture_forecast_title", self.lang, file=self.file)
        path = self.out / "forecast.png"
        return draw_strips(part, strips, [], zone=self.zone, lang=self.lang, title=title, path=path, kind="forecast")

    def causal(self, graph: Graph, sensors: list[str], origin: str | None) -> Picture:
        """The causal graph around the sensors that matter."""
        labels = {s: self.names.name(s) for s in self.frame.columns}
        title = say("picture_causal_title", self.lang)
        path = self.out / "causal.png"
        return draw_graph(graph, labels, sensors, lang=self.lang, path=path, title=title, origin=origin)

    def label(self, sensor: str) -> str:
        """Name and unit of a sensor."""
        unit = self.names.unit(sensor).strip()
        return f"{self.names.name(sensor)} [{unit}]" if unit else self.names.name(sensor)

    def note(self, finding: Finding) -> str:
        """The strip's right-hand corner: how much and since when."""
        values, since = finding.values, finding.start
        amount = ""
        change, ratio = values.get("change"), values.get("spread_ratio")
        period, extreme = values.get("period_s"), values.get("extreme")
        if isinstance(extreme, float):
            amount = f"{figure(extreme)}{self.names.unit(finding.sensor or '')}"
        elif isinstance(period, float):
            amount = f"~ {span(period, self.lang)}"
        elif isinstance(change, float):
            amount = f"{'+' if change > 0 else '-'}{figure(abs(change))}{self.names.unit(finding.sensor or '')}"
        elif isinstance(ratio, float):
            amount = f"x {figure(ratio)}"
        at = self.teller.time(int(self.index.searchsorted(pd.Timestamp(since)))) if since is not None else ""
        return f"F{finding.id[1:]} {amount} {at}".replace("  ", " ")

    def marks(self, detection: Detection) -> list[Mark]:
        """The reference period, the planned changes and the events."""
        reference = detection.reference
        marks = []
        if reference.end > reference.start:  # none: a model that was trained elsewhere, and nothing agrees with it
            last = min(reference.end, len(self.index)) - 1
            marks.append(Mark(self.index[reference.start], self.index[last], "reference"))
        left = [departure.event for departure in detection.departures]
        worst = sorted([*detection.events, *left], key=lambda e: -e.severity)[:12]
        for event in sorted(worst, key=lambda e: e.start):
            kind = "operating_change" if event.kind == "operating_change" else "event"
            start, end = self.index[event.start], self.index[event.end]
            marks.append(Mark(start, end, kind, str(event.number), weight(event)))
        return marks

    def band(self, sensor: str, rows: slice) -> tuple[float, float] | None:
        """Median plus and minus BAND robust standard deviations of the reference period."""
        values = self.frame[sensor].to_numpy(dtype=float)[rows]
        values = values[np.isfinite(values)]
        if len(values) < 10:
            return None
        low, middle, high = np.quantile(values, [0.16, 0.5, 0.84])
        return float(middle - BAND * (middle - low)), float(middle + BAND * (high - middle))
