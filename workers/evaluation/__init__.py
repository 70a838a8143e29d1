"""How good the answers are, and what each role brings: docs/evaluation.md."""
