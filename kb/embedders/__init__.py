"""Embedders: text to vectors. The default works offline, in English and Chinese, on a CPU."""

from kb.embedders.choice import embedder_for
from kb.embedders.contract import MAX_CHARS, Embedder, Vectors
from kb.embedders.usem3 import Usem3, default_embedder

__all__ = ["MAX_CHARS", "Embedder", "Usem3", "Vectors", "default_embedder", "embedder_for"]
