"""The contract of every detector: fit on normal rows, score any rows, never look ahead."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Self

import pandas as pd

from detectors.types import Scores


class Detector(ABC):
    """One anomaly detector.

    `fit(frame)` learns from normal rows; `score(frame)` rates rows against it. Scoring is causal (row t depends on
    rows <= t only), never mutates the model, and a row's score never depends on later rows or on the rest of the
    batch. `lags` is the number of earlier rows that a score looks back at: pass that many rows of context before
    the first row whose score matters. A subclass's docstring says when the method fails.
    """

    name: str = ""
    lags: int = 0

    @abstractmethod
    def fit(self, frame: pd.DataFrame) -> Self:
        """Learn from `frame` (n rows, d float columns, NaN allowed). Raises DetectorError when too short."""

    @abstractmethod
    def score(self, frame: pd.DataFrame) -> Scores:
        """Rate each row of `frame` (same columns as in fit): total (n,) and by_sensor (n, d), finite, >= 0."""
