"""Slow oscillations: a sensor swings with a period of many rows, by itself smaller than what alarms look for.

Innovations see how a reading differs from what the last ones foretold. A swing of twenty minutes on a sensor read
every ten seconds and wanders a little is foretold all the way round: it alarms at its turning points, if at all, and is
then told as a short fall that is over. Here each stretch of a few cycles is held against the reference period by its
spectrum: one line that holds most of the power, that the reference does not show near that period, in several windows
in a row. Nothing here flags a row.

Block means are looked at in windows of 32 (75 % overlap, Hann), at block sizes that double, so that each window holds 4
to 8 cycles. Needs two such windows in the reference: slower swings cannot be told from what is usual. Fails on
swings of fewer than six cycles, on a period that keeps changing by more than a fifth, and on noise that is
itself periodic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from detectors.models.smoothing import block_means
from detectors.normal.usual import detrended, filled
from detectors.runs import runs
from detectors.types import BoolArray, FloatArray, Reference

WINDOW, HOP = 32, 8  # blocks
SLOWEST, FASTEST = 4, 8  # cycles of a window
SHARE = 0.5  # of the power of a window's block means in one line
STEEP = 2.0  # times the line's power that slower bins must stay below: a step or a trend is steepest at the slowest
GROWN = 1.5  # times the largest amplitude that a reference window has near that period
CHANCE = 1e-3  # that a window of ordinary noise shows such a line; for two independent ones it is the square of this
FREEDOM = 4.0  # degrees of freedom of three bins under a Hann taper
NEAR = 1.5  # a line in the reference within this factor of the period counts as the same cycle
LEAST_CYCLES = 5.0  # fewer are as likely the operator or a trend
LEAST_WINDOWS = 3  # in a row: one and a half windows, six cycles or more
LEAST_REFERENCE = 2.0  # windows that the reference must hold
ENOUGH = 0.7  # share of a window with readings
ROUND = 2  # periods over which an amplitude is measured
FADES = 0.5  # of the usual amplitude of the stretch: less is outside it
MOST_BLOCKS = 200_000  # a faster scale of a longer file is left to the alarms
ALIKE = 0.15  # difference of two periods that may be one


@dataclass(frozen=True)
class Oscillation:
    """Sensor `at` oscillates in rows start..end with `period` (rows) and `amplitude` (half of peak to peak).

    `ratio` is the amplitude over what the reference shows near that period, `share` the part of the power in its line.
    `growth` compares the last quarter with the first; `early` and `late` are those amplitudes.
    """

    at: int
    start: int
    end: int
    period: float
    amplitude: float
    ratio: float
    share: float
    early: float
    late: float

    @property
    def growth(self) -> float:
        """Amplitude of the last quarter over that of the first."""
        return self.late / max(self.early, 1e-12)


def oscillations(values: FloatArray, reference: Reference, offset: FloatArray | None = None) -> list[Oscillation]:
    """Oscillations of `values` (n, d) that the reference does not show, the strongest of each sensor and stretch.

    `offset` (n, d) is what planned operation explains: an oscillation shows in both views.
    """
    rows, sensors = values.shape
    part = values[reference.start : reference.end]
    middle = np.array([np.median(c[np.isfinite(c)]) if np.isfinite(c).any() else 0.0 for c in part.T])
    alive = np.array([np.ptp(c[np.isfinite(c)]) > 0 if np.isfinite(c).any() else False for c in part.T], dtype=bool)
    present = np.isfinite(values)
    known = filled(values, middle)
    views = [known] if offset is None else [known, filled(values - offset, middle)]
    found: list[Oscillation] = []
    size = 1
    while (reference.end - reference.start) // size >= LEAST_REFERENCE * WINDOW and sensors:
        if rows // size <= MOST_BLOCKS:
            looked = [_Scale(view, present, size, reference) for view in views]
            found += [
                _measured(views[-1][:, at], int(at), span, looked[-1], reference)
                for at in np.flatnonzero(alive)
                for span in _agreed(looked, int(at))
            ]
        size *= 2
    return _strongest([each for each in found if each.end - each.start + 1 >= LEAST_CYCLES * each.period])


class _Scale:
    """Lines of the spectrum of all windows at one block size: power, ratio and share, (w, k, d) each."""

    def __init__(self, values: FloatArray, present: BoolArray, size: int, reference: Reference) -> None:
        self.size = size
        cube = _windows(block_means(values, size))
        known = _windows(block_means(present, size)).mean(axis=1) >= ENOUGH  # (w, d)
        power = _power(cube)
        lines = power[:, :-2] + power[:, 1:-1] + power[:, 2:]  # around bins 1, 2, ...
        bins = slice(SLOWEST - 1, FASTEST)
        self.first = np.arange(len(cube)) * HOP * size  # row of each window
        last = self.first + WINDOW * size
        usual = (self.first >= reference.start) & (last <= reference.end)
        outside = (last <= reference.start) | (self.first >= reference.end - HOP * size)
        count = 1.0 + (int(usual.sum()) - 1) * HOP / WINDOW
        self.limit = float(stats.f.isf(CHANCE, FREEDOM, FREEDOM * max(count, 1.0)))
        mean, most = (_nearby(f(lines[usual], axis=0)) for f in (np.mean, np.max))
        floor = np.maximum(mean[bins], 1e-12 * np.maximum(lines.max(axis=(0, 1)), 1e-300))
        self.lines, self.share = lines[:, bins], lines[:, bins] / np.maximum(power[:, 1:].sum(axis=1), 1e-300)[:, None]
        self.ratio = self.lines / floor
        slower = np.stack([power[:, 1 : k - 1].max(axis=1) for k in range(SLOWEST, FASTEST + 1)], axis=1)
        self.hit = (self.ratio >= self.limit) & (self.lines >= GROWN**2 * most[bins]) & (self.share >= SHARE)
        self.hit &= (slower * STEEP <= self.lines) & known[:, None, :] & outside[:, None, None]

    def spans(self, at: int) -> list[tuple[int, int, int]]:
        """Stretches of windows first..last - 1 in which one line, or its neighbour, stays: (first, last, line)."""
        found = []
        for begin, stop in runs(self.hit[:, :, at].any(axis=1)):
            tops = np.argmax(np.where(self.hit[begin:stop, :, at], self.lines[begin:stop, :, at], -1.0), axis=1)
            line = int(np.median(tops))
            near = np.abs(tops - line) <= 1
            found += [(begin + a, begin + b, line) for a, b in runs(near) if b - a >= LEAST_WINDOWS]
        return found


def _agreed(looked: Sequence[_Scale], at: int) -> list[tuple[int, int, int]]:
    """Stretches of the last view that the others show as well."""
    own = looked[-1].spans(at)
    for other in looked[:-1]:
        theirs = other.spans(at)
        own = [s for s in own if any(t[0] < s[1] and s[0] < t[1] and abs(t[2] - s[2]) <= 1 for t in theirs)]
    return own


def _windows(blocks: FloatArray) -> FloatArray:
    """Overlapping windows (w, WINDOW, d) of `blocks`; the last one ends with the last block as nearly as HOP allows."""
    view = np.lib.stride_tricks.sliding_window_view(blocks, WINDOW, axis=0)[::HOP]
    return np.asarray(view.transpose(0, 2, 1), dtype=np.float64)


def _power(cube: FloatArray) -> FloatArray:
    taper = np.hanning(cube.shape[1])[None, :, None]
    return np.asarray(np.abs(np.fft.rfft(detrended(cube) * taper, axis=1)) ** 2)


def _nearby(lines: FloatArray) -> FloatArray:
    """The largest of `lines` (k, d) within a factor NEAR of each period; line 0 is bin 1."""
    bins = np.arange(1, len(lines) + 1)
    close = [(bins >= b / NEAR) & (bins <= b * NEAR) for b in bins]
    return np.stack([lines[c].max(axis=0) for c in close])


def _measured(
    values: FloatArray, at: int, span: tuple[int, int, int], scale: _Scale, reference: Reference
) -> Oscillation:
    """Period, amplitude and both ends of an oscillation seen in windows `span` of `scale`; `values` (n,)."""
    first, last, line = span
    begin = int(scale.first[first])
    stop = min(len(values), int(scale.first[last - 1]) + WINDOW * scale.size)
    period = _period(values[begin:stop], WINDOW * scale.size / (SLOWEST + line))
    envelope = amplitudes(values, period)
    core = envelope[begin:stop]
    inside = envelope >= FADES * float(np.median(core))
    top = begin + int(np.argmax(core))
    start, end = next(((a, b) for a, b in runs(inside) if a <= top < b), (begin, stop))
    start = max(start, reference.end) if begin >= reference.start else start
    if end >= len(values) - round(period):  # the amplitude of the last rows is known as that of the last periods
        end = len(values)
    start, end = int(start), int(end)
    period = _period(values[start:end], period) if end - start > ROUND * period else period
    quarter = max(1, (end - start) // 4)
    return Oscillation(
        at=at, start=start, end=end - 1, period=period, amplitude=float(np.median(envelope[start:end])),
        ratio=float(np.sqrt(np.median(scale.ratio[first:last, line, at]))),
        share=float(np.median(scale.share[first:last, line, at])),
        early=float(np.median(envelope[start : start + quarter])),
        late=float(np.median(envelope[end - quarter : end])),
    )  # fmt: skip


def _period(values: FloatArray, guess: float) -> float:
    """The period (rows) near `guess` whose sine fits `values` (n,) best: the spectrum between its bins."""
    left = detrended(values[None, :, None])[0, :, 0] * np.hanning(len(values))
    t = np.arange(len(values))
    width, steps = 0.26, 101
    for _ in range(2):  # around the bin, then around the best
        tried = guess * np.linspace(1.0 - width, 1.0 + width, steps)
        guess = float(tried[int(np.argmax([abs(np.exp(-2j * np.pi * t / p) @ left) for p in tried]))])
        width, steps = 2 * width / steps, 21
    return guess


def amplitudes(values: FloatArray, period: float) -> FloatArray:
    """Amplitude (n,) of the line with `period` rows around each row, over ROUND periods; at the ends of the nearest."""
    return np.asarray(np.abs(demodulated(values, period)))


def demodulated(values: FloatArray, period: float) -> FloatArray:
    """Complex amplitude (n,) of the line with `period` rows around each row of `values` (n,), centred.

    The running mean over whole periods is taken off first: a level that moves is no line.
    """
    length = max(2, round(ROUND * period))
    if len(values) <= length:
        return np.zeros(len(values), dtype=np.complex128)
    level = np.convolve(np.pad(values, (length // 2, length - 1 - length // 2), mode="edge"), np.ones(length), "valid")
    turned = (values - level / length) * np.exp(-2j * np.pi * np.arange(len(values)) / period)
    total = np.concatenate([[0.0], np.cumsum(turned)])
    mean = 2.0 * (total[length:] - total[:-length]) / length
    return np.pad(mean, (length // 2, len(values) - len(mean) - length // 2), mode="edge")


def _strongest(found: Sequence[Oscillation]) -> list[Oscillation]:
    """Of stretches of one sensor that overlap (seen at two block sizes, or a harmonic) the one with the most power."""
    kept: list[Oscillation] = []
    for each in sorted(found, key=lambda o: -o.amplitude * (o.end - o.start)):
        if not any(k.at == each.at and k.start <= each.end and each.start <= k.end for k in kept):
            kept.append(each)
    return sorted(kept, key=lambda o: (o.start, o.at))
