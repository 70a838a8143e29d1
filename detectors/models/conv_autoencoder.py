"""A causal convolutional autoencoder: what a narrow code of the last rows cannot bring back is abnormal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.models.networks import NetworkDetector, Weights, restored, trained
from detectors.types import FloatArray

if TYPE_CHECKING:
    from torch import nn

CHANNELS, KERNEL = 32, 7
DILATIONS = (1, 4)  # of the encoder's two layers
CHUNK = 96  # rows of a training window


class ConvAutoencoder(NetworkDetector):
    """Mean squared reconstruction error in units of the reference error (Zhang et al. 2019; Bai, Kolter, Koltun 2018).

    The code has a third as many channels as there are sensors, and no layer looks ahead. Sees broken relations, linear
    or not, and changed dynamics. Fails on a fault that moves sensors along their usual relations, and alarms falsely
    where levels wander after the reference period or where that is short: it has some thousand weights. Needs torch;
    takes seconds to fit on a processor.
    """

    name = "conv_autoencoder"
    lags = (KERNEL - 1) * (sum(DILATIONS) + 1)

    def train(self, x: FloatArray) -> Weights:
        """Weights that bring windows of CHUNK rows of `x` back from their code."""
        return trained(_build, x, CHUNK, lambda network, w: _error(network, w).mean())

    def missed(self, x: FloatArray) -> FloatArray:
        """Squared errors (n, a) of the rows `x` brought back from their code."""
        import torch

        network = restored(_build, self.weights, x.shape[1])
        rows = torch.from_numpy(np.ascontiguousarray(x, dtype=np.float64)[None]).to(next(network.parameters()).device)
        with torch.inference_mode():
            return np.asarray(_error(network, rows)[0].cpu().numpy())


def _error(network: nn.Module, windows: Any) -> Any:
    """Squared errors of (b, rows, a), of the same shape."""
    return (network(windows.transpose(1, 2)).transpose(1, 2) - windows) ** 2


def _build(torch: Any, sensors: int) -> nn.Module:
    """Encoder, code, decoder; each convolution sees its own row and earlier ones, the first row repeated before it."""
    layers, code = torch.nn, max(1, sensors // 3)

    def causal(inputs: int, outputs: int, dilation: int = 1) -> list[Any]:
        before = layers.ReplicationPad1d(((KERNEL - 1) * dilation, 0))
        return [before, layers.Conv1d(inputs, outputs, KERNEL, dilation=dilation)]

    return layers.Sequential(
        *causal(sensors, CHANNELS, DILATIONS[0]), layers.GELU(), *causal(CHANNELS, code, DILATIONS[1]),
        *causal(code, CHANNELS), layers.GELU(), layers.Conv1d(CHANNELS, sensors, 1),
    )  # fmt: skip
