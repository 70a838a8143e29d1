"""Detectors on torch: what is kept of a network, what training leaves alone, what is said where torch is missing."""

import numpy as np
import pytest

from detectors import catalogue
from detectors.errors import DetectorError
from tests.detectors.plant import SENSORS, plant

NETWORKS = [card.name for card in catalogue.cards() if "torch" in card.needs]


@pytest.fixture(params=NETWORKS)
def name(request):
    pytest.importorskip("torch")
    return request.param


def related(rows, seed, broken=None):
    """Six calm sensors, of which the last follows the product of the first two: no line in the readings tells it. From
    row `broken` on it follows nothing."""
    frame = plant(rows, seed)
    load = (frame["s0"] - 50) * (frame["s3"] - 50)
    if broken is not None:
        load.iloc[broken:] = np.random.default_rng(seed).permutation(load.iloc[broken:])
    frame["s5"] = 50 + load + 0.3 * np.random.default_rng(seed).normal(size=rows)
    return frame


def test_a_relation_that_is_no_line_is_learnt():
    """The reason to have one: principal components see nothing there."""
    pytest.importorskip("torch")
    frame = related(4000, 3, broken=3000)
    told = {}
    for name in ("conv_autoencoder", "pca"):
        scores = catalogue.load(name).fit(frame.iloc[:2000]).score(frame).by_sensor[:, SENSORS.index("s5")]
        told[name] = np.median(scores[3000:]) / np.median(scores[2000:3000])
    assert told["conv_autoencoder"] > 1.5 * told["pca"], told


def test_what_is_kept_are_plain_arrays(name):
    detector = catalogue.load(name).fit(plant(300))
    assert {type(value) for value in detector.weights.values()} == {np.ndarray}


def test_training_changes_nobody_elses_random_numbers(name):
    import torch

    before = torch.random.get_rng_state()
    catalogue.load(name).fit(plant(100))
    assert torch.equal(torch.random.get_rng_state(), before)


def test_without_torch_a_network_is_refused_by_name(monkeypatch):
    monkeypatch.setattr(catalogue, "is_here", lambda need: False)
    assert NETWORKS
    for name in NETWORKS:
        with pytest.raises(DetectorError) as failure:
            catalogue.load(name)
        assert failure.value.code == "failure_model_needs"
        assert failure.value.values == {"package": "torch"}
