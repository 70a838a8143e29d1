"""Stores: the KnowledgeBase contract (kb/contract.py) on SQLite and on Weaviate."""
