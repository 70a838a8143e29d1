"""The residual space of canonical variates holds nothing of the state's directions."""

import numpy as np
import pytest

from detectors.canonical_variates import CanonicalVariates, _inverse_root
from detectors.var_residual import lagged


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


def test_what_is_no_state_is_all_residual(fitted):
    detector, x = fitted
    row = x[100:101] - detector.middle
    row = np.hstack([row] * detector.order)
    total = (row @ detector.state.T) ** 2, (row @ detector.rest.T) ** 2
    whitened = np.linalg.lstsq(np.vstack([detector.state, detector.rest]).T, np.eye(row.shape[1]), rcond=None)[0]
    assert np.isfinite(whitened).all()
    assert sum(t.sum() for t in total) > 0
