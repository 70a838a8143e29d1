"""The memory: passages, the embedded store, embeddings, hybrid search and the shipped packs."""
