"""The parts of the large knowledge benchmark that could make its figures too good."""

import numpy as np
import pytest

from tests.benchmarks.knowledge_probes import peak
from tests.benchmarks.knowledge_scale import Mixed


class Corners:
    """English texts along one axis, Chinese ones along another, each a little aside."""

    id, dims = "corners", 16

    def __init__(self):
        self.asked = 0

    def encode(self, texts):
        rows = np.zeros((len(texts), self.dims), np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[0 if text.isascii() else 1] = 1.0
            row[2 + self.asked % 14] = 0.5
            self.asked += 1
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_mixtures_are_distinct_unit_vectors_of_their_texts_language():
    embedder = Mixed(Corners())
    embedder.encode(["pump", "泵"] * 20)
    embedder.mixing = True
    rows = embedder.encode(["fan", "风机"] * 30)
    assert embedder.real.asked == 40
    assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(60), abs=1e-5)
    assert (rows[::2, 0] > 0.7).all()
    assert (rows[1::2, 1] > 0.7).all()
    assert len(np.unique(rows.round(5), axis=0)) > 50


def test_peak_memory_rises_with_what_is_held():
    before = peak()
    held = np.ones((40, 1024, 1024), np.uint8)
    assert peak() >= before
    assert peak() > held.nbytes / 2**20
    del held
