"""How well flags and scores fit labels. Never point-adjusted: one lucky row in a segment credits that row alone.

Rows of several files are pooled by adding `Counts`; VUS-PR and delays are taken file by file.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
THRESHOLDS = 250


@dataclass(frozen=True)
class Counts:
    """Rows, labelled segments and false alarms of one file or of several together.

    `false_alarms`: runs of flagged rows that touch no labelled row. `seconds`: time in normal rows. `delays`: rows
    from the start of each segment that was found to its first flagged row.
    """

    hit: int = 0
    false: int = 0
    missed: int = 0
    quiet: int = 0
    segments: int = 0
    found: int = 0
    false_alarms: int = 0
    seconds: float = 0.0
    delays: tuple[int, ...] = field(default=())

    def __add__(self, other: Counts) -> Counts:
        return Counts(*(a + b for a, b in zip(self._values(), other._values(), strict=True)))

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall over rows."""
        return 2 * self.hit / max(2 * self.hit + self.false + self.missed, 1)

    @property
    def false_rate(self) -> float:
        """Share of normal rows that are flagged (FAR)."""
        return self.false / max(self.false + self.quiet, 1)

    @property
    def recall(self) -> float:
        """Share of faulty rows that are flagged."""
        return self.hit / max(self.hit + self.missed, 1)

    @property
    def event_recall(self) -> float:
        """Share of labelled segments with at least one flagged row."""
        return self.found / max(self.segments, 1)

    @property
    def false_alarms_a_day(self) -> float:
        """False alarms in 24 h of normal operation."""
        return self.false_alarms * 86400 / max(self.seconds, 1e-9)

    @property
    def delay(self) -> float:
        """Median delay in rows of the segments that were found; NaN when there are none."""
        return float(np.median(self.delays)) if self.delays else float("nan")

    def _values(self) -> tuple:
        return (self.hit, self.false, self.missed, self.quiet, self.segments, self.found, self.false_alarms,
                self.seconds, self.delays)  # fmt: skip


def count(flags: IntArray, labels: IntArray, step_s: float) -> Counts:
    """Compare 0/1 flags with 0/1 labels of n rows that lie `step_s` seconds apart."""
    flagged, faulty = np.asarray(flags) > 0, np.asarray(labels) > 0
    segments = runs(faulty)
    first = [np.flatnonzero(flagged[start:end]) for start, end in segments]
    return Counts(
        hit=int((flagged & faulty).sum()),
        false=int((flagged & ~faulty).sum()),
        missed=int((~flagged & faulty).sum()),
        quiet=int((~flagged & ~faulty).sum()),
        segments=len(segments),
        found=sum(len(rows) > 0 for rows in first),
        false_alarms=sum(not faulty[start:end].any() for start, end in runs(flagged)),
        seconds=float((~faulty).sum()) * step_s,
        delays=tuple(int(rows[0]) for rows in first if len(rows)),
    )


def runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Runs of True as (first row, row after the last)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], np.asarray(mask, dtype=np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def vus_pr(score: FloatArray, labels: IntArray, longest: int) -> float:
    """Volume under the precision-recall surface over buffer lengths 0..longest (Paparrizos et al. 2022, PVLDB 15).

    Each labelled segment is widened by half the buffer on both sides with labels that fall off as
    sqrt(1 - distance / buffer). Recall is measured against the mean of the plain and the widened label mass, times
    the share of segments that any flagged row touches; the surface is averaged over the buffer lengths (here every
    fourth one, at 250 thresholds). NaN without a labelled row.
    """
    faulty = np.asarray(labels) > 0
    if not faulty.any():
        return float("nan")
    order = np.argsort(-score, kind="stable")
    ranks = np.unique(np.linspace(0, len(score) - 1, THRESHOLDS).astype(int))
    ends = np.searchsorted(-score[order], -score[order][ranks], side="right")  # flagged rows at each threshold
    return float(np.mean([_range_area(score, faulty, order, ends, length) for length in range(0, longest + 1, 4)]))


def _range_area(
    score: FloatArray, faulty: npt.NDArray[np.bool_], order: IntArray, ends: IntArray, length: int
) -> float:
    """Area under the range precision-recall curve at one buffer length."""
    soft = softened(faulty, length)
    hits = np.cumsum(soft[order])[ends - 1]
    tops = np.sort([score[start:end].max() for start, end in runs(soft > 0)])
    thresholds = score[order][ends - 1]
    touched = 1.0 - np.searchsorted(tops, thresholds, side="left") / len(tops)
    recall = np.minimum(hits / ((faulty.sum() + soft.sum()) / 2), 1.0) * touched
    precision = hits / ends
    steps = np.diff(np.concatenate([[0.0], recall]))
    return float((steps * (np.concatenate([[1.0], precision[:-1]]) + precision) / 2).sum())


def softened(faulty: npt.NDArray[np.bool_], length: int) -> FloatArray:
    """Labels with a buffer of `length` rows in all around each segment, falling off from 1."""
    soft = faulty.astype(float)
    half = length // 2
    for start, end in runs(faulty):
        for away in range(1, half + 1):
            value = float(np.sqrt(1 - away / length))
            for row in (start - away, end - 1 + away):
                if 0 <= row < len(soft):
                    soft[row] = max(soft[row], value)
    return soft
