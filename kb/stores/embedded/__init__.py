"""The embedded store: one SQLite file, vectors in memory."""
