"""The Weaviate store: passages, history and votes on a server that several hosts share.

The log of changes is the truth (log.py); searchable passages are made from it, for each embedding model apart
(shelf.py). Writers take turns (turns.py), because Weaviate has neither transactions nor conditional writes. See
docs/decisions/0006-weaviate-as-a-log-with-turns.md.
"""
