"""Code that a language model writes for a data task: what it is given, how it is tried, what becomes of its results.

`workers.coding.work.work_out` is the door (docs/code-from-a-model.md).
"""
