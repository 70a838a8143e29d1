"""Embedders: text to vectors. The default works offline, in English and Chinese, on a CPU."""

from kb.embedders.contract import MAX_CHARS, Embedder, Usem3, Vectors, default_embedder

__all__ = ["MAX_CHARS", "Embedder", "Usem3", "Vectors", "default_embedder"]
