"""A run of one question, step by step: read, plan, handle, look, supervise, decide, draw, tell (docs/runs.md)."""
