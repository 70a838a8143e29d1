"""The normal period: which part of a file shows it, what is no part of it, and what is usual in it."""
