"""Asked phrasings: questions that a passage answers, as people ask them, compared with the question at hand.

A short message is more like another short message than like a page of a manual. A pack brings such questions for its
passages (Passage.asked); passages that came in another way have none. Vectors of
phrasings are no passage's parts: a store keeps the words with the passage, and a process the vectors, once for each
embedding model. They come from the pack's file for the model, or from the plant's own, or are made and kept there.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from kb.embedders import Embedder, Vectors
from kb.passage import Passage
from kb.search.confidence import file_of

SHIPPED = Path(__file__).parents[1] / "packs"  # PACK/asked/MODEL.npz
STEPS = 127.0  # a vector's coordinates are kept as whole numbers of up to this, and one scale for each vector
KEY = 8  # bytes of a text's hash

_lock = threading.RLock()
_owners: dict[str, tuple[str, str]] = {}  # text -> id and pair of the passage that it asks for
_folder: Path | None = None


class Phrasings:
    """Vectors of texts for one embedding model: those seen so far in this process."""

    def __init__(self, model: str, dims: int) -> None:
        self._places: dict[str, int] = {}
        self._rows: Vectors = np.zeros((0, dims), np.float32)
        self._kept: dict[bytes, Vectors] = {}
        self._known: tuple[list[tuple[str, str]], Vectors] = [], self._rows
        self._model = model
        for file in (*sorted(SHIPPED.glob(f"*/asked/{name_of(model)}")), *((_own(model),) if _folder else ())):
            if file is not None and file.is_file():
                self._kept |= read(file)

    def rows(self, texts: Sequence[str], embedder: Embedder) -> Vectors:
        """A row for each text; those that are not known are embedded, and kept for the next process."""
        with _lock:
            if not self._places.keys() >= set(texts):
                self._learn([text for text in dict.fromkeys(texts) if text not in self._places], embedder)
            return self._rows[list(map(self._places.__getitem__, texts))]

    def known(self, embedder: Embedder) -> tuple[list[tuple[str, str]], Vectors]:
        """The owner of every phrasing that leads to its passage, and the rows."""
        if len(self._known[0]) != len(_owners):  # know() only ever adds
            self._known = list(_owners.values()), self.rows(list(_owners), embedder)
        return self._known

    def _learn(self, texts: Sequence[str], embedder: Embedder) -> None:
        made = [text for text in texts if key(text) not in self._kept]
        if made:
            self._kept |= {key(text): row for text, row in zip(made, embedder.encode(made), strict=True)}
            if _folder is not None and set(made) & _owners.keys():
                write(_own(self._model), self._kept)
        first = len(self._rows)
        self._rows = np.concatenate([self._rows, [self._kept[key(text)] for text in texts]], dtype=np.float32)
        self._places |= {text: first + place for place, text in enumerate(texts)}


@cache
def _phrasings(model: str, dims: int) -> Phrasings:
    return Phrasings(model, dims)


def use(folder: Path) -> None:
    """From now on this process keeps vectors of phrasings that no pack ships in `folder` (ANDON_DATA_DIR/vectors)."""
    global _folder
    if folder != _folder:
        _folder = folder
        _phrasings.cache_clear()


def know(passages: Sequence[Passage]) -> None:
    """From now on a question like a phrasing of one of `passages`, which have a pair, leads to it."""
    with _lock:
        for passage in passages:
            for text in passage.asked if passage.pair else ():
                _owners.setdefault(text, (passage.id, passage.pair))


def nearest(vector: Vectors, embedder: Embedder, most: int) -> list[tuple[str, str]]:
    """Id and pair of up to `most` passages with the phrasings nearest to `vector`, nearest first."""
    with _lock:
        if not _owners:
            return []
        owners, rows = _phrasings(embedder.id, embedder.dims).known(embedder)
    found: dict[tuple[str, str], None] = {}
    for place in np.argsort(-(rows @ vector), kind="stable"):
        found.setdefault(owners[place])
        if len(found) == most:
            break
    return list(found)


def cosines(texts: Sequence[str], vector: Vectors, embedder: Embedder) -> NDArray[np.float32]:
    """The likeness of each phrasing to `vector`."""
    if not texts:
        return np.zeros(0, np.float32)
    return np.asarray(_phrasings(embedder.id, embedder.dims).rows(texts, embedder) @ vector, np.float32)


def key(text: str) -> bytes:
    """By what a text is known in a file."""
    return hashlib.sha256(text.encode()).digest()[:KEY]


def name_of(model: str) -> str:
    """Name of the file with a model's vectors."""
    return file_of(model).removesuffix(".toml") + ".npz"


def _own(model: str) -> Path:
    assert _folder is not None
    return _folder / name_of(model)


def read(file: Path) -> dict[bytes, Vectors]:
    """Vectors by key(); none from a file that is broken, since they can be made again."""
    try:
        with np.load(file) as held:
            keys, steps, scales = held["keys"], held["steps"], held["scales"]
        rows = steps.astype(np.float32) * scales[:, None]
        return {bytes(key): row for key, row in zip(keys, rows, strict=True)}
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}


def write(file: Path, rows: dict[bytes, Vectors]) -> None:
    """`rows` as a file, in one piece; where it cannot be written they are made again in the next process."""
    matrix = np.asarray(list(rows.values()), np.float32)
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-9) / STEPS
    steps = np.rint(matrix / scales[:, None]).astype(np.int8)
    keys = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, KEY)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=file.parent, suffix=".part", delete=False) as part:
            np.savez_compressed(part, keys=keys, steps=steps, scales=scales.astype(np.float32))
        os.chmod(part.name, 0o644)
        os.replace(part.name, file)
    except OSError:
        return
