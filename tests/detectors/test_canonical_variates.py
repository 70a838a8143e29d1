"""The residual space of canonical variates holds nothing of the state's directions."""

import numpy as np
import pytest

from detectors.models.canonical_variates import CanonicalVariates, _inverse_root
from detectors.models.var_residual import lagged


@pytest.fixture
def fitted():
    rng = np.random.default_rng(0)
    x = np.zeros((2_000, 3))
    for row in range(1, len(x)):
        x[row] = x[row - 1] @ np.array([[0.8, 0.1, 0.0], [0.0, 0.6, 0.2], [0.1, 0.0, 0.7]]) + rng.normal(size=3)
    detector = CanonicalVariates()
    detector.learn(x)
    return detector, x


def test_a_row_that_is_all_state_leaves_no_residual(fitted):
    detector, x = fitted
    past = lagged(x - detector.middle, detector.order)[detector.order :]
    whiten = _inverse_root(past[: len(past) - detector.order + 1])
    axes = detector.state @ np.linalg.inv(whiten)  # (states, inputs), orthonormal
    assert axes @ axes.T == pytest.approx(np.eye(len(axes)), abs=1e-9)
    pure = axes @ np.linalg.inv(whiten).T  # inputs whose whitened form is one direction of the state
    assert np.abs(pure @ detector.rest.T).max() < 1e-9
    assert pure @ detector.state.T == pytest.approx(np.eye(len(axes)), abs=1e-9)


def test_state_and_residual_share_what_a_row_holds_without_overlap(fitted):
    detector, x = fitted
    past = lagged(x - detector.middle, detector.order)[detector.order :]
    whiten = _inverse_root(past[: len(past) - detector.order + 1])
    whole, state, rest = (((past @ part.T) ** 2).sum(axis=1) for part in (whiten, detector.state, detector.rest))
    assert state + rest == pytest.approx(whole)  # Pythagoras
    assert rest.mean() > 0
