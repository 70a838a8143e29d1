"""Search: hybrid lookup over a store's pools, confidence, quotes."""
