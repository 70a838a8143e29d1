"""What each sensor did in each event, measured against the reference period.

Levels are compared with windows of the reference as long as the event, spreads with detrended windows, periods by
spectrum. `strength` counts multiples of what the reference period shows by itself, so it compares over sensors.
Stuck, moved, dropout and rounding come from detectors.signs.channels and are repeated here for their event.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from detectors.normal.usual import Usual, closed_up, detrended, filled, log_spread, periodogram, windows
from detectors.planned.running import Usuals
from detectors.reconstruction import without
from detectors.signs.channels import ChannelFinding
from detectors.signs.excursions import excursions
from detectors.signs.measured import Sign, with_slow
from detectors.signs.onsets import began
from detectors.signs.shapes import change_points, high_pass, is_gradual, piecewise, slope
from detectors.signs.swinging import Swings
from detectors.types import Event, FloatArray, IntArray, Reference, Symptom, SymptomKind

LEAST_STRENGTH = 3.5
FARTHEST = 50.0  # sigma: farther than this an excursion is no stronger
LEAST_SIGMA = 0.5  # a level that moved less than this much of the row-to-row noise is no symptom
GROWN, SHRUNK = 1.5, 0.6  # spread ratios
DOMINANT = 0.3  # share of the power in one peak
LEAST_READINGS = 0.2  # share of the event's rows with a reading, below which only its absence can be told
LEAST_CYCLES = 5.0  # fewer swings than this are as likely the operator or a trend as a period
DECOUPLED_SHARE = 0.15
AROUND, STAYS = 4, 0.5  # times an event's length around it; share of a change that is left after it
PIECES = 16  # an event is cut into so many pieces to see its shape
SPREAD_LENGTHS = (32, 128, 512, 2048)
LONGEST = 8192  # rows of an event's spectrum
MOST_EVENTS, MOST_SYMPTOMS = 30, 80


def measure(
    frame: pd.DataFrame,
    reference: Reference,
    events: Sequence[Event],
    channels: Sequence[tuple[int, ChannelFinding]] = (),
    offset: FloatArray | None = None,
    step_s: float = 1.0,
    swings: Swings | None = None,
) -> tuple[Symptom, ...]:
    """Symptoms of `events` (the most severe first to be measured), by event and falling strength.

    `channels` are findings with the number of the event that each belongs to; readings that they condemn show nothing
    else. `offset` (n, d) is what planned
    operation explains of each reading; it is taken off before anything is compared. `step_s` is the time step. `swings`
    are oscillations over many cycles: an event that shows one tells it as that and not as what a part of a cycle is.
    """
    names = [str(name) for name in frame.columns]
    values = without(frame.to_numpy(dtype=np.float64), names, [finding for _, finding in channels])
    plain = values if offset is None else values - offset
    usuals = Usuals(plain, values if offset is not None else None, reference)
    found = _from_channels(channels)
    silenced = {(s.event, s.sensor) for s in found}
    measured = sorted((e for e in events if e.kind != "operating_change"), key=lambda e: -e.severity)[:MOST_EVENTS]
    for event in measured:
        view = _View(*usuals.of(event), event, step_s)
        slow = view.swinging(names, swings) if swings is not None else []
        spreads = with_slow(view.spreads(), slow, step_s)
        wide = {s.at: s.values["spread"] for s in spreads if s.kind in ("swing", "oscillation")}
        # Half a period more on one side is no change of level.
        fresh = [s for s in view.levels() if abs(s.values["change"]) > wide.get(s.at, 0.0)] + spreads
        fresh += view.excursions()
        fresh += view.decoupled(names, {s.at for s in fresh})
        shift = np.zeros(len(names)) if offset is None else np.nanmedian(offset[event.start : event.end + 1], axis=0)
        kept = [s for s in fresh if (event.number, names[s.at]) not in silenced]
        kept.sort(key=lambda s: -s.strength)
        found += [s.named(names[s.at], event, float(shift[s.at])) for s in kept[:MOST_SYMPTOMS]]
    return tuple(sorted(found, key=lambda s: (s.event, -s.strength)))


class _View:
    """One event over all sensors: the event's rows, the rows before it, and what is usual for its length.

    `plain` (n, d) are the readings without what planned operation explains; `raw` as read, None where that is the same.
    """

    def __init__(
        self, plain: FloatArray, usual: Usual, reference: Reference, raw: FloatArray | None, event: Event, step_s: float
    ) -> None:
        rows = len(plain)
        self.first, self.stop = event.start, min(rows, max(event.end + 1, event.start + 8))
        self.first = min(self.first, max(0, self.stop - 8))
        self.length = self.stop - self.first
        floor = reference.end if event.start >= reference.end else 0
        self.early = max(min(floor, self.first), self.first - self.length)
        self.values = filled(plain[self.early : self.stop], usual.median)
        self.usual, self.event, self.step_s = usual, event, step_s
        self.raw = filled(raw[self.early : self.stop], usual.median) if raw is not None else None
        self.short, cells = excursions(self.values, self.first - self.early, usual)
        if self.short:  # what else the sensor did is measured without them
            self.values = np.where(cells, usual.median, self.values)
        self.inside = self.values[self.first - self.early :]
        self.closed = closed_up(self.inside, ~np.isfinite(plain[self.first : self.stop]))
        self.plain, self.floor = plain, floor
        # A sensor that says next to nothing in the event has neither a level nor a spread there.
        self.silent = np.isfinite(plain[self.first : self.stop]).mean(axis=0) < LEAST_READINGS

    def levels(self) -> list[Sign]:
        """rise, fall, drift_up, drift_down."""
        usual = self.usual
        pieces = piecewise(self.inside, PIECES)
        away = pieces - usual.median
        whole, late = np.median(away, axis=0), np.median(away[-max(2, len(away) // 4) :], axis=0)
        change = np.where(np.abs(late) > np.abs(whole), late, whole)
        noise = np.hypot(usual.level_sigma(usual.length(self.length)), 0.1 * usual.sigma)
        with np.errstate(divide="ignore", invalid="ignore"):
            strength, sigmas = np.abs(change) / noise, np.abs(change) / usual.sigma
        hit = np.flatnonzero((strength >= LEAST_STRENGTH) & (sigmas >= LEAST_SIGMA) & (usual.sigma > 0) & ~self.silent)
        return [self._level(int(at), float(change[at]), float(strength[at]), noise[at], pieces[:, at]) for at in hit]

    def _level(self, at: int, change: float, strength: float, noise: float, pieces: FloatArray) -> Sign:
        usual = self.usual
        gradual = is_gradual(piecewise(self.values[:, [at]], 2 * PIECES)[:, 0]) and not self._is_step(at, change)
        up = change > 0
        kind: SymptomKind = ("drift_up" if up else "drift_down") if gradual else ("rise" if up else "fall")
        values = {
            "before": float(usual.median[at]),
            "after": float(usual.median[at] + change),
            "change": change,
            "change_sigma": float(change / usual.sigma[at]),
        }
        if gradual:
            hours = self.step_s * self.length / len(pieces) / 3600.0
            values["slope_per_h"] = slope(pieces) / hours
        # Page's cumulative sum: half the change is the best allowance for a step, little more than noise for a ramp.
        allowance = min(abs(change) / 4, 2 * noise) if gradual else abs(change) / 2
        away = np.sign(change) * (self.values[:, at] - usual.median[at])
        evidence = np.minimum(away, abs(change)) - allowance
        onset = int(self.early + change_points(evidence[:, None])[0])
        begun, unsure = began(self.values, self.raw, usual, at, up=up, step_s=self.step_s)
        if begun is not None and self.early + begun < onset:  # a slow change is seen long after it began
            onset, values["onset_within_s"] = self.early + begun, unsure * self.step_s
        return Sign(at, kind, onset, strength, values)

    def _is_step(self, at: int, change: float) -> bool:
        """Does the level of a sensor stand where a short event left it? With the rows around it, which the event is too
        short to show, a few rows on the way are a step."""
        wide = AROUND * self.length
        part = self.plain[max(self.floor, self.first - wide) : self.stop + wide, [at]]
        after = self.plain[self.stop : self.stop + wide, at]
        seen = np.isfinite(after)
        if seen.sum() < self.length or (np.median(after[seen]) - self.usual.median[at]) / change < STAYS:
            return False
        return not is_gradual(piecewise(filled(part, self.usual.median[[at]]), 2 * PIECES)[:, 0])

    def spreads(self) -> list[Sign]:
        """swing, oscillation, calm: one of them for a sensor, at the window length that shows it best."""
        ratio, strength, length = self._spread_change()
        period, share, grown = self._periods()
        alive = (self.usual.sigma > 0) & ~self.silent
        varied = (strength >= LEAST_STRENGTH) & alive
        periodic = (share >= DOMINANT) & (grown >= GROWN) & alive
        periodic &= np.log(np.maximum(grown, 1.0)) / 0.12 >= LEAST_STRENGTH
        spread = detrended(self.closed[None]).std(axis=1)[0]
        signs = []
        for at in np.flatnonzero(periodic | (varied & ((ratio >= GROWN) | (ratio <= SHRUNK)))):
            values = {"spread_ratio": float(ratio[at]), "spread": float(spread[at])}
            power = float(strength[at])
            if periodic[at]:
                kind: SymptomKind = "oscillation"
                values |= {"period_s": float(period[at]), "power_percent": 100.0 * float(share[at])}
                values["spread_ratio"] = float(max(ratio[at], grown[at]))
                power = float(max(power if ratio[at] > 1 else 0.0, np.log(grown[at]) / 0.12))
            else:
                kind = "swing" if ratio[at] > 1 else "calm"
            signs.append(Sign(int(at), kind, self._spread_onset(int(at), int(length[at])), power, values))
        return signs

    def swinging(self, names: list[str], swings: Swings) -> list[Sign]:
        """oscillation, of sensors that swing slowly over many cycles."""
        signs = []
        for at in np.flatnonzero((self.usual.sigma > 0) & ~self.silent).tolist():
            shown = swings.sign(names[at], self.event, self.step_s)
            if shown is not None:
                power = max(float(np.log(max(shown.values["spread_ratio"], 1.0)) / 0.12), LEAST_STRENGTH)
                signs.append(Sign(at, "oscillation", shown.onset, power, shown.values, shown.end, shown.follows))
        return signs

    def excursions(self) -> list[Sign]:
        """Signs "spike" and "dip": short excursions, weighed by how far they went (in sigma) and how long they took."""
        signs = []
        for one in self.short:
            before, sigma = float(self.usual.median[one.at]), float(self.usual.sigma[one.at])
            change = one.extreme - before
            values = {
                "before": before, "extreme": one.extreme, "change": change, "change_sigma": change / sigma,
                "lasted_s": self.step_s * (one.last - one.first + 1), "times": float(one.times),
            }  # fmt: skip
            kind: SymptomKind = "spike" if change > 0 else "dip"
            share = min(1.0, one.times * (one.last - one.first + 1) / self.length)
            far = min(abs(change) / sigma, FARTHEST) * share**0.5
            signs.append(Sign(one.at, kind, self.early + one.first, max(LEAST_STRENGTH, far), values))
        return signs

    def decoupled(self, names: list[str], explained: set[int]) -> list[Sign]:
        """Sensors that carry the event's score while level and spread are ordinary."""
        signs = []
        for share in self.event.shares:
            if share.share < max(DECOUPLED_SHARE, 2.0 / len(names)) or share.name not in names:
                continue
            at = names.index(share.name)
            if at not in explained:
                values = {"share_percent": 100.0 * share.share}
                signs.append(Sign(at, "decoupled", self.event.start, self.event.severity, values))
        return signs

    def _spread_change(self) -> tuple[FloatArray, FloatArray, IntArray]:
        """Ratio of the spread to the usual one, its strength and the window length that shows it best, (d,) each."""
        sensors = self.values.shape[1]
        ratio, strength = np.ones(sensors), np.zeros(sensors)
        best = np.full(sensors, SPREAD_LENGTHS[0], dtype=np.int64)
        for wanted in SPREAD_LENGTHS:
            length = self.usual.length(wanted)
            if (length < wanted and wanted != SPREAD_LENGTHS[0]) or length > self.length:
                break
            middle, noise = self.usual.spread(length)
            logs = np.median(log_spread(windows(self.closed, length), self.usual.grain), axis=0) - middle
            power = np.abs(logs) / np.maximum(noise, 0.12)
            better = power > strength
            ratio, strength = np.where(better, np.exp(logs), ratio), np.where(better, power, strength)
            best = np.where(better, length, best)
        return ratio, strength, best

    def _periods(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Dominant period in s, its share of the power, and how its amplitude grew, (d,) each.

        A line under a Hann taper is three bins wide. The reference spectrum may be coarser than the event's; its three
        bins then hold more, which only makes the comparison stricter.
        """
        length = min(self.length, LONGEST)
        power = periodogram(windows(self.closed, length)).mean(axis=0)
        first, columns = int(np.ceil(LEAST_CYCLES)), np.arange(power.shape[1])
        if len(power) <= first + 3:
            nothing = np.zeros(power.shape[1])
            return nothing, nothing, nothing
        lines = power[:-2] + power[1:-1] + power[2:]  # around bins 1, 2, ...
        lines[: first - 1] = 0.0
        at = np.argmax(lines, axis=0)
        near = at[None] + np.arange(3)[:, None]
        bins = power[near, columns[None]]
        span = self.usual.length(length, least_windows=2)
        usual = self.usual.power(span)
        usual = usual[:-2] + usual[1:-1] + usual[2:]
        before = usual[np.clip(np.round((at + 1) * span / length).astype(int) - 1, 0, len(usual) - 1), columns]
        with np.errstate(divide="ignore", invalid="ignore"):
            period = length * self.step_s / ((bins * near).sum(axis=0) / bins.sum(axis=0))
            share = lines[at, columns] / power[1:].sum(axis=0)
            grown = np.sqrt(lines[at, columns] / np.maximum(before, np.maximum(self.usual.grain**2, 1e-24)))
        return np.nan_to_num(period), np.nan_to_num(share), np.nan_to_num(grown)

    def _spread_onset(self, at: int, length: int) -> int:
        """Change point of the spread of one sensor, by the size of what is left when the running mean is taken off."""
        size = np.abs(high_pass(self.values[:, at], length))
        usual = np.abs(high_pass(self.usual.filled[:, at], length)).mean()
        now = size[self.first - self.early :].mean()
        evidence = np.sign(now - usual) * (size - (now + usual) / 2)
        return int(self.early + change_points(evidence[:, None])[0])


def _from_channels(channels: Sequence[tuple[int, ChannelFinding]]) -> list[Symptom]:
    """One symptom for each event, sensor and kind: losses in many bursts are one dropout."""
    groups: dict[tuple[int, str, SymptomKind], list[ChannelFinding]] = {}
    for number, finding in channels:
        groups.setdefault((number, finding.sensor, finding.kind), []).append(finding)
    found = []
    for (number, sensor, kind), group in groups.items():
        values = dict(group[0].values)
        if len(group) > 1:
            values |= {"bursts": float(len(group)), "rows": sum(f.values.get("rows", 0.0) for f in group)}
        start, end = min(f.start for f in group), max(f.end for f in group)
        found.append(Symptom(sensor, kind, number, start, end, max(f.strength for f in group), values))
    return found
