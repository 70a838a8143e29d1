"""Small neural networks on torch: trained from a fixed seed, kept as plain arrays, on a GPU where there is one.

torch is an extra and slow to load: it is imported on use. detectors/catalogue.py says by name that it is missing.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from detectors.models.device import device
from detectors.models.matrix import MatrixDetector
from detectors.types import BoolArray, FloatArray

if TYPE_CHECKING:
    from torch import Tensor, nn

SEED = 20
LEAST, MOST = 30, 250  # steps of training, one for two rows: few rows are soon learnt by heart
WINDOWS, RATE = 16, 0.01  # windows a step, the largest learning rate
LEAST_NOISE = 0.01  # in standard units: nothing is foretold better than this
Weights = dict[str, FloatArray]
Build = Callable[[Any, int], "nn.Module"]  # torch, sensors -> a network with the weights that it begins with


class NetworkDetector(MatrixDetector):
    """A network that says what each reading should be; the score is the energy of what it missed, in units of the
    reference period's.
    """

    weights: Weights

    @abstractmethod
    def train(self, x: FloatArray) -> Weights:
        """The weights for the normal rows `x` (n, a)."""

    @abstractmethod
    def missed(self, x: FloatArray) -> FloatArray:
        """Squared errors (n, a) of the trained network."""

    def learn(self, x: FloatArray) -> None:
        """Train, and note each sensor's error on the normal rows `x` (n, a)."""
        self.weights = self.train(x)
        self.noise = np.maximum(np.sqrt(self.missed(x).mean(axis=0)), LEAST_NOISE)

    def rate(self, x: FloatArray, present: BoolArray) -> tuple[FloatArray, FloatArray]:
        """Squared errors in units of the normal ones (n, a), 0 without a reading; the score is their mean."""
        parts = self.missed(x) / self.noise**2
        parts[~present] = 0.0
        return parts.mean(axis=1), parts


def trained(build: Build, x: FloatArray, rows: int, loss: Callable[[nn.Module, Tensor], Tensor]) -> Weights:
    """Weights that make `loss(network, windows)` small; windows (WINDOWS, rows, a) are drawn from `x` (n, a) in
    standard units, before whose first row it is repeated. In single precision: twice as quick, and the noise is far
    larger.

    Adam with one cycle of the learning rate (Smith and Topin 2019), so that no part of a short reference need be kept
    aside to know when to stop.
    """
    import torch

    count = min(max(len(x) // 2, LEAST), MOST)
    padded = np.vstack([np.repeat(x[:1], rows, axis=0), x]).astype(np.float32)
    starts = np.random.default_rng(SEED).integers(1, len(padded) - rows + 1, size=(count, WINDOWS))
    with torch.random.fork_rng(devices=[]):  # nobody else's random numbers change
        torch.manual_seed(SEED)
        network = build(torch, x.shape[1]).to(device())
    readings = torch.from_numpy(padded).to(device())
    steps = torch.optim.Adam(network.parameters(), lr=RATE)
    pace = torch.optim.lr_scheduler.OneCycleLR(steps, max_lr=RATE, total_steps=count)
    within = torch.arange(rows, device=device())
    for drawn in torch.from_numpy(starts).to(device()):
        steps.zero_grad()
        loss(network, readings[drawn[:, None] + within]).backward()
        steps.step()
        pace.step()
    return {name: value.cpu().numpy().astype(np.float64) for name, value in network.state_dict().items()}


def restored(build: Build, weights: Weights, sensors: int) -> nn.Module:
    """The network with `weights`, in double precision: a row's score must not depend on how many are scored with it."""
    import torch

    with torch.random.fork_rng(devices=[]):
        network = build(torch, sensors).double()
    network.load_state_dict({name: torch.from_numpy(value) for name, value in weights.items()})
    return network.to(device()).eval()
