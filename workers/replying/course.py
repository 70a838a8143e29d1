"""Does a sensor drift, how fast, does it swing with a period? From its readings over the whole file or the period that
was asked about, with the numbers; that nothing clear shows is an answer, too."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from detectors.normal.usual import filled, periodogram
from detectors.signs.shapes import piecewise
from detectors.types import FloatArray
from roles.manager import Subtask
from roles.types import FactValue, Finding
from workers.prose.numbers import figure, span
from workers.replying.series import usual_range
from workers.wording import say

if TYPE_CHECKING:
    from workers.running.run import Run

PIECES, LEAST_ROWS = 48, 96
SHORTEST = 6  # pieces of a drift
EXPLAINED = 0.5  # of the pieces' variance that a drift must explain,
CLEAR = 3.0  # and so many times what they scatter by around it, it must come to
DOMINANT = 0.3  # of the power in one line of the spectrum
LEAST_CYCLES = 4.0  # fewer are as likely a wander
DAY_S = 86_400.0
DAYS = 2.5  # so many days of readings show a daily cycle
NEAR_DAY = 0.15  # a period this near to a day is a day
AGAIN, APART = 0.3, -0.2  # correlation with itself one period and two, and half a period later
LONGEST = 8192  # values of a spectrum
DAILY = re.compile(r"\b(?:daily|day.?night|24.?h\w*|every day|diurnal)\b|每天|昼夜|日周期|24小时|一天")


def drifting(run: Run, sensor: str, task: Subtask, yes: bool) -> Finding | None:
    """The steady climb or fall of a sensor: since when, how fast, how far. `yes`: whether was asked, not how fast."""
    assert run.reading is not None
    assert run.teller is not None
    frame = run.reading.frame.loc[task.start : task.end] if task.start or task.end else run.reading.frame
    values = frame[sensor].to_numpy(dtype=float)
    if len(values) < LEAST_ROWS or not np.isfinite(values).any():
        return None
    lang, teller, unit = run.lang, run.teller, run.names.unit(sensor)
    levels = piecewise(filled(values[:, None], np.array([np.nanmedian(values)])), PIECES)[:, 0]
    begin, change, clear = _bend(levels)
    row = int(begin * len(values) / len(levels))
    seconds = float((frame.index[-1] - frame.index[row]).total_seconds()) or 1.0
    hours = seconds / 3600.0
    facts: dict[str, FactValue] = {"change": change, "lasted_s": seconds, "per_hour": change / hours, "brief": True}
    words = {"sensor": run.names.name(sensor), "unit": unit, "change": _signed(change), "pace": _signed(change / hours),
             "since": teller.at(frame.index[row]), "span": span(seconds, lang)}  # fmt: skip
    if not clear:
        spread = float(np.subtract(*np.nanquantile(values, [0.84, 0.16]))) / 2.0
        facts["spread"] = spread
        begin_with = say("reply_drift_not", lang) if yes else say("reply_drift_no_pace", lang)
        sentence = say("reply_drift_none", lang, begin=begin_with, spread=figure(spread), **words)
        sentence += _beside_usual(run, sensor, float(np.median(levels[-3:])), facts)
        return _finding(run, sensor, sentence, facts)
    begin_with = say("reply_drift_is", lang) if yes else ""
    sentence = say(f"reply_drift_{'up' if change > 0 else 'down'}", lang, begin=begin_with, **words)
    return _finding(run, sensor, sentence + _beside_usual(run, sensor, float(np.median(levels[-3:])), facts), facts)


def _bend(levels: FloatArray) -> tuple[float, float, bool]:
    """The best line that is flat until it bends: the piece where it bends, how far it goes from there, is it clear."""
    count = len(levels)
    best = (np.inf, 0, 0.0)
    for at in range(count - SHORTEST):
        x = np.maximum(0.0, np.arange(count) - at)
        x = x - x.mean()
        slope = float(x @ (levels - levels.mean())) / float(x @ x)
        left = float(((levels - levels.mean() - slope * x) ** 2).sum())
        if left < best[0]:
            best = (left, at, slope)
    left, at, slope = best
    change, whole = slope * (count - 1 - at), float(((levels - levels.mean()) ** 2).sum())
    scatter = np.sqrt(left / max(1, count - 3))
    clear = whole > 0 and 1.0 - left / whole >= EXPLAINED and abs(change) >= CLEAR * scatter
    return float(at), float(change), bool(clear)


def _beside_usual(run: Run, sensor: str, now: float, facts: dict[str, FactValue]) -> str:
    """Whether the end of a drift lies inside the usual range."""
    assert run.reading is not None
    if run.detection is None:
        return ""
    reference = run.detection.reference
    band = usual_range(run.reading.frame[sensor].to_numpy(dtype=float)[reference.start : reference.end])
    if band is None:
        return ""
    facts |= {"now": now, "low": band[0], "high": band[1]}
    key = "reply_drift_inside" if band[0] <= now <= band[1] else "reply_drift_outside"
    text = say(key, run.lang, now=figure(now), low=figure(band[0]), high=figure(band[1]), unit=run.names.unit(sensor))
    return {"en": " ", "zh": ""}[run.lang] + text


def periodic(run: Run, sensor: str, text: str) -> Finding:
    """The period with which a sensor swings: over the whole file, else within an event that was found of it."""
    assert run.reading is not None
    assert run.teller is not None
    lang, step = run.lang, run.reading.receipt.step_s or 1.0
    values = run.reading.frame[sensor].to_numpy(dtype=float)
    name, daily = run.names.name(sensor), DAILY.search(text) is not None
    whole = len(values) * step
    facts: dict[str, FactValue] = {"whole_s": whole, "brief": True}
    if daily and whole < DAYS * DAY_S:
        return _finding(run, sensor, say("reply_period_short", lang, sensor=name, span=span(whole, lang)), facts)
    slow = next((f for f in run.findings if f.sensor == sensor and "amplitude_ratio" in f.values), None)
    if slow is not None and not daily and not run.teller.from_the_start(slow):
        facts |= {k: v for k, v in slow.values.items() if isinstance(v, int | float)} | {"brief": False}
        return _finding(run, sensor, say("reply_period_since", lang, text=slow.text, id=slow.id), facts)
    found = period_of(values, LEAST_CYCLES if not daily else DAYS)
    if found is not None:
        facts |= {"period_s": found[0] * step, "power_percent": 100.0 * found[1], "swing": found[2]}
        said = {"sensor": name, "period": span(found[0] * step, lang), "power": figure(100.0 * found[1], 2),
                "swing": figure(found[2]), "unit": run.names.unit(sensor)}  # fmt: skip
        is_day = abs(found[0] * step / DAY_S - 1.0) <= NEAR_DAY
        key = "reply_period_day" if daily and is_day else "reply_period_not_day" if daily else "reply_period"
        return _finding(run, sensor, say(key, lang, **said), facts)
    if (part := _in_event(run, sensor, values)) is not None and not daily:
        finding, (period, share, swing) = part
        facts |= {"period_s": period * step, "power_percent": 100.0 * share, "swing": swing}
        sentence = say("reply_period_event", lang, sensor=name, period=span(period * step, lang), id=finding.id,
                       power=figure(100.0 * share, 2), swing=figure(swing), unit=run.names.unit(sensor),
                       since=str(finding.values.get("clock", "")))  # fmt: skip
        return _finding(run, sensor, sentence, facts | {"brief": False})
    return _finding(run, sensor, say("reply_period_none", lang, sensor=name, span=span(whole, lang)), facts)


def _in_event(run: Run, sensor: str, values: FloatArray) -> tuple[Finding, tuple[float, float, float]] | None:
    assert run.teller is not None
    for finding in run.findings:
        if finding.sensor == sensor and finding.kind in ("oscillation", "swing") and finding.start and finding.end:
            first, last = (int(run.teller.index.searchsorted(pd.Timestamp(t))) for t in (finding.start, finding.end))
            for stop in (last + 1, len(values)):  # alarms may end before the swinging does
                if (found := period_of(values[first:stop], LEAST_CYCLES)) is not None:
                    return finding, found
    return None


def period_of(values: FloatArray, cycles: float) -> tuple[float, float, float] | None:
    """(period in rows, its share of the power, how far it swings from low to high) where one period stands out with at
    least `cycles` of it, and the readings resemble themselves one period later; else None."""
    if len(values) < LEAST_ROWS or np.isfinite(values).mean() < 0.5:
        return None
    size = -(-len(values) // LONGEST)
    plain = filled(values[:, None], np.array([np.nanmedian(values)]))[: len(values) // size * size, 0]
    plain = plain.reshape(-1, size).mean(axis=1)
    power = periodogram(plain[None, :, None])[0, :, 0]
    lines = power[:-2] + power[1:-1] + power[2:]  # around bins 1, 2, ...
    lines[: max(1, int(np.ceil(cycles)) - 1)] = 0.0
    at = int(np.argmax(lines))
    total = float(power[1:].sum())
    if total <= 0 or lines[at] / total < DOMINANT:
        return None
    near = at + np.arange(3)
    period = len(plain) * float(power[near].sum()) / float((power[near] * near).sum())
    lag = round(period)
    alike = [_self(plain, lag), *([_self(plain, 2 * lag)] if 3 * lag <= len(plain) else [])]
    if lag < 4 or min(alike) < AGAIN or _self(plain, round(period / 2)) > APART:
        return None
    folded = plain[: len(plain) // lag * lag].reshape(-1, lag)
    return period * size, float(lines[at] / total), float(np.median(np.ptp(folded, axis=1)))


def _self(values: FloatArray, lag: int) -> float:
    """Correlation of values with themselves `lag` later, their straight line taken off."""
    t = np.arange(len(values), dtype=float)
    plain = values - np.polyval(np.polyfit(t, values, 1), t)
    one, other = plain[:-lag], plain[lag:]
    return float((one * other).mean() / max(float((plain**2).mean()), 1e-24))


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else '-'}{figure(abs(value))}"


def _finding(run: Run, sensor: str, sentence: str, facts: dict[str, FactValue]) -> Finding:
    return Finding(id="F0", kind="statistics", text=sentence, sensor=sensor, tag=run.names.tag(sensor),
                   values=facts | {"reply": sentence})  # fmt: skip
