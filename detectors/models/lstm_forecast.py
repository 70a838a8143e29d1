"""A recurrent network foretells every sensor's next reading; the score is the energy of what it missed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.models.networks import NetworkDetector, Weights, restored, trained
from detectors.types import FloatArray

if TYPE_CHECKING:
    from torch import nn

UNITS = 32
ROWS = 24  # of the past that it reads
AT_ONCE = 8192  # windows that are scored together


class LstmForecast(NetworkDetector):
    """Mean squared one-step residual of an LSTM in units of the reference residual.

    It foretells the change from the last reading, so it follows slow drift. Sees changed dynamics, also where they
    depend on the state of the plant, which an autoregression does not know. Fails on slow faults, and needs a reference
    that shows each state more than once. Needs torch; takes seconds to fit on a processor. (Malhotra et al. 2015;
    Hundman et al. 2018.)
    """

    name = "lstm_forecast"
    lags = ROWS

    def train(self, x: FloatArray) -> Weights:
        """Weights that foretell a row of `x` from the ROWS before it."""
        return trained(_build, x, ROWS + 1, lambda network, w: _error(network, w[:, :-1], w[:, -1]).mean())

    def missed(self, x: FloatArray) -> FloatArray:
        """Squared errors (n, a) of what is foretold for each row; before the first row its own value is repeated."""
        import torch

        network = restored(_build, self.weights, x.shape[1])
        on = next(network.parameters()).device
        padded = torch.from_numpy(np.vstack([np.repeat(x[:1], ROWS, axis=0), x]).astype(np.float64)).to(on)
        windows = padded.unfold(0, ROWS, 1)[: len(x)].transpose(1, 2)  # (n, ROWS, a), a view
        with torch.inference_mode():
            parts = [
                _error(network, windows[first : first + AT_ONCE], padded[first + ROWS :][:AT_ONCE])
                for first in range(0, len(x), AT_ONCE)
            ]
        return np.asarray(torch.cat(parts).cpu().numpy())


def _error(network: Any, past: Any, then: Any) -> Any:
    """Squared errors (b, a) of what is foretold from `past` (b, rows, a)."""
    told, _ = network["memory"](past)
    return (past[:, -1] + network["change"](told[:, -1]) - then) ** 2


def _build(torch: Any, sensors: int) -> nn.Module:
    layers = torch.nn
    parts = {"memory": layers.LSTM(sensors, UNITS, batch_first=True), "change": layers.Linear(UNITS, sensors)}
    return layers.ModuleDict(parts)
